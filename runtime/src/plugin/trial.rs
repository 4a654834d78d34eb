//! Tries a new build in a child process first: wasm that brings wasmtime down brings only the child down.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::build::{Build, BuildError, BuildSettings, Engine};
use crate::services::child::{self, Child};
use crate::services::files;

/// How builds are tried.
#[derive(Debug, Clone)]
pub struct Trial {
    /// The program that knows `trial`: this one.
    pub program: PathBuf,
    /// How long a trial may take, compiling included.
    pub wall: Duration,
    /// Most bytes of the child's complaint that are kept.
    pub message_bytes_max: usize,
    /// Folder in which builds that passed are remembered; without one, every load tries its build.
    pub passed: Option<PathBuf>,
}

impl Trial {
    /// Trials run by `program`.
    #[must_use]
    pub fn new(program: PathBuf) -> Self {
        Self {
            program,
            wall: Duration::from_secs(120),
            message_bytes_max: 4 << 10,
            passed: None,
        }
    }

    /// Remembers in `folder` which builds passed, so that the same program tries the same build only once.
    ///
    /// Whoever can write there can have a build skip its trial, so it lies in the state folder, beside the machine code.
    #[must_use]
    pub fn remembering(self, folder: PathBuf) -> Self {
        Self {
            passed: Some(folder),
            ..self
        }
    }

    /// Compiles and instantiates the wasm in a child process, unless it is known to have passed. With a cache, the parent's
    /// own compile is then quick.
    ///
    /// # Errors
    /// The child refused it, crashed, or took too long.
    pub async fn run(&self, wasm: &[u8], settings: &BuildSettings) -> Result<(), BuildError> {
        let mark = self.mark(wasm, settings);
        if mark.as_deref().is_some_and(Path::exists) {
            return Ok(());
        }
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
        if let Some(compat) = settings.compat {
            arguments.extend([OsString::from("--compat"), compat.to_string().into()]);
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
            Ok(_said) => {
                if let Some(Err(error)) = mark.as_deref().map(files::mark) {
                    // It costs the next start a trial, and nothing else.
                    tracing::warn!(%error, "that a build passed its trial could not be remembered");
                }
                Ok(())
            }
            Err(failure) => Err(BuildError::Trial(failure)),
        }
    }

    /// The file that says that this program tried this very build, with these limits, and it passed.
    fn mark(&self, wasm: &[u8], settings: &BuildSettings) -> Option<PathBuf> {
        let folder = self.passed.as_ref()?;
        let program = files::identity(&self.program).ok()?;
        let mut hash = Sha256::new();
        for part in [
            env!("CARGO_PKG_VERSION").as_bytes(),
            Engine::fingerprint().as_bytes(),
            program.as_bytes(),
            format!("{settings:?}").as_bytes(),
            wasm,
        ] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Some(folder.join(hex::encode(hash.finalize())))
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
