//! The client's list of MCP servers, as far as `init` changes it: our entry, and what has to be around it.

use std::path::{Path, PathBuf};

use anyhow::anyhow;

use super::change::{Change, parent_is_missing};
use super::plan::{PRIVATE, Plan, current};
use crate::cli::wiring::{List, Made, SERVER_NAME, SERVERS_BYTES_MAX, Server, Servers, ours};
use crate::services::wired::{WiredList, WiredServers};

/// The file while it is changed.
struct Draft {
    path: PathBuf,
    before: Option<String>,
    mode: u32,
    servers: Servers,
    record: WiredServers,
}

// === impl Plan ===

impl Plan {
    /// Puts our entry into the lists of these folders, none standing for the person's; somebody else's entry of the name
    /// stays.
    pub(super) fn list(
        &mut self,
        file: &Path,
        folders: &[Option<&Path>],
        server: &Server,
    ) -> anyhow::Result<()> {
        let mut draft = self.draft(file)?;
        let wanted = server.value();
        for folder in folders {
            let Some(list) = List::of(*folder) else {
                let named = folder.unwrap_or(file).display();
                self.notes.push(format!(
                    "`{named}` is not UTF-8, so its sessions get no MCP server"
                ));
                continue;
            };
            match draft.servers.entry(list) {
                Some(entry) if ours(entry).is_none() => {
                    self.notes.push(format!(
                        "the MCP server `{SERVER_NAME}` of {} is not as `sinew init` writes one, and stays as it is",
                        whose(*folder)
                    ));
                }
                Some(entry) if *entry == wanted => draft.keep(*folder, Made::default()),
                _ => {
                    let made = draft.servers.put(list, server);
                    draft.keep(*folder, made);
                }
            }
        }
        self.take_over(draft, folders);
        Ok(())
    }

    /// Takes our entry out of the lists of these folders, with what was made around it.
    pub(super) fn unlist(&mut self, file: &Path, folders: &[Option<&Path>]) -> anyhow::Result<()> {
        let mut draft = self.draft(file)?;
        for folder in folders {
            let Some(list) = List::of(*folder) else {
                continue;
            };
            let known = |known: &WiredList| known.folder.as_deref() == *folder;
            let kept = draft.record.lists.iter().position(known);
            let kept = kept.map(|index| draft.record.lists.remove(index));
            if draft.servers.entry(list).and_then(ours).is_some() {
                let made = Made {
                    list: kept.as_ref().is_some_and(|kept| kept.list_made),
                    folder: kept.as_ref().is_some_and(|kept| kept.folder_made),
                    folders: draft.record.folders_made,
                };
                draft.servers.take(list, made);
            }
        }
        self.take_over(draft, folders);
        Ok(())
    }

    /// Whether we have an entry in the lists of some of these folders, as far as is known.
    pub(super) fn has_listed(&self, folders: &[Option<&Path>]) -> bool {
        let mut lists = self
            .wired
            .servers
            .values()
            .flat_map(|servers| &servers.lists);
        lists.any(|list| folders.contains(&list.folder.as_deref()))
    }

    /// The folders with our entry that are no more.
    pub(super) fn gone(&self, file: &Path) -> Vec<PathBuf> {
        let known = self.wired.servers.get(file);
        let lists = known.into_iter().flat_map(|servers| &servers.lists);
        lists
            .filter_map(|list| list.folder.clone())
            .filter(|folder| !folder.exists())
            .collect()
    }

    fn draft(&self, file: &Path) -> anyhow::Result<Draft> {
        let (before, mode) = current(file, SERVERS_BYTES_MAX)?;
        let servers = Servers::parse(before.as_deref().unwrap_or_default()).map_err(|why| {
            anyhow!(
                "`{}`: {why}; nothing was changed; mend that file, or leave it out with --no-mcp",
                file.display()
            )
        })?;
        let record = self.wired.servers.get(file).cloned().unwrap_or_default();
        Ok(Draft {
            path: file.to_owned(),
            before,
            mode,
            servers,
            record,
        })
    }

    fn take_over(&mut self, draft: Draft, folders: &[Option<&Path>]) {
        let Draft {
            path,
            before,
            mode,
            servers,
            mut record,
        } = draft;
        let lists: Vec<List<'_>> = folders
            .iter()
            .filter_map(|folder| List::of(*folder))
            .collect();
        let shown_before = before
            .as_deref()
            .and_then(|text| Servers::parse(text).ok())
            .map_or_else(String::new, |before| before.shown(&lists));
        let over = servers.is_empty() && record.lists.is_empty();
        if before.is_none() {
            record.parent_made |= parent_is_missing(&path);
        }
        let parent_made = record.parent_made;
        let after = if before.is_none() && record.lists.is_empty() || over && record.created {
            None
        } else {
            record.created |= before.is_none();
            Some(servers.text().to_owned())
        };
        let shown_after = after
            .as_ref()
            .map_or_else(String::new, |_| servers.shown(&lists));
        if record.lists.is_empty() {
            self.wired.servers.remove(&path);
        } else {
            self.wired.servers.insert(path.clone(), record);
        }
        self.servers = Some(Change {
            path,
            mode: if before.is_some() { mode } else { PRIVATE },
            before,
            mode_before: mode,
            after,
            parent_made,
            shown: Some([shown_before, shown_after]),
        });
    }
}

// === impl Draft ===

impl Draft {
    /// Remembers that a list has our entry, and what was made for it, now or before.
    fn keep(&mut self, folder: Option<&Path>, made: Made) {
        self.record.folders_made |= made.folders;
        let lists = &mut self.record.lists;
        match lists
            .iter_mut()
            .find(|kept| kept.folder.as_deref() == folder)
        {
            Some(kept) => {
                kept.list_made |= made.list;
                kept.folder_made |= made.folder;
            }
            None => lists.push(WiredList {
                folder: folder.map(Path::to_owned),
                list_made: made.list,
                folder_made: made.folder,
            }),
        }
    }
}

/// Whose list that is, in words.
fn whose(folder: Option<&Path>) -> String {
    folder.map_or_else(
        || "all of your sessions".to_owned(),
        |folder| format!("`{}`", folder.display()),
    )
}
