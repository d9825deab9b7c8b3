//! The keyspace: strings by key, some of which expire, in sixteen databases.
//!
//! # How keys expire
//!
//! Redis leaves an expired key where it is until somebody asks for it or a background task finds
//! it, and every command must remember that what it finds may be dead. Here each database keeps
//! its deadlines in order beside its keys, and [`Store::refresh`] removes all that have passed,
//! once before each command. Nothing expired is ever seen, counted or listed, with no check
//! anywhere else, and an expired key costs its removal and no more. (It lets go of the memory
//! when the next command comes; a server that nobody talks to keeps it.)
//!
//! # Invariants
//!
//! * A key is in `deadlines` if and only if its entry has a deadline, and with the same one.
//! * All changes to either go through [`Database::put`], [`Database::remove`] and
//!   [`Database::expire`], which keep that so.
//! * The time is what [`Store::refresh`] read: one command sees one time. It comes from a
//!   [`Clock`], so that a test can make it pass.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// How many databases there are, as in Redis.
pub(super) const DATABASES: usize = 16;

/// Tells the time, in milliseconds since 1970.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The system's.
    #[default]
    System,
    /// One that only moves when it is told to: for tests.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that shows `millis` until it is set to something else.
    ///
    /// ```
    /// # use resp_machine::server::Clock;
    /// let clock = Clock::manual(1_000);
    /// clock.advance(500);
    /// assert_eq!(clock.now(), 1_500);
    /// ```
    pub fn manual(millis: i64) -> Clock {
        Clock::Manual(Arc::new(AtomicI64::new(millis)))
    }

    /// The time.
    pub fn now(&self) -> i64 {
        match self {
            Clock::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX)),
            Clock::Manual(millis) => millis.load(Ordering::SeqCst),
        }
    }

    /// Moves a manual clock; the system's moves by itself.
    pub fn advance(&self, by: i64) {
        if let Clock::Manual(millis) = self {
            millis.fetch_add(by, Ordering::SeqCst);
        }
    }
}

/// A value, and when it goes.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) value: Vec<u8>,
    deadline: Option<i64>,
}

impl Entry {
    /// The last millisecond in which the key exists.
    pub(super) fn deadline(&self) -> Option<i64> {
        self.deadline
    }
}

/// One keyspace.
#[derive(Debug, Default)]
pub(super) struct Database {
    entries: HashMap<Arc<[u8]>, Entry>,
    deadlines: BTreeSet<(i64, Arc<[u8]>)>,
}

impl Database {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// How many keys will expire.
    pub(super) fn expiring(&self) -> usize {
        self.deadlines.len()
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &[u8]> {
        self.entries.keys().map(AsRef::as_ref)
    }

    pub(super) fn get(&self, key: &[u8]) -> Option<&Entry> {
        self.entries.get(key)
    }

    /// A value, to change in place.
    pub(super) fn value_mut(&mut self, key: &[u8]) -> Option<&mut Vec<u8>> {
        self.entries.get_mut(key).map(|entry| &mut entry.value)
    }

    /// Sets a value and its deadline.
    pub(super) fn put(&mut self, key: &[u8], value: Vec<u8>, deadline: Option<i64>) {
        let old = match self.entries.get_mut(key) {
            Some(entry) => {
                entry.value = value;
                entry.deadline
            }
            None => {
                self.entries.insert(key.into(), Entry { value, deadline: None });
                None
            }
        };
        if old != deadline {
            self.expire(key, deadline);
        }
    }

    /// Removes a key; whether it was there.
    pub(super) fn remove(&mut self, key: &[u8]) -> bool {
        let Some((key, entry)) = self.entries.remove_entry(key) else {
            return false;
        };
        if let Some(deadline) = entry.deadline {
            self.deadlines.remove(&(deadline, key));
        }
        true
    }

    /// Sets the deadline of a key, or takes it away; whether the key is there.
    pub(super) fn expire(&mut self, key: &[u8], deadline: Option<i64>) -> bool {
        let Some((shared, _)) = self.entries.get_key_value(key) else {
            return false;
        };
        let shared = Arc::clone(shared);
        let entry = self.entries.get_mut(key);
        let old = entry.and_then(|entry| std::mem::replace(&mut entry.deadline, deadline));
        if let Some(old) = old {
            self.deadlines.remove(&(old, Arc::clone(&shared)));
        }
        if let Some(deadline) = deadline {
            self.deadlines.insert((deadline, shared));
        }
        true
    }

    pub(super) fn clear(&mut self) -> usize {
        let count = self.len();
        // Dropped, not emptied: the memory goes with the keys.
        *self = Database::default();
        count
    }

    /// Removes what expired before `now`.
    fn purge(&mut self, now: i64) {
        while self.deadlines.first().is_some_and(|(deadline, _)| *deadline < now) {
            if let Some((_, key)) = self.deadlines.pop_first() {
                self.entries.remove(&key);
            }
        }
    }
}

/// All databases, and the time.
#[derive(Debug, Default)]
pub(super) struct Store {
    databases: [Database; DATABASES],
    clock: Clock,
    now: i64,
    /// Requests answered so far.
    pub(super) processed: u64,
}

impl Store {
    pub(super) fn new(clock: Clock) -> Store {
        Store { clock, ..Store::default() }
    }

