//! The git family: what all of it shares about paths, permits and types.

mod git_get_branch;
mod unfinished;

pub(super) use git_get_branch::GitGetBranch;
pub(super) use unfinished::*;

use std::path::{Path, PathBuf};

use sinew_schema::EffectError;

use super::Call;
use crate::permits::Need;
use crate::services::git::{GitError, GitService, Judged, Location, resolve};

/// A repository that a guest named: where it is, or what is left to judge where it is not.
#[derive(Debug)]
struct Named {
    asked: String,
    location: Option<Location>,
    paths: Vec<PathBuf>,
}

/// Finds the repository that `path` lies in, and replaces the path by the repository's own.
///
/// A failure to find it is not told here: a guest without a permit must not learn which paths exist. Then the path is
/// judged as far as it leads, and `perform` says what is wrong with it.
async fn named(git: &GitService, call: &Call<'_>, path: &mut String) -> Result<Named, EffectError> {
    let asked = path.clone();
    let (location, paths) = match git.locate(Path::new(&asked), call.deadline).await {
        Ok(location) => {
            let paths = location.paths();
            (Some(location), paths)
        }
        Err(error @ (GitError::Deadline | GitError::Busy | GitError::Panicked)) => {
            return Err(error.into());
        }
        Err(_) => (None, vec![resolve(Path::new(&asked))]),
    };
    let root = location.as_ref().map_or(paths[0].as_path(), Location::root);
    // A canonical path that is not UTF-8 cannot be written into the request. Then the guest's own words stand, and
    // `perform` compares what they lead to with what was judged.
    if let Some(root) = root.to_str() {
        root.clone_into(path);
    }
    Ok(Named {
        asked,
        location,
        paths,
    })
}

/// The need of an effect that only reads.
async fn need_read(
    git: &GitService,
    call: &Call<'_>,
    path: &mut String,
) -> Result<Need, EffectError> {
    let named = named(git, call, path).await?;
    Ok(Need::git_read(&named.asked, named.paths))
}

/// The repository that was judged.
fn judged(path: &str, need: &Need) -> Judged {
    Judged {
        path: PathBuf::from(path),
        paths: need.paths().to_vec(),
    }
}
