//! The `resp-machine` program; all of it is in [`resp_machine::cli`].

fn main() -> std::process::ExitCode {
    resp_machine::cli::main()
}
