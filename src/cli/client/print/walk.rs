//! A frame, step by step: what stands in it, in order, and where aggregates begin and end.
//!
//! As [`Frame::events`], with what a printer of numbered lists has to know beforehand: how many
//! elements there will be, streamed or not, and what comes behind a key.

use crate::frame::{Attributes, Elements, Frame, Pairs, View};
use crate::wire::Type;
use std::io;

/// What comes next.
pub(super) enum Step<'a> {
    /// A value that holds no others.
    Leaf(View<'a>),
    /// An aggregate of so many elements (pairs, for a map or attribute).
    Open(Type, usize),
    /// The element of the aggregate opened last, counted from 0, is next.
    Item(usize),
    /// The key of a pair, counted from 0, is next.
    Key(usize, Frame<'a>),
    /// The value of that pair is next.
    Value(Frame<'a>),
    /// The aggregate opened last ends.
    Close(Type),
}

/// An aggregate that has not ended.
enum Open<'a> {
    Items(Type, Elements<'a>, usize),
    Pairs(Type, Pairs<'a>, usize, Option<Frame<'a>>),
    /// The rest of a value's attributes, and the value.
    Described(Attributes<'a>, Frame<'a>),
}

/// Tells `step` of everything in `frame`; of its attributes, too, if they are wanted.
pub(super) fn walk<'a>(
    frame: Frame<'a>,
    attributes: bool,
    mut step: impl FnMut(Step<'a>) -> io::Result<()>,
) -> io::Result<()> {
    let mut open = Vec::new();
    let mut next = Some(frame);
    loop {
        if let Some(frame) = next.take() {
            match frame.attributes().next() {
                Some(_) if attributes => open.push(Open::Described(frame.attributes(), frame)),
                _ => value(frame, &mut open, &mut step)?,
            }
        }
        let Some(last) = open.last_mut() else { return Ok(()) };
        match last {
            Open::Items(kind, items, index) => match items.next() {
                Some(item) => {
                    step(Step::Item(*index))?;
                    *index += 1;
                    next = Some(item);
                }
                None => {
                    step(Step::Close(*kind))?;
                    open.pop();
                }
            },
            Open::Pairs(kind, pairs, index, due) => match due.take() {
                Some(value) => {
                    step(Step::Value(value))?;
                    next = Some(value);
                }
                None => match pairs.next() {
                    Some((key, value)) => {
                        step(Step::Key(*index, key))?;
                        *index += 1;
                        *due = Some(value);
                        next = Some(key);
                    }
                    None => {
                        step(Step::Close(*kind))?;
                        open.pop();
                    }
                },
            },
            Open::Described(attributes, described) => match attributes.next() {
                Some(pairs) if pairs.len() == 0 => {}
                Some(pairs) => {
                    step(Step::Open(Type::Attribute, pairs.len()))?;
                    open.push(Open::Pairs(Type::Attribute, pairs, 0, None));
                }
                None => {
                    let described = *described;
                    open.pop();
                    value(described, &mut open, &mut step)?;
                }
            },
        }
    }
}

/// The value itself, behind its attributes.
fn value<'a>(
    frame: Frame<'a>,
    open: &mut Vec<Open<'a>>,
    step: &mut impl FnMut(Step<'a>) -> io::Result<()>,
) -> io::Result<()> {
    let kind = frame.wire_type();
    match frame.view() {
        View::Array(items) | View::Set(items) | View::Push(items) => {
            step(Step::Open(kind, items.len()))?;
            open.push(Open::Items(kind, items, 0));
        }
        View::Map(pairs) => {
            step(Step::Open(kind, pairs.len()))?;
            open.push(Open::Pairs(kind, pairs, 0, None));
        }
        leaf => step(Step::Leaf(leaf))?,
    }
    Ok(())
}
