//! The border as a native test sees it: the [`FakeHost`](crate::testing::FakeHost) of this thread.

use crate::testing::script;

/// Reads a Var.
pub(crate) fn var_get(key: &str) -> Result<Option<Vec<u8>>, String> {
    script::with(|script| Ok(script.vars.get(key).cloned()))
}

/// Writes a Var.
pub(crate) fn var_set(key: &str, value: &[u8]) -> Result<(), String> {
    script::with(|script| {
        script.vars.insert(key.to_owned(), value.to_owned());
        Ok(())
    })
}

/// Removes a Var.
pub(crate) fn var_remove(key: &str) -> Result<(), String> {
    script::with(|script| {
        script.vars.remove(key);
        Ok(())
    })
}

/// Reads a setting.
pub(crate) fn config_get(key: &str) -> Result<Option<Vec<u8>>, String> {
    script::with(|script| Ok(script.config.get(key).cloned()))
}

/// Gives every effect a function that asks the script.
macro_rules! scripted {
    ($([$name:ident $effect:ident $request:ident $response:ident])*) => {
        /// One function per effect: request JSON in, result JSON out.
        pub(crate) mod effect {
            $(
                pub(crate) fn $name(request: &[u8]) -> Result<Vec<u8>, String> {
                    crate::testing::script::answer(stringify!($name), request)
                }
            )*
        }
    };
}

sinew_schema::for_each_effect!(scripted);
