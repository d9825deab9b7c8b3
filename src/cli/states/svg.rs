//! The drawing: seven places, and the arrows of the table between them.
//!
//! Each part says in data attributes what it stands for: a state its name, an arrow and its label
//! the states it leads between, an arrow the rows it stands for. A page that holds the drawing finds
//! them by these.
//!
//! Labels are drawn over all arrows, each on a ground of its own, so no arrow strikes one through;
//! the colour of the ground is that of the page.

use super::{Arrow, arrows};
use crate::cli::markup::escape;
use crate::state::State;
use std::fmt::Write as _;

const RADIUS: f64 = 42.0;

/// Where a state stands.
const fn place(state: State) -> (f64, f64) {
    match state {
        State::Start => (60.0, 300.0),
        State::Line => (290.0, 130.0),
        State::Length => (290.0, 300.0),
        State::Body => (500.0, 300.0),
        State::Count => (290.0, 490.0),
        State::Elements => (500.0, 490.0),
        State::End => (740.0, 300.0),
    }
}

/// How far an arrow bows to the left of its way, so that no two lie on one another.
const fn bow(from: State, to: State) -> f64 {
    match (from, to) {
        (State::End, State::Start) => -540.0,
        (State::Line, State::End) => 70.0,
        (State::Length, State::End) => 125.0,
        (State::Count, State::End) => -330.0,
        (State::Elements, State::Start) => 310.0,
        (State::Elements, State::End) => 55.0,
        (State::End, State::Elements) => 55.0,
        _ => 0.0,
    }
}

/// Which part of an arrow lies before its label: half, unless another arrow or a state is there.
const fn along(from: State, to: State) -> f64 {
    match (from, to) {
        (State::Elements, State::Start) => 0.45,
        (State::End, State::Elements) => 0.62,
        _ => 0.5,
    }
}

