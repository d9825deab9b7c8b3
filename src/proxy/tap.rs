//! Copies for who looks on.
//!
//! A tap is an unbounded channel with a count of the bytes that are in it. Whoever puts something
//! in reserves its room first, and does not put it in if there is none; whoever takes it out gives
//! the room back when he is done with it. The sender never waits.
//!
//! What must not be lost is reserved beforehand: a connection is told of only if there is room for
//! its beginning *and* its end, so nobody waits for the end of one that is gone. What is lost of the
//! bytes between shows, since each piece says where in its stream it stands. What is lost of whole
//! connections is noted beside the channel, which takes no room: their numbers follow one another
//! between two that were told of, so as ranges they are fewer than those.

use bytes::Bytes;
use std::collections::VecDeque;
use std::fmt;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};

/// What a note takes of the room beside its bytes.
const NOTE: usize = 128;

/// Who sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The client: requests.
    Client,
    /// The server: replies.
    Server,
}

/// What happens on a connection. Connections are numbered from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// A client has connected.
    Opened {
        /// The connection.
        connection: u64,
        /// The client's address.
        peer: SocketAddr,
    },
    /// A side sent this.
    Bytes {
        /// The connection.
        connection: u64,
        /// The side.
        side: Side,
        /// Where in all that the side sent it begins. Behind a copy that was not made there is a
        /// gap.
        offset: u64,
        /// The bytes, of one read.
        bytes: Bytes,
    },
    /// A side has ended its stream, or failed.
    Ended {
        /// The connection.
        connection: u64,
        /// The side.
        side: Side,
        /// How many bytes it sent.
        offset: u64,
        /// The failure, if it was one.
        failure: Option<String>,
    },
    /// Nothing more will come of it.
    Closed {
        /// The connection.
        connection: u64,
        /// Why it came to nothing, if the server could not be connected to.
        failure: Option<String>,
    },
    /// There was no room to tell of these connections, and nothing else is told of them.
    Missed {
        /// Their numbers.
        connections: RangeInclusive<u64>,
    },
}

/// A tap with room for so many bytes that nobody has taken yet: the proxy's end, and the other.
pub fn tap(room: usize) -> (Tap, Notes) {
    let (sender, receiver) = mpsc::channel();
    let shared = Arc::new(Shared { room: AtomicUsize::new(room), missed: Mutex::default() });
    let notes = Notes { receiver, shared: Arc::clone(&shared), taken: 0, ahead: VecDeque::new() };
    (Tap { sender, shared }, notes)
}

/// What the two ends of a tap share beside the channel.
#[derive(Debug)]
struct Shared {
    room: AtomicUsize,
    /// Connections that there was no room to tell of, and that has not been told.
    missed: Mutex<Vec<RangeInclusive<u64>>>,
}

impl Shared {
    fn reserve(&self, size: usize) -> bool {
        let left = |room: usize| room.checked_sub(size);
        self.room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left).is_ok()
    }

    fn miss(&self, connection: u64) {
        let mut missed = self.missed.lock().unwrap_or_else(PoisonError::into_inner);
        match missed.last_mut() {
            Some(last) if last.end() + 1 == connection => *last = *last.start()..=connection,
            _ => missed.push(connection..=connection),
        }
    }

    fn missed(&self) -> Vec<RangeInclusive<u64>> {
        std::mem::take(&mut *self.missed.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The proxy's end of a [`tap`].
#[derive(Clone)]
pub struct Tap {
    sender: mpsc::Sender<(Note, usize)>,
    shared: Arc<Shared>,
}

impl Tap {
    /// Sends what room has been reserved for. If nobody listens any more it is nobody's loss.
    fn send(&self, note: Note, reserved: usize) {
        let _ = self.sender.send((note, reserved));
    }
}

impl fmt::Debug for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tap with room for {} bytes", self.shared.room.load(Ordering::Relaxed))
    }
}

/// The other end of a [`tap`]: an iterator that waits for the next note, and ends when the proxy
/// has. A note's room is given back when the next is asked for.
#[derive(Debug)]
pub struct Notes {
    receiver: mpsc::Receiver<(Note, usize)>,
    shared: Arc<Shared>,
    taken: usize,
    /// What comes before anything that is received.
    ahead: VecDeque<Note>,
}

impl Iterator for Notes {
    type Item = Note;

    fn next(&mut self) -> Option<Note> {
        if let Some(note) = self.ahead.pop_front() {
            return Some(note);
        }
        self.shared.room.fetch_add(std::mem::take(&mut self.taken), Ordering::Relaxed);
        let received = self.receiver.recv().ok();
        let missed = self.shared.missed().into_iter();
        self.ahead.extend(missed.map(|connections| Note::Missed { connections }));
        if let Some((note, reserved)) = received {
            self.taken = reserved;
            self.ahead.push_back(note);
        }
        self.ahead.pop_front()
    }
}

