//! What all connections of a server share: the keyspace, the clients' numbers, the stop signal.
//!
//! An [`Engine`] does no I/O. Connections lock its keyspace for the requests of one read at a
//! time, so a pipelined batch costs one lock, and commands are atomic as they are in Redis. The
//! lock is never held across an await.

use super::session::Session;
use super::store::{Clock, Store};
use std::sync::atomic::{AtomicI64, AtomicU16, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// The version of Redis that is followed on the wire. Clients decide by it what they may send.
pub(super) const REDIS_VERSION: &str = "7.0.15";

/// The state behind any number of [`Connection`](super::Connection)s.
#[derive(Debug)]
pub struct Engine {
    store: Mutex<Store>,
    next_id: AtomicI64,
    connected: AtomicUsize,
    port: AtomicU16,
    started: Instant,
    stop: watch::Sender<bool>,
}

impl Engine {
    /// An empty keyspace, with the system's clock.
    pub fn new() -> Arc<Engine> {
        Engine::with_clock(Clock::System)
    }

    /// An empty keyspace, with a clock of its own.
    pub fn with_clock(clock: Clock) -> Arc<Engine> {
        Arc::new(Engine {
            store: Mutex::new(Store::new(clock)),
            next_id: AtomicI64::new(1),
            connected: AtomicUsize::new(0),
            port: AtomicU16::new(0),
            started: Instant::now(),
            stop: watch::Sender::new(false),
        })
    }

    /// Asks the server to stop. A second time makes no difference.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Whether it was asked to stop.
    pub fn is_stopping(&self) -> bool {
        *self.stop.borrow()
    }

    /// Resolves when it is asked to stop.
    pub(super) async fn stopped(&self) {
        let mut stop = self.stop.subscribe();
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = stop.wait_for(|stop| *stop).await;
    }

    /// The keyspace. A handler that panicked has left it as whole as any command does: each
    /// change to it is one call.
    pub(super) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn join(&self) -> Session {
        self.connected.fetch_add(1, Ordering::Relaxed);
        Session::new(self.next_id.fetch_add(1, Ordering::Relaxed))
    }

    pub(super) fn leave(&self) {
        self.connected.fetch_sub(1, Ordering::Relaxed);
    }

    /// How many clients are connected.
    pub fn connected(&self) -> usize {
        self.connected.load(Ordering::Relaxed)
    }

    /// How many clients there have been.
    pub(super) fn accepted(&self) -> i64 {
        self.next_id.load(Ordering::Relaxed) - 1
    }

    pub(super) fn uptime(&self) -> Duration {
        self.started.elapsed()
    }

    pub(super) fn port(&self) -> u16 {
        self.port.load(Ordering::Relaxed)
    }

    pub(super) fn set_port(&self, port: u16) {
        self.port.store(port, Ordering::Relaxed);
    }
}
