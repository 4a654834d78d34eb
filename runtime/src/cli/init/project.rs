//! Projects in the operator's configuration: added at its end and taken out again, every other byte as it was.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use toml::{Table, Value};

use super::change::{Change, parent_is_missing};
use super::plan::{PRIVATE, Plan, current};
use crate::services::wired::{WiredSettings, digest};

const CONFIGURATION_BYTES_MAX: u64 = 1 << 20;

/// The operator's configuration as a text, and what it says.
pub(super) struct Registry {
    text: String,
    table: Table,
}

// === impl Plan ===

impl Plan {
    /// Registers roots in the operator's configuration; `made` is its text where there is none yet.
    pub(super) fn register(
        &mut self,
        file: &Path,
        made: Option<&str>,
        roots: &[PathBuf],
        home: Option<&Path>,
    ) -> anyhow::Result<()> {
        let (before, mode_before) = current(file, CONFIGURATION_BYTES_MAX)?;
        let text = before.as_deref().or(made).unwrap_or_default();
        let mut registry =
            Registry::parse(text).with_context(|| format!("`{}`", file.display()))?;
        let wired = self
            .wired
            .configurations
            .entry(file.to_owned())
            .or_default();
        for root in roots {
            if let Some(name) = registry.add(root, home)? {
                wired.projects.insert(name.clone(), root.clone());
                self.projects.insert(name, root.clone());
            }
        }
        if before.is_none() {
            wired.created = made.map(digest);
            wired.parent_made = parent_is_missing(file);
        }
        let parent_made = wired.parent_made;
        if wired.projects.is_empty() && wired.created.is_none() {
            self.wired.configurations.remove(file);
        }
        self.configuration = Some(Change {
            path: file.to_owned(),
            after: Some(registry.text().to_owned()),
            mode: if before.is_some() {
                mode_before
            } else {
                PRIVATE
            },
            before,
            mode_before,
            parent_made,
            shown: None,
        });
        Ok(())
    }

    /// Takes our projects with these roots out of the operator's configuration, and those that nothing is left of.
    pub(super) fn unregister(&mut self, file: &Path, roots: &[PathBuf]) -> anyhow::Result<()> {
        let configurations = &mut self.wired.configurations;
        configurations.retain(|known, _| known.exists());
        let (Some(before), mode_before) = current(file, CONFIGURATION_BYTES_MAX)? else {
            return Ok(());
        };
        let Some(wired) = self.wired.configurations.get_mut(file) else {
            return Ok(());
        };
        let mut registry =
            Registry::parse(&before).with_context(|| format!("`{}`", file.display()))?;
        let ours: BTreeMap<String, PathBuf> = wired
            .projects
            .iter()
            .filter(|(_, root)| roots.contains(root) || is_over(&self.wired.settings, root))
            .map(|(name, root)| (name.clone(), root.clone()))
            .collect();
        let left = registry.remove(&ours)?;
        for (name, root) in &ours {
            if left.contains(name) {
                self.notes.push(format!(
                    "the project `{name}` was changed since it was registered, and stays in `{}`",
                    file.display()
                ));
            } else {
                self.projects.insert(name.clone(), root.clone());
            }
        }
        let parent_made = wired.parent_made;
        wired.projects.retain(|name, _| !ours.contains_key(name));
        let text = registry.text().to_owned();
        let ends = wired.projects.is_empty() && self.wired.settings.is_empty();
        let as_made = wired.created.as_deref() == Some(&digest(&text));
        let after = (!(ends && as_made)).then_some(text);
        if wired.projects.is_empty() && (wired.created.is_none() || after.is_none()) {
            self.wired.configurations.remove(file);
        }
        self.configuration = Some(Change {
            path: file.to_owned(),
            before: Some(before),
            mode_before,
            after,
            mode: mode_before,
            parent_made,
            shown: None,
        });
        Ok(())
    }
}

// === impl Registry ===

