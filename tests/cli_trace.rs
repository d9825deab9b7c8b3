//! The program's `trace`: what it prints in each form, and its exit codes.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use resp_machine::Dialect;
use resp_machine::state::{State, TABLE};
use resp_machine::trace::json_lines;
use std::collections::HashSet;
use std::process::{Command, Stdio};

/// Exit code, standard output and standard error of `trace` with these arguments.
fn trace_with(args: &[&str], variables: &[(&str, &str)]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_resp-machine"))
        .arg("trace")
        .args(args)
        .env_remove("CLICOLOR_FORCE")
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

fn trace(args: &[&str]) -> (i32, String, String) {
    trace_with(args, &[])
}

const CAPTURE: &str = "examples/captures/replies-resp3.resp";

#[test]
fn text_has_a_line_for_each_transition() {
    let (code, text, err) = trace(&["--text", r"*1\r\n$5\r\nhello\r\n:1\r\n", "--cuts", "10,11"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let expected = r#"S Start, A Line, B Length, C Body, D Count, En Elements, END End

offset    bytes                   step      event (or why)                           open
0..1      *                       S → D     (array: its count follows)
1..4      1\r\n                   D → En    array of 1 begins                        array 1 left
                                  En → S    (an element is due)                      array 1 left
4..5      $                       S → B     (bulk string: its length follows)        array 1 left
5..8      5\r\n                   B → C     (5 bytes follow, and CR LF)              array 1 left
── the input is cut at 10, behind he: a blob lacks 3 bytes, and the CR LF behind it: 2 bytes kept, which are only counted until the rest is there
── the input is cut at 11, behind hel: a blob lacks 2 bytes, and the CR LF behind it: 3 bytes kept, which are only counted until the rest is there
8..15     hello\r\n               C → END   bulk string "hello"                      array 1 left
                                  END → En  (it was an element: n is now 0)          array 0 left
                                  En → END  array ends
                                  END → S   (the next frame begins)
15..16    :                       S → A     (integer: its line follows)
16..19    1\r\n                   A → END   integer 1
✓ offset 19: 2 frames
"#;
    assert_eq!(text, expected);
}

#[test]
fn what_is_long_or_deep_is_cut_in_text_alone() {
    let wire = format!(r"{}$100\r\n{}\r\n", r"*1\r\n".repeat(9), "x".repeat(100));
    let (code, text, _) = trace(&["--text", &wire]);
    assert_eq!(code, 0);
    assert!(text.contains(r"  xxxxxxxxxxxxxxxxx…\r\n  C → END  "), "{text}");
    let deep = "array 1 left › array 1 left › array 1 left › … 3 more … › array 1 left";
    assert!(text.contains(deep), "{text}");
    let json = trace(&["--text", &wire, "--format", "json"]).1;
    assert!(json.contains(&"x".repeat(100)));
}

#[test]
fn an_error_stands_at_its_byte() {
    let (code, text, err) = trace(&["--text", r"*2\r\n:1\r\n:1\x00a\r\n"]);
    assert_eq!((code, err.as_str()), (4, ""));
    let expected = r#"✗ offset 10, in A Line: InvalidInteger
    *2\r\n:1\r\n:1\x00a\r\n
                  ^^^^
  expected  a digit, or CR LF
  found     byte 0x00
  hiredis   refuses it: "Bad integer value"
"#;
    assert!(text.ends_with(expected), "{text}");
    let (code, text, _) = trace(&["--dialect", "request", "--text", r"*1\r\n$-1\r\n"]);
    assert_eq!(code, 4);
    let redis =
        "  redis     answers -ERR Protocol error: invalid bulk length and closes the connection\n";
    assert!(text.ends_with(redis), "{text}");
}

#[test]
fn an_end_inside_a_frame_is_told() {
    let (code, text, err) = trace(&["--text", r"*2\r\n:1"]);
    assert_eq!((code, err.as_str()), (3, ""));
    let end = "\n… the input ends at 6, behind 1: a line has no end yet: 1 byte kept, and searched; \
               the search for CR LF goes on at offset 6\n";
    assert!(text.ends_with(end), "{text}");
    assert!(!text.contains("cut at") && !text.contains('✗'), "nobody cut, and nothing is wrong");
    let (_, text, _) = trace(&["--text", r"*2\r\n:1", "--cuts", "5"]);
    assert_eq!(text.matches("── the input is cut at ").count(), 1, "{text}");
}

/// What is open stands in one column, whatever the reason before it.
#[test]
fn reasons_have_room() {
    let (mut aligned, mut interrupted) = (0, false);
    for row in &TABLE {
        let input = row.example.escape_ascii().to_string();
        let (_, text, _) = trace(&["--dialect", row.dialects[0].name(), "--text", &input]);
        let Some(head) = text.lines().find(|line| line.starts_with("offset ")) else { continue };
        let open = head.chars().count() - "open".len();
        for line in text.lines().filter(|line| line.contains(" left") && line.contains(") ")) {
            let before: String = line.chars().take(open).collect();
            assert!(before.trim_end().ends_with(')') && before.ends_with("  "), "{line}");
            aligned += 1;
            interrupted |= line.contains("(push, interrupting: its count follows)");
        }
    }
    assert!(aligned > 5, "{aligned}");
    assert!(interrupted, "the longest reason is met");
}

/// The forms for programs leave the last word to standard error, in `decode`'s words.
#[test]
fn it_ends_as_decode_does() {
    for (text, code) in [(r":1\r\n", 0), ("*1", 3), (r"*1\r\n_x\r\n", 4), ("", 0)] {
        let decode = Command::new("bash")
            .args(["-c", "printf \"$1\" | \"$0\" decode"])
            .args([env!("CARGO_BIN_EXE_resp-machine"), text])
            .output()
            .unwrap();
        let expected = String::from_utf8(decode.stderr).unwrap();
        assert_eq!(decode.status.code(), Some(code), "{text}");
        for format in ["json", "html"] {
            let (code_here, _, err) = trace(&["--text", text, "--format", format]);
            assert_eq!((code_here, &err), (code, &expected), "{text} as {format}");
        }
    }
    assert_eq!(trace(&["no/such/file"]).0, 1);
}

#[test]
fn usage_errors_are_code_2() {
    for args in [
        &["--text", r"a\q"][..],
        &["--text", "a", CAPTURE],
        &["--chunk", "0"],
        &["--chunk", "1", "--cuts", "2"],
        &["--cuts", "1,x"],
        &["--format", "gif"],
    ] {
        assert_eq!(trace(args).0, 2, "{args:?}");
    }
    let (_, _, err) = trace(&["--text", r"a\q"]);
    assert!(err.contains(r"\q at letter 2 is no escape; there are \r \n"), "{err}");
}

#[test]
fn colour_is_for_terminals_and_those_who_insist() {
    let args = ["--text", r":1\r\n:x\r\n"];
    assert!(!trace(&args).1.contains('\x1b'));
    let (_, colour, _) = trace_with(&args, &[("CLICOLOR_FORCE", "1")]);
    assert!(colour.contains("\x1b[32minteger 1\x1b[0m"), "{colour:?}");
    // Without its colours, it is the same text.
    let mut plain = String::new();
    for (at, part) in colour.split('\x1b').enumerate() {
        plain.push_str(if at == 0 { part } else { part.split_once('m').unwrap().1 });
    }
    assert_eq!(plain, trace(&args).1);
    assert!(!trace_with(&args, &[("NO_COLOR", "1")]).1.contains('\x1b'));
}

/// The program prints the library's JSON, for any cuts.
#[test]
fn json_is_the_librarys() {
    let input = std::fs::read(CAPTURE).unwrap();
    let each: Vec<usize> = (1..=input.len() / 7).map(|at| at * 7).collect();
    for (args, cuts) in
        [(&[][..], &[][..]), (&["--cuts", "100,3,3,99999"], &[3, 100]), (&["--chunk", "7"], &each)]
    {
        let (code, json, _) = trace(&[&[CAPTURE, "--format", "json"], args].concat());
        assert_eq!(code, 0);
        assert_eq!(json, json_lines(Dialect::Resp3, &input, cuts), "{args:?}");
    }
}

/// Elements that are open, in order; fails where the page is not well nested.
fn assert_nested(page: &str) {
    const VOID: [&str; 2] = ["meta", "wbr"];
    let mut open: Vec<&str> = Vec::new();
    for tag in page.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').expect("a tag ends");
        let name = tag.split([' ', '\n', '/']).next().unwrap();
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed));
        } else if !tag.starts_with('!') && !tag.ends_with('/') && !VOID.contains(&name) {
            open.push(name);
        }
    }
    assert_eq!(open, [""; 0]);
}

