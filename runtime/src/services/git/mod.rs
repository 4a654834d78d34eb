//! The git service: repositories on this machine, and pushes out of them.
//!
//! Nothing that a repository brings along is ever run: no hook, no filter or diff program, no file-system monitor, no
//! signer, no credential helper. What stays on the machine goes through libgit2, which starts no programs, on threads of
//! its own, since libgit2 cannot be interrupted. Pushing goes through the `git` program, in an empty repository of ours
//! that only borrows the objects, so that not a line of the real one's configuration is read (`push.rs`).
//!
//! What is trusted: a repository's files and configuration are the work of whoever can write there, an agent among them.
//! So the environment (`GIT_DIR` and its like) and the configuration of the machine and of its user are not read at all,
//! but for the name and mail address that a commit needs. A repository that belongs to another user is refused;
//! `safe.directory`, which would allow it, stands in files that are not read.
//!
//! Callers say which repository they mean by a [`Location`] they were given before, and get `conflict` when the place
//! is another one by now.

mod branch;
mod change;
mod commit;
mod diff;
mod error;
mod exposure;
mod file;
mod head;
mod library;
mod location;
mod log;
mod program;
mod push;
mod remote;
mod service;
mod settings;
mod status;
mod worktree_changes;
mod worktrees;

pub use branch::{NewBranch, branch_reference};
pub use change::Change;
pub use commit::CommitQuery;
pub use diff::{DiffQuery, FileChange, Patch};
pub use error::GitError;
pub use exposure::Exposure;
pub use file::{FileKind, FileQuery, ShownFile};
pub use head::Head;
pub use location::Location;
pub use log::{Commit, LogQuery, Signature};
pub use push::{PushOutcome, PushQuery, PushRef, PushedRef, is_reference_name};
pub use remote::Remote;
pub use service::{Found, GitService, Judged};
pub use settings::{GitIdentity, GitSettings};
pub use status::{Status, StatusEntry, StatusQuery, Upstream};
pub use worktree_changes::{NewWorktree, RemovedWorktree};
pub use worktrees::Worktree;
