//! The second implementation: it reads the rules' JSON anew for each question, matches globs by trying every split, and
//! knows no shortcuts. It shares nothing with the first.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::Value;

use super::question::Question;

/// The project that `${project}` stands for.
pub(crate) const PROJECT: &str = "/a/b";

/// Whether both sides allow it and neither denies it.
pub(crate) fn allows(sides: [&Value; 2], question: &Question) -> bool {
    !sides.iter().any(|side| denies(side, question))
        && sides.iter().all(|side| covers(side, question))
}

fn denies(side: &Value, question: &Question) -> bool {
    let (family, touched) = match question {
        Question::GitRead { paths } | Question::GitWrite { paths, .. } => ("git", paths.clone()),
        Question::GitPush { paths, url, .. } => {
            let mut touched = paths.clone();
            if !url.contains("://") {
                touched.push(url.clone());
            }
            ("git", touched)
        }
        Question::Fs { path, .. } => ("fs", vec![path.clone()]),
        _ => return false,
    };
    touched.iter().any(|path| {
        // The path, the folder it is in, the folder that is in, and so on.
        let whole = parts(path);
        (0..=whole.len()).any(|length| {
            strings(&side[family]["deny"])
                .any(|glob| segments_match(&path_glob(glob), &whole[..length], false))
        })
    })
}

fn covers(side: &Value, question: &Question) -> bool {
    match question {
        Question::GitRead { paths } => readable(side, paths),
        Question::GitWrite { paths, refs } => paths.iter().all(|path| {
            let covered = |name: Option<&str>| {
                items(&side["git"]["write"]).any(|rule| {
                    repository_matches(text(&rule["repo"]), path)
                        && name.is_none_or(|name| ref_matches(rule, name))
                })
            };
            covered(None) && refs.iter().all(|name| covered(Some(name)))
        }),
        Question::GitPush { paths, url, refs } => {
            readable(side, paths)
                && !refs.is_empty()
                && refs.iter().all(|name| {
                    items(&side["git"]["push"])
                        .any(|rule| url_matches(text(&rule["url"]), url) && ref_matches(rule, name))
                })
        }
        Question::Fs { write, path } => {
            let list = if *write { "write" } else { "read" };
            strings(&side["fs"][list])
                .any(|glob| segments_match(&path_glob(glob), &parts(path), *write))
        }
        Question::Net { .. } => items(&side["net"]).any(|rule| request_matches(rule, question)),
        Question::Process { argv, cwd, env } => items(&side["process"]).any(|rule| {
            let glob: Vec<&str> = strings(&rule["argv"]).collect();
            let argv: Vec<&str> = argv.iter().map(String::as_str).collect();
            segments_match(&glob, &argv, false)
                && segments_match(&path_glob(text(&rule["cwd"])), &parts(cwd), false)
                && env.iter().all(|variable| {
                    strings(&rule["env"]).any(|rule| variable_matches(rule, variable))
                })
        }),
        Question::Github { repository, right } => strings(&side["github"]).any(|rule| {
            let (glob, granted) = rule.split_once(':').unwrap();
            granted == *right
                && repository.matches('/').count() == 1
                && glob_matches(&glob.to_lowercase(), repository, '/')
        }),
        Question::Llm { model } => {
            strings(&side["llm"]["models"]).any(|glob| glob_matches(glob, model, '/'))
        }
        Question::Lsp { server } => {
            strings(&side["lsp"]).any(|glob| glob_matches(glob, server, '/'))
        }
        Question::Docker {
            image,
            mounts,
            network,
        } => {
            let docker = &side["docker"];
            strings(&docker["images"]).any(|glob| image_matches(glob, image))
                && mounts.iter().all(|(path, writable)| {
                    strings(&docker["mounts"]).any(|rule| {
                        let (glob, mode) = rule.split_at(rule.len() - 3);
                        (mode == ":rw" || !writable)
                            && segments_match(&path_glob(glob), &parts(path), false)
                    })
                })
                && (network == "none" || docker["network"] == **network)
        }
        Question::Mcp { asks } => asks
            .iter()
            .all(|ask| strings(&side["mcp"]).any(|granted| granted == *ask)),
        Question::Tui => side["tui"] == true,
        Question::Send {
            plugin,
            class,
            selector,
        } => strings(&side["send"]).any(|rule| {
            let (receiver, glob) = rule.split_once(':').unwrap();
            let named = |name: &str| bytes_match(receiver.as_bytes(), name.as_bytes());
            let by_class = class
                .as_deref()
                .is_some_and(|class| class.starts_with('A') || class.starts_with('B'));
            bytes_match(glob.as_bytes(), selector.as_bytes())
                && (named(plugin) || by_class && class.as_deref().is_some_and(named))
        }),
    }
}

