//! `exfiltration`: secrets that leave the machine. Files are the rule `secrets`; this is about where things go.

use super::push::to_stranger;
use super::secret_file::holds;
use super::{Context, PATTERN_FIRST, Rule, no_file};
use crate::analysis::{Invocation, writes_environment};
use crate::finding::{Objection, ask};

pub(super) const RULE: Rule = Rule {
    id: "exfiltration",
    summary: "The environment, tokens, keys, databases and repositories on their way to another machine.",
    advice: "Send only what the task needs, and never the environment or a key.",
    invocation: judge,
    file: no_file,
};

const SENDERS: [&str; 15] = [
    "curl", "wget", "nc", "ncat", "netcat", "socat", "telnet", "http", "https", "xh", "mail",
    "sendmail", "mutt", "ftp", "openssl",
];
/// Programs that copy files to other machines.
const COPIERS: [&str; 4] = ["scp", "rsync", "rclone", "gh"];
/// Programs that write out a whole database.
const DUMPS: [&str; 6] = [
    "pg_dump",
    "pg_dumpall",
    "mysqldump",
    "mariadb-dump",
    "mongodump",
    "redis-dump",
];
/// Signs that code takes every variable of the environment.
const WHOLE_ENVIRONMENT: [&str; 11] = [
    "dict(os.environ",
    "str(os.environ",
    "dumps(os.environ",
    "=os.environ)",
    "os.environ.items",
    "os.environ.copy",
    "stringify(process.env)",
    "ENV.to_h",
    "ENV.to_json",
    "%ENV",
    "json_encode($_ENV",
];
/// Signs that it sends something.
const SENDING: [&str; 10] = [
    "requests.",
    "httpx.",
    "urlopen",
    "http.client",
    "socket",
    "fetch(",
    "axios",
    "http.request",
    "https.request",
    "Net::HTTP",
];
/// Parts of the names of variables that hold secrets.
pub(super) const SECRETS: [&str; 9] = [
    "TOKEN",
    "SECRET",
    "PASSWORD",
    "PASSWD",
    "API_KEY",
    "APIKEY",
    "PRIVATE_KEY",
    "CREDENTIAL",
    "ACCESS_KEY",
];

/// What else secrets begin with, or are found by.
const SEARCHED: [&str; 8] = [
    "AKIA",
    "PRIVATE KEY",
    "SK_LIVE",
    "GHP_",
    "API-KEY",
    "XOXB",
    "PASSPHRASE",
    "SIGNING_KEY",
];

