//! The `sinew` binary: everything it does is in the library.

use std::process::ExitCode;

/// Making an instance of a plugin takes some hundred small allocations, and dropping it as many.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    sinew_runtime::cli::main()
}
