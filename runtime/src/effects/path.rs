//! What families that work on paths share about them.

use std::path::Path;
use std::time::Duration;

use sinew_schema::EffectError;

use super::error::invalid;

/// A path as a guest has to write it.
pub(super) fn absolute(path: &str) -> Result<&Path, EffectError> {
    if path.starts_with('/') && !path.contains('\0') {
        Ok(Path::new(path))
    } else {
        Err(invalid(format!(
            "`{}` is no absolute path",
            path.escape_debug()
        )))
    }
}

/// Puts the canonical path in place of the guest's. One that is not UTF-8 cannot be written into the request: then the
/// guest's own words stand, and `perform` compares what they lead to with what was judged.
pub(super) fn canonical(path: &mut String, place: &Path) {
    if let Some(place) = place.to_str() {
        place.clone_into(path);
    }
}

/// How long a guest waits at most.
pub(super) fn wait(milliseconds: Option<u32>) -> Option<Duration> {
    milliseconds.map(|milliseconds| Duration::from_millis(milliseconds.into()))
}
