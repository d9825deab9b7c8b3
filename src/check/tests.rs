//! What is reported, of files however they are cut.

use super::{Checker, Fault, Format, PART, Reason, Report};
use crate::error::ErrorKind;
use crate::state::Dialect;

fn check(format: Format, file: &[u8], piece: usize) -> Report {
    let mut checker = Checker::new(format);
    for piece in file.chunks(piece) {
        checker.feed(piece);
        assert!(checker.input.len() <= 2 * PART as usize);
    }
    checker.finish()
}

/// The same in pieces of every size.
#[track_caller]
fn report(format: Format, file: &[u8]) -> Report {
    let whole = check(format, file, file.len().max(1));
    for piece in 1..file.len().min(40) {
        assert_eq!(check(format, file, piece), whole, "{piece}: {}", file.escape_ascii());
    }
    whole
}

fn aof(file: &str) -> (u64, u64, Option<(u64, Reason)>) {
    let Report { valid, frames, fault } = report(Format::Aof, file.as_bytes());
    (valid, frames, fault.map(|fault| (fault.offset, fault.reason)))
}

const PING: &str = "*1\r\n$4\r\nPING\r\n";
const MULTI: &str = "*1\r\n$5\r\nmUlTi\r\n";
const EXEC: &str = "*1\r\n$4\r\nexec\r\n";

#[test]
fn whole_files() {
    assert_eq!(aof(""), (0, 0, None));
    assert_eq!(aof(PING), (14, 1, None));
    assert_eq!(aof(&format!("#TS:1\r\n{PING}# \"'\0\n{PING}#x\r\n")), (45, 2, None));
    assert_eq!(aof(&format!("{MULTI}{PING}#TS:2\r\n{EXEC}{PING}")), (64, 4, None));
}

#[test]
fn the_rules_of_append_only_files() {
    let (nested, early) = (format!("{PING}{MULTI}{MULTI}"), format!("{PING}{EXEC}"));
    assert_eq!(aof(&nested), (14, 1, Some((29, Reason::NestedMulti))));
    assert_eq!(aof(&early), (14, 1, Some((14, Reason::ExecWithoutMulti))));
    let open = format!("{PING}{MULTI}{PING}#x\n");
    assert_eq!(aof(&open), (14, 1, Some((46, Reason::MultiWithoutExec { multi: 14 }))));
    assert_eq!(aof(&format!("{PING}*0\r\n")), (14, 1, Some((14, Reason::EmptyRequest))));
    assert_eq!(aof(&format!("{PING}PING\r\n")), (14, 1, Some((14, Reason::NotARequest))));
    assert_eq!(aof(&format!("{PING}#TS:1")), (14, 1, Some((19, Reason::AnnotationTruncated))));
    assert_eq!(aof("REDIS0011"), (0, 0, Some((0, Reason::Dump))));
    assert_eq!(aof("REDI"), (0, 0, Some((0, Reason::NotARequest))));
    assert_eq!(aof(&format!("{PING}REDIS")), (14, 1, Some((14, Reason::NotARequest))));
}

#[test]
fn offsets_count_annotations() {
    let file = format!("#TS:1\r\n{PING}#TS:2\r\n*1\r\n$x");
    let report = report(Format::Aof, file.as_bytes());
    // What a line breaks is told when the line is whole.
    let Some(Fault { offset, reason: Reason::Truncated(end) }) = report.fault else {
        panic!("{report:?}")
    };
    assert_eq!((report.valid, offset, end.offset), (28, 34, 34));
    let report = super::tests::report(Format::Aof, format!("{file}\r\n").as_bytes());
    let Some(Fault { offset, reason: Reason::Protocol(error) }) = report.fault else {
        panic!("{report:?}")
    };
    assert_eq!((report.valid, offset, error.offset), (28, 33, 33));
    assert_eq!(error.kind, ErrorKind::InvalidLength);
}

#[test]
fn large_arguments_pass_in_parts() {
    let size = 3 * PART as usize + 1;
    let mut file = format!("*2\r\n${size}\r\n").into_bytes();
    file.resize(file.len() + size, b'x');
    file.extend_from_slice(b"\r\n$4\r\nexec\r\n");
    for piece in [1000, PART as usize, file.len()] {
        let report = check(Format::Aof, &file, piece);
        assert_eq!(report, Report { valid: file.len() as u64, frames: 1, fault: None });
        let cut = check(Format::Aof, &file[..size], piece);
        assert_eq!((cut.valid, cut.fault.unwrap().offset), (0, size as u64));
    }
}

#[test]
fn streams_have_no_rules_of_their_own() {
    let requests = b"PING\r\n*0\r\n*1\r\n$5\r\nMULTI\r\n#\r\n";
    let Report { valid, frames, fault } = report(Format::Stream(Dialect::Request), requests);
    assert_eq!((valid, frames, fault), (28, 4, None));
    // A push within a frame is part of it.
    let replies = b"*2\r\n:1\r\n>1\r\n+p\r\n:2\r\n*2\r\n:1\r\n>1\r\n+p\r\n";
    let Report { valid, frames, fault } = report(Format::Stream(Dialect::Resp3), replies);
    assert_eq!((valid, frames, fault.unwrap().offset), (20, 1, 36));
}

/// Red if what is called valid is not.
#[test]
fn what_is_valid_is_valid_alone() {
    let file = format!("#TS:1\r\n{PING}{MULTI}{PING}{EXEC}#TS:2\r\n{PING}{MULTI}{PING}{EXEC}");
    for end in 0..=file.len() {
        for damage in [None, Some(b'?')] {
            let mut cut = file.as_bytes()[..end].to_vec();
            cut.extend(damage);
            let Report { valid, frames, .. } = report(Format::Aof, &cut);
            let again = report(Format::Aof, &cut[..valid as usize]);
            assert_eq!(again, Report { valid, frames, fault: None });
        }
    }
}
