//! Secrets that programs print: those of vaults and clouds, and variables. Part of the rule `secrets`.

use super::exfiltration::SECRETS;
use super::only_looks;
use super::phrases::Table;
use crate::analysis::{Invocation, UNKNOWN};

/// What prints a secret.
static PRINTING: Table = Table::new(&[
    (&["gh"], "auth token, auth status --show-token"),
    (
        &["gcloud"],
        "auth print-access-token, auth print-identity-token, secrets versions access",
    ),
    (
        &["aws"],
        "secretsmanager get-secret-value, configure export-credentials",
    ),
    (
        &["aws"],
        "ssm get-parameter --with-decryption, ssm get-parameters --with-decryption",
    ),
    (
        &["az"],
        "account get-access-token, keyvault secret show, storage account keys list",
    ),
    (&["az"], "acr credential show"),
    (&["vault"], "kv get, read, print token"),
    (&["pass", "lpass"], "show"),
    (&["op"], "read, item get"),
    (&["bw"], "get password, get item, get notes"),
    (&["doppler"], "secrets"),
    (&["heroku"], "config:get"),
    (&["chamber"], "read, export"),
    (&["sops"], "-d, --decrypt, ^decrypt"),
    (&["ansible-vault"], "view, decrypt"),
    (&["secret-tool"], "lookup"),
    (&["keyring"], "get"),
    (&["git"], "credential fill"),
    (&["kubectl"], "config view --raw"),
]);

/// What is shown; `None` where nothing is.
pub(super) fn by(invocation: &Invocation) -> Option<String> {
    if let Some(words) = PRINTING
        .said(invocation)
        .filter(|_| !invocation.loads && !invocation.withheld && !only_looks(invocation))
    {
        return Some(format!("`{} {words}` prints a secret", invocation.name));
    }
    if let Some(address) = metadata(invocation) {
        return Some(format!(
            "`{address}` is where a machine is told its credentials"
        ));
    }
    variable(invocation).map(|variable| format!("this shows what `{variable}` holds"))
}

/// The address at which a cloud tells a machine its own credentials, where one is asked.
fn metadata(invocation: &Invocation) -> Option<&str> {
    const HOSTS: [&str; 3] = [
        "169.254.169.254",
        "169.254.170.2",
        "metadata.google.internal",
    ];
    const CREDENTIALS: [&str; 4] = [
        "/security-credentials",
        "/service-accounts/",
        "/identity/oauth2/token",
        "169.254.170.2",
    ];
    let is_sender = matches!(invocation.name.as_str(), "curl" | "wget" | "http" | "xh");
    let has = |text: &str, parts: &[&str]| parts.iter().any(|part| text.contains(part));
    let arguments = invocation.arguments.iter().filter(|_| is_sender);
    arguments
        .map(|argument| argument.text.as_str())
        .find(|text| has(text, &HOSTS) && has(text, &CREDENTIALS))
}

/// The variable that is printed, where its name says that it is a secret: `echo $DEPLOY_TOKEN`.
fn variable(invocation: &Invocation) -> Option<&str> {
    let is_away =
        invocation.captured || invocation.redirects.iter().any(|redirect| redirect.writes);
    if is_away || !matches!(invocation.name.as_str(), "echo" | "printf" | "printenv") {
        return None;
    }
    let is_secret = |name: &&str| {
        SECRETS
            .iter()
            .any(|secret| name.to_uppercase().ends_with(secret))
    };
    if invocation.name == "printenv" {
        return invocation.words().into_iter().find(is_secret);
    }
    let variables = invocation
        .arguments
        .iter()
        .filter(|argument| argument.text.contains(UNKNOWN));
    variables
        .flat_map(|argument| argument.raw.split('$').skip(1))
        .filter_map(|rest| {
            let name = rest.trim_start_matches('{');
            let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            let (name, rest) = name.split_at(end.unwrap_or(name.len()));
            // `${TOKEN:+set}`, `${TOKEN:0:4}` show no more than that there is one.
            (!rest.starts_with([':', '+'])).then_some(name)
        })
        .find(is_secret)
}
