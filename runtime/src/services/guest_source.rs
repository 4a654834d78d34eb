//! The sources that plugins are built against: this host's own pdk and schema, carried in the binary.
//!
//! A plugin writes `sinew-pdk = "0.1"` and is built with the pdk of the host that will run it, so that the two never disagree.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::cargo::BuildError;

#[derive(RustEmbed)]
#[folder = "../pdk/"]
struct Pdk;

#[derive(RustEmbed)]
#[folder = "../schema/"]
struct Schema;

/// The workspace that the sources inherit their versions from.
const WORKSPACE: &str = include_str!("../../../Cargo.toml");
/// The versions of dependencies that this host was built and tested with.
const LOCK: &str = include_str!("../../../Cargo.lock");
/// The toolchain that this host was built and tested with.
pub(super) const TOOLCHAIN: &str = include_str!("../../../rust-toolchain.toml");
/// The crates that plugins need of the workspace, by folder.
const MEMBERS: [&str; 3] = ["schema", "pdk", "pdk/macros"];

/// The sources, unpacked.
#[derive(Debug, Clone)]
pub struct GuestSource {
    /// The folder of the crate `sinew-pdk`.
    pub pdk: PathBuf,
    /// A lock file to start from.
    pub lock: &'static str,
}

/// Unpacks the sources below `cache`, in a folder named by their digest. A second call finds them there.
///
/// # Errors
///
/// The folder cannot be written.
pub fn unpack(cache: &Path) -> Result<GuestSource, BuildError> {
    let files = files()?;
    let mut digest = Sha256::new();
    for (path, bytes) in &files {
        digest.update((path.len() as u64).to_le_bytes());
        digest.update(path);
        digest.update((bytes.len() as u64).to_le_bytes());
        digest.update(bytes);
    }
    let name = hex::encode(&digest.finalize()[..8]);
    let home = cache.join(format!("pdk-{name}"));
    if !home.is_dir() {
        // Written beside it and moved, so that nobody sees half of it.
        let unpack = || -> io::Result<()> {
            fs::create_dir_all(cache)?;
            let part = tempfile::Builder::new()
                .prefix("pdk-part-")
                .tempdir_in(cache)?;
            for (path, bytes) in &files {
                let path = part.path().join(path);
                fs::create_dir_all(path.parent().unwrap_or(&path))?;
                fs::write(&path, bytes)?;
            }
            match fs::rename(part.path(), &home) {
                // Somebody else unpacked the same meanwhile.
                Err(_) if home.is_dir() => Ok(()),
                result => result,
            }
        };
        unpack().map_err(|source| BuildError::Io {
            what: format!("unpacking the pdk to `{}`", home.display()),
            source,
        })?;
    }
    Ok(GuestSource {
        pdk: home.join("pdk"),
        lock: LOCK,
    })
}

/// The options of the profiles that plugins are compiled with, by name, as this host's workspace has them.
///
/// # Errors
///
/// The workspace that this host was built from lacks one.
pub fn profiles(names: &[&str]) -> Result<toml::Table, BuildError> {
    let mut workspace = workspace()?;
    let mut profiles = workspace
        .remove("profile")
        .and_then(|profiles| profiles.try_into::<toml::Table>().ok())
        .unwrap_or_default();
    profiles.retain(|name, _| names.contains(&name));
    if profiles.len() == names.len() {
        Ok(profiles)
    } else {
        Err(BuildError::Carried("it lacks a profile for plugins"))
    }
}

/// Everything that is unpacked, by path and in the order of the paths.
fn files() -> Result<Vec<(String, Vec<u8>)>, BuildError> {
    let mut files = vec![("Cargo.toml".to_owned(), reduced_workspace()?.into_bytes())];
    let left_out = |path: &str| path.starts_with("tests/") || path.starts_with("templates/");
    for path in Pdk::iter().filter(|path| !left_out(path)) {
        files.extend(Pdk::get(&path).map(|file| (format!("pdk/{path}"), file.data.into_owned())));
    }
    for path in Schema::iter().filter(|path| !path.starts_with("codegen/")) {
        files.extend(
            Schema::get(&path).map(|file| (format!("schema/{path}"), file.data.into_owned())),
        );
    }
    files.sort();
    Ok(files)
}

/// The workspace with no members but the guests' crates.
fn reduced_workspace() -> Result<String, BuildError> {
    let mut workspace = workspace()?;
    let Some(table) = workspace
        .get_mut("workspace")
        .and_then(toml::Value::as_table_mut)
    else {
        return Err(BuildError::Carried("it is no workspace"));
    };
    let members = MEMBERS.map(|member| toml::Value::String(member.to_owned()));
    table.insert("members".to_owned(), toml::Value::Array(members.to_vec()));
    if let Some(dependencies) = table
        .get_mut("dependencies")
        .and_then(toml::Value::as_table_mut)
    {
        // What lies in folders that are not carried.
        dependencies.retain(|_, dependency| {
            dependency
                .get("path")
                .and_then(toml::Value::as_str)
                .is_none_or(|path| MEMBERS.contains(&path))
        });
    }
    toml::to_string(&workspace).map_err(|_| BuildError::Carried("it cannot be written again"))
}

fn workspace() -> Result<toml::Table, BuildError> {
    toml::from_str(WORKSPACE).map_err(|_| BuildError::Carried("it cannot be read"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every file below a folder of the repository, relative to it.
    fn on_disk(folder: &Path) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(next) = folders.pop() {
            for entry in fs::read_dir(next).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.push(path.strip_prefix(folder).unwrap().to_owned());
                }
            }
        }
        files
    }

    #[test]
    fn the_sources_are_complete_and_unpacked_once() {
        let cache = tempfile::tempdir().unwrap();
        let first = unpack(cache.path()).unwrap();
        let unpacked = first.pdk.parent().unwrap();
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for (folder, left_out) in [
            ("pdk", &["tests", "templates"][..]),
            ("schema", &["codegen"][..]),
        ] {
            for file in on_disk(&repository.join(folder)) {
                let carried = fs::read(unpacked.join(folder).join(&file)).ok();
                let expected = (!left_out.iter().any(|folder| file.starts_with(folder)))
                    .then(|| fs::read(repository.join(folder).join(&file)).unwrap());
                assert!(carried == expected, "{folder}/{}", file.display());
            }
        }
        assert_eq!(unpack(cache.path()).unwrap().pdk, first.pdk);
        assert_eq!(fs::read_dir(cache.path()).unwrap().count(), 1);
    }
}
