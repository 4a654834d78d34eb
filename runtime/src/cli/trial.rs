//! `sinew trial`: what the host runs in a child process before it trusts a new build with its own.

use std::io::Read as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;

use super::complain;
use crate::plugin::{BuildSettings, Compat, Trial};

/// Compile and instantiate wasm from standard input.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Units of fuel of one turn.
    #[arg(long)]
    fuel: u64,
    /// Bytes of guest memory.
    #[arg(long)]
    memory_bytes: u64,
    /// Largest wasm, in bytes.
    #[arg(long)]
    wasm_bytes_max: u64,
    /// Instances the build may have.
    #[arg(long)]
    instances: u32,
    /// Give the guest WASI.
    #[arg(long)]
    wasi: bool,
    /// Another host's interface that it speaks.
    #[arg(long)]
    compat: Option<Compat>,
    /// wasmtime's cache configuration.
    #[arg(long)]
    cache_config: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Args) -> ExitCode {
    match attempt(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&error),
    }
}

fn attempt(arguments: &Args) -> anyhow::Result<()> {
    let settings = BuildSettings {
        fuel: arguments.fuel,
        memory_bytes: arguments.memory_bytes,
        wasm_bytes_max: arguments.wasm_bytes_max,
        instances_max: arguments.instances,
        wasi: arguments.wasi,
        compat: arguments.compat,
        cache_config: arguments.cache_config.clone(),
        ..BuildSettings::default()
    };
    let mut wasm = Vec::new();
    let limit = settings.wasm_bytes_max.saturating_add(1);
    std::io::stdin()
        .lock()
        .take(limit)
        .read_to_end(&mut wasm)
        .context("reading the wasm")?;
    Trial::attempt(&wasm, settings)?;
    Ok(())
}
