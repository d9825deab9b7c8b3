//! The questions, printed: as text for a terminal, or in Markdown, as they are written.

use super::Exercise;

/// Columns of a terminal that are used.
const WIDTH: usize = 80;

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum Format {
    /// For a terminal
    Text,
    /// As the book shows them
    Markdown,
}

impl Format {
    /// A question, and the command that takes the answer.
    pub(super) fn question(self, name: &str, exercise: &Exercise) -> String {
        let usage = exercise.usage(name);
        match self {
            Format::Text => {
                let question = wrapped(&plain(exercise.question), name.len() + 2);
                format!("{name}  {question}\n\n    {usage}\n\n")
            }
            Format::Markdown => {
                format!("**{name}.** {}\n\n```sh\n{usage}\n```\n\n", exercise.question)
            }
        }
    }

    /// What stands behind the last question.
    pub(super) fn end(self) -> &'static str {
        match self {
            Format::Text => "How answers are written: cargo resp exercise --help\n",
            Format::Markdown => "",
        }
    }
}

/// What to think of, for a terminal.
pub(super) fn hint(hint: &str) -> String {
    format!("hint: {}", wrapped(&plain(hint), "hint: ".len()))
}

/// Markdown without its marks: code is quoted.
fn plain(markdown: &str) -> String {
    let mut text = String::new();
    for (at, piece) in markdown.split('`').enumerate() {
        if at > 0 {
            text.push(if at % 2 == 1 { '“' } else { '”' });
        }
        text.push_str(piece);
    }
    text
}

/// Text in lines, of which all but the first begin with so many spaces; the first has as many letters
/// before it.
fn wrapped(text: &str, indent: usize) -> String {
    let mut wrapped = String::new();
    let mut column = indent;
    for (at, word) in text.split(' ').enumerate() {
        let letters = word.chars().count();
        if at > 0 && column + 1 + letters > WIDTH {
            wrapped.push('\n');
            wrapped.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        } else if at > 0 {
            wrapped.push(' ');
            column += 1;
        }
        wrapped.push_str(word);
        column += letters;
    }
    wrapped
}
