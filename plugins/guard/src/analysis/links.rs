//! Other names that a command gives to files: symbolic links, mounts, and copies of programs.

use super::state::State;
use super::{Argument, Invocation};
use crate::place::{holds, normal};

/// Programs that have to do with a link, and not with what it leads to.
const OF_LINKS: &[&str] = &[
    "ln", "unlink", "readlink", "ls", "stat", "test", "[", "mv", "file", "mount",
];

/// How many other names are remembered.
const LINKS_MAX: usize = 64;

/// Other names of files.
#[derive(Debug, Clone, Default)]
pub(crate) struct Links {
    /// Paths that lead elsewhere.
    files: Vec<Link>,
    /// Paths or names of programs, and the programs they are.
    programs: Vec<(String, String)>,
}

/// A path that leads to another.
#[derive(Debug, Clone)]
struct Link {
    path: String,
    target: String,
    /// Whether it is a mount, so that deleting it deletes what is there.
    mounted: bool,
}

// === impl State ===

impl State {
    /// Notes what other names a program gives.
    pub(super) fn note_links(&mut self, invocation: &Invocation) {
        if !matches!(
            invocation.name.as_str(),
            "ln" | "mount" | "cp" | "mv" | "install" | "hash"
        ) {
            return;
        }
        if self.links.files.len() + self.links.programs.len() >= LINKS_MAX {
            return;
        }
        // More than two give no file another name.
        let operands: Vec<&Argument> = invocation.operands().take(3).collect();
        match (invocation.name.as_str(), operands.as_slice()) {
            ("ln", [target, rest @ ..]) if invocation.option('s', "symbolic") => {
                let name = rest.first().map(|name| (*name).clone());
                let name = name.unwrap_or_else(|| Argument::of(target.base_name()));
                if let (Some(link), Some(leads)) = (self.new_path(&name, target), self.path(target))
                {
                    if is_program(&leads) {
                        self.links.programs.push((link.clone(), leads.clone()));
                    }
                    self.links.files.push(Link {
                        path: link,
                        target: leads,
                        mounted: false,
                    });
                }
            }
            ("mount", [target, folder])
                if invocation.has(&["--bind", "--rbind"])
                    || invocation.options().any(|option| option.has_letter('B')) =>
            {
                if let (Some(link), Some(leads)) = (self.path(folder), self.path(target)) {
                    self.links.files.push(Link {
                        path: link,
                        target: leads,
                        mounted: true,
                    });
                }
            }
            ("cp" | "mv" | "install" | "ln", [program, copy]) => {
                if let (Some(copy), Some(program)) =
                    (self.new_path(copy, program), self.path(program))
                    && is_program(&program)
                {
                    self.links.programs.push((copy, program));
                }
            }
            ("hash", [program, name]) if invocation.has(&["-p"]) => {
                self.links
                    .programs
                    .push((name.text.clone(), program.text.clone()));
            }
            _ => {}
        }
    }

    /// The program and its arguments, with what their names lead to.
    pub(super) fn led(&self, arguments: &[Argument]) -> Option<Vec<Argument>> {
        if self.links.files.is_empty() && self.links.programs.is_empty() {
            return None;
        }
        let (program, rest) = arguments.split_first()?;
        let known = self.links.programs.iter().rev().find(|(name, _)| {
            if program.text.contains('/') {
                self.path(program).as_ref() == Some(name)
            } else {
                *name == program.text
            }
        });
        let program = known.map_or_else(|| program.clone(), |(_, program)| Argument::of(program));
        let name = program.base_name().to_owned();
        let whole = !OF_LINKS.contains(&name.as_str()) && name != "rm";
        let rest = rest.iter().map(|argument| self.leads(argument, whole));
        Some(std::iter::once(program.clone()).chain(rest).collect())
    }

    /// An argument, or what it leads to if it goes through a link; with `whole` also if it is one.
    pub(super) fn leads(&self, argument: &Argument, whole: bool) -> Argument {
        let through = || {
            let path = self.path(argument)?;
            let mut links = self.links.files.iter().rev();
            let link = links.find(|link| holds(&link.path, &path))?;
            let rest = &path[link.path.len()..];
            let target = &link.target;
            let inside = link.mounted || !rest.is_empty() || argument.text.ends_with('/');
            (whole || inside).then(|| format!("{}{rest}", target.trim_end_matches('/')))
        };
        let bare = !argument.is_option() && !self.links.files.is_empty();
        match bare.then(through).flatten() {
            Some(text) => Argument {
                text: if text.is_empty() {
                    "/".to_owned()
                } else {
                    text
                },
                ..argument.clone()
            },
            None => argument.clone(),
        }
    }

    /// The path of what is made of a file: in the folder that is named, it has the file's name.
    fn new_path(&self, named: &Argument, of: &Argument) -> Option<String> {
        let path = self.path(named)?;
        let is_folder = named.text.ends_with('/') || matches!(named.text.as_str(), "." | "..");
        Some(if is_folder {
            normal(&path, of.base_name())
        } else {
            path
        })
    }
}

/// Whether a path is where the system's programs are.
fn is_program(path: &str) -> bool {
    [
        "/bin/",
        "/usr/bin/",
        "/sbin/",
        "/usr/sbin/",
        "/usr/local/bin/",
    ]
    .iter()
    .any(|folder| {
        path.strip_prefix(folder)
            .is_some_and(|name| !name.contains('/'))
    })
}
