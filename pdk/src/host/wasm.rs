//! The border as a plugin sees it: Extism's kernel, and one host function per effect.

use extism_pdk::{Memory, config, var};

/// Reads the turn's input.
pub(crate) fn input() -> Vec<u8> {
    extism_pdk::input_bytes()
}

/// Leaves the turn's output with the host.
pub(crate) fn set_output(output: &[u8]) -> Result<(), String> {
    let memory = Memory::from_bytes(output).map_err(|error| error.to_string())?;
    memory.set_output();
    Ok(())
}

/// Tells the host why the turn fails.
#[allow(
    unsafe_code,
    reason = "a call of Extism's kernel, which copies nothing and keeps the offset"
)]
pub(crate) fn set_error(message: &str) {
    if let Ok(memory) = Memory::from_bytes(message) {
        // SAFETY: the offset is of a block that was allocated above and is not freed.
        unsafe { extism_pdk::extism::error_set(memory.offset()) };
    }
}

/// Makes a panic's message the turn's error, so that the host sees more than "unreachable".
pub(crate) fn report_panics() {
    std::panic::set_hook(Box::new(|panic| set_error(&panic.to_string())));
}

/// Reads a Var.
pub(crate) fn var_get(key: &str) -> Result<Option<Vec<u8>>, String> {
    let memory = var::get_memory(key).map_err(|error| error.to_string())?;
    Ok(memory.map(|memory| {
        let value = memory.to_vec();
        memory.free();
        value
    }))
}

/// Writes a Var.
pub(crate) fn var_set(key: &str, value: &[u8]) -> Result<(), String> {
    var::set(key, value).map_err(|error| error.to_string())
}

/// Removes a Var.
pub(crate) fn var_remove(key: &str) -> Result<(), String> {
    var::remove(key).map_err(|error| error.to_string())
}

/// Reads a setting.
pub(crate) fn config_get(key: &str) -> Result<Option<Vec<u8>>, String> {
    let memory = config::get_memory(key).map_err(|error| error.to_string())?;
    Ok(memory.map(|memory| memory.to_vec()))
}

/// Sends a request through one import and takes the answer out of Extism's memory. Both blocks are freed.
fn exchange(request: &[u8], import: impl FnOnce(u64) -> u64) -> Result<Vec<u8>, String> {
    let request = Memory::from_bytes(request).map_err(|error| error.to_string())?;
    let offset = import(request.offset());
    request.free();
    let answer = Memory::find(offset).ok_or("the host answered nothing")?;
    let bytes = answer.to_vec();
    answer.free();
    Ok(bytes)
}

/// Declares the import of every effect, and beside it a function that sends and receives bytes.
macro_rules! imports {
    ($([$name:ident $effect:ident $request:ident $response:ident])*) => {
        #[allow(unsafe_code, reason = "the host's functions are imports")]
        mod import {
            #[link(wasm_import_module = "extism:host/user")]
            unsafe extern "C" {
                $(pub(super) fn $name(request: u64) -> u64;)*
            }
        }

        /// One function per effect: request JSON in, result JSON out.
        pub(crate) mod effect {
            $(
                #[allow(unsafe_code, reason = "a call of an import of the host")]
                pub(crate) fn $name(request: &[u8]) -> Result<Vec<u8>, String> {
                    // SAFETY: the host takes the offset of a live block and returns one, or 0.
                    super::exchange(request, |offset| unsafe { super::import::$name(offset) })
                }
            )*
        }
    };
}

sinew_schema::for_each_effect!(imports);
