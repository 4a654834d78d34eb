//! One compiled module, named by its sha256, with the limits it was compiled for.

use std::io::{self, Write as _};
use std::path::PathBuf;

use extism::{Manifest as ExtismManifest, PluginBuilder, Wasm};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;
use wasmtime::{Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig};

use super::compat::Compat;
use super::fuel;
use super::host_functions;
use super::inspect::{Inspection, inspect};
use super::instances::Instances;
use super::wasi;

const PAGE_BYTES: u64 = 64 * 1024;
/// Memory slots that one Extism instance takes: kernel, main as linked, main as instantiated, GC heap.
const MEMORIES_PER_INSTANCE: u32 = 4;
/// Pages that Extism's kernel starts with, and room for it to change.
const KERNEL_PAGES: u32 = 4;

/// What a build is compiled with; changing any of it needs a new compile.
#[derive(Debug, Clone)]
pub struct BuildSettings {
    /// Fuel of one turn.
    pub fuel: u64,
    /// Memory a guest may have, in bytes, rounded up to whole 64 KiB pages.
    pub memory_bytes: u64,
    /// Instances that may exist at once, ready ones included.
    pub instances_max: u32,
    /// Instances kept ready for the next turn.
    pub ready_max: usize,
    /// Used instances kept for `instance = "reuse"`.
    pub reuse_max: usize,
    /// Whether the guest gets WASI.
    pub wasi: bool,
    /// Another host's interface that the module speaks.
    pub compat: Option<Compat>,
    /// Largest wasm file, in bytes.
    pub wasm_bytes_max: u64,
    /// wasmtime's cache configuration file; none means every start compiles anew.
    pub cache_config: Option<PathBuf>,
}

impl Default for BuildSettings {
    fn default() -> Self {
        Self {
            fuel: 200_000_000,
            memory_bytes: 64 << 20,
            instances_max: 64,
            ready_max: 2,
            reuse_max: 8,
            wasi: false,
            compat: None,
            wasm_bytes_max: 64 << 20,
            cache_config: None,
        }
    }
}

/// Why wasm did not become a build.
#[derive(Debug, Clone, thiserror::Error)]
pub enum BuildError {
    /// It is not valid wasm.
    #[error("the wasm is not valid: {0}")]
    Invalid(String),
    /// It is valid wasm that a plugin may not be.
    #[error("the wasm is refused: {0}")]
    Refused(String),
    /// It is larger than the limit.
    #[error("the wasm has {bytes} bytes where {limit} are allowed")]
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// wasmtime or Extism would not take it.
    #[error("the wasm does not compile or link: {0}")]
    Compile(String),
    /// The trial in a child process failed.
    #[error("the trial run failed: {0}")]
    Trial(String),
    /// Every instance the build may have is in use.
    #[error("all {0} instances are in use")]
    Exhausted(u32),
}

/// A compiled module and its instances.
pub struct Build {
    digest: String,
    inspection: Inspection,
    settings: BuildSettings,
    instances: Instances,
}

/// Fingerprint of the engine that runs guests: part of every build's identity in the ledger.
#[derive(Debug, Clone, Copy)]
pub struct Engine;

impl Engine {
    /// Versions and switches that change what a guest computes.
    #[must_use]
    pub fn fingerprint() -> &'static str {
        "extism-1.41 wasmtime-49 nan-canonical relaxed-simd-deterministic fuel-prices-1 wasi-counted-1"
    }
}

// === impl Build ===

