//! Where events go.
//!
//! The machine is one core that is generic over a [`Sink`]. Three sinks make three ways to use
//! it: a slot that holds one event is the *pull* interface ([`Feed`](super::Feed)); a type of the
//! caller's is a *visitor* that events are pushed into ([`Machine::drive`](super::Machine::drive));
//! and the tape of the tree ([`crate::frame`]) is the third.

use crate::event::Token;
use core::ops::ControlFlow;

/// Takes events as the machine makes them.
///
/// ```
/// use core::ops::ControlFlow;
/// use resp_machine::event::{Event, Token};
/// use resp_machine::machine::{Machine, Sink};
/// use resp_machine::Dialect;
///
/// /// Adds up the lengths of all bulk strings.
/// struct Total(usize);
/// impl<'b> Sink<'b> for Total {
///     fn event(&mut self, token: Token<'b>) -> ControlFlow<()> {
///         if let Event::BulkString(bytes) = token.event {
///             self.0 += bytes.len();
///         }
///         ControlFlow::Continue(())
///     }
/// }
///
/// let mut total = Total(0);
/// let mut machine = Machine::new(Dialect::Resp3);
/// let consumed = machine.drive(b"*2\r\n$3\r\nfoo\r\n$5\r\nhello\r\n+O", &mut total)?;
/// assert_eq!(total.0, 8);
/// assert_eq!(consumed, 25); // everything but the unfinished line "O"
/// # Ok::<(), resp_machine::ProtocolError>(())
/// ```
pub trait Sink<'b> {
    /// Takes one event. `Break` makes the machine return with everything up to this event
    /// consumed; it goes on behind it when it is called again.
    fn event(&mut self, token: Token<'b>) -> ControlFlow<()>;

    /// A whole frame has ended at this stream offset (for a push that interrupts an aggregate:
    /// the push). `Break` as in [`event`](Sink::event).
    #[inline(always)]
    fn frame_end(&mut self, end: u64) -> ControlFlow<()> {
        let _ = end;
        ControlFlow::Continue(())
    }
}

/// Holds one event: the sink of the pull interface.
pub(super) struct Slot<'b>(pub(super) Option<Token<'b>>);

impl<'b> Sink<'b> for Slot<'b> {
    #[inline(always)]
    fn event(&mut self, token: Token<'b>) -> ControlFlow<()> {
        self.0 = Some(token);
        ControlFlow::Break(())
    }
}
