//! How a client's settings ask the daemon: what `init` writes and `doctor` checks.

mod client;
mod entry;
mod folders;
mod house;
mod layout;
mod server;
mod servers;
mod settings;
mod subscriptions;

pub(super) use client::{ClientProgram, servers_of_person, settings_of_person};
pub(super) use entry::{Endpoint, Way};
pub(super) use folders::{Folder, Folders, Unfit};
pub(super) use house::House;
pub(super) use server::{SERVER_NAME, Server, ours};
pub(super) use servers::{List, Made, SERVERS_BYTES_MAX, Servers};
pub(super) use settings::{Handler, Settings};
pub(super) use subscriptions::{Subscribed, subscribed};

/// A client whose settings can be wired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Client {
    /// Claude Code and clients that read its settings files.
    ClaudeCode,
}

/// The settings of one folder that are not shared with others, as the client names them.
pub(super) const PRIVATE_SETTINGS: &str = ".claude/settings.local.json";

/// The settings of one folder that everybody shares who works in it, as the client names them.
pub(super) const SHARED_SETTINGS: &str = ".claude/settings.json";

/// Longest settings file that is read, in bytes.
pub(super) const SETTINGS_BYTES_MAX: u64 = 4 << 20;
