//! What clients send: a table of the commands that the server knows, and words made by it.
//!
//! A row says a command's name and arity, for the model to refuse what breaks it, and what its
//! arguments are like, for the fuzzer to make some. Most of what is made means something; some of it
//! is too short or too long, or has a word that does not belong there, and the model must know what
//! is said to that.
//!
//! A command that is new in the server and not here turns the target red (`COMMAND` answers what
//! is not expected), and so does a row that no seed makes.

use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;
use arbitrary::{Arbitrary, Result, Unstructured};

/// The words of a request, the name of its command first.
pub(super) type Words = Vec<Vec<u8>>;

/// What an argument is like.
#[derive(Clone, Copy, Debug)]
enum Arg {
    /// One of a few, so that commands meet; some that a pattern has to take apart.
    Key,
    /// What is stored: numbers in and out of range, and bytes.
    Text,
    /// A number, mostly small.
    Number,
    /// A time not far from that of the script, in seconds or milliseconds since 1970.
    Seconds,
    Millis,
    /// Mostly made for a key.
    Pattern,
    /// The name of a client: of letters, or not.
    Name,
    /// Of a database: there are sixteen.
    Index,
    /// Of the protocol.
    Version,
    /// The name of a command.
    Command,
    /// What a client may say of itself.
    Attribute,
    Word(&'static str),
}

use Arg::{
    Attribute, Command, Index, Key, Millis, Name, Number, Pattern, Seconds, Text, Version, Word,
};

/// A command or, as `container|name`, a subcommand.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) name: &'static str,
    /// How many words, the name included; negative: at least so many.
    pub(super) arity: i32,
    /// What it needs.
    needs: &'static [Arg],
    /// What may follow, in any order and number.
    takes: &'static [&'static [Arg]],
}

const fn row(
    name: &'static str,
    arity: i32,
    needs: &'static [Arg],
    takes: &'static [&'static [Arg]],
) -> Row {
    Row { name, arity, needs, takes }
}

const ONLY: &[&[Arg]] = &[&[Word("NX")], &[Word("XX")], &[Word("GT")], &[Word("lt")]];
const MODE: &[&[Arg]] = &[&[Word("ASYNC")], &[Word("sync")], &[Text]];

/// What works on keys.
const DATA: &[Row] = &[
    row(
        "set",
        -3,
        &[Key, Text],
        &[
            &[Word("NX")],
            &[Word("xx")],
            &[Word("GET")],
            &[Word("KEEPTTL")],
            &[Word("EX"), Number],
            &[Word("px"), Number],
            &[Word("EXAT"), Seconds],
            &[Word("PXAT"), Millis],
        ],
    ),
    row("keys", 2, &[Pattern], &[]),
    row("get", 2, &[Key], &[]),
    row("mget", -2, &[Key], &[&[Key]]),
    row("mset", -3, &[Key, Text], &[&[Key, Text]]),
    row("append", 3, &[Key, Text], &[]),
    row("strlen", 2, &[Key], &[]),
    row("incr", 2, &[Key], &[]),
    row("decr", 2, &[Key], &[]),
    row("incrby", 3, &[Key, Text], &[]),
    row("decrby", 3, &[Key, Text], &[]),
    row("expire", -3, &[Key, Number], ONLY),
    row("pexpire", -3, &[Key, Number], ONLY),
    row("persist", 2, &[Key], &[]),
    row("ttl", 2, &[Key], &[]),
    row("pttl", 2, &[Key], &[]),
    row("del", -2, &[Key], &[&[Key]]),
    row("delete", -2, &[Key], &[&[Key]]),
    row("exists", -2, &[Key], &[&[Key]]),
    row("type", 2, &[Key], &[]),
    row("dbsize", 1, &[], &[]),
];

