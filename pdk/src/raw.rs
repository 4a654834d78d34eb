//! The border without its types, for conformance guests. Plugins have no use for it.

use crate::host;

/// What an export leaves with the host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Output {
    /// The output; `None` leaves none.
    pub bytes: Option<Vec<u8>>,
    /// The error that is reported; `None` reports none.
    pub error: Option<String>,
    /// The exit code.
    pub code: i32,
}

/// Runs an export on the bytes of its input, and leaves exactly what it answers.
#[cfg(target_arch = "wasm32")]
pub fn export(run: impl FnOnce(&[u8]) -> Output) -> i32 {
    host::report_panics();
    let output = run(&host::input());
    if let Some(bytes) = &output.bytes
        && let Err(message) = host::set_output(bytes)
    {
        host::set_error(&message);
        return 1;
    }
    if let Some(error) = &output.error {
        host::set_error(error);
    }
    output.code
}

macro_rules! by_name {
    ($([$name:ident $effect:ident $request:ident $response:ident])*) => {
        /// Sends any bytes as the request of the effect with this name, and returns the host's answer unread.
        ///
        /// `None` where no effect has that name. A plugin that calls this imports every effect.
        ///
        /// # Errors
        ///
        /// A host that answers nothing at all.
        #[must_use]
        pub fn perform(effect: &str, request: &[u8]) -> Option<Result<Vec<u8>, String>> {
            match effect {
                $(stringify!($name) => Some(host::effect::$name(request)),)*
                _ => None,
            }
        }
    };
}

sinew_schema::for_each_effect!(by_name);
