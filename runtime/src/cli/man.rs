//! `sinew man`: the manual, made from what `--help` says.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap_mangen::Man;

use super::{complain, say};

/// Print the manual page, or write one for every command.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sinew man | man -l -
  sinew man --out ~/.local/share/man/man1

Exit codes: 0; 1 when a page cannot be written; 2 for wrong usage.")]
pub(crate) struct Args {
    /// Write a page for every command into this folder, which is made where there is none.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Args, command: clap::Command) -> ExitCode {
    let done = match &arguments.out {
        Some(folder) => write(folder, command),
        None => print(command),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&error),
    }
}

fn print(command: clap::Command) -> anyhow::Result<()> {
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    say(String::from_utf8_lossy(&page).trim_end());
    Ok(())
}

fn write(folder: &Path, command: clap::Command) -> anyhow::Result<()> {
    fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(command, folder))
        .with_context(|| format!("writing the manual to `{}`", folder.display()))?;
    say(&format!(
        "wrote the manual to {0}; to read it: man -l {0}/sinew.1",
        folder.display()
    ));
    Ok(())
}
