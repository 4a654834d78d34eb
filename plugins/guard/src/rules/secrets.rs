//! `secrets`: reading or writing files that hold keys and passwords.
//!
//! What a model reads stands in its transcript from then on. Private keys and credentials of accounts are denied, files that mix
//! settings with secrets (`.env`) are asked about. A program may use a key without showing it: `ssh -i` and `--env-file` are fine.

use super::{Access, Context, PATTERN_FIRST, Rule, fits, in_order, path_of};
use crate::analysis::{Argument, Invocation};
use crate::finding::{Objection, ask, deny, graver};

pub(super) const RULE: Rule = Rule {
    id: "secrets",
    summary: "Reading or writing keys, credentials and `.env` files, through the shell or the file tools.",
    advice: "Whatever is read stays in the transcript: let the program that needs it use it, work from an example file, or ask for the one value.",
    invocation: judge,
    file,
};

/// Programs and words that print a secret when they follow in this order.
const PRINTING: [(&str, &[&str]); 12] = [
    ("gh", &["auth", "token"]),
    ("gcloud", &["auth", "print-access-token"]),
    ("gcloud", &["secrets", "versions", "access"]),
    ("aws", &["secretsmanager", "get-secret-value"]),
    ("aws", &["configure", "export-credentials"]),
    ("az", &["account", "get-access-token"]),
    ("az", &["keyvault", "secret", "show"]),
    ("vault", &["kv", "get"]),
    ("vault", &["read"]),
    ("pass", &["show"]),
    ("op", &["read"]),
    ("doppler", &["secrets"]),
];

/// Parts of the names of files that only show what settings look like.
const EXAMPLES: [&str; 6] = [
    "example", "sample", "template", "dist", "defaults", "schema",
];

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

fn judge(invocation: &Invocation, _: &Context<'_>) -> Objection {
    if invocation.contained && !invocation.mounted {
        return None;
    }
    if matches!(invocation.name.as_str(), "kubectl" | "oc") {
        let line = invocation.line();
        let shows = line.contains("-o") || line.contains("--output") || line.contains("--template");
        let one = invocation
            .words()
            .iter()
            .any(|word| word.starts_with("secret/"))
            || invocation
                .words()
                .windows(2)
                .any(|pair| pair[0].starts_with("secret"));
        return if line.contains(" get ") && shows && one {
            ask("this prints a secret of the cluster")
        } else {
            None
        };
    }
    if let Some((program, words)) = PRINTING.iter().find(|(program, wanted)| {
        *program == invocation.name && in_order(&invocation.words(), wanted)
    }) {
        return ask(format!("`{program} {}` prints a secret", words.join(" ")));
    }
    // Settings that are made from an example hold nothing yet.
    let from_example = matches!(invocation.name.as_str(), "cp" | "install")
        && invocation.operands().next().is_some_and(|source| {
            EXAMPLES
                .iter()
                .any(|example| source.base_name().contains(example))
        });
    if from_example {
        return None;
    }
    let redirected = invocation.redirects.iter().map(|redirect| &redirect.target);
    redirected
        .chain(arguments(invocation))
        .fold(None, |worst, argument| {
            graver(worst, of_argument(argument, invocation))
        })
}

/// Judges a file that a tool reads or writes.
fn file(path: &str, _: &Context<'_>, access: Access) -> Objection {
    if access == Access::Lists {
        return None;
    }
    match holds(path)? {
        Holds::Key(what) => deny(format!("`{path}` {what}")),
        Holds::Settings => ask(format!("`{path}` may hold secrets")),
    }
}

/// The arguments that may be files whose contents count.
fn arguments(invocation: &Invocation) -> Vec<&Argument> {
    let name = invocation.name.as_str();
    let arguments = &invocation.arguments;
    if NAMES_ONLY.contains(&name)
        || name == "find"
        || name == "fd"
        || name == "gh" && !invocation.has(&["gist"])
    {
        return Vec::new();
    }
    if name == "git" {
        let command = arguments
            .iter()
            .find(|argument| !argument.is_option())
            .map(|argument| argument.text.as_str());
        if command.is_some_and(|command| GIT_NAMES_ONLY.contains(&command)) {
            return Vec::new();
        }
    }
    let is_search = PATTERN_FIRST.contains(&name);
    let mut pattern = is_search
        && !arguments
            .iter()
            .any(|argument| matches!(argument.text.as_str(), "-e" | "-f" | "--files"));
    let mut uses = false;
    let uses_keys = |option: &str| {
        // Elsewhere `-i` means something else, such as editing in place.
        USES.contains(&option)
            && (option != "-i"
                || matches!(
                    name,
                    "ssh" | "scp" | "sftp" | "ansible" | "ansible-playbook"
                ))
            || is_search
                && matches!(
                    option,
                    "-e" | "-g"
                        | "--glob"
                        | "--include"
                        | "--exclude"
                        | "--exclude-dir"
                        | "-F"
                        | "-v"
                )
            || name == "openssl"
                && matches!(option, "-keyout" | "-out" | "-key" | "-inkey" | "-signkey")
            || name == "git" && matches!(option, "-m" | "--message" | "--grep" | "-S" | "-G")
    };
    arguments
        .iter()
        .filter(|argument| {
            if std::mem::take(&mut uses) {
                return false;
            }
            if argument.is_option() {
                uses = uses_keys(&argument.text);
                let name = argument.text.split('=').next().unwrap_or_default();
                return !uses_keys(name);
            }
            !std::mem::take(&mut pattern)
        })
        .collect()
}

fn of_argument(argument: &Argument, invocation: &Invocation) -> Objection {
    // Prose and code are not file names.
    if argument.text.contains(char::is_whitespace) {
        return None;
    }
    // `@.env`, `file=@.env`, `HEAD:.env`, `user@host:.ssh/id_rsa`.
    let pieces = argument
        .text
        .split(['=', '@', ':', ','])
        .filter(|piece| !piece.is_empty());
    let resolved = path_of(argument, invocation);
    let found = pieces.chain(resolved.as_deref()).fold(None, |worst, path| {
        let objection = match holds(path) {
            Some(Holds::Key(what)) => deny(format!("`{path}` {what}")),
            Some(Holds::Settings) => ask(format!("`{path}` may hold secrets")),
            None => None,
        };
        graver(worst, objection)
    });
    found.or_else(|| {
        let pattern = argument
            .glob
            .then(|| argument.base_name())
            .filter(|base| base.chars().filter(|c| c.is_alphabetic()).count() > 1)?;
        let hit = [".env", ".env.local", "id_rsa", "id_ed25519", "credentials"]
            .into_iter()
            .find(|name| fits(pattern, name))?;
        ask(format!(
            "`{}` would cover `{hit}`, which may hold secrets",
            argument.text
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
    const ACCOUNTS: [&str; 20] = [
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
        "adc.json",
        ".claude/.credentials.json",
        ".cargo/credentials",
        ".cargo/credentials.toml",
        ".gem/credentials",
        ".azure/accesstokens.json",
        ".azure/msal_token_cache.json",
        ".config/gcloud/credentials.db",
        ".config/gcloud/access_tokens.db",
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
    if matches!(name, ".aws" | ".kube" | ".azure" | "gcloud") && path != "gcloud" {
        return Some(Holds::Key("is where credentials of accounts are kept"));
    }
    if matches!(
        name,
        "login data" | "cookies.sqlite" | "logins.json" | "key4.db" | "login.keychain-db"
    ) || path.contains("/google-chrome/") && name == "cookies"
    {
        return Some(Holds::Key(
            "is where a browser or a key chain keeps passwords",
        ));
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