/// What works on the session, and on whole databases.
const SESSION: &[Row] = &[
    row("select", 2, &[Index], &[]),
    row(
        "hello",
        -1,
        &[Version],
        &[
            &[Word("AUTH"), Word("default"), Text],
            &[Word("auth"), Text, Text],
            &[Word("SETNAME"), Name],
        ],
    ),
    row("client|id", 2, &[], &[]),
    row("client|getname", 2, &[], &[]),
    row("client|setname", 3, &[Name], &[]),
    row("client|setinfo", 4, &[Attribute, Name], &[]),
    row("client|help", 2, &[], &[]),
    row("ping", -1, &[], &[&[Text]]),
    row("echo", 2, &[Text], &[]),
    row("quit", -1, &[], &[&[Text]]),
    row("flush", -1, &[], MODE),
    row("flushall", -1, &[], MODE),
    row("flushdb", -1, &[], MODE),
];

/// What tells of the server, much of it at great length; and what ends it.
const SERVER: &[Row] = &[
    row("client", -2, &[Text], &[]),
    row("command", -1, &[], &[]),
    row("command|count", 2, &[], &[]),
    row("command|docs", -2, &[Command], &[&[Command]]),
    row("command|help", 2, &[], &[]),
    row("command|info", -2, &[Command], &[&[Command]]),
    row("command|list", -2, &[], &[]),
    row("config", -2, &[Text], &[]),
    row(
        "config|get",
        -3,
        &[Pattern],
        &[
            &[Pattern],
            &[Word("*")],
            &[Word("MAX*")],
            &[Word("Save")],
            &[Word(r"\save")],
            &[Word("sa[V]?")],
        ],
    ),
    row("config|help", 2, &[], &[]),
    row(
        "info",
        -1,
        &[],
        &[
            &[Word("SERVER")],
            &[Word("clients")],
            &[Word("Stats")],
            &[Word("keyspace")],
            &[Word("all")],
            &[Word("nosuch")],
        ],
    ),
    row(
        "shutdown",
        -1,
        &[],
        &[
            &[Word("SAVE")],
            &[Word("nosave")],
            &[Word("NOW")],
            &[Word("FORCE")],
            &[Word("abort")],
            &[Text],
        ],
    ),
];

/// All of them.
pub(super) fn rows() -> impl Iterator<Item = &'static Row> {
    [DATA, SESSION, SERVER].into_iter().flatten()
}

/// The row of a name, which is in any case.
pub(super) fn find(name: &[u8]) -> Option<&'static Row> {
    rows().find(|row| row.name.as_bytes().eq_ignore_ascii_case(name))
}

impl Row {
    /// The subcommands of a container, in the order in which they are told.
    pub(super) fn subcommands(&self) -> Vec<&'static Row> {
        let of =
            |row: &Row| row.name.strip_prefix(self.name).is_some_and(|own| own.starts_with('|'));
        let mut rows: Vec<&Row> = rows().filter(|row| of(row)).collect();
        rows.sort_unstable_by_key(|row| row.name);
        rows
    }

    /// The last part of the name.
    pub(super) fn own_name(&self) -> &'static str {
        self.name.rsplit('|').next().unwrap_or(self.name)
    }

    pub(super) fn allows(&self, words: usize) -> bool {
        let arity = self.arity.unsigned_abs() as usize;
        if self.arity < 0 { words >= arity } else { words == arity }
    }
}

/// The words of some command.
pub(super) fn request(u: &mut Unstructured<'_>) -> Result<Words> {
    let rows = match u.int_in_range(0..=31)? {
        // What the other commands need is a key, and what is hardest about it is its deadline.
        0..=7 => &DATA[..1],
        // What finds several of them, with much to be wrong about.
        8 | 9 => &DATA[1..2],
        10..=21 => DATA,
        22..=29 => SESSION,
        30 => SERVER,
        _ => return anything(u),
    };
    let row = u.choose(rows)?;
    let mut words: Words = row.name.split('|').map(|word| word.as_bytes().to_vec()).collect();
    for arg in row.needs {
        words.push(make(u, *arg)?);
    }
    // How much there is of the rest, and whether something is wrong with it.
    let how = u.int_in_range(0..=31)?;
    if !row.takes.is_empty() {
        for _ in 0..how % 4 {
            for arg in *u.choose(row.takes)? {
                words.push(make(u, *arg)?);
            }
        }
    }
    match how {
        28 => drop(words.pop()),
        29 => words.push(make(u, Text)?),
        30 => {
            let at = u.int_in_range(0..=words.len() - 1)?;
            words[at] = make(u, Text)?;
        }
        31 => words[0].make_ascii_uppercase(),
        _ => {}
    }
    Ok(words)
}

