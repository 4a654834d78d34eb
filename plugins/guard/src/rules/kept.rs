//! What a container that stays holds: its system, and data that outlives a restart.

use super::target::{MADE_AGAIN, is_whole};
use crate::finding::{Objection, ask};
use crate::place::{normal, settled};

/// Folders of a container that hold what outlives a restart, or what it cannot run without.
const KEPT: &[&str] = &[
    "bin", "boot", "etc", "lib", "lib64", "sbin", "usr", "var", "data", "db", "srv", "home",
    "root", "mnt", "media", "backup", "backups", "storage",
];

/// And those in them that hold nothing of the kind.
const LOOSE: &[&str] = &[
    "/var/tmp",
    "/var/cache",
    "/var/log",
    "/var/lib/apt/lists",
    "/var/www",
    "/usr/src",
    "/usr/share/doc",
    "/usr/share/man",
    "/usr/share/nginx/html",
    "/root/.",
];

/// The names of folders that hold nothing that will be missed.
const LOOSE_NAMES: &[&str] = &["tmp", "temp", "cache", "log", "logs"];

/// Judges what is deleted in a container that stays: what it was made from is not lost, its data is.
pub(super) fn deleted(text: &str, shown: &str) -> Objection {
    let (settled, open) = settled(text);
    let path = normal("/", settled);
    let first = path
        .trim_start_matches('/')
        .split('/')
        .next()
        .unwrap_or_default();
    let is_home = text.starts_with('~');
    let last = path.rsplit('/').next().unwrap_or_default();
    let loose = LOOSE.iter().any(|loose| path.starts_with(loose))
        || MADE_AGAIN.contains(&last)
        || LOOSE_NAMES.contains(&last);
    let below_home = matches!(first, "home") && path.matches('/').count() > 2;
    let absolute = text.starts_with('/');
    let kept =
        path == "/" && (!open || is_whole(text)) || KEPT.contains(&first) && !loose && !below_home;
    (absolute && kept || is_home && !text.contains('/')).then_some(())?;
    ask(format!(
        "deleting `{shown}` in a container that stays loses its data, or breaks it"
    ))
}
