//! A folder that is held open: the one way to anything on the file system.
//!
//! A canonical path is opened without following a symbolic link anywhere on it. Linux does that in one step (`openat2` with
//! `RESOLVE_NO_SYMLINKS`); where it cannot, and on other systems, the path is walked name by name, each of them opened in
//! the folder before it with `O_NOFOLLOW`. Both come to the same: the walk takes more steps.

use std::ffi::OsStr;
use std::fs::File;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, Stat, fstat, openat, statat};
use rustix::io::Errno;

use super::error::Doing as _;
use super::place::split;
use super::{FsError, Kind};

/// How canonical paths are opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// In one step, by the kernel.
    Kernel,
    /// Name by name.
    NameByName,
}

/// A folder that is held open.
#[derive(Debug)]
pub(super) struct Folder {
    handle: OwnedFd,
}

/// What holding a folder takes: on Linux not even the right to list it.
#[cfg(target_os = "linux")]
const HOLD: OFlags = OFlags::PATH;
#[cfg(not(target_os = "linux"))]
const HOLD: OFlags = OFlags::RDONLY;

/// Neither a link is followed nor a pipe waited for, and no terminal becomes ours.
const CAREFUL: OFlags = OFlags::NOFOLLOW
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOCTTY)
    .union(OFlags::CLOEXEC);

/// Says how paths are opened on this machine.
#[must_use]
pub fn opening() -> Opening {
    match by_kernel(Path::new("/")) {
        Some(_) => Opening::Kernel,
        None => Opening::NameByName,
    }
}

/// Opens the folder at a canonical path, to be entered.
pub(in crate::services) fn hold(path: &Path) -> Result<OwnedFd, FsError> {
    Ok(Folder::open(path, Opening::Kernel)?.handle)
}

// === impl Folder ===

impl Folder {
    /// Opens the folder at a canonical path.
    pub(super) fn open(path: &Path, opening: Opening) -> Result<Self, FsError> {
        split(path)?;
        let handle = match opening {
            Opening::Kernel => by_kernel(path).unwrap_or_else(|| name_by_name(path)),
            Opening::NameByName => name_by_name(path),
        };
        Ok(Self {
            handle: handle.doing("open the folder")?,
        })
    }

    /// Opens the folder that a place lies in, and tells the place's name in it; `/` lies in itself as `.`.
    pub(super) fn around(place: &Path, opening: Opening) -> Result<(Self, &OsStr), FsError> {
        let (parent, name) = split(place)?.unwrap_or((Path::new("/"), OsStr::new(".")));
        Ok((Self::open(parent, opening)?, name))
    }

    /// Opens a folder in this one.
    pub(super) fn sub(&self, name: &OsStr) -> Result<Self, FsError> {
        let handle = step(&self.handle, name).doing("open the folder")?;
        Ok(Self { handle })
    }

    /// Looks at an entry, which may be a link.
    pub(super) fn status(&self, name: &OsStr) -> rustix::io::Result<Stat> {
        statat(&self.handle, name, AtFlags::SYMLINK_NOFOLLOW)
    }

    /// Looks at an entry; none where there is nothing.
    pub(super) fn status_if_any(&self, name: &OsStr) -> Result<Option<Stat>, FsError> {
        match self.status(name) {
            Ok(status) => Ok(Some(status)),
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(FsError::of("look at the file", errno)),
        }
    }

    /// Looks at this folder.
    pub(super) fn own_status(&self) -> Result<Stat, FsError> {
        fstat(&self.handle).doing("look at the folder")
    }

    /// Opens a regular file. `doing` completes "cannot".
    pub(super) fn file(
        &self,
        name: &OsStr,
        access: OFlags,
        doing: &str,
    ) -> Result<(File, Stat), FsError> {
        // A device can act on being opened, so it is looked at before.
        let before = self.status(name).doing(doing)?;
        regular(&before, doing)?;
        let handle = openat(&self.handle, name, access | CAREFUL, Mode::empty()).doing(doing)?;
        let status = fstat(&handle).doing(doing)?;
        regular(&status, doing)?;
        Ok((File::from(handle), status))
    }

