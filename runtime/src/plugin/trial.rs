//! Tries a new build in a child process first: wasm that brings wasmtime down brings only the child down.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use super::build::{Build, BuildError, BuildSettings};
use crate::services::child::{self, Child};

/// How builds are tried.
#[derive(Debug, Clone)]
pub struct Trial {
    /// The program that knows `trial`: this one.
    pub program: PathBuf,
    /// How long a trial may take, compiling included.
    pub wall: Duration,
    /// Most bytes of the child's complaint that are kept.
    pub message_bytes_max: usize,
}

impl Trial {
    /// Trials run by `program`.
    #[must_use]
    pub fn new(program: PathBuf) -> Self {
        Self {
            program,
            wall: Duration::from_secs(120),
            message_bytes_max: 4 << 10,
        }
    }

    /// Compiles and instantiates the wasm in a child process. With a cache, the parent's own compile is then quick.
    ///
    /// # Errors
    /// The child refused it, crashed, or took too long.
    pub async fn run(&self, wasm: &[u8], settings: &BuildSettings) -> Result<(), BuildError> {
        let mut arguments: Vec<OsString> = vec!["trial".into()];
        for (name, value) in [
            ("--fuel", settings.fuel),
            ("--memory-bytes", settings.memory_bytes),
            ("--wasm-bytes-max", settings.wasm_bytes_max),
            ("--instances", u64::from(settings.instances_max)),
        ] {
            arguments.extend([OsString::from(name), value.to_string().into()]);
        }
        if settings.wasi {
            arguments.push("--wasi".into());
        }
        if let Some(cache) = &settings.cache_config {
            arguments.extend([OsString::from("--cache-config"), cache.into()]);
        }
        let child = Child {
            program: &self.program,
            arguments: &arguments,
            // The very bytes that will be served, not a file that may change in between.
            input: wasm,
            wall: self.wall,
            output_bytes_max: self.message_bytes_max,
        };
        match child::run(child).await {
            Ok(_said) => Ok(()),
            Err(failure) => Err(BuildError::Trial(failure)),
        }
    }

    /// What the child does.
    ///
    /// # Errors
    /// The module does not compile, or an instance of it cannot be made.
    pub fn attempt(wasm: &[u8], settings: BuildSettings) -> Result<(), BuildError> {
        Build::compile(wasm, settings)?
            .instances()
            .fresh()
            .map(drop)
    }
}
