//! `disk-write`: writing past the file system, to a disk itself.

use super::Context;
use crate::finding::Finding;
use crate::shell::{Invocation, Word};

const RULE: &str = "disk-write";

/// Devices that hold nothing.
const HARMLESS: [&str; 10] = [
    "null", "zero", "full", "random", "urandom", "stdin", "stdout", "stderr", "tty", "ptmx",
];

pub(super) fn judge(invocation: &Invocation, _context: &Context<'_>) -> Option<Finding> {
    let deny = |what: &str| {
        Some(Finding::deny(
            RULE,
            format!(
                "{what} writes to a disk behind its file system, which destroys what is on it. Work with files."
            ),
        ))
    };
    if let Some(redirect) = invocation
        .redirects
        .iter()
        .find(|redirect| redirect.writes && is_disk(&redirect.target))
    {
        return deny(&format!("redirecting to `{}`", redirect.target.text));
    }
    let arguments = &invocation.arguments;
    let has = |options: &[&str]| {
        arguments
            .iter()
            .any(|word| options.contains(&word.text.as_str()))
    };
    let disk = arguments.iter().find(|word| is_disk(word));
    match invocation.name.as_str() {
        "dd" => {
            let out = arguments.iter().find_map(|word| {
                let path = word.text.strip_prefix("of=")?;
                Some(Word {
                    text: path.to_owned(),
                    ..word.clone()
                })
            })?;
            if is_disk(&out) {
                deny(&format!("`dd of={}`", out.text))
            } else if out.expands {
                Some(Finding::ask(
                    RULE,
                    format!(
                        "`dd of={}` writes to a place that only running it would tell.",
                        out.text
                    ),
                ))
            } else {
                None
            }
        }
        "mkswap" | "blkdiscard" | "hdparm" if disk.is_some() => {
            deny(&format!("`{}`", invocation.name))
        }
        name if name == "mkfs" || name.starts_with("mkfs.") || name == "mke2fs" => {
            // Making a file system in an image file is ordinary work.
            if disk.is_some()
                || arguments.iter().any(|word| word.expands)
                || has(&["-t"]) && arguments.len() < 3
            {
                deny(&format!("`{name}`"))
            } else {
                Some(Finding::ask(
                    RULE,
                    format!("`{name}` makes a file system: whatever was there before is gone."),
                ))
            }
        }
        "wipefs" if has(&["-a", "--all", "-o", "--offset", "-af", "-fa"]) => deny("`wipefs`"),
        "fdisk" | "sfdisk" | "cfdisk" | "gdisk" | "sgdisk" | "parted"
            if disk.is_some() && !has(&["-l", "--list", "-d", "--dump", "-p", "print"]) =>
        {
            deny(&format!("`{}`", invocation.name))
        }
        "diskutil"
            if arguments.iter().any(|word| {
                word.text.to_lowercase().starts_with("erase") || word.text.starts_with("partition")
            }) =>
        {
            deny("`diskutil`")
        }
        "cryptsetup" if has(&["luksFormat", "erase", "luksErase"]) => deny("`cryptsetup`"),
        "shred" if disk.is_some() => deny("`shred`"),
        "shred" if arguments.iter().any(|word| !word.is_option()) => Some(Finding::ask(
            RULE,
            "`shred` overwrites files so that nothing can bring them back. To remove a file, use `rm`.",
        )),
        "tee" | "cp" | "mv" | "install" | "cat" | "truncate" | "pv" => {
            let written = if invocation.name == "tee" {
                disk
            } else {
                arguments.last().filter(|word| is_disk(word))
            };
            match (invocation.name.as_str(), written) {
                // Reading a disk is slow, and no harm.
                ("cat" | "pv", _) | (_, None) => None,
                (name, Some(word)) => deny(&format!("`{name}` to `{}`", word.text)),
            }
        }
        _ => None,
    }
}

fn is_disk(word: &Word) -> bool {
    let text = word.text.trim_end_matches('/');
    let Some(device) = text.strip_prefix("/dev/") else {
        return false;
    };
    let first = device.split('/').next().unwrap_or_default();
    !HARMLESS.contains(&device)
        && !matches!(first, "fd" | "shm" | "pts" | "tcp" | "udp")
        && !device.starts_with("tty")
}
