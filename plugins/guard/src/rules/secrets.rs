//! `secrets`: reading or writing files that hold keys and passwords.
//!
//! What a model reads stands in its transcript from then on. Private keys and credentials of accounts are denied, files that mix
//! settings with secrets (`.env`) are asked about. A program may use a key without showing it: `ssh -i` and `--env-file` are fine.

use super::exfiltration::SECRETS;
use super::secret_file::{EXAMPLES, Holds, holds};
use super::{Access, Context, PATTERN_FIRST, Rule, fits, path_of, shown};
use crate::analysis::{Argument, Input, Invocation};
use crate::finding::{Objection, Severity, ask, deny, graver};

pub(super) const RULE: Rule = Rule {
    id: "secrets",
    summary: "Reading or writing keys, credentials and `.env` files, through the shell or the file tools.",
    advice: "Whatever is read stays in the transcript: let the program that needs it use it, work from an example file, or ask for the one value.",
    invocation: judge,
    file,
};

/// Programs that name files and neither show nor change what is in them.
const NAMES_ONLY: [&str; 31] = [
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
    "export",
    "declare",
    "typeset",
    "local",
    "readonly",
    "unset",
];

/// Options whose value is a file that the program uses without showing it.
const USES: [&str; 19] = [
    "-i",
    "--env-file",
    "--identity",
    "--identity-file",
    "--kubeconfig",
    "--key",
    "--private-key",
    "--secret",
    "--userconfig",
    "--cacert",
    "--capath",
    "-CAfile",
    "-CApath",
    "--ca-bundle",
    "--ca-file",
    "--certificate-authority",
    "--ssl-ca",
    "--key-file",
    "-state",
];

/// Programs that put settings into the environment of others and show nothing, and their commands that do show.
const LOADERS: [&str; 10] = [
    "source", ".", "dotenv", "dotenvx", "env-cmd", "foreman", "honcho", "nf", "godotenv", "direnv",
];
const SHOWS: [&str; 7] = ["get", "list", "ls", "decrypt", "set", "keypair", "export"];

/// Programs that are told on their input, or in one argument, which files they send.
const TOLD: [&str; 6] = ["sftp", "ftp", "lftp", "smbclient", "tftp", "curl"];

/// What was typed, passwords among it.
const HISTORIES: [&str; 7] = [
    ".bash_history",
    ".zsh_history",
    ".psql_history",
    ".mysql_history",
    ".python_history",
    ".node_repl_history",
    ".rediscli_history",
];

/// Commands of git that do not show what is in a file.
const GIT_NAMES_ONLY: [&str; 5] = ["check-ignore", "rm", "ls-files", "status", "log"];

