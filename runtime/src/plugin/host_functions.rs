//! Every function a guest can import: one per effect, and ours in place of all that Extism offers.
//!
//! Extism links user functions last and lets them shadow its own. The functions of `extism:host/env` that touch the
//! world or the host's view of the guest's memory are all replaced; what is left of the kernel is pure memory work.

use std::panic::{AssertUnwindSafe, catch_unwind};

use extism::{
    CurrentPlugin, EXTISM_ENV_MODULE, EXTISM_USER_MODULE, Function, UserData, Val, ValType,
};

use super::border::{self, Abort, AbortReason, Border};
use super::guest_memory::{read, read_range, sound, write};
use super::http;
use super::hyper_mcp;
use super::inspect::Inspection;
use crate::effects::{EffectId, LogLevel};

/// Functions of `extism:host/env` that this file replaces: name, parameters, results.
const LOGS: [(&str, LogLevel); 5] = [
    ("log_trace", LogLevel::Debug),
    ("log_debug", LogLevel::Debug),
    ("log_info", LogLevel::Info),
    ("log_warn", LogLevel::Warn),
    ("log_error", LogLevel::Error),
];

/// What Extism itself calls after the guest's code; no guest may import it (see `inspect`).
const LOOKS: [&str; 3] = ["error_get", "output_offset", "output_length"];
/// What Extism itself calls before the guest's code, with no error.
const CLEARS_ERROR: &str = "error_set";

/// The level that guests are told: everything is wanted, whatever the host prints, so that it is no hidden input.
const LOG_LEVEL_ALL: i32 = 0;

/// All functions a build is linked with.
///
/// Of the effects it gets those that it imports: each function makes every instance cost more, and one that is not imported
/// cannot be called. One that speaks another host's interface gets that host's functions. Of Extism's own all are replaced.
pub(super) fn all(module: &Inspection) -> Vec<Function> {
    let own = module.foreign.is_none();
    let imported = |effect: &&EffectId| own && module.effects.contains(effect.name());
    let effects = EffectId::ALL.iter().filter(imported).map(|effect| {
        let effect = *effect;
        function(
            EXTISM_USER_MODULE,
            effect.name(),
            1,
            Some(ValType::I64),
            move |border, plugin, inputs, outputs| {
                let request = read(
                    plugin,
                    argument(inputs, 0)?,
                    border.limits().argument_bytes_max,
                )?;
                let answer = border.effect(effect, &request)?;
                give(outputs, write(plugin, &answer)?)
            },
        )
    });
    let logs = LOGS.into_iter().map(|(name, level)| {
        function(
            EXTISM_ENV_MODULE,
            name,
            1,
            None,
            move |border, plugin, inputs, _| {
                let message = read(
                    plugin,
                    argument(inputs, 0)?,
                    border.limits().argument_bytes_max,
                )?;
                border.log(level, &message)
            },
        )
    });
    let foreign = module.foreign.iter().flat_map(|_| hyper_mcp::functions());
    effects
        .chain(foreign)
        .chain(logs)
        .chain(state(own))
        .chain(results())
        .chain(http::functions())
        .collect()
}

/// Vars and configuration, as a module of this host's `own` interface reads it, or one of another's.
fn state(own: bool) -> Vec<Function> {
    vec![
        function(
            EXTISM_ENV_MODULE,
            "var_get",
            1,
            Some(ValType::I64),
            |border, plugin, inputs, outputs| {
                let key = read(
                    plugin,
                    argument(inputs, 0)?,
                    border.limits().argument_bytes_max,
                )?;
                let value = border.var_get(&key)?;
                give(
                    outputs,
                    write(plugin, value.as_deref().unwrap_or_default())?,
                )
            },
        ),
        function(
            EXTISM_ENV_MODULE,
            "var_set",
            2,
            None,
            |border, plugin, inputs, _| {
                let limit = border.limits().argument_bytes_max;
                let key = read(plugin, argument(inputs, 0)?, limit)?;
                let value = argument(inputs, 1)?;
                // Extism's own `var_set` takes the null offset for "remove".
                if value.i64() == Some(0) {
                    return border.var_set(&key, None);
                }
                let value = read(plugin, value, limit)?;
                border.var_set(&key, Some(&value))
            },
        ),
        function(
            EXTISM_ENV_MODULE,
            "config_get",
            1,
            Some(ValType::I64),
            move |border, plugin, inputs, outputs| {
                let key = read(
                    plugin,
                    argument(inputs, 0)?,
                    border.limits().argument_bytes_max,
                )?;
                let value = border.config_get(&key)?;
                let value = value.map(|value| {
                    if own {
                        value
                    } else {
                        hyper_mcp::setting(value)
                    }
                });
                give(
                    outputs,
                    write(plugin, value.as_deref().unwrap_or_default())?,
                )
            },
        ),
        function(
            EXTISM_ENV_MODULE,
            "get_log_level",
            0,
            Some(ValType::I32),
            |_, _, _, outputs| give(outputs, Val::I32(LOG_LEVEL_ALL)),
        ),
    ]
}