fn judge(invocation: &Invocation, _: &Context<'_>) -> Objection {
    let name = invocation.name.as_str();
    if let Some(host) = to_stranger(invocation) {
        return ask(format!(
            "this pushes to `{host}`, which is no remote that has a name here"
        ));
    }
    let upstream = invocation.upstream.split('|').map(str::trim);
    let sends = SENDERS.contains(&name);
    if (sends || COPIERS.contains(&name)) && upstream.clone().any(writes_environment) {
        return ask(format!(
            "`{name}` would send the whole environment, with every secret in it"
        ));
    }
    if sends {
        let keys = upstream.clone().any(|command| {
            command.starts_with("security find-")
                || command.contains("--export-secret")
                || command.starts_with("pass show")
                || command.starts_with("op read")
                || command.starts_with("gh auth token")
        });
        if keys {
            return ask(format!("`{name}` would send a secret to another machine"));
        }
        let dumps = upstream.clone().any(|command| {
            let program = command.split_whitespace().next().unwrap_or_default();
            DUMPS.contains(&program)
        });
        if dumps && takes_input(invocation) {
            return ask(format!(
                "`{name}` would send a whole database to another machine"
            ));
        }
        let stays = invocation.operands().any(|operand| {
            let host = operand.text.rsplit("://").next().unwrap_or_default();
            ["localhost", "127.0.0.1", "[::1]"]
                .iter()
                .any(|local| host.starts_with(local))
        });
        if !stays && takes_input(invocation) {
            let secret = upstream.clone().find_map(writes_secret);
            if let Some(secret) = secret {
                return ask(format!(
                    "`{name}` would send what `{secret}` finds, and that may be a secret"
                ));
            }
        }
        // A token in a header is how one logs in; in an address or a body it is sent.
        let mut header = false;
        for argument in &invocation.arguments {
            let is_header = std::mem::replace(
                &mut header,
                matches!(
                    argument.text.as_str(),
                    "-H" | "--header" | "-u" | "--user" | "--oauth2-bearer"
                ),
            );
            if !is_header
                && !argument.text.starts_with("-H")
                && names_secret(&argument.raw)
                && !argument.raw.contains("Authorization")
            {
                return ask(format!(
                    "`{name}` would send a secret in an address or a body"
                ));
            }
            if argument.raw.contains("$(env)") || argument.raw.contains("$(printenv)") {
                return ask(format!("`{name}` would send the whole environment"));
            }
        }
    }
    if let Some(code) = &invocation.code {
        let has = |signs: &[&str]| signs.iter().any(|sign| code.contains(sign));
        if has(&WHOLE_ENVIRONMENT) && has(&SENDING) {
            return ask(format!(
                "the code that `{name}` is given would send the whole environment"
            ));
        }
    }
    if matches!(name, "dig" | "nslookup" | "host" | "ping")
        && names_secret(
            &invocation
                .arguments
                .iter()
                .map(|argument| argument.raw.as_str())
                .collect::<String>(),
        )
    {
        return ask(format!("`{name}` would send a secret as a name"));
    }
    if matches!(name, "gpg" | "gpg2")
        && invocation
            .arguments
            .iter()
            .any(|argument| argument.text.starts_with("--export-secret"))
    {
        return ask("this exports private keys");
    }
    if name == "security"
        && invocation
            .arguments
            .iter()
            .any(|argument| argument.text.starts_with("find-") || argument.text == "dump-keychain")
        && invocation.options().any(|option| {
            option.has_letter('w') || option.has_letter('g') || option.has_letter('d')
        })
    {
        return ask("this reads a password from the key chain");
    }
    None
}

/// Whether a sender sends what it is fed. A token that `curl` is fed as its configuration or a header is how one logs in.
fn takes_input(sender: &Invocation) -> bool {
    let header = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| sender.arguments.get(at));
        before.is_some_and(|before| matches!(before.text.as_str(), "-H" | "--header"))
    };
    match sender.name.as_str() {
        "curl" | "wget" => sender.arguments.iter().enumerate().any(|(at, argument)| {
            let text = argument.text.as_str();
            text.ends_with("@-") && !header(at)
                || text.ends_with("=-") && text.starts_with("--post-file")
                || matches!(text, "-T-" | "/dev/stdin" | "@/dev/stdin")
                || matches!(text, "-" | ".")
                    && sender
                        .value(&["-T", "--upload-file"])
                        .is_some_and(|value| value.text == text)
        }),
        "openssl" => sender.has(&["s_client"]),
        _ => true,
    }
}

/// The program of a pipeline's part that writes secrets: it searches for them, shows a file of them, or a variable.
fn writes_secret(command: &str) -> Option<&str> {
    let name = command.split_whitespace().next()?;
    let searches = PATTERN_FIRST.contains(&name) || command.starts_with("git grep");
    let upper = command.to_uppercase();
    let wanted = SECRETS
        .iter()
        .chain(&SEARCHED)
        .any(|secret| upper.contains(secret));
    let shows = matches!(name, "echo" | "printf" | "printenv")
        && (names_secret(command) || name == "printenv" && wanted);
    let files = || {
        let mut words = command.split([' ', '<', '"', '\'', '=']);
        words.any(|word| holds(word).is_some())
    };
    (searches && wanted || shows || files()).then_some(name)
}

/// Whether text names a variable that holds a secret, by its name.
fn names_secret(raw: &str) -> bool {
    raw.split('$').skip(1).any(|rest| {
        let name: String = rest
            .trim_start_matches('{')
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect();
        SECRETS.iter().any(|secret| name.contains(secret))
    })
}