fn judge(invocation: &Invocation, _: &Context<'_>) -> Objection {
    if invocation.contained && !invocation.mounted {
        return None;
    }
    if let Some(shown) = shown::by(invocation) {
        return ask(shown);
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
    if over_a_key(invocation) {
        return ask("this makes a new key where there may be one, which is then gone");
    }
    if invocation.name == "aws" && invocation.has(&["configure"]) && names_key(invocation) {
        return ask("this shows a key, or writes one into what every program uses");
    }
    if searches_history(invocation) {
        return ask("this looks for secrets in what was typed");
    }
    let told = told(invocation);
    let loaded = loaded(invocation);
    let redirected = invocation.redirects.iter().map(|redirect| &redirect.target);
    redirected
        .chain(arguments(invocation))
        .chain(&told)
        .fold(None, |worst, argument| {
            let is_loaded =
                invocation.loads || loaded.is_some_and(|loaded| std::ptr::eq(loaded, argument));
            let objection = of_argument(argument, invocation);
            graver(
                worst,
                objection.filter(|(severity, _)| *severity == Severity::Deny || !is_loaded),
            )
        })
}

/// Whether a search in histories is one for secrets.
fn searches_history(invocation: &Invocation) -> bool {
    let line = || invocation.line().to_uppercase();
    let mut files = invocation.operands().map(Argument::base_name);
    PATTERN_FIRST.contains(&invocation.name.as_str())
        && files.any(|file| HISTORIES.contains(&file))
        && SECRETS.iter().any(|secret| line().contains(secret))
}

/// Whether `aws configure` sets or gets a key.
fn names_key(invocation: &Invocation) -> bool {
    let words = invocation.words();
    ["set", "get"].iter().any(|verb| words.contains(verb))
        && words
            .iter()
            .any(|word| word.contains("secret_access_key") || word.contains("session_token"))
}

/// The file of settings that a program only loads for others and does not show: `source .env`, `dotenv -e .env -- npm test`.
fn loaded(invocation: &Invocation) -> Option<&Argument> {
    // `npx dotenv …`
    let is_runner = matches!(
        invocation.name.as_str(),
        "npx" | "bunx" | "pnpx" | "npm" | "pnpm" | "yarn" | "uv" | "uvx"
    );
    if matches!(invocation.name.as_str(), "docker" | "podman" | "nerdctl") {
        return invocation.value(&["-v", "--volume", "--mount"]);
    }
    if !is_runner && !LOADERS.contains(&invocation.name.as_str()) {
        return None;
    }
    let words = invocation.words();
    let mut programs = words.iter().copied().take(if is_runner { 2 } else { 0 });
    let name = programs
        .find(|word| LOADERS.contains(word))
        .unwrap_or(invocation.name.as_str());
    match name {
        _ if !LOADERS.contains(&name) || words.iter().any(|word| SHOWS.contains(word)) => None,
        "source" | "." => invocation.operands().next(),
        "direnv" => invocation
            .operands()
            .nth(1)
            .filter(|_| words.first() == Some(&"allow")),
        _ => invocation
            .value(&["-e", "-f", "--env", "--file", "--env-file"])
            .or_else(|| invocation.operands().next().filter(|_| name == "env-cmd")),
    }
}

/// Whether a key is made, and the question whether to overwrite one is answered beforehand.
fn over_a_key(invocation: &Invocation) -> bool {
    if invocation.name != "ssh-keygen" {
        return false;
    }
    let answers = match &invocation.input {
        Input::Text(text) => text.trim_start().to_lowercase().starts_with('y'),
        _ => invocation.upstream.trim_start().starts_with("yes"),
    };
    answers && !invocation.has(&["-R", "-l", "-y", "-F"])
}

/// The words of what a program is told to send: `sftp host <<< "put .env"`, `curl -K- <<< 'data=@.env'`.
fn told(invocation: &Invocation) -> Vec<Argument> {
    let name = invocation.name.as_str();
    let reads = || name != "curl" || invocation.has(&["-K-", "-K", "--config"]);
    if !TOLD.contains(&name) || !reads() {
        return Vec::new();
    }
    let input = match &invocation.input {
        Input::Text(text) => text.as_str(),
        _ => "",
    };
    let commands = invocation
        .arguments
        .iter()
        .map(|argument| argument.text.as_str());
    let commands = commands.filter(|text| name != "curl" && text.contains(' '));
    commands
        .chain([input])
        .flat_map(|text| text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';')))
        .filter(|word| !word.is_empty())
        .map(Argument::of)
        .collect()
}

/// Whether text that is to be written holds a private key.
pub(crate) fn written(path: &str, text: &str) -> Objection {
    const BEGINS: [&str; 2] = ["-----BEGIN ", "PRIVATE KEY-----"];
    let parts = [
        "test",
        "tests",
        "fixtures",
        "testdata",
        "__tests__",
        "spec",
        "docs",
        "examples",
        "mocks",
    ];
    let is_example = path
        .split(['/', '.'])
        .any(|part| part == "md" || parts.contains(&part));
    let line = |line: &str| line.contains(BEGINS[0]) && line.contains(BEGINS[1]);
    let mut lines = text.lines().skip_while(|text| !line(text));
    let has_body = lines
        .nth(1)
        .is_some_and(|body| is_base64(body.trim().trim_matches(['"', '\'', ',', '+'])));
    (!is_example && has_body)
        .then(|| ask(format!("a private key would be written to `{path}`")))
        .flatten()
}

/// Whether a line may be one of a key.
fn is_base64(line: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=\\".contains(&byte);
    (line.starts_with('M') || line.len() > 30) && line.bytes().all(is_letter)
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
    // They read the certificate of a file that may hold more, and show nothing else.
    if name == "openssl"
        && matches!(
            invocation.words().first(),
            Some(&("x509" | "verify" | "crl"))
        )
    {
        return Vec::new();
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
            // `env NAME=FILE program` only says where it is.
            let assigns =
                matches!(name, "env" | "sudo") && !argument.text.starts_with(['@', '/', '.', '~']);
            !std::mem::take(&mut pattern) && (!assigns || !argument.text.contains('='))
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
