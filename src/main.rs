//! The `dockgen` program: parse, run, exit.

use std::process::ExitCode;

fn main() -> ExitCode {
    dockgen::cli::main()
}
