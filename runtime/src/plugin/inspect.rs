//! Looks at wasm without running it: what it exports and imports, and whether a plugin may look like that at all.

use std::collections::BTreeSet;
use std::sync::Arc;

use extism::{EXTISM_ENV_MODULE, EXTISM_USER_MODULE};
use sinew_schema::{EFFECTS, ENTRY_POINTS};
use wasmparser::{
    ExternalKind, FuncType, Parser, Payload, TypeRef, ValType, Validator, WasmFeatures,
};

use super::build::BuildError;
use super::compat::Compat;
use super::hyper_mcp;
use super::wasi::WASI;
use crate::effects::EffectId;

/// Exports that Extism would run by itself before the call that was asked for.
const RUNS_UNASKED: [&str; 3] = ["_initialize", "__wasm_call_ctors", "hs_init"];

/// What guests may import of `extism:host/env`: all of it but what only the host's side of a call looks at,
/// and `http_request`, which is an effect.
const ENV_FUNCTIONS: [&str; 27] = [
    "alloc",
    "free",
    "length",
    "length_unsafe",
    "load_u8",
    "load_u64",
    "input_load_u8",
    "input_load_u64",
    "store_u8",
    "store_u64",
    "input_set",
    "output_set",
    "input_length",
    "input_offset",
    "reset",
    "error_set",
    "memory_bytes",
    "config_get",
    "var_get",
    "var_set",
    "http_status_code",
    "http_headers",
    "log_trace",
    "log_debug",
    "log_info",
    "log_warn",
    "log_error",
];
const LOG_LEVEL: &str = "get_log_level";

/// What a module shows of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// Entry points that the engine knows and the module answers: exported functions, if it speaks this host's interface.
    pub entry_points: BTreeSet<&'static str>,
    /// Effects it can ask for: those it imports, and what is behind a function of Extism's that it imports.
    pub effects: BTreeSet<&'static str>,
    /// Whether it imports anything of WASI.
    pub wasi: bool,
    /// Pages of memory that it starts with.
    pub memory_pages: u64,
    /// What it exports for another host, where it speaks that one's interface.
    pub(super) foreign: Option<Arc<hyper_mcp::Exports>>,
}

/// A module that is looked at.
struct Look {
    wasi: bool,
    found: Inspection,
    /// What another host would call, where the module speaks that one's interface.
    foreign: Option<hyper_mcp::Exports>,
}

/// Validates a module and refuses what a plugin may not be.
///
/// # Errors
/// Wasm that does not validate, a start section or an export that would run unasked (unless `wasi`), an import that the
/// host does not provide, and a module without a single entry point; with `compat`, one that is no plugin of that host's.
pub fn inspect(
    module: &[u8],
    wasi: bool,
    compat: Option<Compat>,
) -> Result<Inspection, BuildError> {
    // What fuel cannot bound in time; `fuel` says why.
    let features = WasmFeatures::default() - WasmFeatures::GC - WasmFeatures::EXCEPTIONS;
    let types = Validator::new_with_features(features)
        .validate_all(module)
        .map_err(|error| BuildError::Invalid(error.to_string()))?;
    let mut look = Look {
        wasi,
        found: Inspection {
            entry_points: BTreeSet::new(),
            effects: BTreeSet::new(),
            wasi: false,
            memory_pages: 0,
            foreign: None,
        },
        foreign: compat.map(|Compat::HyperMcp| hyper_mcp::Exports::default()),
    };
    for section in Parser::new(0).parse_all(module) {
        match section.map_err(|error| BuildError::Invalid(error.to_string()))? {
            Payload::Version {
                encoding: wasmparser::Encoding::Component,
                ..
            } => {
                return Err(BuildError::Refused(
                    "it is a WebAssembly component; a plugin is a core module".into(),
                ));
            }
            Payload::StartSection { .. } if !wasi => {
                return Err(BuildError::Refused(
                    "it has a start section, which runs before any turn".into(),
                ));
            }
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    let import = import.map_err(|error| BuildError::Invalid(error.to_string()))?;
                    look.import(import.module, import.name, import.ty)?;
                }
            }
            Payload::MemorySection(memories) => {
                for memory in memories {
                    let memory = memory.map_err(|error| BuildError::Invalid(error.to_string()))?;
                    let pages = &mut look.found.memory_pages;
                    *pages = pages.saturating_add(memory.initial);
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    let export = export.map_err(|error| BuildError::Invalid(error.to_string()))?;
                    let function = (export.kind == ExternalKind::Func)
                        .then(|| types.as_ref().core_function_at(export.index))
                        .map(|id| types[id].unwrap_func());
                    if let Some(function) = function {
                        look.export(export.name, function)?;
                    }
                }
            }
            _ => {}
        }
    }
    look.end()
}

