//! What the server remembers of one client between its requests.

use crate::encode::Target;

/// One client's state: plain data, changed by the commands of the `connection` family.
#[derive(Debug)]
pub(super) struct Session {
    /// Never used twice while the server runs.
    pub(super) id: i64,
    /// Empty: none.
    pub(super) name: Vec<u8>,
    /// The selected database.
    pub(super) database: usize,
    /// The version of the protocol that replies are written in.
    pub(super) target: Target,
    /// No further request is answered, and the connection ends when the replies are sent.
    pub(super) closing: bool,
    /// The request that set `closing` gets no reply.
    pub(super) silent: bool,
}

impl Session {
    pub(super) fn new(id: i64) -> Session {
        Session {
            id,
            name: Vec::new(),
            database: 0,
            target: Target::Resp2,
            closing: false,
            silent: false,
        }
    }
}