/// What is no command, or is one by chance; and what a web page makes a browser send.
fn anything(u: &mut Unstructured<'_>) -> Result<Words> {
    let mut words = match u.int_in_range(0..=7)? {
        0 => vec![b"POST".to_vec()],
        1 => vec![b"host:".to_vec()],
        2 => vec![b"client".to_vec()],
        3 => vec![b"nosuch".to_vec(), vec![b'x'; u.int_in_range(0..=140)?]],
        _ => Words::new(),
    };
    for _ in 0..u.int_in_range(0..=3)? {
        words.push(make(u, Text)?);
    }
    Ok(words)
}

/// An argument.
fn make(u: &mut Unstructured<'_>, arg: Arg) -> Result<Vec<u8>> {
    const NUMBERS: &[&str] = &[
        "0",
        "-0",
        "05",
        "+1",
        "",
        "9223372036854775",
        "9223372036854776",
        "9223372036854775807",
        "-9223372036854775808",
    ];
    const TEXTS: &[&str] =
        &["", "0", "-7", "9223372036854775807", "-9223372036854775808", "05", "+1", "x"];
    const NAMES: &[&str] = &["me", "you", "~!", "", "a b", "x\ny", "\x7f"];
    let near = |u: &mut Unstructured<'_>, from: i64, scale: i64| -> Result<Vec<u8>> {
        Ok((from + i64::from(u.arbitrary::<i16>()?) * scale).to_string().into_bytes())
    };
    let one = |u: &mut Unstructured<'_>, of: &[&str]| Ok(u.choose(of)?.as_bytes().to_vec());
    match arg {
        Key => key(u),
        Pattern => {
            let like = key(u)?;
            pattern(u, &like)
        }
        Text => match u.int_in_range(0..=2)? {
            0 => one(u, TEXTS),
            1 => near(u, 0, 1),
            _ => bytes(u),
        },
        Number => match u.int_in_range(0..=15)? {
            0 => one(u, NUMBERS),
            1..=7 => Ok(u.int_in_range(-1..=60)?.to_string().into_bytes()),
            _ => near(u, 0, 1),
        },
        Seconds => near(u, super::START / 1000, 1),
        Millis => near(u, super::START, 8),
        Name => one(u, NAMES),
        Index => Ok(u.int_in_range(-1..=17)?.to_string().into_bytes()),
        Version => one(u, &["2", "3", "3", "3", "4", "+3", "-9223372036854775809"]),
        Command => match u.int_in_range(0..=7)? {
            0 => bytes(u),
            _ => {
                let all: Vec<&str> = rows().map(|row| row.name).collect();
                one(u, &all)
            }
        },
        Attribute => one(u, &["LIB-NAME", "lib-ver", "lib\x00"]),
        Word(word) => Ok(word.as_bytes().to_vec()),
    }
}

fn key(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    Ok(match u.int_in_range(0..=31)? {
        0..=13 => b"a".to_vec(),
        14..=22 => b"b".to_vec(),
        // One that has to be quoted in an inline command.
        23..=26 => b"* \"\r\n\x00".to_vec(),
        27..=28 => vec![b'a'; u.int_in_range(0..=255)?],
        _ => letters(u, 3)?,
    })
}

