//! libgit2's process-wide settings.

use std::path::PathBuf;
use std::sync::OnceLock;

use git2::{Config, ConfigLevel, opts};

use super::GitIdentity;

/// The user's own configuration files, which are asked for a name and a mail address and for nothing else.
static USER_FILES: OnceLock<Vec<PathBuf>> = OnceLock::new();

/// Makes libgit2 read no configuration but a repository's own. Called before anything else here; idempotent.
#[allow(
    unsafe_code,
    reason = "libgit2's search paths are process-wide, and it has no other way to set them"
)]
pub(super) fn prepare() {
    USER_FILES.get_or_init(|| {
        // SAFETY: these are unsafe because they are not synchronised. They run once, inside `get_or_init`, which every
        // thread passes before it first uses libgit2; nothing else in the process calls them.
        unsafe {
            let folder = |level| {
                opts::get_search_path(level)
                    .ok()
                    .and_then(|path| path.into_string().ok())
            };
            let mut files = Vec::new();
            for (level, name) in [
                (ConfigLevel::Global, ".gitconfig"),
                (ConfigLevel::XDG, "config"),
            ] {
                files.extend(
                    folder(level)
                        .filter(|folder| !folder.is_empty())
                        .map(|at| PathBuf::from(at).join(name)),
                );
            }
            for level in [
                ConfigLevel::ProgramData,
                ConfigLevel::System,
                ConfigLevel::XDG,
                ConfigLevel::Global,
            ] {
                // Fails for levels that a platform does not have.
                let _ = opts::set_search_path(level, "");
            }
            files
        }
    });
}

/// The identity in the user's own configuration.
pub(super) fn user_identity() -> Option<GitIdentity> {
    USER_FILES
        .get()?
        .iter()
        .find_map(|file| identity_in(&Config::open(file).ok()?))
}

/// The identity in a configuration, when it has both parts.
pub(super) fn identity_in(config: &Config) -> Option<GitIdentity> {
    let value = |key| {
        config
            .get_string(key)
            .ok()
            .filter(|value: &String| !value.trim().is_empty())
    };
    Some(GitIdentity {
        name: value("user.name")?,
        email: value("user.email")?,
    })
}
