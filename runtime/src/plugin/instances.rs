//! The instances a build has and may have: ready ones, kept ones, and used ones that nobody has dropped yet.
//!
//! Making one and dropping one take tens of microseconds each. Neither is on the way of an answer: a turn takes an instance
//! that is ready, and whoever ran the turn settles the account once the answer has left.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use extism::CompiledPlugin;

use super::build::{BuildError, BuildSettings};
use super::hyper_mcp;
use super::instance::Instance;

/// The instances of one build.
pub struct Instances {
    compiled: CompiledPlugin,
    wasi: bool,
    foreign: Option<Arc<hyper_mcp::Exports>>,
    ready_max: usize,
    reuse_max: usize,
    slots: Arc<Slots>,
    ready: Mutex<Ready>,
    kept: Mutex<Kept>,
    /// Used instances that nobody has dropped yet.
    used: Mutex<Vec<Instance>>,
    /// Read by whoever drops a used one: whoever needs its slot waits until the drop is done.
    dropping: RwLock<()>,
}

/// Used instances that wait for another turn of the key they served.
#[derive(Default)]
struct Kept {
    by_key: HashMap<String, Vec<Instance>>,
    count: usize,
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
    limit: u32,
}

/// One counted instance.
pub(super) struct Slot(Arc<Slots>);

// === impl Instances ===

impl Instances {
    pub(super) fn new(
        compiled: CompiledPlugin,
        settings: &BuildSettings,
        foreign: Option<Arc<hyper_mcp::Exports>>,
    ) -> Self {
        Self {
            compiled,
            wasi: settings.wasi,
            foreign,
            ready_max: settings.ready_max,
            reuse_max: settings.reuse_max,
            slots: Arc::new(Slots {
                live: AtomicUsize::new(0),
                limit: settings.instances_max,
            }),
            ready: Mutex::default(),
            kept: Mutex::default(),
            used: Mutex::default(),
            dropping: RwLock::default(),
        }
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

    /// Takes an instance whose turn is over. It keeps its slot until [`Instances::settle`], which the taker calls once the
    /// turn's answer is on its way; a turn that finds no slot meanwhile takes this one's.
    pub fn retire(&self, instance: Instance) {
        self.lock_used().push(instance);
    }

    /// Drops what is retired and makes the next one ahead of its turn, where too few are ready.
    pub fn settle(&self) {
        self.drop_used();
        self.prepare();
    }

    /// Makes the next instance ahead of its turn; does nothing when enough are ready.
    pub fn prepare(&self) {
        {
            let mut ready = self.lock_ready();
            // Those that come count, or a row of quick turns would have all slots taken by instances for later ones.
            if ready.instances.len() + ready.coming >= self.ready_max {
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

    /// An instance that served this key before, when one was kept.
    pub fn kept(&self, key: &str) -> Option<Instance> {
        self.lock_kept().take(key)
    }

    /// Keeps a used instance for later turns of the same key, unless it served a thousand; one of another key gives way when
    /// too many are kept.
    pub fn keep(&self, key: String, instance: Instance) {
        if self.reuse_max == 0 || instance.is_worn() {
            return self.retire(instance);
        }
        let mut kept = self.lock_kept();
        let surplus = (kept.count >= self.reuse_max)
            .then(|| kept.take_any())
            .flatten();
        kept.by_key.entry(key).or_default().push(instance);
        kept.count += 1;
        drop(kept);
        if let Some(instance) = surplus {
            self.retire(instance);
        }
    }

    /// Retires what is kept for a key that no turn will have again.
    pub fn forget(&self, key: &str) {
        let gone = self.lock_kept().take_all(key);
        self.lock_used().extend(gone);
    }

    fn create(&self) -> Result<Instance, BuildError> {
        let slot = self.slots.take().or_else(|| self.make_room());
        let slot = slot.ok_or(BuildError::Exhausted(self.slots.limit))?;
        Instance::new(&self.compiled, self.wasi, self.foreign.clone(), slot)
    }

    /// Takes the slot of an instance that no turn needs. Kept ones are a convenience: they give way before a turn is refused.
    fn make_room(&self) -> Option<Slot> {
        {
            // What others are dropping is gone when this is had.
            let _alone = self
                .dropping
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            let spare = self.lock_used().pop();
            drop(spare);
        }
        self.slots.take().or_else(|| {
            let spare = self.lock_kept().take_any();
            drop(spare);
            self.slots.take()
        })
    }

    fn drop_used(&self) {
        let _shared = self.dropping.read().unwrap_or_else(PoisonError::into_inner);
        let used = std::mem::take(&mut *self.lock_used());
        drop(used);
    }

    fn lock_ready(&self) -> MutexGuard<'_, Ready> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_used(&self) -> MutexGuard<'_, Vec<Instance>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Instances {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Instances")
            .field("live", &self.live())
            .finish_non_exhaustive()
    }
}

// === impl Kept ===

impl Kept {
    fn take(&mut self, key: &str) -> Option<Instance> {
        let instances = self.by_key.get_mut(key)?;
        let instance = instances.pop();
        if instances.is_empty() {
            self.by_key.remove(key);
        }
        self.count -= usize::from(instance.is_some());
        instance
    }

    fn take_all(&mut self, key: &str) -> Vec<Instance> {
        let instances = self.by_key.remove(key).unwrap_or_default();
        self.count -= instances.len();
        instances
    }

    fn take_any(&mut self) -> Option<Instance> {
        let key = self.by_key.keys().next()?.clone();
        self.take(&key)
    }
}

// === impl Slots ===

impl Slots {
    fn take(self: &Arc<Self>) -> Option<Slot> {
        self.live
            .try_update(Ordering::AcqRel, Ordering::Acquire, |live| {
                (live < self.limit as usize).then_some(live + 1)
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
