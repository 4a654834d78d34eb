//! `secrets`: reading or writing files that hold keys and passwords.
//!
//! What a model reads stands in its transcript from then on. Private keys and credentials of accounts are denied, files that mix
//! settings with secrets (`.env`) are asked about. A program may use a key without showing it: `ssh -i` and `--env-file` are fine.

use super::{Context, fits};
use crate::finding::Finding;
use crate::shell::{Invocation, Word};

const RULE: &str = "secrets";

/// Programs that name files and neither show nor change what is in them.
const NAMES_ONLY: [&str; 25] = [
    "ls",
    "test",
    "[",
    "[[",
    "stat",
    "file",
    "touch",
    "chmod",
    "chown",
    "mkdir",
    "rm",
    "rmdir",
    "ssh-keygen",
    "ssh-add",
    "which",
    "basename",
    "dirname",
    "realpath",
    "readlink",
    "echo",
    "printf",
    "cd",
    "du",
    "tree",
    "exit",
];

/// Programs whose first argument is a pattern.
const PATTERN_FIRST: [&str; 9] = [
    "grep", "egrep", "fgrep", "rg", "ag", "ack", "sed", "awk", "jq",
];

/// Options whose value is a file that the program uses without showing it.
const USES: [&str; 7] = [
    "-i",
    "--env-file",
    "--identity",
    "--identity-file",
    "--kubeconfig",
    "--key",
    "--private-key",
];

/// Commands of git that do not show what is in a file.
const GIT_NAMES_ONLY: [&str; 5] = ["check-ignore", "rm", "ls-files", "status", "log"];

pub(super) fn judge(invocation: &Invocation, context: &Context<'_>) -> Option<Finding> {
    let redirected = invocation
        .redirects
        .iter()
        .filter(|redirect| !redirect.inline)
        .map(|redirect| &redirect.target);
    redirected
        .chain(arguments(invocation))
        .filter_map(|word| judge_word(word, context))
        .max_by_key(|finding| finding.severity)
}

/// Judges a file that a tool reads or writes.
pub(crate) fn judge_path(path: &str) -> Option<Finding> {
    match holds(path)? {
        Holds::Key(what) => Some(Finding::deny(
            RULE,
            format!(
                "`{path}` {what}, and whatever is read stays in the transcript. Let the program that needs it use it, or ask the person."
            ),
        )),
        Holds::Settings => Some(Finding::ask(
            RULE,
            format!(
                "`{path}` may hold secrets. Work from an example file such as `.env.example`, or ask for the one value you need."
            ),
        )),
    }
}

/// The arguments that may be files whose contents count.
fn arguments(invocation: &Invocation) -> Vec<&Word> {
    let name = invocation.name.as_str();
    let arguments = &invocation.arguments;
    if NAMES_ONLY.contains(&name) {
        return Vec::new();
    }
    if name == "git"
        && arguments
            .iter()
            .find(|word| !word.is_option())
            .is_some_and(|word| GIT_NAMES_ONLY.contains(&word.text.as_str()))
    {
        return Vec::new();
    }
    let mut pattern = PATTERN_FIRST.contains(&name)
        && !arguments
            .iter()
            .any(|word| word.text == "-e" || word.text == "-f");
    let mut uses = false;
    let uses_keys = |option: &str| {
        // Elsewhere `-i` means something else, such as editing in place.
        USES.contains(&option)
            && (option != "-i"
                || matches!(
                    name,
                    "ssh" | "scp" | "sftp" | "ansible" | "ansible-playbook"
                ))
    };
    arguments
        .iter()
        .filter(|word| {
            if std::mem::take(&mut uses) {
                return false;
            }
            if word.is_option() {
                uses = uses_keys(&word.text);
                let name = word.text.split('=').next().unwrap_or_default();
                return !uses_keys(name);
            }
            !std::mem::take(&mut pattern)
        })
        .collect()
}

