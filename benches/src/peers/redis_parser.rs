//! redis-parser, in the process of `benches/redis-parser`, which says what is spoken with it.

use crate::workload::Workload;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{ChildStdout, Command, Stdio};
use std::sync::OnceLock;

/// A process that has been given a workload.
pub struct Child {
    process: std::process::Child,
    answers: BufReader<ChildStdout>,
    /// The sum over all values, if it can read them.
    pub sum: Option<u64>,
}

impl Child {
    /// Starts one, if there is or can be a program to start. `resp` is 2 or 3, the module used.
    pub fn start(workload: &Workload, resp: u8) -> Option<Child> {
        let mut process = Command::new(program()?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("redis-parser's program runs");
        let answers = BufReader::new(process.stdout.take().expect("piped"));
        let mut child = Child { process, answers, sum: None };
        let load = format!("load {resp} {} {}", workload.frames, workload.wire.len());
        let mut input = child.process.stdin.as_ref().expect("piped");
        writeln!(input, "{load}").and_then(|()| input.write_all(&workload.wire)).expect("taken");
        child.sum = child.answer().parse().ok();
        Some(child)
    }

    /// Asks for a number.
    pub fn ask(&mut self, what: &str) -> u64 {
        let mut input = self.process.stdin.as_ref().expect("piped");
        writeln!(input, "{what}").expect("redis-parser's program listens");
        self.answer().parse().expect("a number")
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("redis-parser's program answers");
        line.trim_end().to_owned()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // It ends by itself at the end of its input.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// The program, built when it is first asked for; `None` if that fails.
fn program() -> Option<&'static PathBuf> {
    static PROGRAM: OnceLock<Option<PathBuf>> = OnceLock::new();
    let build = || {
        let target = std::env::current_exe().ok()?.parent()?.join("redis-parser");
        let built = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["build", "--quiet", "--release", "--locked", "--manifest-path"])
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/redis-parser/Cargo.toml"))
            .arg("--target-dir")
            .arg(&target)
            .status();
        if !built.is_ok_and(|status| status.success()) {
            eprintln!("redis-parser is left out: it could not be built");
            return None;
        }
        Some(target.join("release/resp-bench-redis-parser"))
    };
    PROGRAM.get_or_init(build).as_ref()
}
