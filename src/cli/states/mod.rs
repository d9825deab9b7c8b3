//! `states`: the machine, drawn from its table.
//!
//! Nothing here knows a transition: rows come from [`TABLE`], and rows between the same two
//! states share an arrow. Only the places of the seven states on the drawing are given by hand.

pub(super) mod svg;

use super::Outcome;
use crate::state::{Emits, On, State, TABLE, Transition};
use std::fmt::Write as _;
use std::io::{self, Write as _};

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// A table of all transitions, in Markdown
    Table,
    /// A Mermaid state diagram
    Mermaid,
    /// A Graphviz graph
    Dot,
    /// A drawing
    Svg,
}

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// How to show it
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// Only what leaves this state, by its letter or name; a drawing shows the rest, but pale
    #[arg(long, value_name = "STATE", visible_alias = "lit", value_parser = super::state)]
    from: Option<State>,
}

pub(super) fn run(args: &Args) -> Outcome {
    let text = match args.format {
        Format::Table => table(args.from),
        Format::Mermaid => mermaid(args.from),
        Format::Dot => dot(args.from),
        Format::Svg => match args.from {
            Some(state) => svg::light(&svg::draw(|_, _| false), state),
            None => svg::draw(|_, _| false),
        },
    };
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(())
}

/// An arrow of the drawing: all rows from one state to another.
struct Arrow {
    from: State,
    to: State,
    label: String,
    /// The names of the rows, with a space between two.
    rules: String,
}

fn arrows() -> Vec<Arrow> {
    let mut arrows = Vec::new();
    for from in State::ALL {
        for to in State::ALL {
            let rows = TABLE.iter().filter(|row| row.from == from && row.to == to);
            let mut labels: Vec<String> = Vec::new();
            let mut rules: Vec<String> = Vec::new();
            for row in rows {
                rules.push(format!("{:?}", row.rule));
                let label = short(row);
                if !labels.contains(&label) {
                    labels.push(label);
                }
            }
            if !labels.is_empty() {
                let separator = if from == State::Start { " " } else { ", " };
                let (label, rules) = (labels.join(separator), rules.join(" "));
                arrows.push(Arrow { from, to, label, rules });
            }
        }
    }
    arrows
}

/// A row's condition in the room that an arrow has.
fn short(row: &Transition) -> String {
    match (row.on, row.emits) {
        (On::Marker(kind), _) => char::from(kind.marker()).to_string(),
        (On::OtherByte, _) => "inline".to_owned(),
        (On::Line(_), _) => "valid line".to_owned(),
        (On::Bytes(_), _) => "n bytes, CRLF".to_owned(),
        (On::Due, _) => "n > 0".to_owned(),
        (On::Annotated, _) => "n = 0 of an attribute".to_owned(),
        (On::Element, _) => "element: n-1".to_owned(),
        (On::Interruption, _) => "interruption".to_owned(),
        (On::NextByte, _) => "next byte".to_owned(),
        (On::Zero, Emits::End) => "0 (of a chunk)".to_owned(),
        (on, _) => on.to_string(),
    }
}

/// Whether what leaves `from` is asked for.
fn leaves(only: Option<State>, from: State) -> bool {
    only.is_none_or(|only| only == from)
}

/// All rows, or those that leave one state, without the columns that then say nothing.
fn table(only: Option<State>) -> String {
    let head = ["from", "on", "where", "to", "emits", "dialects", "shortest input", "row"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for row in TABLE.iter().filter(|row| leaves(only, row.from)) {
        let dialects: Vec<&str> = row.dialects.iter().map(|dialect| dialect.name()).collect();
        let on = match row.on {
            On::Marker(_) => format!("`{}`", row.on),
            on => on.to_string(),
        };
        rows.push(vec![
            format!("{} {:?}", row.from.letter(), row.from),
            on,
            row.within.to_string(),
            format!("{} {:?}", row.to.letter(), row.to),
            row.emits.to_string(),
            dialects.join(" "),
            format!("`{}`", row.example.escape_ascii()),
            format!("{:?}", row.rule),
        ]);
    }
    let escaped = |cell: &str| cell.replace('|', "\\|");
    let width = |column: usize| {
        rows.iter().map(|row| escaped(&row[column]).chars().count()).max().unwrap_or(0)
    };
    let says = |column: &usize| {
        only.is_none() || *column > 0 && rows[1..].iter().any(|row| !row[*column].is_empty())
    };
    let columns: Vec<(usize, usize)> =
        (0..head.len()).filter(says).map(|column| (column, width(column))).collect();
    let mut text = String::new();
    for (at, row) in rows.iter().enumerate() {
        let cells =
            columns.iter().map(|(column, width)| format!("{:width$}", escaped(&row[*column])));
        let _ = writeln!(text, "| {} |", cells.collect::<Vec<_>>().join(" | "));
        if at == 0 {
            let rule = columns.iter().map(|(_, width)| "-".repeat(*width));
            let _ = writeln!(text, "| {} |", rule.collect::<Vec<_>>().join(" | "));
        }
    }
    text
}

fn mermaid(only: Option<State>) -> String {
    let mut text = String::from("stateDiagram-v2\n    direction LR\n");
    for state in State::ALL {
        let _ = writeln!(text, "    {state:?} : {} {state:?}", state.letter());
    }
    if only.is_none() {
        text.push_str("    [*] --> Start\n");
    }
    for arrow in arrows().iter().filter(|arrow| leaves(only, arrow.from)) {
        // Mermaid takes `:` and `;` as syntax; its entities stand for them.
        let label = arrow.label.replace(';', "#59;").replace(':', "#58;");
        let _ = writeln!(text, "    {:?} --> {:?} : {label}", arrow.from, arrow.to);
    }
    text
}

fn dot(only: Option<State>) -> String {
    let mut text = String::from(
        "digraph resp {\n    rankdir=LR;\n    node [shape=circle, fontname=\"sans-serif\"];\n    \
         edge [fontname=\"sans-serif\", fontsize=10];\n",
    );
    for state in State::ALL {
        let _ = writeln!(text, "    {state:?} [label=\"{}\\n{state:?}\"];", state.letter());
    }
    for arrow in arrows().iter().filter(|arrow| leaves(only, arrow.from)) {
        let _ =
            writeln!(text, "    {:?} -> {:?} [label=\"{}\"];", arrow.from, arrow.to, arrow.label);
    }
    text.push_str("}\n");
    text
}
