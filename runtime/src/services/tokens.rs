//! Bearer tokens: one per role, made at first start, read at every start.
//!
//! To change a token, delete its file while nothing serves; files are not watched.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use subtle::ConstantTimeEq as _;

use crate::world::Random;

/// Random bytes in a token; its text is twice as long.
const TOKEN_BYTES: usize = 32;

/// A token file longer than this is not one of ours.
const TOKEN_FILE_BYTES_MAX: u64 = 1_024;

/// What a token may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Hook events.
    Hook,
    /// Tools.
    Mcp,
    /// Plugins: list, reload.
    Admin,
}

/// The tokens of a state folder.
pub struct Tokens {
    hook: String,
    mcp: String,
    admin: String,
    /// Of single views of MCP, by the view's name.
    views: BTreeMap<String, String>,
}

/// Why tokens cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The file or folder cannot be made or read.
    #[error("opening the token file `{name}`")]
    File {
        /// The file's name.
        name: String,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// Others than the owner can read it.
    #[error("the token file `{name}` can be read by others than its owner; run `chmod 600` on it")]
    Mode {
        /// The file's name.
        name: String,
    },
    /// It holds something else.
    #[error("the token file `{name}` holds no token; delete it and restart to get a new one")]
    Content {
        /// The file's name.
        name: String,
    },
}

// === impl Role ===

impl Role {
    /// Returns the role's name, which is also its token file's.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hook => "hook",
            Self::Mcp => "mcp",
            Self::Admin => "admin",
        }
    }
}

// === impl Tokens ===

impl Tokens {
    /// Reads the tokens in `folder`, making what is missing: the folder with mode 700, files with mode 600.
    ///
    /// A file appears whole or not at all, and one that exists is never written again, so that two processes that
    /// start together agree.
    ///
    /// # Errors
    /// When a file cannot be made or read, is open to others, or holds no token.
    pub fn open(folder: &Path, random: &dyn Random) -> Result<Self, TokenError> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(|source| TokenError::File {
                name: "tokens".to_owned(),
                source,
            })?;
        Ok(Self {
            hook: open(folder, Role::Hook.as_str(), random)?,
            mcp: open(folder, Role::Mcp.as_str(), random)?,
            admin: open(folder, Role::Admin.as_str(), random)?,
            views: BTreeMap::new(),
        })
    }

    /// Reads the tokens of views of MCP as well, each in a file `mcp.VIEW`, making what is missing.
    ///
    /// # Errors
    /// As for [`Tokens::open`].
    pub fn with_views<'a>(
        mut self,
        folder: &Path,
        views: impl IntoIterator<Item = &'a String>,
        random: &dyn Random,
    ) -> Result<Self, TokenError> {
        for view in views {
            let token = open(folder, &format!("{}.{view}", Role::Mcp.as_str()), random)?;
            self.views.insert(view.clone(), token);
        }
        Ok(self)
    }

    /// Reads the token of one role in `folder`, for those who call.
    ///
    /// # Errors
    /// When the file cannot be read, is open to others, or holds no token.
    pub fn read(folder: &Path, role: Role) -> Result<String, TokenError> {
        read(&folder.join(role.as_str()), role.as_str())
    }

    /// The view whose token `offered` is.
    #[must_use]
    pub fn view(&self, offered: &[u8]) -> Option<&str> {
        let mut found = None;
        for (view, token) in &self.views {
            if token.as_bytes().ct_eq(offered).into() {
                found = Some(view.as_str());
            }
        }
        found
    }

    /// Tells whether `offered` is the token of `role`, taking the same time for every wrong one of its length.
    #[must_use]
    pub fn accepts(&self, role: Role, offered: &[u8]) -> bool {
        self.token(role).as_bytes().ct_eq(offered).into()
    }

    /// Returns the token of a role, for those who write it into a client's settings.
    #[must_use]
    pub fn token(&self, role: Role) -> &str {
        match role {
            Role::Hook => &self.hook,
            Role::Mcp => &self.mcp,
            Role::Admin => &self.admin,
        }
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Tokens")
    }
}