// === git ===

fn readable(side: &Value, paths: &[String]) -> bool {
    paths
        .iter()
        .all(|path| strings(&side["git"]["read"]).any(|glob| repository_matches(glob, path)))
}

fn repository_matches(glob: &str, path: &str) -> bool {
    let glob = path_glob(glob);
    segments_match(&glob, &parts(path), false)
        || path
            .strip_suffix("/.git")
            .is_some_and(|around| segments_match(&glob, &parts(around), false))
}

fn ref_matches(rule: &Value, name: &str) -> bool {
    strings(&rule["refs"]).any(|glob| glob_matches(glob, name, '/'))
}

fn url_matches(glob: &str, url: &str) -> bool {
    let (Some(glob), Some(url)) = (glob.strip_prefix("https://"), url.strip_prefix("https://"))
    else {
        return glob.contains("://") == url.contains("://") && repository_matches(glob, url);
    };
    let cut = |text: &str| {
        let (authority, path) = text.split_once('/').unwrap();
        let (host, port) = authority.split_once(':').unwrap_or((authority, "443"));
        (
            host.to_owned(),
            port.to_owned(),
            path.trim_end_matches(".git").to_owned(),
        )
    };
    let ((host_glob, port_glob, path_glob), (host, port, path)) = (cut(glob), cut(url));
    host_matches(&host_glob, &host) && port_glob == port && glob_matches(&path_glob, &path, '/')
}

// === net ===

fn request_matches(rule: &Value, question: &Question) -> bool {
    let Question::Net {
        method,
        scheme,
        host,
        port,
        path,
        address,
        secrets,
    } = question
    else {
        return false;
    };
    let schemes: Vec<&str> = match &rule["schemes"] {
        Value::Null => vec!["https"],
        listed => strings(listed).collect(),
    };
    let ports: Vec<String> = match &rule["ports"] {
        Value::Null => vec!["443".to_owned()],
        listed => items(listed).map(ToString::to_string).collect(),
    };
    let mut reached: Vec<&str> = address.as_deref().into_iter().collect();
    if host.starts_with('[') || host.ends_with(|last: char| last.is_ascii_digit()) {
        reached.push(host.trim_matches(['[', ']']));
    }
    // A path is what follows its first slash; nothing follows in the root.
    let path: Vec<&str> = match path.as_str() {
        "/" => Vec::new(),
        path => path[1..].split('/').collect(),
    };
    let path_glob: Vec<&str> = match text(&rule["path"]) {
        "/" => Vec::new(),
        path => path[1..].split('/').collect(),
    };
    schemes.contains(&scheme.as_str())
        && ports.contains(port)
        && has(&rule["methods"], method)
        && host_matches(text(&rule["host"]), host)
        && segments_match(&path_glob, &path, false)
        && secrets.iter().all(|name| has(&rule["secrets"], name))
        && reached.iter().all(|address| {
            is_public(address) || strings(&rule["private"]).any(|range| in_range(range, address))
        })
}

/// `NAME` is its own only spelling; a value begins behind the first `=`.
fn variable_matches(rule: &str, variable: &str) -> bool {
    match (rule.split_once('='), variable.split_once('=')) {
        (Some((rule, glob)), Some((name, value))) => {
            rule == name && bytes_match(glob.as_bytes(), value.as_bytes())
        }
        (None, None) => rule == variable,
        _ => false,
    }
}

