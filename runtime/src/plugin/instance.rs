//! One instance of a build, and the one way guest code is run.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use extism::{CompiledPlugin, Plugin};
use wasmtime::Trap;

use super::border::{self, Abort, AbortReason, Border, Frame, Past};
use super::build::BuildError;
use super::guest_memory::OUT_OF_FUEL;
use super::hyper_mcp;
use super::instances::Slot;

/// What no module exports: asking for it instantiates a module and runs whatever it runs by itself, and nothing else.
const NOBODY: &str = "sinew: nobody";

/// How often one instance is called at most. Extism looks the functions of its kernel up anew in each call, and wasmtime
/// keeps what was looked up for as long as the instance lives: some 200 bytes for each call.
const CALLS_MAX: u32 = 1_000;

/// One instance. Dropping it gives its slot back.
pub struct Instance {
    // Fields drop in this order: the slot is free only when the instance is gone.
    // Boxed: once it has run, Extism keeps pointers into it, and host functions of later calls follow them.
    plugin: Box<Plugin>,
    past: Past,
    calls: u32,
    /// What it exports for another host, where it speaks that one's interface.
    foreign: Option<Arc<hyper_mcp::Exports>>,
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
    /// Makes an instance. With WASI, code of the guest may run in it already, outside any turn.
    pub(super) fn new(
        compiled: &CompiledPlugin,
        wasi: bool,
        foreign: Option<Arc<hyper_mcp::Exports>>,
        slot: Slot,
    ) -> Result<Self, BuildError> {
        let make = || {
            border::outside(|| {
                let mut plugin = Box::new(Plugin::new_from_compiled(compiled)?);
                // Here and not in its first turn, where a host function would find a turn but no memory to work on.
                if wasi {
                    initialize(&mut plugin)?;
                }
                Ok::<_, extism::Error>(plugin)
            })
        };
        let plugin = catch_unwind(AssertUnwindSafe(make))
            .map_err(|_| BuildError::Compile("wasmtime panicked while it made an instance".into()))?
            .map_err(|error| BuildError::Compile(format!("{error:#}")))?;
        Ok(Self {
            plugin,
            past: Past {
                used: wasi,
                ..Past::default()
            },
            calls: 0,
            foreign,
            _slot: slot,
        })
    }

    /// Whether it was called as often as one instance is.
    pub(super) fn is_worn(&self) -> bool {
        self.calls >= CALLS_MAX
    }

    /// Calls an entry point. Blocks until the guest is done: fuel bounds its own work, the border bounds the host's.
    ///
    /// An instance whose call did not return an output must not be used again.
    #[must_use]
    pub fn call(&mut self, entry_point: &str, input: &[u8], border: Arc<dyn Border>) -> GuestEnd {
        match self.foreign.clone() {
            None => self.run(entry_point, input, border),
            Some(exports) => hyper_mcp::call(self, &exports, entry_point, input, border),
        }
    }

    /// Calls an export.
    pub(super) fn run(&mut self, export: &str, input: &[u8], border: Arc<dyn Border>) -> GuestEnd {
        self.calls = self.calls.saturating_add(1);
        let limit = border.limits().output_bytes_max;
        let (done, frame) = border::enter(border, self.past, || {
            // Plain `call`: it is the only one of Extism's calls that reports a non-zero return code.
            catch_unwind(AssertUnwindSafe(|| {
                self.plugin.call::<&[u8], ()>(export, input)
            }))
        });
        self.past = Past {
            proved_end: frame.proved_end,
            used: true,
        };
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

/// Runs what the module runs by itself, and has Extism learn where the instance lies.
fn initialize(plugin: &mut Plugin) -> Result<(), extism::Error> {
    match plugin.call::<&[u8], ()>(NOBODY, b"") {
        Err(error) if error.to_string() == format!("Function not found: {NOBODY}") => Ok(()),
        Err(error) => Err(error),
        Ok(()) => Err(extism::Error::msg(format!("it exports `{NOBODY}`"))),
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
    // Whole causes only: a backtrace among them holds names that the guest chose.
    if matches!(trap, Some(Trap::OutOfFuel)) || says(OUT_OF_FUEL) {
        return Abort::new(AbortReason::Fuel, "the guest used up its fuel");
    }
    let gc = |cause: &(dyn std::error::Error + 'static)| {
        cause.to_string().starts_with("GC heap out of memory")
    };
    if says("oom") || error.chain().any(gc) {
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