/// Keys, and then a question for those that are like the first: what is asked of a store in which a
/// pattern finds nothing says little.
fn lookup(u: &mut Unstructured<'_>) -> Result<[Words; 2]> {
    let like = match u.int_in_range(0..=3)? {
        3 => vec![b'a'; u.int_in_range(60..=255)?],
        2 => letters(u, 3)?,
        _ => key(u)?,
    };
    let asked = vec![b"keys".to_vec(), pattern(u, &like)?];
    let mut stored = vec![b"mset".to_vec(), like, b"0".to_vec()];
    for _ in 0..u.int_in_range(0..=2)? {
        stored.extend([letters(u, 2)?, b"0".to_vec()]);
    }
    Ok([stored, asked])
}

/// Often one that takes `like`.
fn pattern(u: &mut Unstructured<'_>, like: &[u8]) -> Result<Vec<u8>> {
    // What short inputs end with is taken for 0, and that must mean something here, too.
    match u.int_in_range(0..=7)? {
        7 => Ok(b"*".to_vec()),
        6 => letters(u, 8),
        _ if like.len() > 8 => stars(u),
        _ => {
            let mut pattern = Vec::new();
            for byte in like {
                piece(u, *byte, &mut pattern)?;
            }
            Ok(pattern)
        }
    }
}

/// For a long key of one letter: trying all that each star could take needs more time than there is.
fn stars(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let part = *u.choose(&["a*", "*a", "?*", "[^b]*", "a**"])?;
    let parts = part.repeat(u.int_in_range(10..=40)?);
    // Most end with what is not there.
    let end = *u.choose(&["b", "b", "b", ""])?;
    Ok((parts + end).into_bytes())
}

/// What may take the place of a byte in a pattern.
fn piece(u: &mut Unstructured<'_>, byte: u8, pattern: &mut Vec<u8>) -> Result<()> {
    match u.int_in_range(0..=15)? {
        0..=3 => pattern.push(byte),
        4 => pattern.push(b'?'),
        5 | 6 => pattern.push(b'*'),
        7 => pattern.extend([b'\\', byte]),
        how => {
            // A class: negated, with some items, and not closed, each now and then.
            pattern.extend_from_slice(if how < 12 { b"[" } else { b"[^" });
            let how: u8 = u.arbitrary()?;
            for _ in 0..how % 4 {
                let item = if u.ratio(1, 2)? { byte } else { *u.choose(b"bcA^-[*")? };
                match u.int_in_range(0..=7)? {
                    0 | 1 => pattern.extend([item, b'-', *u.choose(b"acz-]")?]),
                    2 => pattern.extend([b'\\', *u.choose(b"a]^-\\")?]),
                    3 => pattern.extend([item, b'-']),
                    _ => pattern.push(item),
                }
            }
            if how < 224 {
                pattern.push(b']');
            }
        }
    }
    Ok(())
}

/// Of the letters that patterns turn on.
fn letters(u: &mut Unstructured<'_>, most: usize) -> Result<Vec<u8>> {
    (0..u.int_in_range(0..=most)?).map(|_| Ok(*u.choose(b"aab**?[[]^-\\A")?)).collect()
}

fn bytes(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let length = u.int_in_range(0..=9)?;
    Ok(u.bytes(length.min(u.len()))?.to_vec())
}

/// Requests that ask for what a client's session holds, and what is in its database.
pub(super) fn session_audit() -> Vec<Words> {
    // A null shows the version.
    ["CLIENT GETNAME", "GET nosuch", "KEYS *"].map(words).to_vec()
}

/// The words of a line without quotes.
pub(super) fn words(line: &str) -> Words {
    line.split(' ').map(|word| word.as_bytes().to_vec()).collect()
}

/// A request, and the form in which it is sent.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) words: Words,
    pub(super) inline: bool,
}

impl Request {
    /// What puts keys into the store, and then asks for them by a pattern.
    pub(super) fn lookup(u: &mut Unstructured<'_>) -> Result<[Request; 2]> {
        let inline = u.ratio(1, 4)?;
        Ok(lookup(u)?.map(|words| Request { words, inline }))
    }
}

impl<'a> Arbitrary<'a> for Request {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Request> {
        let inline = u.ratio(1, 4)?;
        Ok(Request { words: request(u)?, inline })
    }
}
