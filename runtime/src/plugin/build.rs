//! One compiled module, named by its sha256, with the limits it was compiled for and the instances it may have.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use extism::{CompiledPlugin, Manifest as ExtismManifest, PluginBuilder, Wasm};
use sha2::{Digest, Sha256};
use wasmtime::{Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig};

use super::host_functions;
use super::inspect::{Inspection, inspect};
use super::instance::Instance;

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
    compiled: CompiledPlugin,
    slots: Arc<Slots>,
    ready: Mutex<Ready>,
    kept: Mutex<HashMap<String, Instance>>,
}

/// Instances that wait for a turn.
#[derive(Default)]
struct Ready {
    instances: Vec<Instance>,
    /// How many are being made for it; they have their slots already.
    coming: usize,
}

/// The instances a build has and may have. A slot is given back after the instance is gone, never before.
pub(super) struct Slots {
    live: AtomicUsize,
    limit: usize,
}

/// One counted instance.
pub(super) struct Slot(Arc<Slots>);

/// Fingerprint of the engine that runs guests: part of every build's identity in the ledger.
#[derive(Debug, Clone, Copy)]
pub struct Engine;

impl Engine {
    /// Versions and switches that change what a guest computes.
    #[must_use]
    pub fn fingerprint() -> &'static str {
        "extism-1.41 wasmtime-49 nan-canonical relaxed-simd-deterministic"
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
        let inspection = inspect(wasm, settings.wasi)?;
        let pages = u32::try_from(settings.memory_bytes.div_ceil(PAGE_BYTES)).unwrap_or(u32::MAX);
        let growth = growth_pages(pages, inspection.memory_pages);
        let manifest = ExtismManifest::new([Wasm::data(wasm)]).with_memory_max(growth);
        let builder = PluginBuilder::new(manifest)
            .with_wasi(settings.wasi)
            .with_functions(host_functions::all())
            .with_fuel_limit(settings.fuel)
            .with_wasmtime_config(config(&settings));
        let builder = match &settings.cache_config {
            Some(file) => builder.with_cache_config(file),
            None => builder.with_cache_disabled(),
        };
        let compiled = builder
            .compile()
            .map_err(|error| BuildError::Compile(format!("{error:#}")))?;
        let limit = settings.instances_max as usize;
        Ok(Self {
            digest: hex::encode(Sha256::digest(wasm)),
            inspection,
            settings,
            compiled,
            slots: Arc::new(Slots {
                live: AtomicUsize::new(0),
                limit,
            }),
            ready: Mutex::default(),
            kept: Mutex::new(HashMap::new()),
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

    /// How many instances exist now, ready and kept ones included.
    #[must_use]
    pub fn live(&self) -> usize {
        self.slots.live.load(Ordering::Acquire)
    }

    /// An instance no guest code has run in: a ready one, or a new one.
    ///
    /// # Errors
    /// All instances are in use, or wasmtime cannot make one.
    pub fn fresh(&self) -> Result<Instance, BuildError> {
        if let Some(instance) = self.lock_ready().instances.pop() {
            return Ok(instance);
        }
        self.create()
    }

    /// Makes the next instance ahead of its turn. Called after an answer has left; does nothing when enough are ready.
    pub fn prepare(&self) {
        {
            let mut ready = self.lock_ready();
            // Those that come count, or a row of quick turns would have all slots taken by instances for later ones.
            if ready.instances.len() + ready.coming >= self.settings.ready_max {
                return;
            }
            ready.coming += 1;
        }
        // A build that is short of slots simply has nothing ready: the next turn reports it, if there is one.
        let instance = self.create();
        let mut ready = self.lock_ready();
        ready.coming -= 1;
        ready.instances.extend(instance.ok());
    }

    /// The instance that served this key before, when it was kept.
    pub fn kept(&self, key: &str) -> Option<Instance> {
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(key)
    }

    /// Keeps a used instance for later turns of the same key; drops one at random when too many are kept.
    pub fn keep(&self, key: String, instance: Instance) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= self.settings.reuse_max && !kept.contains_key(&key) {
            let Some(victim) = kept.keys().next().cloned() else {
                return;
            };
            kept.remove(&victim);
        }
        kept.insert(key, instance);
    }

    fn create(&self) -> Result<Instance, BuildError> {
        // Kept instances are a convenience: one gives way before a turn is refused.
        let slot = self.slots.take().or_else(|| {
            drop(self.kept_by_anybody());
            self.slots.take()
        });
        let slot = slot.ok_or(BuildError::Exhausted(self.settings.instances_max))?;
        Instance::new(&self.compiled, self.settings.wasi, slot)
    }

    fn kept_by_anybody(&self) -> Option<Instance> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let key = kept.keys().next()?.clone();
        kept.remove(&key)
    }

    fn lock_ready(&self) -> std::sync::MutexGuard<'_, Ready> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Build {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Build")
            .field("digest", &self.digest)
            .field("live", &self.live())
            .finish_non_exhaustive()
    }
}

// === impl Slots ===

impl Slots {
    fn take(self: &Arc<Self>) -> Option<Slot> {
        self.live
            .try_update(Ordering::AcqRel, Ordering::Acquire, |live| {
                (live < self.limit).then_some(live + 1)
            })
            .ok()
            .map(|_| Slot(Arc::clone(self)))
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.0.live.fetch_sub(1, Ordering::AcqRel);
    }
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

/// wasmtime as every build uses it: deterministic floats, and a pool with room for exactly the counted instances.
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
        .cranelift_nan_canonicalization(true)
        .relaxed_simd_deterministic(true);
    config
}