#[test]
fn the_page_stands_alone_and_is_whole() {
    let text = r#"*2\r\n$4\r\n<&">\r\n+a\r\n:1\r\n$-7\r\n"#;
    let (code, page, _) = trace(&["--text", text, "--format", "html", "--cuts", "12,20"]);
    assert_eq!(code, 4);
    assert_nested(&page);
    for needed in [
        "<html lang=\"en\">",
        "name=\"viewport\"",
        "prefers-color-scheme: dark",
        "<caption>",
        "<th scope=\"col\">",
        "&lt;&amp;\\&quot;&gt;",
        "<mark>7</mark>",
        "<strong>Not RESP at offset 24</strong>",
    ] {
        assert!(page.contains(needed), "{needed} is missing");
    }
    // It loads nothing and runs nothing.
    for foreign in ["<script", "src=", "<link", "url(http", "@import"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    assert_eq!(page.replace("http://www.w3.org/2000/svg", "").matches("http").count(), 0);
    // Each byte that was read leads to a row that is there, once; what was not is there, too.
    let ids: Vec<&str> =
        page.split("<tr id=\"").skip(1).map(|row| row.split('"').next().unwrap()).collect();
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
    let links: Vec<&str> =
        page.split("href=\"#").skip(1).map(|link| link.split('"').next().unwrap()).collect();
    assert!(links.len() == 10 && links.iter().all(|link| ids.contains(link)), "{links:?}");
    assert_eq!(page.matches("class=\"cut\"").count(), 2);
    // The arrows that were taken, and no others.
    let json = json_lines(Dialect::Resp3, b"*2\r\n$4\r\n<&\">\r\n+a\r\n:1\r\n$-7\r\n", &[]);
    let taken: HashSet<(State, State)> = TABLE
        .iter()
        .filter(|row| json.contains(&format!(r#""rule":"{:?}""#, row.rule)))
        .map(|row| (row.from, row.to))
        .collect();
    for from in State::ALL {
        for to in State::ALL {
            let arrow = format!(r#"class="arrow taken" data-from="{from:?}" data-to="{to:?}""#);
            assert_eq!(page.contains(&arrow), taken.contains(&(from, to)), "{from:?} {to:?}");
        }
    }
}

#[test]
fn a_page_tells_a_cut_from_the_end_of_the_input() {
    let page = |text| trace(&["--text", text, "--format", "html", "--cuts", "5"]).1;
    let lines = |page: &str| {
        let count = |words| page.matches(words).count();
        (count("The input is cut here"), count("The input ends here"))
    };
    assert_eq!(lines(&page(r"$4\r\nab")), (1, 1));
    assert_eq!(lines(&page(r"$4\r\nabcd\r\n")), (1, 0));
}

#[test]
fn a_page_of_much_is_cut_and_keeps_the_byte_at_fault() {
    let wire = format!(r"+OK\r\n$1000\r\n{}XX", "x".repeat(1000));
    let (code, page, _) = trace(&["--text", &wire, "--format", "html"]);
    assert_eq!(code, 4);
    assert_nested(&page);
    assert!(page.contains("… 880 bytes …"), "{page}");
    assert!(page.contains("<mark>X</mark>X"));
    assert!(!page.contains(&"x".repeat(200)));
}
