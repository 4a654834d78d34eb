//! `infrastructure`: tearing down what others use. What its programs are told to do then, is the table `destroying`.

use super::destroying::DESTROYING;
use super::phrases::{texts, twin};
use super::{Context, Rule, cloud, forge, no_file, only_looks};
use crate::analysis::{Invocation, UNKNOWN};
use crate::finding::{Objection, ask};

pub(super) const RULE: Rule = Rule {
    id: "infrastructure",
    summary: "Destroying clouds, clusters, volumes and stacks, and applying changes to them unasked.",
    advice: "Show the plan (`terraform plan`, `--dry-run`) and let the person run it.",
    invocation: judge,
    file: no_file,
};

/// Programs that are judged by more than their phrases.
const CLOSER: [&str; 9] = [
    "terraform",
    "aws",
    "gcloud",
    "gsutil",
    "docker",
    "docker-compose",
    "kubectl",
    "ansible",
    "ansible-playbook",
];

/// Programs that only say what they would do with `-n`.
const ONLY_TRIES: [&str; 5] = ["rclone", "restic", "borg", "s3cmd", "s5cmd"];

fn judge(invocation: &Invocation, _: &Context<'_>) -> Objection {
    let name = twin(&invocation.name);
    let host = forge::deleted_from(invocation);
    let destroys = || {
        judged_closer(name, invocation).unwrap_or_else(|| {
            // The commands that PowerShell has for Azure.
            name.starts_with("remove-az")
                || DESTROYING.said(invocation).is_some()
                || cloud::takes_away(invocation).is_some()
        })
    };
    if host.is_none() && !destroys() || only_tries(name, invocation) {
        return None;
    }
    if let Some(host) = host {
        return ask(format!("this deletes what `{host}` keeps for others, too"));
    }
    let words = invocation.words();
    let what = std::iter::once(invocation.name.as_str())
        .chain(words.into_iter().take(3))
        .collect::<Vec<_>>()
        .join(" ");
    ask(format!(
        "`{what}` changes or destroys what others may be using"
    ))
}

/// Judges a tool whose name says that it takes away something that others may be using.
pub(crate) fn taken_away(tool: &str) -> Objection {
    ask(format!("`{tool}` takes away what others may be using"))
}

/// Whether it only tries, looks, or has to do with a stand-in on this machine.
fn only_tries(name: &str, invocation: &Invocation) -> bool {
    only_looks(invocation)
        || invocation.has(&["--preview-only", "--no-execute-changeset", "--check"])
        || ONLY_TRIES.contains(&name) && invocation.has(&["-n"])
        || [invocation.words().first(), invocation.words().last()].contains(&Some(&"help"))
        || cloud::is_local(invocation)
}

/// What is said of programs by more than their phrases; `None` leaves it to those.
fn judged_closer(name: &str, invocation: &Invocation) -> Option<bool> {
    if !CLOSER.contains(&name) {
        return None;
    }
    let words = texts(invocation);
    let has = |word: &str| words.contains(&word);
    let line = || invocation.line();
    match name {
        "terraform" if has("plan") || has("show") => Some(false),
        "terraform" if has("apply") || has("run-all") => Some(
            ["-auto-approve", "--auto-approve", "-destroy", "--destroy", "destroy"]
                .into_iter()
                .any(has)
                || words.iter().any(|word| word.starts_with("-replace"))
                || line().contains("-non-interactive")
                // A plan that is named is applied without a question.
                || invocation.words().len() > 1 && has("apply"),
        ),
        "aws" | "gcloud" | "gsutil" if has("sync") || has("rsync") => Some(
            has("--delete")
                || has("--delete-unmatched-destination-objects")
                || name == "gsutil" && invocation.option('d', "delete-extra"),
        ),
        "docker" if has("compose") => compose(invocation, &words),
        "docker-compose" => compose(invocation, &words),
        "docker" => docker(invocation, &words),
        "kubectl" if has("config") || has("explain") || has("auth") => Some(false),
        "kubectl" if has("apply") => Some(has("--prune")),
        "kubectl" if has("patch") => Some(line().contains("finalizers")),
        "ansible" | "ansible-playbook" => Some(line().contains("state=absent")),
        _ => None,
    }
}

/// `docker compose`: what it takes down with its data.
fn compose(invocation: &Invocation, words: &[&str]) -> Option<bool> {
    let data = invocation.option('v', "volumes");
    let is_down = words.contains(&"down") && (data || words.contains(&"--rmi"));
    Some(is_down || words.contains(&"rm") && data)
}

/// `docker` and what is told the same: everything that there is, whoever started it.
fn docker(invocation: &Invocation, words: &[&str]) -> Option<bool> {
    let has = |word: &str| words.contains(&word);
    if has("prune") && has("system") {
        return Some(invocation.option('a', "all") || has("--volumes"));
    }
    let listed = |text: &str| {
        let lists = [
            "ps ",
            "container ls",
            "container list",
            "container ps",
            "images ",
        ];
        lists.iter().any(|list| text.contains(list))
            && !text.contains("filter")
            && !text.contains(" -f ")
    };
    let raw = || invocation.arguments.iter().any(|word| listed(&word.raw));
    let from_list =
        || raw() || listed(&invocation.upstream) && !invocation.upstream.contains("grep");
    let whose = invocation
        .operands()
        .any(|word| word.text.contains(UNKNOWN));
    let command = words
        .iter()
        .find(|word| matches!(**word, "rm" | "rmi" | "kill" | "stop"));
    let everything = match command {
        Some(&"rm" | &"rmi") => {
            let all = invocation.name != "docker" && invocation.option('a', "all");
            all || whose && from_list()
        }
        Some(_) => whose && from_list(),
        None => false,
    };
    everything.then_some(true)
}
