//! What `${project}` stands for while one session is judged.

use std::path::{Component, Path, PathBuf};

/// The project a session is pinned to, if any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PermitScope {
    project: Option<PathBuf>,
}

impl PermitScope {
    /// A scope without a project: `${project}` matches nothing.
    #[must_use]
    pub fn nowhere() -> Self {
        Self::default()
    }

    /// A scope pinned to `root`, the canonical root of a registered project.
    ///
    /// `home` is the canonical home folder of whoever runs the host. A root that is `/`, the home folder or a folder
    /// around it, or that is not an absolute path without `..`, leaves the scope without a project: such a root would
    /// turn a grant for one project into a grant for everything a person owns.
    #[must_use]
    pub fn pinned(root: &Path, home: Option<&Path>) -> Self {
        let plain = root.is_absolute()
            && root
                .components()
                .all(|part| matches!(part, Component::RootDir | Component::Normal(_)))
            && root.components().count() > 1;
        let around_home = home.is_some_and(|home| home.starts_with(root));
        Self {
            project: (plain && !around_home).then(|| root.to_path_buf()),
        }
    }

    /// The project's root, when there is one.
    #[must_use]
    pub fn project(&self) -> Option<&Path> {
        self.project.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_and_the_home_folder_are_no_projects() {
        let home = Some(Path::new("/home/ada"));
        for root in [
            "/",
            "/home",
            "/home/ada",
            "/home/ada/",
            "repo",
            "/srv/../home/ada",
            "",
        ] {
            assert_eq!(
                PermitScope::pinned(Path::new(root), home).project(),
                None,
                "{root}"
            );
        }
        assert_eq!(
            PermitScope::pinned(Path::new("/home/ada/api"), home).project(),
            Some(Path::new("/home/ada/api"))
        );
        assert_eq!(
            PermitScope::pinned(Path::new("/home/adam"), home).project(),
            Some(Path::new("/home/adam"))
        );
    }
}