fn host_matches(glob: &str, host: &str) -> bool {
    let literal = host.starts_with('[') || host.ends_with(|last: char| last.is_ascii_digit());
    if literal {
        glob == host || glob == "**" && is_public(host.trim_matches(['[', ']']))
    } else {
        glob_matches(glob, host, '.')
    }
}

/// The public ones among the addresses that are asked for.
fn is_public(address: &str) -> bool {
    [
        "8.8.8.8",
        "2606:4700::1",
        "::ffff:8.8.8.8",
        "::ffff:808:808",
    ]
    .contains(&address)
}

/// Whether the first digits, in binary, are the same.
fn in_range(range: &str, address: &str) -> bool {
    let (base, length) = match range.split_once('/') {
        Some((base, length)) => (binary(base), length.parse().unwrap()),
        None => (binary(range), binary(range).len()),
    };
    let address = binary(address);
    base.len() == address.len() && base[..length] == address[..length]
}

/// An address in binary; an IPv4 address in IPv6 clothes is one of 32 digits.
fn binary(address: &str) -> String {
    if let Ok(v4) = address.parse::<Ipv4Addr>() {
        return digits(&v4.octets());
    }
    let v6: Ipv6Addr = address.parse().unwrap();
    let digits = digits(&v6.octets());
    let mapped = format!("{}{}", "0".repeat(80), "1".repeat(16));
    digits.strip_prefix(&mapped).unwrap_or(&digits).to_owned()
}

// === docker ===

fn image_matches(glob: &str, image: &str) -> bool {
    let ((name_glob, digest_glob), (name, digest)) = (
        glob.split_once("@sha256:").unwrap(),
        image.split_once("@sha256:").unwrap(),
    );
    glob_matches(name_glob, name, '/') && bytes_match(digest_glob.as_bytes(), digest.as_bytes())
}

// === globs ===

fn path_glob(glob: &str) -> Vec<&str> {
    // The project's segments have nothing special in them, so that putting them in is right here.
    match glob.strip_prefix("${project}") {
        Some(rest) => parts(PROJECT).into_iter().chain(parts(rest)).collect(),
        None => parts(glob),
    }
}

fn parts(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}

fn glob_matches(glob: &str, value: &str, separator: char) -> bool {
    let glob: Vec<&str> = glob.split(separator).collect();
    let value: Vec<&str> = value.split(separator).collect();
    segments_match(&glob, &value, false)
}

fn segments_match(glob: &[&str], value: &[&str], writing: bool) -> bool {
    let guarded = |segment: &str| writing && segment.eq_ignore_ascii_case(".git");
    match glob.split_first() {
        None => value.is_empty(),
        Some((&"**", rest)) => (0..=value.len()).any(|taken| {
            !value[..taken].iter().any(|segment| guarded(segment))
                && segments_match(rest, &value[taken..], writing)
        }),
        Some((first, rest)) => value.split_first().is_some_and(|(segment, after)| {
            let fits = if guarded(segment) {
                first == segment
            } else {
                bytes_match(first.as_bytes(), segment.as_bytes())
            };
            fits && segments_match(rest, after, writing)
        }),
    }
}

fn bytes_match(glob: &[u8], value: &[u8]) -> bool {
    match glob.split_first() {
        None => value.is_empty(),
        Some((b'*', rest)) => (0..=value.len()).any(|taken| bytes_match(rest, &value[taken..])),
        Some((byte, rest)) => value.first() == Some(byte) && bytes_match(rest, &value[1..]),
    }
}

// === JSON ===

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    items(value).map(text)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn has(list: &Value, text: &str) -> bool {
    strings(list).any(|item| item == text)
}

fn digits(octets: &[u8]) -> String {
    let digits: Vec<_> = octets.iter().map(|byte| format!("{byte:08b}")).collect();
    digits.concat()
}