impl Registry {
    pub(super) fn parse(text: &str) -> anyhow::Result<Self> {
        Ok(Self {
            text: text.to_owned(),
            table: text.parse().context("it is not TOML")?,
        })
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Registers a root and returns its name; none when a registered project holds it already.
    ///
    /// # Errors
    /// The root is no project's: too much lies in it. Or the projects are written in a way that nothing can follow.
    pub(super) fn add(
        &mut self,
        root: &Path,
        home: Option<&Path>,
    ) -> anyhow::Result<Option<String>> {
        refuse_what_holds_everything(root, home)?;
        if self.roots().values().any(|known| root.starts_with(known)) {
            return Ok(None);
        }
        let name = self.free_name(root);
        let added = block(&name, root)?;
        let text = format!("{}{added}", self.text);
        let table = text.parse().with_context(|| {
            format!(
                "a project cannot be added at the end; add it yourself: {}",
                added.trim().replace('\n', ", ")
            )
        })?;
        (self.text, self.table) = (text, table);
        Ok(Some(name))
    }

    /// Removes projects that stand there as they were added; returns the names of those that do not.
    pub(super) fn remove(
        &mut self,
        registered: &BTreeMap<String, PathBuf>,
    ) -> anyhow::Result<Vec<String>> {
        let mut left = Vec::new();
        for (name, root) in registered {
            let added = block(name, root)?;
            let without = self.text.replacen(&added, "", 1);
            match without.parse::<Table>() {
                Ok(table) if without != self.text => (self.text, self.table) = (without, table),
                _ if self.roots().contains_key(name) => left.push(name.clone()),
                _ => {}
            }
        }
        Ok(left)
    }

    fn roots(&self) -> BTreeMap<String, PathBuf> {
        let projects = self.table.get("projects").and_then(Value::as_table);
        let named = projects.into_iter().flatten();
        named
            .filter_map(|(name, project)| {
                let root = project.get("root")?.as_str()?;
                Some((name.to_owned(), PathBuf::from(root)))
            })
            .collect()
    }

    /// The folder's name, in characters that need no quotes, with a number where it is taken.
    fn free_name(&self, root: &Path) -> String {
        let taken = self.roots();
        let folder = root.file_name().unwrap_or_default().to_string_lossy();
        let plain: String = folder
            .chars()
            .map(|c| match c {
                'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => c,
                _ => '-',
            })
            .collect();
        let plain = plain.trim_matches('-');
        let plain = if plain.is_empty() { "project" } else { plain };
        let numbered = (2..).map(|number| format!("{plain}-{number}"));
        std::iter::once(plain.to_owned())
            .chain(numbered)
            .find(|name| !taken.contains_key(name))
            .unwrap_or_default()
    }
}

/// Tells whether nobody needs a root any more that was registered: it is gone, or no session of its own and none of the
/// person's is wired.
fn is_over(settings: &BTreeMap<PathBuf, WiredSettings>, root: &Path) -> bool {
    let asks = |settings: &WiredSettings| {
        let folder = settings.folder.as_ref();
        folder.is_none_or(|folder| folder.starts_with(root))
    };
    !root.exists() || !settings.values().any(asks)
}

/// A project as it is written.
fn block(name: &str, root: &Path) -> anyhow::Result<String> {
    let root = root
        .to_str()
        .with_context(|| format!("`{}` is not UTF-8", root.display()))?;
    Ok(format!(
        "\n[projects.{name}]\nroot = {}\n",
        Value::from(root)
    ))
}

/// `${project}` grants what lies below a root, and every path there is lies below these.
fn refuse_what_holds_everything(root: &Path, home: Option<&Path>) -> anyhow::Result<()> {
    let home = home.and_then(|home| std::fs::canonicalize(home).ok());
    if root.parent().is_none() || home.is_some_and(|home| home.starts_with(root)) {
        bail!(
            "`{}` holds everything you have, so it cannot be a project; name one with --dir, or use --user for all of \
             your sessions",
            root.display()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITTEN: &str =
        "# mine\n[server]\nhook_timeout = \"9s\" # short\n\n[projects.api]\nroot = \"/srv/api\"\n";

    fn add(registry: &mut Registry, root: &str) -> Option<String> {
        registry.add(Path::new(root), None).unwrap()
    }

    #[test]
    fn a_project_is_added_behind_what_is_there_and_removed_without_a_trace() {
        let mut registry = Registry::parse(WRITTEN).unwrap();
        assert_eq!(
            add(&mut registry, "/srv/web shop").as_deref(),
            Some("web-shop")
        );
        let added = format!("{WRITTEN}\n[projects.web-shop]\nroot = \"/srv/web shop\"\n");
        assert_eq!(registry.text(), added);
        let registered = BTreeMap::from([("web-shop".to_owned(), PathBuf::from("/srv/web shop"))]);
        assert_eq!(registry.remove(&registered).unwrap(), [""; 0]);
        assert_eq!(registry.text(), WRITTEN);
        // Somebody changed it since: it is theirs.
        let changed = added.replace("root = \"/srv/web shop\"", "root = '/srv/web shop' # moved");
        let mut registry = Registry::parse(&changed).unwrap();
        assert_eq!(registry.remove(&registered).unwrap(), ["web-shop"]);
        assert_eq!(registry.text(), changed);
    }

    #[test]
    fn a_name_that_is_taken_gets_a_number_and_a_root_that_is_held_none() {
        let mut registry = Registry::parse(WRITTEN).unwrap();
        let cases = [
            ("/home/me/api", Some("api-2")),
            ("/opt/api", Some("api-3")),
            ("/srv/api", None),
            ("/srv/api/inner", None),
            ("/srv/api-server", Some("api-server")),
            ("/opt/---", Some("project")),
            ("/opt/a\"b", Some("a-b")),
        ];
        for (root, name) in cases {
            assert_eq!(add(&mut registry, root).as_deref(), name, "{root}");
        }
        let mut inline = Registry::parse("projects = { a = { root = \"/srv/a\" } }\n").unwrap();
        let refused = inline.add(Path::new("/srv/b"), None).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "a project cannot be added at the end; add it yourself: [projects.b], root = \"/srv/b\""
        );
    }

    #[test]
    fn what_holds_everything_is_no_project() {
        let home = tempfile::tempdir().unwrap();
        let home = home.path().canonicalize().unwrap();
        let mut registry = Registry::parse("").unwrap();
        for root in [Path::new("/"), &home, home.parent().unwrap()] {
            assert!(
                registry.add(root, Some(&home)).is_err(),
                "{}",
                root.display()
            );
        }
        let inside = home.join("work");
        assert_eq!(
            registry.add(&inside, Some(&home)).unwrap().as_deref(),
            Some("work")
        );
    }
}
