//! What is printed of a conversation.

use super::server_support::{PATIENCE, expect, request, run_to_end};
use super::{PROGRAM, Proxy, close, ends, lines, played};
use resp_machine::server::Background;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::Command;

/// Red if a frame is shown on the wrong side, a push is not told apart, or a line is not its own.
#[test]
fn prints_the_conversation() {
    let (listener, mut proxy) = played(&[]);
    let (mut client, mut server) = ends(&listener, &proxy);
    // A frame in pieces.
    client.write_all(b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$9\r\n").unwrap();
    expect(&mut server, b"", b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$9\r\n");
    client.write_all(b"two words\r\n").unwrap();
    expect(&mut server, b"", b"two words\r\n");
    expect(&mut server, b"+OK\r\n", b"");
    expect(&mut client, b"", b"+OK\r\n");
    client.write_all(b"MGET k 'n\\'o'\r\n\r\n").unwrap();
    expect(&mut server, b"", b"MGET k 'n\\'o'\r\n\r\n");
    let replies = b">2\r\n+invalidate\r\n*1\r\n+k\r\n*2\r\n$9\r\ntwo words\r\n>1\r\n+in\r\n_\r\n";
    server.write_all(replies).unwrap();
    expect(&mut client, b"", replies);
    close(client, server);
    let (client, server) = ends(&listener, &proxy);
    close(client, server);
    let printed = proxy.stop();
    let first: Vec<&str> =
        lines(&printed).into_iter().filter(|line| line.starts_with("#1 ")).collect();
    assert_eq!(
        first,
        [
            "#1 > SET k \"two words\"",
            "#1 < +\"OK\"",
            "#1 > MGET k \"n'o\"",
            "#1 > ``",
            "#1 < push >(+\"invalidate\", [+\"k\"])",
            "#1 < push >(+\"in\")",
            "#1 < [\"two words\", null]",
            "#1 > -- ends behind 52 bytes",
            "#1 < -- ends behind 61 bytes",
            "#1 -- closed",
        ]
    );
    assert!(printed.contains("#2 -- opened by 127.0.0.1:"), "{printed}");
}

/// The example of the documentation: its clients are run, and what it shows is what is printed.
#[test]
fn the_documentation_shows_it() {
    let page = fs::read_to_string("docs/program.md").unwrap();
    let (_, section) = page.split_once("\n## proxy\n").unwrap();
    let mut blocks = section.split("\n```").skip(1).step_by(2);
    let mut block = || blocks.next().unwrap().split_once('\n').unwrap().1;
    let (start, clients, shown) = (block(), block(), block());
    assert!(start.starts_with("cargo resp proxy --listen 6390 --upstream "), "{start}");
    let server = Background::start().unwrap();
    let mut proxy = Proxy::start(server.local_addr(), &[]);
    let mut stdout = BufReader::new(proxy.stdout.take().unwrap());
    let mut printed = String::new();
    for (client, number) in clients.lines().zip(1..) {
        let client = client
            .replace("cargo resp", &format!("'{PROGRAM}'"))
            .replace("6390", &proxy.address.port().to_string());
        let mut shell = Command::new("sh");
        shell.args(["-c", &client]);
        assert!(run_to_end(shell, PATIENCE).status.success(), "{client}");
        while !printed.ends_with(" closed\n") || printed.matches(" closed\n").count() < number {
            assert!(stdout.read_line(&mut printed).unwrap() > 0, "{printed}");
        }
    }
    let lines = |text: &str| -> Vec<String> {
        let lines = text.lines().map(|line| match line.split_once(" opened by ") {
            Some((number, _)) => format!("{number} opened"),
            None => line.to_owned(),
        });
        lines.collect()
    };
    assert_eq!(lines(&printed), lines(shown));
    assert_eq!(proxy.stop(), "");
}

/// Red if two requests look the same, or a terminal is sent anything but text.
#[test]
fn prints_requests_as_they_can_be_typed() {
    let (listener, mut proxy) = played(&[]);
    let (mut client, mut server) = ends(&listener, &proxy);
    let words: [&[u8]; 6] =
        [b"\xff", b"\xef\xbf\xbd", b"\xc2\x9b31m", "\u{202e}x".as_bytes(), b"\\xff", b"\x1b[1m"];
    for word in words {
        let sent = request(&[b"SET", word, b"1"]);
        expect(&mut client, &sent, b"");
        expect(&mut server, b"", &sent);
    }
    close(client, server);
    let printed = proxy.stop();
    let seen: Vec<&str> = printed.lines().filter_map(|line| line.strip_prefix("#1 > ")).collect();
    assert_eq!(
        seen[..words.len()],
        [
            r#"SET "\xff" 1"#,
            r#"SET "\xef\xbf\xbd" 1"#,
            r#"SET "\xc2\x9b31m" 1"#,
            r#"SET "\xe2\x80\xaex" 1"#,
            r"SET \xff 1",
            r#"SET "\x1b[1m" 1"#,
        ]
    );
    // Typed, they are what was sent.
    for (line, word) in seen.into_iter().zip(words) {
        let mut decoder = resp_machine::Decoder::new(resp_machine::Dialect::Request);
        decoder.feed(line.as_bytes());
        decoder.feed(b"\r\n");
        let typed = decoder.next_frame().unwrap().unwrap();
        let typed: Vec<Vec<u8>> =
            typed.args().unwrap().map(|word| word.as_ref().to_vec()).collect();
        assert_eq!(typed, [b"SET", word, b"1"]);
    }
}

#[test]
fn prints_json() {
    let (listener, mut proxy) = played(&["--format", "json"]);
    let (mut client, mut server) = ends(&listener, &proxy);
    client.write_all(b"PING\r\n").unwrap();
    expect(&mut server, b"", b"PING\r\n");
    server.write_all(b"$4\r\nPONG\r\n$x\r\n").unwrap();
    expect(&mut client, b"", b"$4\r\nPONG\r\n$x\r\n");
    close(client, server);
    let printed = proxy.stop();
    let objects: Vec<serde_json::Value> =
        printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        objects[1],
        serde_json::json!({"connection": 1, "side": "client", "frame": {"t": "inline", "args": ["UElORw=="]}})
    );
    assert_eq!(
        objects[2],
        serde_json::json!({"connection": 1, "side": "server", "frame": {"t": "bulk", "b64": "UE9ORw=="}})
    );
    let note = objects[3]["note"].as_str().unwrap();
    assert!(note.starts_with("offset=11 state=Length kind=InvalidLength : "), "{note}");
    assert_eq!(objects.last().unwrap()["note"], "closed");
}

/// Red if `--trace` is not what `trace` prints, or does not begin again behind an error.
#[test]
fn prints_transitions() {
    let request = b"*1\r\n$4\r\nPING\r\n";
    let trace = |format: &str| {
        let mut command = Command::new(PROGRAM);
        let text = request.escape_ascii().to_string();
        command.args(["trace", "--dialect", "request", "--format", format, "--text", &text]);
        String::from_utf8(run_to_end(command, PATIENCE).stdout).unwrap()
    };
    for format in ["text", "json"] {
        let (listener, mut proxy) = played(&["--trace", "--format", format]);
        let (mut client, mut server) = ends(&listener, &proxy);
        client.write_all(request).unwrap();
        expect(&mut server, b"", request);
        server.write_all(b"?").unwrap();
        expect(&mut client, b"", b"?");
        server.write_all(b":1\r\n").unwrap();
        expect(&mut client, b"", b":1\r\n");
        close(client, server);
        let printed = proxy.stop();
        let (from_client, from_server) = match format {
            "json" => ("{\"connection\":1,\"side\":\"client\",\"trace\":", "\"side\":\"server\""),
            _ => ("#1 > ", "#1 < "),
        };
        let steps: Vec<&str> = printed
            .lines()
            .filter_map(|line| line.strip_prefix(from_client))
            .map(|line| if format == "json" { line.strip_suffix('}').unwrap() } else { line })
            .filter(|line| !line.starts_with("-- "))
            .collect();
        let expected = trace(format);
        assert_eq!(steps, expected.lines().filter(|line| !line.is_empty()).collect::<Vec<_>>());
        let replies: String = printed
            .lines()
            .filter(|line| line.contains(from_server))
            .collect::<Vec<_>>()
            .join("\n");
        let (fault, again) =
            replies.split_once("offset=1 : another trace begins here, at 0").unwrap();
        assert!(fault.contains("UnknownType") && !fault.contains("integer"), "{replies}");
        assert!(again.contains("integer") && again.contains("ends behind 5 bytes"), "{replies}");
    }
}
