//! Where a path leads: what is judged.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::FsError;

/// As the kernel goes.
const LINKS_MAX: usize = 40;

/// What becomes of a symbolic link at a path's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Last {
    /// It is followed.
    Followed,
    /// It is what is meant.
    Kept,
}

/// Makes a path canonical: links are resolved, also those that lead nowhere, and what is missing is taken as it is
/// written, without `.` and `..`. So a path is judged where it leads, whether it exists or not.
pub(super) fn resolve(path: &Path, last: Last) -> PathBuf {
    match (last, path.parent(), path.file_name()) {
        // A path that ends in `..` has no name at its end; it is a folder in any case.
        (Last::Kept, Some(parent), Some(name)) => followed(parent).join(name),
        _ => followed(path),
    }
}

fn followed(path: &Path) -> PathBuf {
    if let Ok(canonical) = fs::canonicalize(path) {
        return canonical;
    }
    let mut waiting = parts(path);
    let mut resolved = PathBuf::from("/");
    let mut links = 0;
    while let Some(part) = waiting.pop() {
        if part == ".." {
            resolved.pop();
            continue;
        }
        let next = resolved.join(&part);
        match fs::read_link(&next) {
            Ok(target) if links < LINKS_MAX => {
                links += 1;
                if target.is_absolute() {
                    resolved = PathBuf::from("/");
                }
                waiting.extend(parts(&target));
            }
            _ => resolved = next,
        }
    }
    resolved
}

/// The names and `..` of a path, the first one last.
fn parts(path: &Path) -> Vec<OsString> {
    path.components()
        .rev()
        .filter_map(|part| match part {
            Component::Normal(name) => Some(name.to_owned()),
            Component::ParentDir => Some(OsString::from("..")),
            _ => None,
        })
        .collect()
}

/// The folder a place lies in and its name there; none for `/`.
pub(super) fn split(place: &Path) -> Result<Option<(&Path, &OsStr)>, FsError> {
    let canonical = place.is_absolute()
        && place
            .components()
            .all(|part| matches!(part, Component::RootDir | Component::Normal(_)));
    if !canonical {
        return Err(FsError::Invalid("the path is not canonical".to_owned()));
    }
    Ok(place.parent().zip(place.file_name()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_followed_also_where_they_lead_nowhere_yet() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::create_dir(root.join("real")).unwrap();
        symlink("real", root.join("alias")).unwrap();
        symlink("../elsewhere/new", root.join("real/dangling")).unwrap();
        symlink("loop", root.join("loop")).unwrap();
        for (path, last, expected) in [
            ("alias", Last::Followed, "real"),
            ("alias", Last::Kept, "alias"),
            ("alias/x/y", Last::Followed, "real/x/y"),
            ("alias/x/y", Last::Kept, "real/x/y"),
            ("alias/../real/./x", Last::Followed, "real/x"),
            ("alias/missing/../../x", Last::Followed, "x"),
            ("alias/dangling", Last::Followed, "elsewhere/new"),
            ("alias/dangling", Last::Kept, "real/dangling"),
            ("alias/dangling/../x", Last::Followed, "elsewhere/x"),
            ("loop", Last::Followed, "loop"),
        ] {
            assert_eq!(
                resolve(&root.join(path), last),
                root.join(expected),
                "{path} {last:?}"
            );
        }
        assert_eq!(
            resolve(Path::new("/../../proc/self/root/x/y"), Last::Followed),
            Path::new("/x/y")
        );
    }
}