/// The drawing, which follows the reader's choice of light or dark. Arrows that are `taken` say so in
/// their class, for the page around the drawing.
pub(in crate::cli) fn draw(taken: impl Fn(State, State) -> bool) -> String {
    let mut svg = String::from(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -16 800 600" role="img" aria-labelledby="title">
<title id="title">The state machine of RESP: seven states and the transitions between them</title>
<style>
  :root { color-scheme: light dark; }
  text { font: 14px system-ui, sans-serif; fill: #1b1b1b; text-anchor: middle; }
  .letter { font-size: 20px; font-weight: 700; }
  .markers { font-family: ui-monospace, monospace; font-weight: 600; }
  feFlood { flood-color: #ffffff; }
  circle { fill: #eef4ff; stroke: #2b5fb3; stroke-width: 2; }
  path.arrow { fill: none; stroke: #5a6472; stroke-width: 1.6; marker-end: url(#head); }
  #head path { fill: #5a6472; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e8e8e8; }
    feFlood { flood-color: #15171a; }
    circle { fill: #16233a; stroke: #7fa8ee; }
    path.arrow { stroke: #9aa5b4; }
    #head path { fill: #9aa5b4; }
  }
</style>
<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path d="M0 0 10 5 0 10z"/></marker><filter id="backing" x="-0.02" y="0" width="1.04" height="1"><feFlood/><feComposite in="SourceGraphic"/></filter></defs>
"#,
    );
    let mut labels = String::new();
    for arrow in arrows() {
        let (from, to) = (place(arrow.from), place(arrow.to));
        let control = control(from, to, bow(arrow.from, arrow.to));
        let start = edge(from, control);
        let end = edge(to, control);
        let class = if taken(arrow.from, arrow.to) { " taken" } else { "" };
        let _ = writeln!(
            svg,
            r#"<path class="arrow{class}" data-from="{:?}" data-to="{:?}" data-rules="{}" d="M{:.1} {:.1} Q{:.1} {:.1} {:.1} {:.1}"/>"#,
            arrow.from, arrow.to, arrow.rules, start.0, start.1, control.0, control.1, end.0, end.1
        );
        let at = along(arrow.from, arrow.to);
        let point = |a: f64, b: f64, c: f64| {
            (1.0 - at).powi(2) * a + 2.0 * at * (1.0 - at) * b + at.powi(2) * c
        };
        let lines = lines(&arrow);
        let beside = beside(start, end, bow(arrow.from, arrow.to), &lines);
        let x = point(start.0, control.0, end.0) + beside.0;
        let y = point(start.1, control.1, end.1) + beside.1;
        let _ = write!(
            labels,
            r#"<text class="label{}{class}" data-from="{:?}" data-to="{:?}" filter="url(#backing)" x="{x:.1}" y="{y:.1}">"#,
            if arrow.from == State::Start { " markers" } else { "" },
            arrow.from,
            arrow.to,
        );
        let mut down =
            first_line(start.1 == end.1 && bow(arrow.from, arrow.to) == 0.0, lines.len());
        for text in &lines {
            let text = escape(text);
            let _ = write!(labels, r#"<tspan x="{x:.1}" dy="{down:.2}em">{text}</tspan>"#);
            down = LINE;
        }
        labels.push_str("</text>\n");
    }
    svg.push_str(&labels);
    for state in State::ALL {
        let (x, y) = place(state);
        let letter = state.letter();
        let _ = writeln!(
            svg,
            r#"<g data-state="{state:?}"><title>{}</title><circle cx="{x}" cy="{y}" r="{RADIUS}"/><text class="letter" x="{x}" y="{y}">{letter}</text><text x="{x}" y="{}">{state:?}</text></g>"#,
            state.reads(),
            y + 20.0,
        );
    }
    svg.push_str("</svg>\n");
    svg
}

/// A drawing in which one state and the arrows that leave it are lit, and the rest is pale.
pub(super) fn light(drawing: &str, state: State) -> String {
    let style = format!(
        r#"<style>
  .arrow:not([data-from={state:?}]), .label:not([data-from={state:?}]) {{ opacity: 0.2; }}
  g:not([data-state={state:?}]) {{ opacity: 0.5; }}
  .arrow[data-from={state:?}] {{ stroke-width: 2.4; }}
  [data-state={state:?}] circle {{ stroke-width: 5; }}
</style>
</svg>"#
    );
    drawing.replace("</svg>", &style)
}

/// The control point of an arrow that bows.
fn control(from: (f64, f64), to: (f64, f64), bow: f64) -> (f64, f64) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy).max(1.0);
    ((from.0 + to.0) / 2.0 + dy / length * bow, (from.1 + to.1) / 2.0 - dx / length * bow)
}

/// Where an arrow towards `to` leaves the circle at `from`.
fn edge(from: (f64, f64), to: (f64, f64)) -> (f64, f64) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy).max(1.0);
    (from.0 + dx / length * (RADIUS + 2.0), from.1 + dy / length * (RADIUS + 2.0))
}

/// From one line of a label to the next, as a part of the size of its letters: a page around the
/// drawing may have larger ones.
const LINE: f64 = 1.25;

/// How far below its place the first of a label's lines stands: they are in its middle, or all above
/// an arrow that is level.
fn first_line(above: bool, lines: usize) -> f64 {
    let behind = LINE * (lines as f64 - 1.0);
    if above { -0.6 - behind } else { 0.35 - behind / 2.0 }
}

/// How far from its place on the arrow a label stands. On an arrow that is straight and slants, it would
/// hide most of it: it stands to the right, and hides some of its middle.
fn beside(start: (f64, f64), end: (f64, f64), bow: f64, lines: &[String]) -> (f64, f64) {
    let (dx, dy) = (end.0 - start.0, end.1 - start.1);
    if bow != 0.0 || dy == 0.0 {
        return (0.0, 0.0);
    }
    let length = dx.hypot(dy);
    let (right, down) = (dy.abs() / length, -dx * dy.signum() / length);
    let widest = lines.iter().map(String::len).max().unwrap_or(0) as f64;
    let far = 2.4 * widest * right + 5.0 * lines.len() as f64 * down.abs();
    (far * right, far * down)
}

/// A label in lines short enough to stand on the arrow.
fn lines(arrow: &Arrow) -> Vec<String> {
    // The markers are many, and another arrow passes by.
    let (separator, room) = match (arrow.from, arrow.to) {
        (State::Start, _) => (" ", 12),
        (State::End, _) => (", ", 24),
        // The states on both sides are near.
        (State::Count, State::Elements) => (", ", 14),
        _ => (", ", 32),
    };
    let mut lines: Vec<String> = Vec::new();
    for part in arrow.label.split_inclusive(separator) {
        match lines.last_mut() {
            Some(line) if line.len() + part.len() <= room => line.push_str(part),
            _ => lines.push(part.to_owned()),
        }
    }
    for line in &mut lines {
        line.truncate(line.trim_end().len());
    }
    lines
}