    /// Makes a file that must not exist.
    pub(super) fn create(
        &self,
        name: &OsStr,
        access: OFlags,
        mode: Mode,
    ) -> rustix::io::Result<File> {
        let flags = access | OFlags::CREATE | OFlags::EXCL | CAREFUL;
        openat(&self.handle, name, flags, mode).map(File::from)
    }

    /// Opens the folder itself for reading its names, or for making its changes durable.
    pub(super) fn readable(&self) -> rustix::io::Result<OwnedFd> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        openat(&self.handle, c".", flags, Mode::empty())
    }

    pub(super) fn handle(&self) -> &OwnedFd {
        &self.handle
    }
}

fn regular(status: &Stat, doing: &str) -> Result<(), FsError> {
    match Kind::of(status) {
        Kind::File => Ok(()),
        Kind::Folder => Err(FsError::Invalid(format!("cannot {doing}: it is a folder"))),
        Kind::Link => Err(FsError::of(doing, Errno::LOOP)),
        Kind::Other => Err(FsError::no_file(doing)),
    }
}

/// `None` where the kernel does not offer it.
#[cfg(target_os = "linux")]
fn by_kernel(path: &Path) -> Option<rustix::io::Result<OwnedFd>> {
    use rustix::fs::{ResolveFlags, openat2};

    let flags = HOLD | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let resolve = ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    match openat2(CWD, path, flags, Mode::empty(), resolve) {
        // Filters of system calls answer with either.
        Err(Errno::NOSYS | Errno::PERM) => None,
        opened => Some(opened),
    }
}

#[cfg(not(target_os = "linux"))]
fn by_kernel(_: &Path) -> Option<rustix::io::Result<OwnedFd>> {
    None
}

fn name_by_name(path: &Path) -> rustix::io::Result<OwnedFd> {
    let root = HOLD | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let mut handle = openat(CWD, c"/", root, Mode::empty())?;
    for name in path.iter().skip(1) {
        handle = step(&handle, name)?;
    }
    Ok(handle)
}

/// Opens a folder in another one.
fn step(handle: &OwnedFd, name: &OsStr) -> rustix::io::Result<OwnedFd> {
    if name.as_bytes().contains(&b'/') || name == ".." {
        return Err(Errno::INVAL);
    }
    let flags = HOLD | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    openat(handle, name, flags, Mode::empty()).map_err(|errno| {
        // What a link is told apart by differs between systems.
        let link = || {
            statat(handle, name, AtFlags::SYMLINK_NOFOLLOW)
                .is_ok_and(|status| FileType::from_raw_mode(status.st_mode) == FileType::Symlink)
        };
        if errno == Errno::NOTDIR && link() {
            Errno::LOOP
        } else {
            errno
        }
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn both_ways_open_the_same_and_refuse_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("a/b")).unwrap();
        fs::write(root.join("a/file"), "").unwrap();
        symlink("b", root.join("a/link")).unwrap();
        symlink(&root, root.join("a/b/up")).unwrap();
        symlink("nowhere", root.join("a/dangling")).unwrap();
        let mut ways = vec![Opening::NameByName];
        if opening() == Opening::Kernel {
            ways.push(Opening::Kernel);
        }
        for way in ways {
            let outcome = |path: &Path| match Folder::open(path, way) {
                Ok(_) => "open",
                Err(FsError::NotFound(_)) => "not found",
                Err(FsError::Conflict(_)) => "conflict",
                Err(FsError::Invalid(_)) => "invalid",
                Err(error) => panic!("{way:?} {}: {error}", path.display()),
            };
            for (path, expected) in [
                ("", "open"),
                ("a/b", "open"),
                ("a/missing", "not found"),
                ("a/file", "not found"),
                ("a/file/x", "not found"),
                ("a/link", "conflict"),
                ("a/link/x", "conflict"),
                ("a/b/up/a", "conflict"),
                ("a/dangling", "conflict"),
                ("a/../a", "invalid"),
            ] {
                assert_eq!(outcome(&root.join(path)), expected, "{way:?} {path}");
            }
            assert_eq!(outcome(Path::new("/")), "open");
            assert_eq!(outcome(Path::new("tmp")), "invalid");
            if cfg!(target_os = "linux") {
                assert_eq!(outcome(Path::new("/proc/self/root")), "conflict");
                assert_eq!(outcome(Path::new("/proc/self/cwd")), "conflict");
            }
        }
    }
}
