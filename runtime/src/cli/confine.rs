//! `sinew confine`: what the host starts in the place of a program: it restricts itself, and becomes the program.

use std::process::ExitCode;

use super::complain;
use crate::services::process::become_program;

/// What a shell answers for a program that cannot be started.
const NOT_STARTED: u8 = 127;

/// Become the program that standard input, a socket, tells of.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_: &Args) -> ExitCode {
    match become_program() {
        Ok(()) => ExitCode::from(NOT_STARTED),
        Err(error) => complain(&error.into()),
    }
}