/// Output and error: taken here and now, with their lengths checked, and never through Extism's own getters, which
/// would follow an offset that the guest can forge. Extism's host side asks the getters after a call; it sees nothing.
fn results() -> Vec<Function> {
    let mut functions = vec![
        function(
            EXTISM_ENV_MODULE,
            "output_set",
            2,
            None,
            |border, plugin, inputs, _| {
                let offset = argument(inputs, 0)?.i64().unwrap_or(0).cast_unsigned();
                let length = argument(inputs, 1)?.i64().unwrap_or(0).cast_unsigned();
                let limit = border.limits().output_bytes_max;
                if length > limit {
                    return Err(Abort::new(
                        AbortReason::Output,
                        format!("the output has {length} bytes where {limit} are allowed"),
                    ));
                }
                let output = read_range(plugin, offset, length, limit)?;
                border::with_frame(|frame| frame.output = Some(output));
                Ok(())
            },
        ),
        function(
            EXTISM_ENV_MODULE,
            "error_set",
            1,
            None,
            |border, plugin, inputs, _| {
                let message = read(
                    plugin,
                    argument(inputs, 0)?,
                    border.limits().argument_bytes_max,
                )?;
                let message =
                    (!message.is_empty()).then(|| String::from_utf8_lossy(&message).into_owned());
                border::with_frame(|frame| frame.error = message);
                Ok(())
            },
        ),
    ];
    functions.extend(LOOKS.map(|name| {
        function(
            EXTISM_ENV_MODULE,
            name,
            0,
            Some(ValType::I64),
            |_, _, _, outputs| give(outputs, Val::I64(0)),
        )
    }));
    functions
}

/// Makes a host function that first looks for the running call, never unwinds into wasm, and keeps the reason for an end.
pub(super) fn function(
    namespace: &str,
    name: &'static str,
    parameters: usize,
    result: Option<ValType>,
    body: impl Fn(&dyn Border, &mut CurrentPlugin, &[Val], &mut [Val]) -> Result<(), Abort>
    + Send
    + Sync
    + 'static,
) -> Function {
    let call =
        move |plugin: &mut CurrentPlugin, inputs: &[Val], outputs: &mut [Val], _: UserData<()>| {
            // What begins a call is the host's own and belongs to nobody's budget; so do the looks that end it.
            let begins = name == CLEARS_ERROR && matches!(inputs, [Val::I64(0)]) && begin(plugin)?;
            if begins {
                return Ok(());
            }
            let Some(border) = border::running() else {
                return Err(extism::Error::msg(format!(
                    "`{name}` was called while no turn runs"
                )));
            };
            let done = catch_unwind(AssertUnwindSafe(|| {
                if !LOOKS.contains(&name) {
                    border.tick()?;
                }
                body(border.as_ref(), plugin, inputs, outputs)
            }))
            .unwrap_or_else(|_| {
                Err(Abort::new(
                    AbortReason::Host,
                    format!("the host panicked in `{name}`"),
                ))
            });
            done.map_err(fail)
        };
    Function::new(
        name,
        vec![ValType::I64; parameters],
        result,
        UserData::new(()),
        call,
    )
    .with_namespace(namespace)
}

/// Sees Extism begin a call, which it does by clearing the last one's error. Says whether it was that, and not the guest.
fn begin(plugin: &mut CurrentPlugin) -> Result<bool, extism::Error> {
    if border::preparing() {
        return Ok(true);
    }
    let begun = border::with_frame(|frame| (std::mem::replace(&mut frame.begun, true), frame.used));
    match begun {
        Some((false, used)) => {
            if used {
                sound(plugin).map_err(fail)?;
            }
            Ok(true)
        }
        Some((true, _)) | None => Ok(false),
    }
}

/// Keeps the reason for the end of a turn, and gives Extism an error that ends it.
pub(super) fn fail(abort: Abort) -> extism::Error {
    let message = abort.message.clone();
    border::with_frame(|frame| frame.abort.get_or_insert(abort).reason);
    extism::Error::msg(message)
}

pub(super) fn argument(inputs: &[Val], index: usize) -> Result<&Val, Abort> {
    inputs.get(index).ok_or_else(|| {
        Abort::new(
            AbortReason::Trap,
            "a host function was called without its arguments",
        )
    })
}

pub(super) fn give(outputs: &mut [Val], value: Val) -> Result<(), Abort> {
    let place = outputs.first_mut().ok_or_else(|| {
        Abort::new(
            AbortReason::Trap,
            "a host function has no place for its result",
        )
    })?;
    *place = value;
    Ok(())
}
