//! Limits of single effects, from `[limits]`.

use sinew_shell::ShellLimits;

use super::written::Limits;
use crate::effects::EffectLimits;

/// Fills in the defaults; the error is about `limits.shell_depth`.
pub(super) fn settings(written: &Limits) -> Result<EffectLimits, String> {
    let mut effects = EffectLimits::default();
    if let Some(size) = written.shell {
        effects.shell.bytes_max = usize::try_from(size.as_u64()).unwrap_or(usize::MAX);
    }
    if let Some(depth) = written.shell_depth {
        let most = ShellLimits::DEPTH_MAX;
        if depth > most {
            return Err(format!("at most {most} levels are parsed"));
        }
        effects.shell.depth_max = depth;
    }
    Ok(effects)
}
