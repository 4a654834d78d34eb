//! `forced-push`: pushes that replace or delete what others may have built on.
//!
//! A plain `--force` is rewritten to `--force-with-lease`, which refuses to overwrite what nobody here has seen. A forced push to a
//! protected branch is asked about even so, as is one whose branch cannot be known.

use std::ops::Range;

use super::{Context, Rule, fits, forge, no_file};
use crate::analysis::{Argument, Invocation, UNKNOWN};
use crate::finding::{Objection, ask};
use crate::place::resolved;

pub(super) const RULE: Rule = Rule {
    id: "forced-push",
    summary: "Forced pushes to protected branches, and deleting them; a plain `--force` becomes `--force-with-lease`.",
    advice: "Push to a branch of your own, by its name and with `--force-with-lease`, and open a pull request.",
    invocation: judge,
    file: no_file,
};

/// A git command, taken apart.
pub(super) struct Git<'a> {
    /// The folder that `-C` names.
    folder: Option<&'a Argument>,
    /// Where the repository is, if `--git-dir` says that.
    repository: Option<Argument>,
    pub(super) command: &'a str,
    /// Options and arguments after the command.
    pub(super) rest: &'a [Argument],
}

fn judge(invocation: &Invocation, context: &Context<'_>) -> Objection {
    if invocation.name == "gh" {
        return by_forge(invocation);
    }
    let push = Git::of(invocation).filter(|git| matches!(git.command, "push" | "send-pack"))?;
    let has = |name: &str| {
        push.rest.iter().any(|argument| {
            argument.is_long(name) && argument.text.len() > 5
                || argument.text == format!("--{name}")
        })
    };
    if push.is_dry() {
        return None;
    }
    let configured = invocation.arguments.iter().any(|argument| {
        let setting = argument.text.to_lowercase();
        setting.starts_with("remote.") && setting.contains(".push=+")
    });
    if configured {
        return ask("this push is made a forced one by a setting");
    }
    let arguments: Vec<_> = push.operands().collect();
    let refspecs = arguments.get(1..).unwrap_or_default();
    let flag = push.flag();
    let lease = push
        .rest
        .iter()
        .any(|argument| argument.text.starts_with("--force-with-lease"));
    let plus = refspecs
        .iter()
        .any(|argument| argument.text.starts_with('+'));
    if has("mirror") || has("prune") {
        return ask(
            "`git push --mirror` and `--prune` make the remote forget every branch that is not here",
        );
    }
    let deletes = has("delete") || push.options().any(|option| option.has_letter('d'));
    let removed = refspecs
        .iter()
        .any(|argument| deletes || argument.text.starts_with(':'));
    if !(flag.is_some() || lease || plus || removed) {
        return None;
    }
    if has("all") || has("branches") || has("tags") && refspecs.is_empty() {
        return ask("a forced push of everything replaces protected branches and tags, too");
    }
    if (flag.is_some() || plus) && refspecs.iter().any(|refspec| is_tag(refspec)) {
        return ask("a forced push of a tag replaces what others have fetched");
    }
    let verb = if removed { "deletes" } else { "replaces" };
    for branch in push.targets(refspecs, invocation, context) {
        match branch {
            None => {
                return ask(format!(
                    "this push {verb} a branch that cannot be told from here"
                ));
            }
            Some(branch) if is_protected(&branch, context) => {
                return ask(format!(
                    "this push {verb} the protected branch `{branch}`, which others may have built on"
                ));
            }
            Some(_) => {}
        }
    }
    if removed {
        return ask("this deletes a branch or a tag that others may have, or may have built on");
    }
    // Not protected. What could be made harmless was, in the rewriting turn.
    if flag.is_some() || plus {
        return ask("a plain forced push overwrites what others pushed meanwhile");
    }
    None
}

