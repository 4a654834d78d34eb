//! `sinew init`, run as a person runs it: what it writes, what it leaves alone, and that it undoes exactly that.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod init {
    pub(crate) mod place;
    mod projects;
    mod servers;
    mod settings;
    mod undone;
    mod worktrees;
}
