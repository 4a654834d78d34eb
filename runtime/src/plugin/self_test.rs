//! Proves at start that Extism's own functions are replaced by ours. The replacement is undocumented, so nothing is
//! served without the proof.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::border::{Abort, AbortReason, Border, HostLimits};
use super::build::{Build, BuildSettings};
use super::http::NO_REQUEST;
use crate::effects::{EffectId, LogLevel};

/// `self_test.wat`, assembled; a unit test keeps the two together.
const GUEST: &[u8] = include_bytes!("self_test.wasm");
const LOGS: u32 = 5;

#[derive(Default)]
struct Witness {
    var: Mutex<Option<Vec<u8>>>,
    reads: AtomicU32,
    config: AtomicU32,
    logs: AtomicU32,
}

/// Runs the proof.
///
/// # Errors
/// A sentence that says which function was not replaced.
pub fn shadowing() -> Result<(), String> {
    let settings = BuildSettings {
        instances_max: 2,
        memory_bytes: 1 << 20,
        fuel: 10_000_000,
        ..BuildSettings::default()
    };
    let build = Build::compile(GUEST, settings)
        .map_err(|error| format!("the self-test guest does not load: {error}"))?;
    let witness = Arc::new(Witness::default());
    let call = |entry_point| -> Result<_, String> {
        let mut instance = build
            .instances()
            .fresh()
            .map_err(|error| error.to_string())?;
        Ok(instance
            .call(entry_point, b"{}", Arc::clone(&witness) as Arc<dyn Border>)
            .output)
    };
    let output = call("handle_hook_event")?
        .map_err(|abort| format!("the self-test guest failed: {abort}"))?;
    if output != b"k" || witness.reads.load(Ordering::Relaxed) != 1 {
        return Err("Vars are not shadowed: a guest's state would not reach the store".into());
    }
    if witness.config.load(Ordering::Relaxed) != 1 {
        return Err("`config_get` is not shadowed".into());
    }
    if witness.logs.load(Ordering::Relaxed) != LOGS {
        return Err("a log function is not shadowed".into());
    }
    match call("handle_mcp_call")? {
        Err(abort) if abort.message.starts_with(NO_REQUEST) => Ok(()),
        _ => Err("`http_request` is not shadowed".into()),
    }
}

impl Border for Witness {
    fn limits(&self) -> HostLimits {
        HostLimits {
            argument_bytes_max: 64,
            output_bytes_max: 64,
        }
    }
    fn tick(&self) -> Result<(), Abort> {
        Ok(())
    }
    fn effect(&self, effect: EffectId, _request: &[u8]) -> Result<Vec<u8>, Abort> {
        Err(Abort::new(
            AbortReason::Host,
            format!("the self-test guest called `{}`", effect.name()),
        ))
    }
    fn var_get(&self, _key: &[u8]) -> Result<Option<Vec<u8>>, Abort> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        Ok(self
            .var
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone())
    }
    fn var_set(&self, _key: &[u8], value: Option<&[u8]>) -> Result<(), Abort> {
        *self.var.lock().unwrap_or_else(PoisonError::into_inner) = value.map(<[u8]>::to_vec);
        Ok(())
    }
    fn config_get(&self, _key: &[u8]) -> Result<Option<Vec<u8>>, Abort> {
        self.config.fetch_add(1, Ordering::Relaxed);
        Ok(None)
    }
    fn log(&self, _level: LogLevel, _message: &[u8]) -> Result<(), Abort> {
        self.logs.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_assembled_guest_is_its_source() {
        assert_eq!(
            wat::parse_str(include_str!("self_test.wat")).unwrap(),
            GUEST,
            "assemble self_test.wat again"
        );
    }

    #[test]
    fn every_function_that_matters_is_shadowed() {
        assert_eq!(shadowing(), Ok(()));
    }
}
