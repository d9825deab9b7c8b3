//! Single cases, for whoever works on one of them: each of our ways on each workload, and writing.
//! `cargo bench -p resp-bench -- pulled` runs those with a name like that.
//!
//! The table beside other libraries is `cargo resp-bench`.

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use resp_bench::contender;
use resp_bench::encoding;
use resp_bench::workload::{self, Workload};

fn main() {
    divan::main();
}

/// The contenders of the table, so that it is the same machine code that is measured: how much of
/// the library is inlined into a caller is its compiler's choice.
fn run(bencher: Bencher, workload: &Workload, way: &str) {
    let mut ours = contender::ours(workload);
    let contender = ours.iter_mut().find(|one| one.name == way).expect("a way of ours");
    bencher
        .counter(ItemsCount::new(workload.frames))
        .counter(BytesCount::new(workload.wire.len()))
        .bench_local(|| contender.read(&workload.wire));
}

#[divan::bench(args = workload::all())]
fn tape_read(bencher: Bencher, workload: &Workload) {
    run(bencher, workload, "tape, read");
}

#[divan::bench(args = workload::all())]
fn tape_parse_only(bencher: Bencher, workload: &Workload) {
    run(bencher, workload, "tape, parse only");
}

#[divan::bench(args = workload::all())]
fn pushed_events(bencher: Bencher, workload: &Workload) {
    run(bencher, workload, "pushed events");
}

#[divan::bench(args = workload::all())]
fn pulled_events(bencher: Bencher, workload: &Workload) {
    run(bencher, workload, "pulled events");
}

#[divan::bench(args = workload::all())]
fn owned_read(bencher: Bencher, workload: &Workload) {
    run(bencher, workload, "owned, read");
}

/// By each of our writers: from the arguments or parts, from a value, from a frame.
#[divan::bench(args = writers())]
fn writing(bencher: Bencher, (what, library): &(&str, &str)) {
    let mut writers = encoding::writers(what);
    let (writer, buffer) =
        writers.iter_mut().find(|(one, _)| one.library == *library).expect("one of those listed");
    bencher.bench_local(|| {
        divan::black_box((writer.write)(divan::black_box(buffer)));
    });
}

fn writers() -> Vec<(&'static str, &'static str)> {
    let of = |what| {
        let writers = encoding::writers(what).into_iter().filter(|(writer, _)| writer.ours);
        writers.map(move |(writer, _)| (what, writer.library))
    };
    encoding::WHAT.into_iter().flat_map(of).collect()
}