fn judge_word(word: &Word, context: &Context<'_>) -> Option<Finding> {
    // Prose and code are not file names.
    if word.text.contains(char::is_whitespace) {
        return None;
    }
    // `@.env`, `file=@.env`, `HEAD:.env`, `user@host:.ssh/id_rsa`.
    let pieces = word
        .text
        .split(['=', '@', ':', ','])
        .filter(|piece| !piece.is_empty());
    let resolved = context.place.path(word);
    let found = pieces
        .chain(resolved.as_deref())
        .filter_map(judge_path)
        .max_by_key(|finding| finding.severity);
    found.or_else(|| {
        let pattern = word
            .glob
            .then(|| word.base_name())
            .filter(|base| base.chars().filter(|c| c.is_alphabetic()).count() > 1)?;
        let hit = [".env", ".env.local", "id_rsa", "id_ed25519", "credentials"]
            .into_iter()
            .find(|name| fits(pattern, name))?;
        Some(Finding::ask(
            RULE,
            format!(
                "`{}` would cover `{hit}`, which may hold secrets. Name the files you mean.",
                word.text
            ),
        ))
    })
}

enum Holds {
    /// A key or the credentials of an account.
    Key(&'static str),
    /// Settings, with secrets among them.
    Settings,
}

/// What a file with this path holds, by what programs usually put there.
fn holds(path: &str) -> Option<Holds> {
    const KEYS: [&str; 7] = [
        "id_rsa",
        "id_dsa",
        "id_ecdsa",
        "id_ed25519",
        "id_ecdsa_sk",
        "id_ed25519_sk",
        "authorized_keys",
    ];
    const ACCOUNTS: [&str; 19] = [
        ".aws/credentials",
        ".kube/config",
        ".docker/config.json",
        ".netrc",
        "_netrc",
        ".git-credentials",
        ".pgpass",
        ".pypirc",
        ".vault-token",
        ".config/gh/hosts.yml",
        "application_default_credentials.json",
        ".claude/.credentials.json",
        ".cargo/credentials",
        ".cargo/credentials.toml",
        ".gem/credentials",
        ".azure/accesstokens.json",
        ".azure/msal_token_cache.json",
        ".config/gcloud/credentials.db",
        ".config/gcloud/access_tokens.db",
    ];
    const EXAMPLES: [&str; 6] = [
        "example", "sample", "template", "dist", "defaults", "schema",
    ];

    // Some file systems do not tell capitals apart.
    let path = path.to_lowercase();
    let path = path.trim_end_matches('/');
    let name = path.rsplit('/').next().unwrap_or_default();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let segments: Vec<&str> = path.split('/').collect();
    if ending == "pub" || name.starts_with("known_hosts") {
        return None;
    }
    if KEYS.contains(&name) || ending == "ppk" {
        return Some(Holds::Key(
            "is a private key, or decides whose key opens this machine",
        ));
    }
    if segments.contains(&".ssh") && name != "config" || segments.contains(&".gnupg") {
        return Some(Holds::Key("lies where private keys are kept"));
    }
    if ACCOUNTS.iter().any(|account| {
        path.strip_suffix(account)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    }) {
        return Some(Holds::Key("holds the credentials of an account"));
    }
    if matches!(path, "/etc/shadow" | "/etc/gshadow")
        || path.starts_with("/proc/") && name == "environ"
    {
        return Some(Holds::Key("holds the machine's secrets"));
    }
    if path.contains("sinew/tokens/") || path.ends_with("sinew/tokens") {
        return Some(Holds::Key("holds this gate's own tokens"));
    }
    let is_environment =
        name == ".env" || name == ".envrc" || ending == "env" || name.starts_with(".env.");
    let is_example = EXAMPLES.contains(&ending) || name.contains("example");
    if is_environment && !is_example {
        return Some(Holds::Settings);
    }
    if matches!(
        ending,
        "pem" | "key" | "p12" | "pfx" | "jks" | "keystore" | "kdbx"
    ) || name == ".npmrc"
        || name == ".htpasswd"
    {
        return Some(Holds::Settings);
    }
    None
}