    /// Reads the clock and removes what has expired. Before each command.
    pub(super) fn refresh(&mut self) {
        self.now = self.clock.now();
        for database in &mut self.databases {
            database.purge(self.now);
        }
    }

    /// The time at the last [`refresh`](Store::refresh).
    pub(super) fn now(&self) -> i64 {
        self.now
    }

    /// One database; there is none beyond [`DATABASES`].
    pub(super) fn database(&mut self, index: usize) -> &mut Database {
        &mut self.databases[index % DATABASES]
    }

    pub(super) fn databases(&self) -> impl Iterator<Item = &Database> {
        self.databases.iter()
    }

    /// Clears all databases: how many keys there were.
    pub(super) fn clear(&mut self) -> usize {
        self.databases.iter_mut().map(Database::clear).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (Store, Clock) {
        let clock = Clock::manual(1_000);
        (Store::new(clock.clone()), clock)
    }

    /// The first invariant of the module.
    fn consistent(database: &Database) {
        for (deadline, key) in &database.deadlines {
            assert_eq!(database.entries[key].deadline, Some(*deadline));
        }
        let with = database.entries.values().filter(|entry| entry.deadline.is_some()).count();
        assert_eq!(with, database.deadlines.len());
    }

    #[test]
    fn nothing_expired_is_seen() {
        let (mut store, clock) = store();
        store.refresh();
        let now = store.now();
        let database = store.database(3);
        database.put(b"stays", b"1".to_vec(), None);
        database.put(b"goes", b"2".to_vec(), Some(now + 10));
        clock.advance(10);
        store.refresh();
        assert_eq!(store.database(3).len(), 2, "the deadline itself is still in time");
        clock.advance(1);
        store.refresh();
        let database = store.database(3);
        assert_eq!(database.len(), 1);
        assert_eq!(database.keys().collect::<Vec<_>>(), [b"stays"]);
        assert!(database.get(b"goes").is_none());
        assert!(!database.remove(b"goes"));
        consistent(database);
    }

    #[test]
    fn deadlines_follow_their_keys() {
        let (mut store, clock) = store();
        let database = store.database(0);
        database.put(b"a", vec![], Some(2_000));
        database.put(b"b", vec![], Some(2_000));
        database.put(b"c", vec![], Some(2_000));
        database.put(b"d", vec![], Some(2_000));
        assert!(database.expire(b"a", None));
        assert!(database.remove(b"b"));
        database.put(b"c", vec![], Some(9_000));
        database.put(b"b", vec![], None);
        assert!(!database.expire(b"none", Some(1)));
        consistent(database);
        assert_eq!(database.expiring(), 2);
        clock.advance(5_000);
        store.refresh();
        let database = store.database(0);
        consistent(database);
        assert_eq!(database.len(), 3);
        assert!(database.get(b"d").is_none());
    }

    #[test]
    fn databases_are_apart() {
        let (mut store, _) = store();
        store.database(0).put(b"k", b"0".to_vec(), None);
        store.database(15).put(b"k", b"15".to_vec(), Some(5_000));
        assert_eq!(store.database(0).get(b"k").map(|entry| &entry.value[..]), Some(&b"0"[..]));
        assert_eq!(store.database(0).clear(), 1);
        assert_eq!(store.clear(), 1);
        assert!(store.databases().all(|database| database.len() == 0 && database.expiring() == 0));
    }
}