// === impl Look ===

impl Look {
    fn end(self) -> Result<Inspection, BuildError> {
        let Self {
            mut found, foreign, ..
        } = self;
        if let Some(exports) = foreign {
            found.entry_points = exports.entry_points().map_err(BuildError::Refused)?;
            found.foreign = Some(Arc::new(exports));
        }
        if found.entry_points.is_empty() {
            return Err(BuildError::Refused(
                "it exports no entry point, so it is not a plugin".into(),
            ));
        }
        Ok(found)
    }

    fn import(&mut self, module: &str, name: &str, kind: TypeRef) -> Result<(), BuildError> {
        if !matches!(kind, TypeRef::Func(_)) {
            return Err(BuildError::Refused(format!(
                "it imports `{module}::{name}`, which is not a function"
            )));
        }
        match module {
            EXTISM_ENV_MODULE if name == "http_request" => {
                self.found.effects.insert(EffectId::NetFetch.name());
                Ok(())
            }
            EXTISM_ENV_MODULE if ENV_FUNCTIONS.contains(&name) || name == LOG_LEVEL => Ok(()),
            EXTISM_USER_MODULE if self.foreign.is_some() => match hyper_mcp::import(name) {
                Some(import) => {
                    let effect = import.effect().map(EffectId::name);
                    self.found.effects.extend(effect);
                    Ok(())
                }
                None => Err(BuildError::Refused(format!(
                    "it imports `{name}`, which hyper-mcp does not provide"
                ))),
            },
            EXTISM_USER_MODULE => match EFFECTS.iter().find(|effect| effect.name == name) {
                Some(effect) => {
                    self.found.effects.insert(effect.name);
                    Ok(())
                }
                None => Err(BuildError::Refused(format!(
                    "it imports `{name}`, and there is no such effect"
                ))),
            },
            WASI if self.wasi => {
                self.found.wasi = true;
                Ok(())
            }
            WASI => Err(BuildError::Refused(format!(
                "it imports WASI (`{name}`); build it for `wasm32-unknown-unknown`, or set `wasi = true` in `plugin.toml`"
            ))),
            _ if module.starts_with("__wbindgen") => Err(BuildError::Refused(format!(
                "it imports `{module}::{name}`: one of its crates expects JavaScript (wasm-bindgen, often through \
                 `getrandom`, `uuid` or `web-time`); turn that crate's `js` feature off"
            ))),
            _ => Err(BuildError::Refused(format!(
                "it imports `{module}::{name}`, which the host does not provide"
            ))),
        }
    }

    fn export(&mut self, name: &str, function: &FuncType) -> Result<(), BuildError> {
        if RUNS_UNASKED.contains(&name) && !self.wasi {
            return Err(BuildError::Refused(format!(
                "it exports `{name}`, which would run before any turn"
            )));
        }
        let called = if let Some(exports) = &mut self.foreign {
            exports.note(name)
        } else {
            let entry = ENTRY_POINTS.iter().find(|entry| entry.export == name);
            self.found
                .entry_points
                .extend(entry.map(|entry| entry.export));
            entry.is_some()
        };
        if called && (!function.params().is_empty() || function.results() != [ValType::I32]) {
            return Err(BuildError::Refused(format!(
                "its `{name}` has another signature than an entry point: no parameters, and an i32 as the result"
            )));
        }
        Ok(())
    }
}
