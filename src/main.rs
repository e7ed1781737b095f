//! The `bonafide` command.

fn main() -> std::process::ExitCode {
    bonafide::cli::main()
}
