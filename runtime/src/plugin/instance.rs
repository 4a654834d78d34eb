//! One instance of a build, and the one way guest code is run.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use extism::{CompiledPlugin, Plugin};
use wasmtime::Trap;

use super::border::{self, Abort, AbortReason, Border, Frame};
use super::build::{BuildError, Slot};

/// One instance. Dropping it gives its slot back.
pub struct Instance {
    // Fields drop in this order: the slot is free only when the instance is gone.
    plugin: Plugin,
    _slot: Slot,
}

/// How a call of guest code ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestEnd {
    /// The output, or why there is none.
    pub output: Result<Vec<u8>, Abort>,
    /// Fuel the call used.
    pub fuel: u64,
}

impl Instance {
    pub(super) fn new(compiled: &CompiledPlugin, slot: Slot) -> Result<Self, BuildError> {
        let plugin = catch_unwind(AssertUnwindSafe(|| Plugin::new_from_compiled(compiled)))
            .map_err(|_| BuildError::Compile("wasmtime panicked while it made an instance".into()))?
            .map_err(|error| BuildError::Compile(format!("{error:#}")))?;
        Ok(Self {
            plugin,
            _slot: slot,
        })
    }

    /// Calls an entry point. Blocks until the guest is done: fuel bounds its own work, the border bounds the host's.
    ///
    /// An instance whose call did not return an output must not be used again.
    #[must_use]
    pub fn call(&mut self, entry_point: &str, input: &[u8], border: Arc<dyn Border>) -> GuestEnd {
        let limit = border.limits().output_bytes_max;
        let (done, frame) = border::enter(border, || {
            // Plain `call`: it is the only one of Extism's calls that reports a non-zero return code.
            catch_unwind(AssertUnwindSafe(|| {
                self.plugin.call::<&[u8], ()>(entry_point, input)
            }))
        });
        let fuel = self.plugin.fuel_consumed().unwrap_or(0);
        let output = match done {
            Err(_) => Err(Abort::new(
                AbortReason::Host,
                "the host panicked while the guest ran",
            )),
            Ok(Ok(())) => ended_well(frame, limit),
            Ok(Err(error)) => Err(ended_badly(&error, frame)),
        };
        GuestEnd { output, fuel }
    }
}

impl std::fmt::Debug for Instance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Instance")
    }
}

fn ended_well(frame: Frame, limit: u64) -> Result<Vec<u8>, Abort> {
    // A guest may swallow the trap of a host function only by not returning; a kept abort always wins.
    if let Some(abort) = frame.abort {
        return Err(abort);
    }
    if let Some(message) = frame.error {
        return Err(Abort::new(AbortReason::Exit, message));
    }
    match frame.output {
        Some(output) if !output.is_empty() => Ok(output),
        _ => Err(Abort::new(
            AbortReason::Output,
            format!("the guest returned without an output (at most {limit} bytes)"),
        )),
    }
}

/// Names the end. The host's own reason comes first, then what the guest said, then what wasmtime saw.
fn ended_badly(error: &extism::Error, frame: Frame) -> Abort {
    if let Some(abort) = frame.abort {
        return abort;
    }
    let text = format!("{error:#}");
    let trap = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<Trap>())
        .copied();
    let says = |message: &str| error.chain().any(|cause| cause.to_string() == message);
    if matches!(trap, Some(Trap::OutOfFuel))
        || text.contains("ran out of fuel")
        || text.contains("all fuel consumed")
    {
        return Abort::new(AbortReason::Fuel, "the guest used up its fuel");
    }
    if says("oom") {
        return Abort::new(
            AbortReason::Memory,
            "the guest asked for more memory than it may have",
        );
    }
    if let Some(code) = text.strip_prefix("Returned non-zero exit code: ") {
        let said = frame
            .error
            .map(|message| format!(": {message}"))
            .unwrap_or_default();
        return Abort::new(
            AbortReason::Exit,
            format!("the entry point returned {code}{said}"),
        );
    }
    let said = frame
        .error
        .map(|message| format!(": {message}"))
        .unwrap_or_default();
    match trap {
        Some(trap) => Abort::new(
            AbortReason::Trap,
            format!("the guest trapped ({trap}){said}"),
        ),
        // The last cause is wasmtime's own word; what stands before it are backtraces for nobody's eyes.
        None => Abort::new(
            AbortReason::Trap,
            format!("the guest failed ({}){said}", error.root_cause()),
        ),
    }
}
