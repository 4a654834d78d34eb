//! The daemon: does it answer, is it the one, and does it do what it is there for?

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::finding::{Findings, Fix};
use crate::cli::operator::{Question, Reply, Target, exchange, who_listens};
use crate::cli::shell_word::word;
use crate::cli::wiring::House;
use crate::config::Config;
use crate::services::canary;
use crate::services::tokens::{Role, TokenError, Tokens};
use crate::world::SystemRandom;

/// What answers at once answers within this.
const PATIENCE: Duration = Duration::from_secs(10);

/// A daemon that answers.
pub(super) struct Daemon {
    /// The address that clients use, when it is this daemon that answers there.
    pub(super) address: Option<SocketAddr>,
    /// Names of the plugins that are loaded.
    pub(super) plugins: Vec<String>,
}

/// Looks for the daemon of a state folder. None where there is none.
pub(super) async fn look(
    house: &House,
    config: &Config,
    findings: &mut Findings,
) -> Option<Daemon> {
    let door = house.door();
    let socket = &door.socket;
    let over_socket = |path| get(Target::Socket(&door), path, Vec::new());
    let listening = get(Target::Tcp(config.listen), "/healthz", Vec::new()).await;
    let status = match over_socket("/v1/status")
        .await
        .and_then(|reply| reply.json())
    {
        Ok(status) => status,
        Err(error) => {
            let nobody = if socket.exists() {
                format!(
                    "the one at `{}` does not answer ({error:#})",
                    socket.display()
                )
            } else {
                format!("there is none at `{}`", socket.display())
            };
            if listening.is_ok() {
                let text = format!("something else answers on {}, and {nobody}", config.listen);
                findings.fail("daemon", text, who(config.listen));
            } else {
                findings.fail("daemon", nobody, Fix::run("sinew serve"));
            }
            return None;
        }
    };
    let address = address(&status, config.listen, listening.is_ok(), findings);
    let version = status.get("version").and_then(Value::as_str).unwrap_or("?");
    if version != env!("CARGO_PKG_VERSION") {
        let text = format!(
            "it is version {version}, and this program {}",
            env!("CARGO_PKG_VERSION")
        );
        findings.fail("daemon", text, takes_over());
    }
    let plugins = plugins(over_socket("/v1/plugins").await, config, findings);
    let checks = match over_socket("/readyz").await {
        Ok(reply) => serde_json::from_slice(&reply.body).unwrap_or_default(),
        Err(_) => Value::Null,
    };
    let well = |name: &str| {
        let checks = checks.get("checks").and_then(Value::as_array);
        let check = checks
            .into_iter()
            .flatten()
            .find(|check| check["name"] == name);
        (
            check.is_some_and(|check| check["ok"] == true),
            check.and_then(|check| check["detail"].as_str().map(str::to_owned)),
        )
    };
    let (writable, why) = well("store");
    if !writable {
        let why = why.unwrap_or_else(|| "it says nothing".to_owned());
        findings.fail("store", format!("it takes no commits: {why}"), room(house));
    }
    if !well("shadowing").0 {
        findings.fail(
            "daemon",
            "plugin state was not proved to be the host's own",
            Fix::run("sinew serve").and("which takes over, and does not start without that proof"),
        );
    }
    if let Some(address) = address
        && findings.well(None)
    {
        let text = format!(
            "{address} and socket, {}, store writable, Vars shadowed",
            count(plugins.len(), "plugin")
        );
        findings.ok("daemon", text);
    }
    Some(Daemon { address, plugins })
}

/// The address that clients use, when the daemon itself says that it listens there.
fn address(
    status: &Value,
    wanted: SocketAddr,
    answers: bool,
    findings: &mut Findings,
) -> Option<SocketAddr> {
    let listens = status.get("listen").and_then(Value::as_array);
    let own: Vec<&str> = listens
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let text = wanted.to_string();
    if own.contains(&text.as_str()) {
        if answers {
            return Some(wanted);
        }
        let text = format!("it listens on {wanted} and does not answer there");
        findings.fail("daemon", text, takes_over());
        return None;
    }
    let here = own.join(", ");
    let (text, fix) = if answers {
        (
            format!("something else answers on {wanted}; the daemon listens on {here}"),
            who(wanted),
        )
    } else {
        (
            format!("it listens on {here}, and clients ask {wanted}"),
            Fix::run("sinew serve").and("which takes over with the configuration as it is"),
        )
    };
    findings.fail("daemon", text, fix);
    None
}

