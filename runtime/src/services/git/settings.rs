//! How the git service is set up.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// Threads, limits and the `git` program. Every limit is on one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitSettings {
    /// How many operations run at once.
    pub threads: usize,
    /// How many threads may hang in operations that nobody waits for and still be replaced.
    pub hanging_max: usize,
    /// How many more may wait; beyond that, calls are answered `unavailable`.
    pub queue: usize,
    /// The most entries of any list: worktrees, status entries, files of a diff, commits.
    pub entries_max: usize,
    /// The most bytes of a patch or of a file's content.
    pub text_bytes_max: usize,
    /// The most bytes of one commit's message in an answer.
    pub message_bytes_max: usize,
    /// The largest file, in bytes, that is compared, shown in part, or committed.
    pub file_bytes_max: u64,
    /// The most commits that one log looks at.
    pub log_walk_max: usize,
    /// Whether the user's own git configuration is asked for a name and a mail address to commit with.
    pub user_identity: bool,
    /// Who commits where neither the request nor git's configuration says it.
    pub identity: Option<GitIdentity>,
    /// The `git` program for pushes; a bare name is looked for in `PATH` of `program_environment`.
    pub program: PathBuf,
    /// The whole environment of the `git` program. The default has a `PATH` alone: no home folder and no agent's socket,
    /// and so no credentials. Whoever wants pushes to log in somewhere adds `HOME`, `SSH_AUTH_SOCK` and the like.
    pub program_environment: BTreeMap<String, String>,
    /// Configuration for pushes, such as `credential.helper`: the only configuration that a push has.
    pub program_configuration: Vec<(String, String)>,
    /// The most bytes of the `git` program's output that are read.
    pub program_output_bytes_max: usize,
}

/// Who wrote or committed a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitIdentity {
    /// Full name.
    pub name: String,
    /// Mail address.
    pub email: String,
}

impl Default for GitSettings {
    fn default() -> Self {
        Self {
            threads: 2,
            hanging_max: 16,
            queue: 64,
            entries_max: 1_000,
            text_bytes_max: 256 * 1024,
            message_bytes_max: 16 * 1024,
            file_bytes_max: 64 * 1024 * 1024,
            log_walk_max: 100_000,
            user_identity: true,
            identity: None,
            program: PathBuf::from("git"),
            program_environment: BTreeMap::from([(
                "PATH".to_owned(),
                "/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin".to_owned(),
            )]),
            program_configuration: Vec::new(),
            program_output_bytes_max: 64 * 1024,
        }
    }
}