impl Build {
    /// Inspects and compiles a module. Takes seconds for a large one that is not in the cache.
    ///
    /// # Errors
    /// Wasm that is invalid, too large, refused, or does not compile or link.
    pub fn compile(wasm: &[u8], settings: BuildSettings) -> Result<Self, BuildError> {
        let bytes = wasm.len() as u64;
        if bytes > settings.wasm_bytes_max {
            return Err(BuildError::TooLarge {
                bytes,
                limit: settings.wasm_bytes_max,
            });
        }
        let inspection = inspect(wasm, settings.wasi, settings.compat)?;
        let pages = u32::try_from(settings.memory_bytes.div_ceil(PAGE_BYTES)).unwrap_or(u32::MAX);
        let growth = growth_pages(pages, inspection.memory_pages);
        let digest = hex::encode(Sha256::digest(wasm));
        let rewritten = inspection.wasi.then(|| wasi::metered(wasm)).transpose()?;
        let module = rewritten.as_deref().unwrap_or(wasm);
        let file = written(module)
            .map_err(|error| BuildError::Compile(format!("writing it to a file: {error}")))?;
        // Extism reads it back once, and the hash says that it is what was inspected.
        let hash = hex::encode(Sha256::digest(module));
        let source = Wasm::file(file.path()).with_hash(hash);
        let manifest = ExtismManifest::new([source]).with_memory_max(growth);
        let mut functions = host_functions::all(&inspection);
        if settings.wasi {
            functions.extend(wasi::functions());
        }
        let builder = PluginBuilder::new(manifest)
            .with_wasi(settings.wasi)
            .with_functions(functions)
            .with_fuel_limit(settings.fuel)
            .with_wasmtime_config(config(&settings));
        let builder = match &settings.cache_config {
            Some(file) => builder.with_cache_config(file),
            None => builder.with_cache_disabled(),
        };
        let compiled = builder
            .compile()
            .map_err(|error| BuildError::Compile(format!("{error:#}")))?;
        Ok(Self {
            digest,
            instances: Instances::new(compiled, &settings, inspection.foreign.clone()),
            inspection,
            settings,
        })
    }

    /// The sha256 of the wasm, in lower-case hexadecimal.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// What the module shows of itself.
    #[must_use]
    pub fn inspection(&self) -> &Inspection {
        &self.inspection
    }

    /// What it was compiled with.
    #[must_use]
    pub fn settings(&self) -> &BuildSettings {
        &self.settings
    }

    /// The instances it has and may have.
    #[must_use]
    pub fn instances(&self) -> &Instances {
        &self.instances
    }
}

impl std::fmt::Debug for Build {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Build")
            .field("digest", &self.digest)
            .field("live", &self.instances.live())
            .finish_non_exhaustive()
    }
}

/// Puts wasm into a file of this user's own, which is gone once this is dropped.
fn written(wasm: &[u8]) -> io::Result<NamedTempFile> {
    let mut file = NamedTempFile::with_prefix("sinew-build-")?;
    file.write_all(wasm)?;
    Ok(file)
}

/// How many pages an instance may add to those it starts with.
///
/// Extism counts only what is added, and ends the turn when that is too much. The pool's slot is as large as the limit
/// and counts everything; reaching its end first would be a failed `memory.grow`, which guests make a trap like any other.
/// What an instance starts with has to fit as well, since Extism counts it while it makes one.
fn growth_pages(limit: u32, initial: u64) -> u32 {
    let initial = u32::try_from(initial).unwrap_or(u32::MAX);
    limit
        .saturating_sub(initial)
        .max(initial.saturating_add(KERNEL_PAGES))
}

/// wasmtime as every build uses it: deterministic floats, fuel that is worth its time, and a pool with room for exactly the counted instances.
fn config(settings: &BuildSettings) -> Config {
    let slots = settings.instances_max;
    let memory_bytes = settings
        .memory_bytes
        .div_ceil(PAGE_BYTES)
        .saturating_mul(PAGE_BYTES);
    let mut pool = PoolingAllocationConfig::default();
    pool.total_memories(slots.saturating_mul(MEMORIES_PER_INSTANCE))
        .total_core_instances(slots.saturating_mul(MEMORIES_PER_INSTANCE))
        .total_tables(slots.saturating_mul(MEMORIES_PER_INSTANCE))
        .total_gc_heaps(slots)
        // Stacks are for asynchronous calls, and there are none: the usual thousand for every build would use up the
        // mappings that a process may have before the thirtieth plugin is loaded.
        .total_stacks(0)
        .max_memory_size(usize::try_from(memory_bytes).unwrap_or(usize::MAX))
        .max_unused_warm_slots(slots);
    if PoolingAllocationConfig::is_pagemap_scan_available() {
        // Without the scan, keeping pages resident costs more than it saves.
        pool.linear_memory_keep_resident(256 << 10)
            .pagemap_scan(Enabled::Auto);
    }
    let mut config = Config::new();
    config
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool))
        .operator_cost(fuel::prices())
        .cranelift_nan_canonicalization(true)
        .relaxed_simd_deterministic(true);
    config
}
