//! The border to the host: raw bytes out, raw bytes in.
//!
//! Both sides offer the same functions. In a plugin they are Extism's; natively they are the scripted host of the running test.
//! Nothing else in this crate knows which of the two it talks to.

#[cfg(not(target_arch = "wasm32"))]
mod native;
#[cfg(target_arch = "wasm32")]
mod wasm;

#[cfg(not(target_arch = "wasm32"))]
pub(crate) use native::{config_get, effect, var_get, var_remove, var_set};
#[cfg(target_arch = "wasm32")]
pub(crate) use wasm::{
    config_get, effect, input, report_panics, set_error, set_output, var_get, var_remove, var_set,
};
