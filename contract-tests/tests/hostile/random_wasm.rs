//! Wasm that nobody wrote: cut short, changed at random, made up at random.
//!
//! The plugin room is asked directly, since a child process per module would take minutes; the engine's own way of loading
//! gets a few of them in `unloadable`.

use std::sync::Arc;

use arbitrary::Unstructured;
use sinew_runtime::effects::{EffectId, LogLevel};
use sinew_runtime::plugin::{Abort, Border, Build, BuildError, BuildSettings, HostLimits};
use sinew_runtime::world::{Random as _, SeededRandom};
use wasm_smith::{Config, Module};

use super::{guest, survival};

/// Modules that wasm-smith makes.
const MODULES: u64 = 300;
/// Copies of a plugin with bytes that were changed.
const MUTANTS: u64 = 300;
const ENTRY: &str = "handle_pre_tool_use";

/// A plugin that is cut at every 64th byte, changed at random places, and no plugin at all.
pub(crate) fn broken() {
    let healthy = guest::healthy();
    for end in (0..healthy.len()).step_by(64) {
        survival::next(&format!("a plugin cut at {end}"));
        assert!(
            Build::compile(&healthy[..end], settings()).is_err(),
            "a plugin that is cut at {end} is taken"
        );
    }
    let random = SeededRandom::new(1);
    for mutant in 0..MUTANTS {
        survival::next(&format!("mutant {mutant}"));
        let mut wasm = healthy.clone();
        for _ in 0..=mutant % 4 {
            let mut dice = [0; 5];
            random.fill(&mut dice);
            let at = u32::from_le_bytes([dice[0], dice[1], dice[2], dice[3]]) as usize % wasm.len();
            wasm[at] ^= dice[4].max(1);
        }
        // Whether it still is a plugin does not matter.
        drop(run(&wasm));
    }
    for length in [1, 7, 8, 64, 1000, 100_000] {
        survival::next(&format!("{length} random bytes"));
        let mut wasm = vec![0; length];
        random.fill(&mut wasm);
        assert!(Build::compile(&wasm, settings()).is_err());
        let with_header = [b"\0asm\x01\0\0\0".as_slice(), &wasm].concat();
        assert!(Build::compile(&with_header, settings()).is_err());
    }
}

/// Valid modules with an entry point, whose code is made up.
pub(crate) fn smithed() {
    let imports = guest::assemble(&guest::body(""));
    let exports = guest::assemble(&format!(
        "(module (func (export \"{ENTRY}\") (result i32) (i32.const 0)))"
    ));
    let mut refused = Vec::new();
    for seed in 0..MODULES {
        survival::next(&format!("module {seed}"));
        let mut bytes = vec![0; 4096];
        SeededRandom::new(seed).fill(&mut bytes);
        let config = Config {
            available_imports: Some(imports.clone()),
            exports: Some(exports.clone()),
            allow_start_export: false,
            max_memories: 1,
            max_memory32_bytes: 1 << 20,
            max_tables: 1,
            max_table_elements: 1000,
            threads_enabled: seed % 8 == 0,
            memory64_enabled: seed % 8 == 1,
            // Neither is a plugin's.
            gc_enabled: seed % 8 == 2,
            exceptions_enabled: seed % 8 == 3,
            reference_types_enabled: true,
            compact_imports_enabled: false,
            ..Config::default()
        };
        let mut dice = Unstructured::new(&bytes);
        let module = Module::new(config, &mut dice).expect("wasm-smith makes a module");
        refused.extend(run(&module.to_bytes()).err());
    }
    // Some are more than a plugin may be, but not so many that nothing is tried.
    assert!(
        refused.len() as u64 * 4 < MODULES * 3,
        "{} of {MODULES} modules were refused: {:?}",
        refused.len(),
        &refused[..20]
    );
}

/// Loads a module and calls its entry point twice. What comes of it does not matter, as long as this process sees it.
fn run(wasm: &[u8]) -> Result<(), BuildError> {
    let build = Build::compile(wasm, settings())?;
    for _ in 0..2 {
        let mut instance = build.instances().fresh()?;
        let end = instance.call(ENTRY, b"{}", Arc::new(Nothing));
        drop(instance);
        assert_eq!(build.instances().live(), 0, "an instance is lost: {end:?}");
    }
    Ok(())
}

fn settings() -> BuildSettings {
    BuildSettings {
        fuel: 1_000_000,
        memory_bytes: 2 << 20,
        instances_max: 2,
        ..BuildSettings::default()
    }
}

/// A host that grants what it is asked for, with as little as can be.
struct Nothing;

impl Border for Nothing {
    fn limits(&self) -> HostLimits {
        HostLimits {
            argument_bytes_max: 1 << 16,
            output_bytes_max: 1 << 16,
        }
    }
    fn tick(&self) -> Result<(), Abort> {
        Ok(())
    }
    fn effect(&self, _: EffectId, _: &[u8]) -> Result<Vec<u8>, Abort> {
        Ok(b"{}".to_vec())
    }
    fn var_get(&self, _: &[u8]) -> Result<Option<Vec<u8>>, Abort> {
        Ok(Some(b"1".to_vec()))
    }
    fn var_set(&self, _: &[u8], _: Option<&[u8]>) -> Result<(), Abort> {
        Ok(())
    }
    fn config_get(&self, _: &[u8]) -> Result<Option<Vec<u8>>, Abort> {
        Ok(None)
    }
    fn log(&self, _: LogLevel, _: &[u8]) -> Result<(), Abort> {
        Ok(())
    }
}
