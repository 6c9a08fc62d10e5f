//! The program: hands the arguments to the library and maps the outcome to an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    handshark::cli::run(std::env::args_os()).into()
}
