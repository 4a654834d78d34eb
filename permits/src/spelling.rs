//! Short forms of rules that are tables, as they stand in a command.
//!
//! ```text
//! git.write  REF REPO                     refs/heads/bot/* /repo
//! git.push   REF URL                      refs/heads/bot/* https://github.com/acme/api
//! net        METHOD[,METHOD…] URL         GET,HEAD https://api.acme.io/v1/**
//! process    ARGUMENT[ ARGUMENT…] [@CWD]  cargo test ** @${project}/**
//! ```
//!
//! A program without a place runs in the project. What does not fit (more references, secrets, an environment, arguments
//! with white space) is written as JSON.

use serde_json::{Value, json};

/// Whose short form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Short {
    Write,
    Push,
    Net,
    Process,
}

/// Where programs run when nothing else is said.
const CWD: &str = "${project}/**";

/// Reads a short form. The rule is not checked.
pub(super) fn long(short: Short, text: &str) -> Result<Value, String> {
    let two = |form: &str| {
        text.split_once(' ')
            .ok_or_else(|| format!("`{text}` is neither `{form}` nor a table in JSON"))
    };
    match short {
        Short::Write => two("REF REPO").map(|(name, repo)| json!({ "repo": repo, "refs": [name] })),
        Short::Push => two("REF URL").map(|(name, url)| json!({ "url": url, "refs": [name] })),
        Short::Net => {
            let (methods, url) = two("METHOD[,METHOD…] URL")?;
            let methods: Vec<&str> = methods.split(',').collect();
            request(&methods, url)
        }
        Short::Process => {
            let (command, cwd) = text.split_once(" @").unwrap_or((text, CWD));
            let argv: Vec<&str> = command.split(' ').collect();
            Ok(json!({ "argv": argv, "cwd": cwd }))
        }
    }
}

/// Reads a method and a URL with globs in it.
fn request(methods: &[&str], url: &str) -> Result<Value, String> {
    let (scheme, rest) = url
        .split_once("://")
        .ok_or_else(|| format!("`{url}` does not begin with `https://` or `http://`"))?;
    let path = rest
        .find('/')
        .ok_or_else(|| format!("`{url}` has no path; `/**` stands for all"))?;
    let (authority, path) = rest.split_at(path);
    let mut rule = json!({ "methods": methods, "path": path });
    // The colons of an IPv6 address are in brackets.
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => {
            let number: u16 = port.parse().map_err(|_| format!("`{port}` is no port"))?;
            (host, number)
        }
        _ => (authority, if scheme == "http" { 80 } else { 443 }),
    };
    rule["host"] = json!(host);
    if scheme != "https" {
        rule["schemes"] = json!([scheme]);
    }
    if scheme != "https" || port != 443 {
        rule["ports"] = json!([port]);
    }
    Ok(rule)
}

/// Writes a rule's short form, as far as there is one. Whoever asks reads it back, and takes it only if it says the same.
pub(super) fn short(short: Short, rule: &Value) -> String {
    let text = |name: &str| rule[name].as_str().unwrap_or_default();
    let texts = |name: &str, separator: &str| {
        let texts = rule[name].as_array().into_iter().flatten();
        let texts: Vec<&str> = texts.filter_map(Value::as_str).collect();
        texts.join(separator)
    };
    match short {
        Short::Write => format!("{} {}", texts("refs", ","), text("repo")),
        Short::Push => format!("{} {}", texts("refs", ","), text("url")),
        Short::Net => {
            let scheme = rule["schemes"][0].as_str().unwrap_or("https");
            let port = match rule["ports"][0].as_u64() {
                Some(port) if (scheme, port) != ("http", 80) => format!(":{port}"),
                _ => String::new(),
            };
            format!(
                "{} {scheme}://{}{port}{}",
                texts("methods", ","),
                text("host"),
                text("path")
            )
        }
        Short::Process => match text("cwd") {
            CWD => texts("argv", " "),
            cwd => format!("{} @{cwd}", texts("argv", " ")),
        },
    }
}

/// Writes a rule as JSON, its fields in the order of `fields`.
pub(super) fn json(rule: &Value, fields: &[&str]) -> String {
    let fields: Vec<String> = fields
        .iter()
        .filter_map(|name| Some(format!("{}:{}", json!(name), rule.get(*name)?)))
        .collect();
    format!("{{{}}}", fields.join(","))
}
