//! Who reads: each library in each of its ways, behind one signature.

use crate::workload::Workload;
use crate::{ours, peers};
use bytes::Bytes;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

/// What a contender's figures may be compared with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// This library.
    Ours,
    /// Builds no values, or checks next to nothing: a limit to compare with, not a peer.
    Limit,
    /// A peer whose values borrow from the buffer.
    Borrows,
    /// A peer whose values can be kept.
    Owns,
}

/// A library, in one of its ways.
pub struct Contender {
    pub name: &'static str,
    pub role: Role,
    /// Reads every value, so that its sum can be checked; else it returns the number of frames.
    pub reads: bool,
    run: Run,
}

/// Reads a workload once.
type Read = Box<dyn FnMut(&[u8]) -> u64>;

enum Run {
    Here(Read),
    Apart(peers::redis_parser::Child),
}

impl Contender {
    /// Reads the workload once and says the sum over its values, or `None` if it cannot.
    pub fn sum(&mut self, wire: &[u8]) -> Option<u64> {
        match &mut self.run {
            Run::Here(run) => catch_unwind(AssertUnwindSafe(|| run(wire))).ok(),
            Run::Apart(child) => child.sum,
        }
    }

    /// Reads the workload once, and nothing else, for whoever counts instructions.
    pub fn read(&mut self, wire: &[u8]) {
        match &mut self.run {
            Run::Here(run) => {
                std::hint::black_box(run(std::hint::black_box(wire)));
            }
            Run::Apart(child) => {
                child.ask("time");
            }
        }
    }

    /// Reads the workload once and says how long it took, in ns.
    #[inline]
    pub fn time(&mut self, wire: &[u8]) -> f64 {
        match &mut self.run {
            Run::Here(run) => {
                let start = Instant::now();
                std::hint::black_box(run(std::hint::black_box(wire)));
                start.elapsed().as_nanos() as f64
            }
            Run::Apart(child) => child.ask("time") as f64,
        }
    }

    /// Reads the workload once and says how often it allocated. For a process that counts.
    pub fn allocations(&mut self, wire: &[u8]) -> u64 {
        match &mut self.run {
            Run::Here(run) => {
                crate::counts::measure(|| std::hint::black_box(run(wire))).1.allocations as u64
            }
            Run::Apart(child) => child.ask("count"),
        }
    }
}

/// All that can be measured in this build, ours first.
pub fn all(workload: &Workload) -> Vec<Contender> {
    let mut all = ours(workload);
    let bytes = Bytes::copy_from_slice(&workload.wire);
    let mut add = |name, role, run: Read| {
        all.push(Contender { name, role, reads: role != Role::Limit, run: Run::Here(run) });
    };
    add("naive, parse only", Role::Limit, Box::new(peers::naive::parse_only));
    {
        use peers::resp_rs;
        let (resp3, resp2) = (bytes.clone(), bytes.clone());
        add("resp-rs", Role::Owns, Box::new(move |_| resp_rs::resp3(&resp3)));
        add("resp-rs, RESP2", Role::Owns, Box::new(move |_| resp_rs::resp2(&resp2)));
    }
    {
        use peers::redis_protocol::{resp2, resp3};
        let (bytes3, bytes2) = (bytes.clone(), bytes);
        add("redis-protocol ranges", Role::Borrows, Box::new(resp3::ranges));
        add("redis-protocol ranges, RESP2", Role::Borrows, Box::new(resp2::ranges));
        add("redis-protocol Bytes", Role::Owns, Box::new(move |_| resp3::bytes(&bytes3)));
        add("redis-protocol Bytes, RESP2", Role::Owns, Box::new(move |_| resp2::bytes(&bytes2)));
        add("redis-protocol owned", Role::Owns, Box::new(resp3::owned));
        add("redis-protocol owned, RESP2", Role::Owns, Box::new(resp2::owned));
    }
    let frames = workload.frames;
    add("redis", Role::Owns, Box::new(move |wire| peers::redis_crate::run(wire, frames)));
    #[cfg(hiredis)]
    {
        use peers::hiredis;
        add("hiredis", Role::Owns, Box::new(hiredis::read_replies()));
        add("hiredis, no replies", Role::Limit, Box::new(hiredis::no_replies()));
    }
    for (name, resp) in [("redis-parser", 3), ("redis-parser, RESP2", 2)] {
        if let Some(child) = peers::redis_parser::Child::start(workload, resp) {
            all.push(Contender { name, role: Role::Borrows, reads: true, run: Run::Apart(child) });
        }
    }
    all
}

/// Our own ways.
pub fn ours(workload: &Workload) -> Vec<Contender> {
    let bytes = Bytes::copy_from_slice(&workload.wire);
    let one = |name, reads, run| Contender { name, role: Role::Ours, reads, run: Run::Here(run) };
    vec![
        one("tape, read", true, Box::new(ours::tape_read())),
        one("tape, parse only", false, Box::new(ours::tape_only())),
        one("pushed events", true, Box::new(ours::push())),
        one("pulled events", true, Box::new(ours::pull())),
        one("owned, read", true, Box::new(ours::owned(bytes))),
    ]
}

/// Who there is in this build, and in what role.
pub fn names() -> Vec<(&'static str, Role)> {
    let any = crate::workload::named("+OK").expect("one of them");
    all(&any).iter().map(|one| (one.name, one.role)).collect()
}