/// One connection, and the taps that were told of it.
#[derive(Debug)]
pub(super) struct Watch {
    connection: u64,
    taps: Vec<Tap>,
    /// Sides whose end has been told.
    ended: AtomicUsize,
    failure: Option<String>,
}

impl Watch {
    /// Tells the taps of a connection, if they have room for all that they must be told of it.
    pub(super) fn begin(taps: &[Tap], connection: u64, peer: SocketAddr) -> Watch {
        let (taps, full): (Vec<&Tap>, Vec<&Tap>) =
            taps.iter().partition(|tap| tap.shared.reserve(4 * NOTE));
        full.iter().for_each(|tap| tap.shared.miss(connection));
        let taps: Vec<Tap> = taps.into_iter().cloned().collect();
        for tap in &taps {
            tap.send(Note::Opened { connection, peer }, NOTE);
        }
        Watch { connection, taps, ended: AtomicUsize::new(0), failure: None }
    }

    /// Offers a copy of what a side sent.
    pub(super) fn bytes(&self, side: Side, offset: u64, bytes: &[u8]) {
        let mut copy = None;
        for tap in &self.taps {
            let size = bytes.len() + NOTE;
            if tap.shared.reserve(size) {
                let bytes = copy.get_or_insert_with(|| Bytes::copy_from_slice(bytes)).clone();
                tap.send(Note::Bytes { connection: self.connection, side, offset, bytes }, size);
            }
        }
    }

    /// Tells of a side's end; once for each.
    pub(super) fn ended(&self, side: Side, offset: u64, failure: Option<&std::io::Error>) {
        self.ended.fetch_add(1, Ordering::Relaxed);
        for tap in &self.taps {
            let failure = failure.map(ToString::to_string);
            tap.send(Note::Ended { connection: self.connection, side, offset, failure }, NOTE);
        }
    }

    /// Says why the connection comes to nothing.
    pub(super) fn fail(&mut self, failure: String) {
        self.failure = Some(failure);
    }
}

/// However it ends, the taps are told.
impl Drop for Watch {
    fn drop(&mut self) {
        let left = 3_usize.saturating_sub(self.ended.load(Ordering::Relaxed));
        for tap in &self.taps {
            let failure = self.failure.clone();
            tap.send(Note::Closed { connection: self.connection, failure }, left * NOTE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEER: SocketAddr =
        SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 1);

    fn room(notes: &Notes) -> usize {
        notes.shared.room.load(Ordering::Relaxed)
    }

    /// Red if room leaks, is not counted, or is counted twice.
    #[test]
    fn room_is_taken_and_given_back() {
        let (tap, mut notes) = tap(4 * NOTE + 1000);
        let watch = Watch::begin(&[tap], 7, PEER);
        assert_eq!(room(&notes), 1000);
        watch.bytes(Side::Client, 0, &[0; 500]);
        watch.bytes(Side::Client, 500, &[0; 300]); // 128 more than there is room for
        watch.bytes(Side::Client, 800, &[0; 200]);
        watch.ended(Side::Client, 1000, None);
        drop(watch);
        let mut seen = Vec::new();
        for note in &mut notes {
            seen.push(match note {
                Note::Opened { connection: 7, .. } => "opened".to_owned(),
                Note::Bytes { offset, bytes, .. } => format!("{} at {offset}", bytes.len()),
                Note::Ended { offset, .. } => format!("ended at {offset}"),
                Note::Closed { failure: None, .. } => "closed".to_owned(),
                other => panic!("{other:?}"),
            });
        }
        assert_eq!(seen, ["opened", "500 at 0", "200 at 800", "ended at 1000", "closed"]);
        assert_eq!(room(&notes), 4 * NOTE + 1000);
    }

    /// Red if connections vanish without a word, or somebody waits for the end of one.
    #[test]
    fn connections_without_room_are_told_of_with_the_next_note() {
        let (tap, mut notes) = tap(4 * NOTE);
        let begin = |connection| Watch::begin(std::slice::from_ref(&tap), connection, PEER);
        let missed = |connections| Some(Note::Missed { connections });
        let first = begin(1);
        begin(2).ended(Side::Server, 0, None);
        drop(begin(3));
        drop(first);
        assert_eq!(notes.next(), missed(2..=3));
        assert!(matches!(notes.next(), Some(Note::Opened { connection: 1, .. })));
        drop(begin(4));
        assert_eq!(notes.next(), missed(4..=4));
        assert!(matches!(notes.next(), Some(Note::Closed { connection: 1, .. })));
        assert_eq!(room(&notes), NOTE);
        let last = begin(5);
        drop((last, tap));
        assert_eq!([notes.next(), notes.next()], [missed(5..=5), None]);
    }
}
