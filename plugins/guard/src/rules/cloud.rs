//! The command lines of clouds and forges: whatever the service, the word that takes something away is one of a few.
//!
//! Part of the rule `infrastructure`.

use super::phrases::{texts, twin};
use crate::analysis::Invocation;

/// Programs whose commands are made of a group and a verb.
const PROGRAMS: [&str; 48] = [
    "aws",
    "gcloud",
    "az",
    "doctl",
    "hcloud",
    "linode-cli",
    "ibmcloud",
    "oci",
    "fly",
    "heroku",
    "vercel",
    "netlify",
    "railway",
    "render",
    "wrangler",
    "scw",
    "civo",
    "vultr",
    "vultr-cli",
    "exo",
    "upctl",
    "openstack",
    "aliyun",
    "tccli",
    "yc",
    "nebius",
    "supabase",
    "neonctl",
    "neon",
    "pscale",
    "planetscale",
    "turso",
    "firebase",
    "amplify",
    "eb",
    "ecs-cli",
    "eksctl",
    "kops",
    "rosa",
    "cf",
    "dokku",
    "clever",
    "koyeb",
    "zeabur",
    "gh",
    "glab",
    "tea",
    "atlas",
];

/// Programs of forges, whose verb is always the second word: what follows may be any name.
const FORGES: [&str; 3] = ["gh", "glab", "tea"];

/// Verbs that take away what others may be using.
const VERBS: [&str; 16] = [
    "delete",
    "destroy",
    "terminate",
    "purge",
    "remove",
    "rm",
    "rb",
    "deregister",
    "flush",
    "unset",
    "disable",
    "close-account",
    "deallocate",
    "archive",
    "wipe",
    "schedule-key-deletion",
];

/// Groups of commands that are about the program itself, or about what runs on this machine.
const LOCAL: [&str; 20] = [
    "alias",
    "aliases",
    "auth",
    "bicep",
    "cache",
    "completion",
    "components",
    "config",
    "configure",
    "context",
    "emulators",
    "extension",
    "extensions",
    "feedback",
    "help",
    "login",
    "logout",
    "plugin",
    "plugins",
    "profile",
];

/// Where a local stand-in of a cloud answers.
const STAND_INS: [&str; 6] = [
    "localhost",
    "127.0.0.1",
    "0.0.0.0",
    "localstack",
    "minio:",
    "host.docker.internal",
];

/// How many words may name groups before the verb.
const GROUPS_MAX: usize = 5;

/// The verb with which a cloud's program takes something away; `None` where it does not.
pub(super) fn takes_away(invocation: &Invocation) -> Option<&'static str> {
    let name = twin(&invocation.name);
    if !PROGRAMS.contains(&name) {
        return None;
    }
    let all = texts(invocation);
    let words: Vec<&str> = all
        .into_iter()
        .filter(|word| !word.starts_with('-'))
        .take(GROUPS_MAX)
        .collect();
    if words.first().is_some_and(|group| LOCAL.contains(group)) {
        // A cache of many is thrown away as one: `gh cache delete --all`.
        return (words.contains(&"cache") && invocation.has(&["--all"])).then_some("delete");
    }
    let is_name = |word: &&&str| {
        word.chars()
            .all(|c| c.is_ascii_alphanumeric() || "-:_".contains(c))
    };
    let groups = words.iter().take_while(is_name).take(groups_max(name));
    groups
        .flat_map(|word| word.split(':'))
        .find_map(|segment| verb(name, segment))
}

fn groups_max(name: &str) -> usize {
    if FORGES.contains(&name) {
        2
    } else {
        GROUPS_MAX
    }
}

/// The verb that a word is, begins with (`terminate-instances`), or ends with (`service-instance-delete`).
fn verb(name: &str, word: &str) -> Option<&'static str> {
    let stops = matches!(name, "aws" | "gcloud" | "az" | "oci") && word != "stop-query";
    if stops && (word == "stop" || word.starts_with("stop-")) {
        return Some("stop");
    }
    let word = word.strip_prefix("batch-").unwrap_or(word);
    VERBS.into_iter().find(|verb| {
        let before = word.strip_suffix(verb);
        let after = word.strip_prefix(verb);
        after.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            || before.is_some_and(|rest| rest.ends_with('-'))
    })
}

/// Whether a local stand-in is asked, and no cloud.
pub(super) fn is_local(invocation: &Invocation) -> bool {
    let is_address = |text: &str| {
        let host = text.rsplit("://").next().unwrap_or(text);
        STAND_INS.iter().any(|stand_in| host.starts_with(stand_in))
    };
    let assigned = invocation.assigned.iter();
    let named = invocation
        .arguments
        .iter()
        .enumerate()
        .any(|(at, argument)| {
            let value = match argument.text.split_once('=') {
                Some((_, value)) => Some(value),
                None => invocation
                    .arguments
                    .get(at + 1)
                    .map(|next| next.text.as_str()),
            };
            argument.text.starts_with("--endpoint") && value.is_some_and(is_address)
        });
    named
        || invocation.has(&["--local"])
        || assigned
            .filter(|(name, _)| name.contains("ENDPOINT") || name.contains("EMULATOR"))
            .any(|(_, value)| is_address(value))
}
