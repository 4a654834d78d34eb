//! The conformance guest: does whatever its input or its configuration tells it, on every entry point.
//!
//! What to do is a step or a list of steps ([`Step`]), found at the first of these places:
//!
//! 1. `tool_input.probe` of the event's input, `arguments.probe` of an MCP tool or prompt,
//! 2. `probe` at the top of the event's input, what follows `probe://` in the address of a resource, what is to be completed,
//! 3. the setting `behaviour`.
//!
//! What it offers over MCP the setting `describe` says, in steps, too. Without one it offers a tool `any`, a prompt `any` and the resources
//! `probe://{+steps}`.
//!
//! The rewriting phase does only what stands under `{"rewrite": …}`, the deciding phase what stands under `{"decide": …}` or under
//! neither. Steps run in order until one answers; when none does, the answer is `none` with the results of the steps, as a JSON array, for its
//! context.

mod act;
mod step;

pub use act::{behave, describe};
pub use step::{Step, Steps};

/// Exports functions of the crate.
#[cfg(target_arch = "wasm32")]
macro_rules! export {
    ($run:ident: $($export:ident)*) => {
        $(
            #[allow(unsafe_code, reason = "the host finds an entry point by its unmangled name")]
            #[unsafe(no_mangle)]
            extern "C" fn $export() -> i32 {
                sinew_pdk::raw::export(crate::$run)
            }
        )*
    };
}

/// Exports every entry point of the contract.
macro_rules! export_all {
    ($([$export:ident $event:ident $call:ident $input:ident])*) => {
        #[cfg(target_arch = "wasm32")]
        mod exports {
            export!(behave: $($export)*);
            export!(behave: handle_hook_event handle_mcp_call handle_mcp_read handle_mcp_prompt handle_mcp_complete);
            export!(describe: describe);
        }
    };
}

sinew_pdk::schema::for_each_hook!(export_all);
