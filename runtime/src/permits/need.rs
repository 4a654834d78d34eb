//! What has to be permitted before an effect may run.

use std::path::PathBuf;

use super::PushUrl;

/// What one effect is about to do, in canonical values.
///
/// `asked` is what the guest wrote: paths, and a URL where it named one. It is never judged; it is what a guest without
/// a permit is told about, so that a denial does not teach it where a path or a remote's name really leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// Nothing: logs, clock, randomness and the plugin's own input.
    None,
    /// To read a repository.
    GitRead {
        /// What the guest wrote.
        asked: Vec<String>,
        /// Every folder the repository reaches into: worktree, common directory, borrowed object stores.
        paths: Vec<PathBuf>,
    },
    /// To change a repository.
    GitWrite {
        /// What the guest wrote.
        asked: Vec<String>,
        /// Every folder the repository reaches into, and every other folder that is written.
        paths: Vec<PathBuf>,
        /// Full names of the references that are moved or checked out.
        refs: Vec<String>,
    },
    /// To send what a repository holds somewhere else; the repository has to be readable, too.
    GitPush {
        /// What the guest wrote.
        asked: Vec<String>,
        /// Every folder the repository reaches into.
        paths: Vec<PathBuf>,
        /// Where the push goes. `None` where that could not be found out: then the paths alone are judged, and the
        /// effect has nothing left to do but to say why.
        url: Option<PushUrl>,
        /// Full names of the references that are moved over there.
        refs: Vec<String>,
    },
}

impl Need {
    /// A need to read a repository.
    #[must_use]
    pub fn git_read<P: Into<PathBuf>>(asked: &str, paths: impl IntoIterator<Item = P>) -> Self {
        Self::GitRead {
            asked: vec![asked.to_owned()],
            paths: paths.into_iter().map(Into::into).collect(),
        }
    }

    /// A need to change a repository.
    #[must_use]
    pub fn git_write<P: Into<PathBuf>, R: Into<String>>(
        asked: &str,
        paths: impl IntoIterator<Item = P>,
        refs: impl IntoIterator<Item = R>,
    ) -> Self {
        Self::GitWrite {
            asked: vec![asked.to_owned()],
            paths: paths.into_iter().map(Into::into).collect(),
            refs: refs.into_iter().map(Into::into).collect(),
        }
    }

    /// A need to push to `url`.
    #[must_use]
    pub fn git_push<P: Into<PathBuf>, R: Into<String>>(
        asked: &str,
        paths: impl IntoIterator<Item = P>,
        url: Option<PushUrl>,
        refs: impl IntoIterator<Item = R>,
    ) -> Self {
        Self::GitPush {
            asked: vec![asked.to_owned()],
            paths: paths.into_iter().map(Into::into).collect(),
            url,
            refs: refs.into_iter().map(Into::into).collect(),
        }
    }

    /// Adds to what the guest wrote itself.
    #[must_use]
    pub fn also_asked(mut self, also: &str) -> Self {
        match &mut self {
            Self::None => {}
            Self::GitRead { asked, .. }
            | Self::GitWrite { asked, .. }
            | Self::GitPush { asked, .. } => {
                asked.push(also.to_owned());
            }
        }
        self
    }

    /// What the guest wrote.
    pub(super) fn asked(&self) -> &[String] {
        match self {
            Self::None => &[],
            Self::GitRead { asked, .. }
            | Self::GitWrite { asked, .. }
            | Self::GitPush { asked, .. } => asked,
        }
    }

    /// The folders that are judged.
    #[must_use]
    pub fn paths(&self) -> &[PathBuf] {
        match self {
            Self::None => &[],
            Self::GitRead { paths, .. }
            | Self::GitWrite { paths, .. }
            | Self::GitPush { paths, .. } => paths,
        }
    }

    /// The references that are judged.
    #[must_use]
    pub fn refs(&self) -> &[String] {
        match self {
            Self::None | Self::GitRead { .. } => &[],
            Self::GitWrite { refs, .. } | Self::GitPush { refs, .. } => refs,
        }
    }
}
