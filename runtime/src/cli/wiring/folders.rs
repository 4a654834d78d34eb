//! The folders in which sessions of a project start, and what git makes of their private settings.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;

use super::PRIVATE_SETTINGS;
use crate::services::files;
use crate::services::git::{Exposure, Found, GitService, GitSettings, Judged, Location};
use crate::world::{Clock as _, SystemClock};

const GIT_PATIENCE: Duration = Duration::from_secs(30);

/// Every folder of a project whose sessions are to be wired.
#[derive(Debug)]
pub(in crate::cli) struct Folders {
    /// The worktrees' roots, the named folder's own first; that folder alone where there is no repository.
    pub(in crate::cli) roots: Vec<PathBuf>,
    /// The folders, each with its settings.
    pub(in crate::cli) folders: Vec<Folder>,
}

/// One folder.
#[derive(Debug)]
pub(in crate::cli) struct Folder {
    /// The folder; none for a person's own settings.
    pub(in crate::cli) path: Option<PathBuf>,
    /// Its settings file, behind symbolic links.
    pub(in crate::cli) settings: PathBuf,
    /// The list and the line that would keep the file out of commits, where nothing does yet.
    pub(in crate::cli) exclude: Option<(PathBuf, String)>,
}

/// Why a folder cannot be wired as it is.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum Unfit {
    /// Its private settings are committed.
    #[error(
        "`{}` is committed to git, and a token may not be; run `git rm --cached` on it, or use `sinew init --user`",
        .0.display()
    )]
    Committed(PathBuf),
    /// Nobody knows what git would make of them.
    #[error(
        "`{path}` is a git repository that cannot be opened; does `git -C {path} status` work?",
        path = .0.display()
    )]
    Unreadable(PathBuf),
}

/// Asks git.
struct Asking {
    git: GitService,
}

// === impl Folders ===

impl Folders {
    /// Finds the worktrees of the repository that a folder lies in.
    ///
    /// # Errors
    /// There is a repository that cannot be read, or its private settings are committed.
    pub(in crate::cli) async fn find(dir: &Path) -> anyhow::Result<Self> {
        let dir = std::fs::canonicalize(dir)
            .with_context(|| format!("the folder `{}`", dir.display()))?;
        anyhow::ensure!(dir.is_dir(), "`{}` is no folder", dir.display());
        let asking = Asking::start()?;
        let mut roots = Vec::new();
        let mut paths = Vec::new();
        match asking.location(&dir).await? {
            None => {
                roots.push(dir.clone());
                paths.push(dir);
            }
            Some(location) => {
                let own = location.worktree().map(Path::to_owned);
                // Sessions that start below a root read the settings below it, and none other.
                let below = own
                    .as_ref()
                    .and_then(|root| dir.strip_prefix(root).ok())
                    .unwrap_or(Path::new(""))
                    .to_owned();
                roots.extend(own);
                for worktree in asking.worktrees(&dir, &location).await? {
                    if !roots.contains(&worktree) {
                        roots.push(worktree);
                    }
                }
                for root in &roots {
                    paths.push(root.clone());
                    let inner = root.join(&below);
                    if below != Path::new("") && inner.is_dir() {
                        paths.push(inner);
                    }
                }
            }
        }
        anyhow::ensure!(
            !paths.is_empty(),
            "the repository has no worktree that exists"
        );
        let mut folders = Vec::new();
        for path in paths {
            let settings = path.join(PRIVATE_SETTINGS);
            folders.push(asking.folder(Some(path), &settings).await?);
        }
        Ok(Self { roots, folders })
    }

    /// A person's own settings.
    ///
    /// # Errors
    /// They are committed somewhere.
    pub(in crate::cli) async fn person(settings: &Path) -> anyhow::Result<Folder> {
        Asking::start()?.folder(None, settings).await
    }
}

// === impl Asking ===

impl Asking {
    fn start() -> anyhow::Result<Self> {
        let settings = GitSettings {
            threads: 1,
            ..GitSettings::default()
        };
        Ok(Self {
            git: GitService::start(settings).context("starting the git service")?,
        })
    }

    /// The repository that an existing folder lies in.
    async fn location(&self, folder: &Path) -> anyhow::Result<Option<Location>> {
        let Found { location, .. } = self
            .git
            .find(folder, SystemClock.instant() + GIT_PATIENCE)
            .await
            .with_context(|| format!("looking for the repository of `{}`", folder.display()))?;
        if location.is_none()
            && let Some(above) = folder.ancestors().find(|above| above.join(".git").exists())
        {
            return Err(Unfit::Unreadable(above.to_owned()).into());
        }
        Ok(location)
    }

    async fn worktrees(&self, dir: &Path, location: &Location) -> anyhow::Result<Vec<PathBuf>> {
        let (worktrees, _) = self
            .git
            .worktrees(
                judged(dir, location),
                None,
                SystemClock.instant() + GIT_PATIENCE,
            )
            .await
            .with_context(|| format!("listing the worktrees of `{}`", dir.display()))?;
        Ok(worktrees
            .into_iter()
            .filter(|worktree| !worktree.prunable && worktree.path.is_dir())
            .map(|worktree| worktree.path)
            .collect())
    }

    /// Finds where a settings file really lies, and whether it could be committed there.
    async fn folder(&self, path: Option<PathBuf>, settings: &Path) -> anyhow::Result<Folder> {
        let settings = files::real(settings).with_context(|| {
            format!(
                "`{}` is a link that leads nowhere; remove it or make what it names",
                settings.display()
            )
        })?;
        let existing = settings
            .ancestors()
            .skip(1)
            .find(|above| above.is_dir())
            .unwrap_or(Path::new("/"));
        let mut exclude = None;
        if let Some(location) = self.location(existing).await? {
            let deadline = SystemClock.instant() + GIT_PATIENCE;
            let exposure = self
                .git
                .exposure(judged(existing, &location), settings.clone(), deadline)
                .await;
            match exposure.with_context(|| format!("asking git about `{}`", settings.display()))? {
                Exposure::Tracked => return Err(Unfit::Committed(settings).into()),
                Exposure::Open => {
                    let inside = location
                        .worktree()
                        .and_then(|worktree| settings.strip_prefix(worktree).ok());
                    if let Some(inside) = inside {
                        let list = location.common_dir().join("info/exclude");
                        exclude = Some((list, pattern(inside)));
                    }
                }
                Exposure::Ignored | Exposure::Outside => {}
            }
        }
        Ok(Folder {
            path,
            settings,
            exclude,
        })
    }
}

fn judged(path: &Path, location: &Location) -> Judged {
    Judged {
        path: path.to_owned(),
        paths: location.paths(),
    }
}

/// A line of `.gitignore` that means this very path.
fn pattern(inside: &Path) -> String {
    let mut line = String::from("/");
    for character in inside.to_string_lossy().chars() {
        if matches!(character, '\\' | '*' | '?' | '[' | ' ') {
            line.push('\\');
        }
        line.push(character);
    }
    line
}
