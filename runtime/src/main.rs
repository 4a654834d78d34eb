//! The `sinew` binary: everything it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    sinew_runtime::cli::main()
}