/// The host that a push goes to by its address, where it is not one of the well-known forges or this machine.
pub(super) fn to_stranger(invocation: &Invocation) -> Option<String> {
    const KNOWN: [&str; 8] = [
        "github.com",
        "gitlab.com",
        "bitbucket.org",
        "codeberg.org",
        "dev.azure.com",
        "git.sr.ht",
        "localhost",
        "127.0.0.1",
    ];
    let push = Git::of(invocation).filter(|git| git.command == "push" && !git.is_dry())?;
    let remote = push.operands().next()?;
    let (_, address) = remote.text.split_once("://")?;
    let host = address.split(['/', '?']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    let known = host.is_empty() || host.contains(UNKNOWN) || KNOWN.contains(&host);
    (!known).then(|| host.to_owned())
}

/// Whether a branch is protected, or may be where only a part of its name is known.
pub(super) fn is_protected(branch: &str, context: &Context<'_>) -> bool {
    let mut protected = context.protected.iter();
    protected.any(|protected| fits(protected, branch) || fits(branch, protected))
}

/// What `gh` does to branches by the forge's interface.
fn by_forge(invocation: &Invocation) -> Objection {
    let line = invocation.line();
    let is_branch = line.contains("/refs/heads/") || line.contains("/branches/");
    let changes = matches!(
        forge::method(invocation),
        Some("PUT" | "PATCH" | "POST" | "DELETE")
    );
    if is_branch && (forge::deletes(invocation) || changes && line.contains("/protection")) {
        ask("this deletes a branch, or changes its protection")
    } else if line.contains("/git/refs/heads/") && line.contains("force=true") {
        ask("this replaces a branch, whatever others have built on it")
    } else if line.contains("pr merge") && invocation.has(&["--admin"]) {
        ask("this merges past what protects the branch")
    } else {
        None
    }
}

/// Whether a reference looks like a tag, which a lease does not protect: `v1.2.0`, `refs/tags/…`.
fn is_tag(refspec: &Argument) -> bool {
    let name = refspec.text.trim_start_matches('+');
    let target = name.rsplit(':').next().unwrap_or(name);
    let version = target.strip_prefix('v').unwrap_or_default();
    target.starts_with("refs/tags/")
        || version.starts_with(|c: char| c.is_ascii_digit()) && !version.contains('/')
}

/// What a plain `--force` becomes, and where it stands in the command; `None` where there is none, or where it does not stand
/// there itself.
pub(crate) fn relaxed(invocation: &Invocation) -> Option<(Range<usize>, String)> {
    let push = Git::of(invocation).filter(|git| git.command == "push")?;
    if push.is_dry() {
        return None;
    }
    if push.operands().skip(1).any(is_tag) {
        return None;
    }
    let flag = push.flag()?;
    let span = flag.span.clone()?;
    let replacement = match flag.text.strip_prefix("--") {
        Some(_) => String::from("--force-with-lease"),
        // A cluster such as `-fu` keeps its other letters.
        None => match flag.text.replace('f', "").as_str() {
            "-" => String::from("--force-with-lease"),
            rest => format!("--force-with-lease {rest}"),
        },
    };
    (flag.known().is_some() && !flag.raw.contains('$')).then_some((span, replacement))
}

// === impl Git ===

impl<'a> Git<'a> {
    pub(super) fn of(invocation: &'a Invocation) -> Option<Self> {
        if invocation.name != "git" {
            return None;
        }
        let mut folder = None;
        let assigned = invocation.assigned.iter();
        let mut repository = assigned
            .filter(|(name, _)| name == "GIT_DIR")
            .map(|(_, value)| Argument::of(value.as_str()))
            .next();
        let mut at = 0;
        let arguments = &invocation.arguments;
        while let Some(argument) = arguments.get(at).filter(|argument| argument.is_option()) {
            if let Some(named) = argument.text.strip_prefix("--git-dir=") {
                repository = Some(Argument::of(named));
            }
            at += match argument.text.as_str() {
                "-C" => {
                    folder = arguments.get(at + 1);
                    2
                }
                "--git-dir" => {
                    repository = arguments.get(at + 1).cloned();
                    2
                }
                "-c" | "--work-tree" | "--namespace" | "--exec-path" | "--super-prefix"
                | "--config-env" => 2,
                _ => 1,
            };
        }
        let command = arguments.get(at)?;
        Some(Self {
            folder,
            repository,
            command: &command.text,
            rest: &arguments[at + 1..],
        })
    }

    /// The folder it works in.
    pub(super) fn place(&self, invocation: &Invocation) -> Option<String> {
        let folder = match self.folder {
            Some(folder) => resolved(folder, invocation.folder.as_deref()),
            None => invocation.folder.clone(),
        };
        let Some(repository) = &self.repository else {
            return folder;
        };
        let repository = resolved(repository, folder.as_deref())?;
        let folder = repository.strip_suffix("/.git");
        Some(folder.map_or(repository.clone(), str::to_owned))
    }

    /// The options, up to `--`.
    pub(super) fn options(&self) -> impl Iterator<Item = &'a Argument> {
        self.rest
            .iter()
            .take_while(|argument| argument.text != "--")
            .filter(|argument| argument.is_option())
    }

    /// Whether one of the options is written like this.
    pub(super) fn has(&self, texts: &[&str]) -> bool {
        self.options()
            .any(|option| texts.contains(&option.text.as_str()))
    }

    /// Whether it only says what it would do.
    pub(super) fn is_dry(&self) -> bool {
        let letter = |option: &Argument| self.command == "push" && option.has_letter('n');
        self.options()
            .any(|option| letter(option) || matches!(option.text.as_str(), "--dry-run" | "--help"))
    }

    /// The value of an option that is a letter, perhaps in a cluster, perhaps with the value joined; or a long one.
    pub(super) fn value_of(&self, letter: char, long: Option<&str>) -> Option<&'a str> {
        let at = self.rest.iter().position(|argument| {
            argument.has_letter(letter) || long.is_some_and(|long| argument.is_long(long))
        })?;
        let option = self.rest[at].text.as_str();
        let joined = if option.starts_with("--") {
            option.split_once('=').map(|(_, value)| value)
        } else {
            option.split_once(letter).map(|(_, value)| value)
        };
        joined.filter(|value| !value.is_empty()).or_else(|| {
            let next = self.rest.get(at + 1)?;
            Some(next.text.as_str())
        })
    }

    /// The option that forces, as it was written.
    fn flag(&self) -> Option<&'a Argument> {
        self.options()
            .find(|option| option.text == "--force" || option.has_letter('f'))
    }

    /// What is no option and no option's value; of a push the remote and the refspecs.
    pub(super) fn operands(&self) -> impl Iterator<Item = &'a Argument> {
        const WITH_VALUE: [(&str, &[&str]); 5] = [
            (
                "push",
                &["-o", "--push-option", "--repo", "--receive-pack", "--exec"],
            ),
            (
                "rebase",
                &[
                    "--onto",
                    "-x",
                    "--exec",
                    "-s",
                    "--strategy",
                    "-X",
                    "--strategy-option",
                ],
            ),
            ("update-ref", &["-m"]),
            ("symbolic-ref", &["-m"]),
            ("fetch", &["--depth", "--deepen", "-j", "--jobs", "-o"]),
        ];
        let with_value = WITH_VALUE
            .iter()
            .find(|(command, _)| *command == self.command)
            .map_or(&[][..], |(_, options)| *options);
        let mut skip = false;
        let mut only = false;
        self.rest.iter().filter(move |argument| {
            if std::mem::take(&mut skip) {
                return false;
            }
            if !only && argument.is_option() {
                only = argument.text == "--";
                skip = with_value.contains(&argument.text.as_str());
                return false;
            }
            true
        })
    }

    /// The branch that is checked out where it runs; `None` where git does not say.
    pub(super) fn current(&self, invocation: &Invocation, context: &Context<'_>) -> Option<String> {
        invocation.branch.clone().or_else(|| {
            let folder = self.place(invocation)?;
            (context.branch)(&folder)
        })
    }

    /// The branches that a push would change; `None` for one that cannot be known. One that is known in part is a pattern.
    pub(super) fn targets(
        &self,
        refspecs: &[&Argument],
        invocation: &Invocation,
        context: &Context<'_>,
    ) -> Vec<Option<String>> {
        let current = || self.current(invocation, context);
        if refspecs.is_empty() {
            return vec![current()];
        }
        let target = |refspec: &&Argument| {
            let text = refspec.text.replace(UNKNOWN, "*");
            let text = text.trim_start_matches('+');
            let target = text.rsplit(':').next().unwrap_or(text);
            match target {
                "HEAD" | "@" => current(),
                _ if target.contains('*') && refspec.known().is_some() || target.is_empty() => None,
                _ => Some(target.trim_start_matches("refs/heads/").to_owned()),
            }
        };
        refspecs.iter().map(target).collect()
    }
}