fn plugins(reply: anyhow::Result<Reply>, config: &Config, findings: &mut Findings) -> Vec<String> {
    let listed = match reply.and_then(|reply| reply.json()) {
        Ok(listed) => listed,
        Err(error) => {
            let fix = Fix::run("sinew plugin list");
            findings.fail("plugins", format!("{error:#}"), fix);
            return Vec::new();
        }
    };
    let mut loaded = Vec::new();
    for plugin in listed["plugins"].as_array().into_iter().flatten() {
        let name = plugin["name"].as_str().unwrap_or("?");
        if plugin["loaded"] == true {
            loaded.push(name.to_owned());
            continue;
        }
        let problem = plugin["problem"].as_str().unwrap_or("it says not why");
        let text = format!("`{name}` is not loaded, so its events fail ({problem})");
        findings.fail("plugins", text, checked(config, name));
    }
    loaded
}

/// Reads the tokens, and has the daemon accept them where it is known to be the daemon.
pub(super) async fn tokens(
    house: &House,
    daemon: Option<&Daemon>,
    findings: &mut Findings,
) -> Option<Tokens> {
    let folder = house.places.tokens();
    let missing = [Role::Hook, Role::Mcp, Role::Admin]
        .into_iter()
        .find(|role| !folder.join(role.as_str()).exists());
    if let Some(role) = missing {
        let text = format!("there is no token `{}`", role.as_str());
        let fix = Fix::run("sinew serve").and("which makes it");
        findings.fail("tokens", text, fix);
        return None;
    }
    let tokens = match Tokens::open(&folder, &SystemRandom) {
        Ok(tokens) => tokens,
        Err(error) => {
            findings.fail("tokens", error.to_string(), token(&folder, &error));
            return None;
        }
    };
    let Some(address) = daemon.and_then(|daemon| daemon.address) else {
        return Some(tokens);
    };
    match accepted(address, &tokens).await {
        Ok(true) => findings.ok("tokens", "private, and accepted"),
        Ok(false) => findings.fail(
            "tokens",
            "the daemon has read others than lie in its state folder",
            takes_over(),
        ),
        Err(error) => findings.fail("tokens", format!("{error:#}"), takes_over()),
    }
    Some(tokens)
}

/// Tells whether the daemon takes the tokens of operators and of clients. The event that it is asked about is a canary, so
/// that no plugin runs.
async fn accepted(address: SocketAddr, tokens: &Tokens) -> anyhow::Result<bool> {
    let bearer = |role| {
        let header = format!("Bearer {}", tokens.token(role));
        vec![("authorization", header)]
    };
    let admin = get(Target::Tcp(address), "/v1/plugins", bearer(Role::Admin)).await?;
    let (body, _) = canary::body("PreToolUse", tokens.token(Role::Admin), &SystemRandom);
    let event = Question {
        method: "POST",
        path: "/hooks",
        headers: bearer(Role::Hook),
        body: body.to_string().into_bytes(),
    };
    let hook = exchange(Target::Tcp(address), event, PATIENCE).await?;
    Ok(admin.status == 200 && hook.status == 200)
}

/// A daemon of this program and configuration in the place of the one that runs.
pub(super) fn takes_over() -> Fix {
    Fix::run("sinew serve").and("which takes over")
}

/// Making room where the state folder lies.
pub(super) fn room(house: &House) -> Fix {
    let command = format!("du -xh {} | sort -h | tail", word(&house.places.state));
    Fix::run(command).and("and make room on that disk")
}

/// Finding out who has a port.
fn who(address: SocketAddr) -> Fix {
    Fix::run(who_listens(address))
        .and("stop what it names, then run `sinew serve`; or set another `server.listen`")
}

/// Finding out why a plugin does not load.
fn checked(config: &Config, name: &str) -> Fix {
    let known = config.plugins.iter().find(|plugin| plugin.name == name);
    known.map_or_else(
        || Fix::run("sinew serve").and("which reads the configuration again"),
        |plugin| {
            let fix = Fix::run(format!("sinew plugin check {}", word(&plugin.folder)));
            fix.and(format!(
                "mend what it says, then run `sinew plugin reload {name}`"
            ))
        },
    )
}

/// Having tokens that can be used.
fn token(folder: &Path, error: &TokenError) -> Fix {
    // The folder itself may be what cannot be opened.
    let place = |name: &String| {
        word(&if folder.ends_with(name) {
            folder.to_owned()
        } else {
            folder.join(name)
        })
    };
    match error {
        TokenError::File { name, .. } => Fix::run(format!("ls -ld {}", place(name))),
        TokenError::Mode { name } => Fix::run(format!("chmod 600 {}", place(name))),
        TokenError::Content { name } => Fix::run(format!("rm {}", place(name)))
            .and("then `sinew serve`, which makes it anew, and `sinew init`"),
    }
}

async fn get(
    target: Target<'_>,
    path: &str,
    headers: Vec<(&str, String)>,
) -> anyhow::Result<Reply> {
    let question = Question {
        path,
        headers,
        ..Question::default()
    };
    exchange(target, question, PATIENCE).await
}

/// So many of them, in words.
pub(super) fn count(number: usize, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {noun}s")
    }
}