fn open(folder: &Path, name: &str, random: &dyn Random) -> Result<String, TokenError> {
    let failed = |source| TokenError::File {
        name: name.to_owned(),
        source,
    };
    let path = folder.join(name);
    match read(&path, name) {
        Err(TokenError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            make(folder, &path, random).map_err(failed)?;
            read(&path, name)
        }
        other => other,
    }
}

fn read(path: &Path, name: &str) -> Result<String, TokenError> {
    let failed = |source| TokenError::File {
        name: name.to_owned(),
        source,
    };
    let file = File::open(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.mode() & 0o077 != 0 {
        return Err(TokenError::Mode {
            name: name.to_owned(),
        });
    }
    let mut text = String::new();
    file.take(TOKEN_FILE_BYTES_MAX)
        .read_to_string(&mut text)
        .map_err(failed)?;
    let token = text.trim();
    let printable = token.bytes().all(|byte| byte.is_ascii_graphic());
    if token.len() < TOKEN_BYTES || !printable {
        return Err(TokenError::Content {
            name: name.to_owned(),
        });
    }
    Ok(token.to_owned())
}

/// Writes a new token beside its place and links it there, which fails when somebody was faster: theirs counts then.
fn make(folder: &Path, path: &Path, random: &dyn Random) -> io::Result<()> {
    let draft = Draft {
        path: folder.join(format!(".{}", random_hex(random))),
    };
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft.path)?;
    file.write_all(random_hex(random).as_bytes())?;
    file.sync_all()?;
    match fs::hard_link(&draft.path, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// A file that is gone when it is dropped.
struct Draft {
    path: PathBuf,
}

impl Drop for Draft {
    fn drop(&mut self) {
        // It may never have been made; a draft left behind is harmless.
        let _ = fs::remove_file(&self.path);
    }
}

fn random_hex(random: &dyn Random) -> String {
    let mut bytes = [0_u8; TOKEN_BYTES];
    random.fill(&mut bytes);
    hex::encode(bytes)
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::world::SystemRandom;

    const ROLES: [Role; 3] = [Role::Hook, Role::Mcp, Role::Admin];

    #[test]
    fn tokens_are_made_once_and_differ() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("tokens");
        let first = Tokens::open(&folder, &SystemRandom).unwrap();
        let second = Tokens::open(&folder, &SystemRandom).unwrap();
        for role in ROLES {
            assert_eq!(first.token(role), second.token(role));
            assert_eq!(first.token(role).len(), 2 * TOKEN_BYTES);
            let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
            assert_eq!(mode(&folder.join(role.as_str())), 0o600);
            assert_eq!(mode(&folder), 0o700);
            for other in ROLES {
                let accepted = first.accepts(other, first.token(role).as_bytes());
                assert_eq!(accepted, other == role);
            }
        }
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 3, "no draft stays");
    }

    #[test]
    fn processes_that_start_together_agree() {
        let folder = tempfile::tempdir().unwrap();
        let open = || {
            let tokens = Tokens::open(folder.path(), &SystemRandom).unwrap();
            tokens.token(Role::Hook).to_owned()
        };
        let tokens: Vec<String> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert!(tokens.iter().all(|token| *token == tokens[0]));
    }

    #[test]
    fn a_token_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        Tokens::open(folder.path(), &SystemRandom).unwrap();
        fs::set_permissions(folder.path().join("hook"), Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(
            Tokens::open(folder.path(), &SystemRandom),
            Err(TokenError::Mode { .. })
        ));
    }

    #[test]
    fn an_empty_token_file_is_no_token() {
        let folder = tempfile::tempdir().unwrap();
        Tokens::open(folder.path(), &SystemRandom).unwrap();
        fs::write(folder.path().join("admin"), "\n").unwrap();
        assert!(matches!(
            Tokens::open(folder.path(), &SystemRandom),
            Err(TokenError::Content { .. })
        ));
    }
}
