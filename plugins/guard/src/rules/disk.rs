//! `disk-write`: writing to a disk behind its file system, and making data unrecoverable.

use super::{Access, Context, Rule, only_looks, path_of};
use crate::analysis::{Argument, Invocation};
use crate::finding::{Objection, ask, deny};
use crate::place::Zone;

pub(super) const RULE: Rule = Rule {
    id: "disk-write",
    summary: "Writing to a disk behind its file system: `dd of=/dev/…`, `mkfs`, `wipefs`, `> /dev/sda`, `shred`.",
    advice: "Work on an image file in the workspace, or let the person do it.",
    invocation: judge,
    file,
};

fn file(path: &str, _: &Context<'_>, access: Access) -> Objection {
    (access == Access::Writes && is_disk(path)).then_some(())?;
    deny(format!("writing to `{path}` overwrites a disk"))
}

fn judge(invocation: &Invocation, context: &Context<'_>) -> Objection {
    let name = invocation.name.as_str();
    for redirect in invocation
        .redirects
        .iter()
        .filter(|redirect| redirect.writes)
    {
        if is_disk(&redirect.target.text) {
            return deny(format!(
                "writing to `{}` overwrites a disk",
                redirect.target.text
            ));
        }
    }
    if only_looks(invocation) {
        return None;
    }
    let disk = invocation
        .arguments
        .iter()
        .find(|argument| is_disk(argument.text.rsplit('=').next().unwrap_or_default()));
    let unknown = invocation
        .operands()
        .any(|argument| argument.known().is_none());
    match name {
        "dd" | "dcfldd" | "dc3dd" => {
            let target = invocation
                .arguments
                .iter()
                .find_map(|argument| argument.text.strip_prefix("of="))?;
            if is_disk(target) {
                deny(format!("`dd` onto `{target}` overwrites a disk"))
            } else if Argument::of(target).known().is_none()
                && target.starts_with(crate::analysis::UNKNOWN)
            {
                ask("which disk or file `dd` overwrites only running it would tell")
            } else {
                None
            }
        }
        "tee" | "cp" | "mv" | "cat" | "pv" | "qemu-img" | "truncate" | "install" | "ddrescue" => {
            let target = invocation
                .operands()
                .last()
                .filter(|target| is_disk(&target.text))?;
            let writes = name != "cat" && (name != "pv");
            if writes {
                deny(format!("`{name}` onto `{}` overwrites a disk", target.text))
            } else {
                None
            }
        }
        "wipefs" if !invocation.option('a', "all") => None,
        "blkdiscard" | "wipefs" | "sgdisk" | "badblocks" | "hdparm" | "nvme"
            if disk.is_some() && !reads(invocation) =>
        {
            deny(format!("`{name}` destroys what is on the disk"))
        }
        "fdisk" | "sfdisk" | "cfdisk" | "parted" | "gdisk"
            if disk.is_some() && !reads(invocation) =>
        {
            deny(format!("`{name}` changes the partitions of a disk"))
        }
        "btrfs" if invocation.has(&["delete", "del"]) && !invocation.has(&["device", "qgroup"]) => {
            ask("a deleted subvolume is gone with all that is in it")
        }
        "growpart" | "fsck" | "e2fsck" | "fsck.ext4" | "xfs_repair" | "ntfsfix"
            if disk.is_some() && !invocation.has(&["-n", "-N", "--no-action"]) =>
        {
            ask(format!("`{name}` changes a disk that may be in use"))
        }
        "lvreduce" | "vgreduce" | "resize2fs" | "tune2fs" | "dmsetup" | "losetup"
            if changes_volume(invocation, disk) =>
        {
            ask(format!("`{name}` changes a volume that may be in use"))
        }
        "mkswap" | "cryptsetup" | "pvcreate" | "pvremove" | "vgremove" | "lvremove" | "zpool"
        | "zfs" | "mdadm" => {
            let destroys = match name {
                "cryptsetup" => invocation.has(&["luksFormat", "erase", "luksErase", "reencrypt"]),
                "zfs" if invocation.option('n', "") => false,
                "zpool" => invocation.has(&["destroy", "labelclear"]),
                "zfs" => {
                    invocation.has(&["destroy"])
                        || invocation.has(&["rollback"])
                            && (invocation.option('r', "") || invocation.option('R', ""))
                }
                "mdadm" => invocation.has(&["--zero-superblock", "--create"]),
                _ => true,
            };
            (destroys && (disk.is_some() || unknown || name != "mkswap")).then_some(())?;
            deny(format!("`{name}` destroys what is on the disk"))
        }
        "diskutil"
            if invocation.arguments.iter().any(|argument| {
                argument.text.to_lowercase().starts_with("erase")
                    || argument.text == "partitionDisk"
                    || argument.text == "reformat"
            }) =>
        {
            deny("`diskutil` erases a disk")
        }
        "newfs" | "mkfs" => file_system(invocation, disk, unknown),
        _ if name.starts_with("mkfs.")
            || name.starts_with("newfs_")
            || name.starts_with("mke2fs") =>
        {
            file_system(invocation, disk, unknown)
        }
        "shred" | "srm" | "wipe" | "scrub" => {
            if disk.is_some() {
                return deny(format!("`{name}` destroys what is on the disk"));
            }
            let sources = invocation.operands().any(|target| {
                target.glob
                    && path_of(target, invocation)
                        .is_some_and(|path| context.place.zone(&path) == Zone::Workspace)
            });
            let outside = invocation
                .operands()
                .filter_map(|target| path_of(target, invocation))
                .any(|path| !matches!(context.place.zone(&path), Zone::Workspace | Zone::Scratch));
            (outside || unknown || sources).then_some(())?;
            ask(format!("what `{name}` destroys cannot be restored"))
        }
        _ => None,
    }
}

fn changes_volume(invocation: &Invocation, disk: Option<&Argument>) -> bool {
    match invocation.name.as_str() {
        "dmsetup" => invocation.has(&["remove", "remove_all", "wipe_table", "clear"]),
        "losetup" => invocation.option('D', "detach-all"),
        "tune2fs" => disk.is_some() && !invocation.has(&["-l"]),
        "resize2fs" => disk.is_some(),
        _ => true,
    }
}

fn reads(invocation: &Invocation) -> bool {
    invocation.has(&[
        "-l",
        "--list",
        "print",
        "-I",
        "-i",
        "-p",
        "--print",
        "list",
        "smart-log",
        "id-ctrl",
    ])
}

fn file_system(invocation: &Invocation, disk: Option<&Argument>, unknown: bool) -> Objection {
    if disk.is_some() {
        deny(format!(
            "`{}` makes a new file system where one may be",
            invocation.name
        ))
    } else if unknown {
        ask(format!(
            "where `{}` makes a file system only running it would tell",
            invocation.name
        ))
    } else {
        None
    }
}

/// How the names of disks and their parts begin.
const DISKS: [&str; 17] = [
    "vg", "sd", "hd", "vd", "xvd", "nvme", "mmcblk", "disk", "rdisk", "md", "dm-", "mapper/",
    "mem", "loop", "nbd", "ram", "kmem",
];

/// Whether a path is a disk or a part of one.
fn is_disk(path: &str) -> bool {
    let Some(name) = path
        .strip_prefix("/dev/")
        .or_else(|| path.strip_prefix("/dev//"))
    else {
        return false;
    };
    DISKS.iter().any(|disk| name.starts_with(disk)) || name.starts_with("disk/")
}
