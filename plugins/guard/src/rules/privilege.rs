//! `privilege-change`: who may do what on this machine.

use super::secret_file::{Holds, holds};
use super::{Access, Context, Rule, grant, path_of};
use crate::analysis::{Argument, Input, Invocation, UNKNOWN};
use crate::finding::{Objection, ask, deny};
use crate::place::{Zone, settled};

pub(super) const RULE: Rule = Rule {
    id: "privilege-change",
    summary: "Rights, owners, accounts, firewalls; root shells, and containers that see the machine.",
    advice: "Ask the person to do it.",
    invocation: judge,
    file,
};

/// Files that say who may do what.
const GATES: [&str; 9] = [
    "/etc/sudoers",
    "/etc/passwd",
    "/etc/shadow",
    "/etc/group",
    "/etc/gshadow",
    "/etc/pam.d",
    "/etc/sudoers.d",
    "/etc/ssh",
    "/etc/doas.conf",
];

fn file(path: &str, _: &Context<'_>, access: Access) -> Objection {
    let gate = GATES
        .iter()
        .find(|gate| access == Access::Writes && crate::place::holds(gate, path));
    gate.and_then(|gate| {
        ask(format!(
            "`{path}` is in `{gate}`, which says who may do what"
        ))
    })
}

fn judge(invocation: &Invocation, context: &Context<'_>) -> Objection {
    for redirect in invocation
        .redirects
        .iter()
        .filter(|redirect| redirect.writes)
    {
        if let Some(path) = path_of(&redirect.target, invocation)
            && let Some(objection) = file(&path, context, Access::Writes)
        {
            return Some(objection);
        }
    }
    if let Some(code) = &invocation.code
        && ["chmod", "chown"].iter().any(|call| code.contains(call))
        && let Some(gate) = code
            .split(['\'', '"', '`'])
            .find(|text| GATES.iter().any(|gate| crate::place::holds(gate, text)) || *text == "/")
    {
        return ask(format!("the rights of `{gate}` protect this machine"));
    }
    if let Some(given) = grant::given(invocation) {
        return ask(given);
    }
    let has = |texts: &[&str]| invocation.has(texts);
    match invocation.name.as_str() {
        "chmod" | "chown" | "chgrp" | "setfacl" => rights(invocation, context),
        "sudo" | "doas"
            if !has(&[
                "-l",
                "--list",
                "-v",
                "-k",
                "-K",
                "--version",
                "-V",
                "--help",
            ]) =>
        {
            let shell = invocation.options().any(|option| {
                option.has_letter('i')
                    || option.has_letter('s')
                    || option.is_long("login")
                    || option.is_long("shell")
            });
            let mut operands = invocation.operands();
            let first = operands.next().map(Argument::base_name);
            let bare = first.is_none() && shell;
            let names_shell = matches!(first, Some("sh" | "bash" | "zsh" | "fish"))
                && operands.next().is_none()
                && invocation.input == Input::Inherited
                && !has(&["-c"]);
            if bare || names_shell {
                ask("this opens a root shell")
            } else {
                None
            }
        }
        "su" if !invocation
            .arguments
            .iter()
            .any(|argument| matches!(argument.text.as_str(), "-c" | "--command")) =>
        {
            ask("this opens another account's shell")
        }
        "visudo" | "usermod" | "useradd" | "adduser" | "userdel" | "deluser" | "groupadd"
        | "groupdel" | "delgroup" | "addgroup" | "vigr" | "groupmod" | "gpasswd" | "passwd"
        | "chpasswd" | "chage" | "newusers" | "vipw" | "dscl" => {
            if has(&["--help", "--version", "-S", "--status", "-c"]) {
                None
            } else {
                ask(format!("`{}` changes accounts", invocation.name))
            }
        }
        "setcap" | "setenforce" | "chattr" | "csrutil" | "spctl" | "apparmor_parser"
        | "aa-disable" | "semanage" => ask(format!(
            "`{}` changes what protects this machine",
            invocation.name
        )),
        "iptables" | "ip6tables" | "nft"
            if has(&[
                "-F", "--flush", "flush", "-X", "-P", "-D", "-I", "-A", "delete", "destroy", "-f",
            ]) =>
        {
            ask("this changes the firewall")
        }
        "firewall-cmd"
            if invocation.options().any(|option| {
                let changes = [
                    "--panic-on",
                    "--add-",
                    "--remove-",
                    "--set-",
                    "--change-",
                    "--delete-",
                    "--new-",
                ];
                changes.iter().any(|change| option.text.starts_with(change))
            }) =>
        {
            ask("this changes the firewall")
        }
        "ufw" if has(&["disable", "reset", "allow", "delete"]) => ask("this changes the firewall"),
        "pfctl" if has(&["-d", "-F"]) => ask("this changes the firewall"),
        "docker" | "podman" | "nerdctl" => container(invocation),
        "install"
            if invocation
                .value(&["-m", "--mode"])
                .is_some_and(|mode| is_special(&mode.text)) =>
        {
            deny("setuid on what is installed makes its user another")
        }
        "nsenter" => ask("this enters another process's view of the machine"),
        "tee" | "cp" | "mv" | "install" | "ln" | "sed" | "dd" | "rsync" | "truncate" => {
            let target = invocation
                .operands()
                .filter_map(|argument| path_of(argument, invocation))
                .find_map(|path| file(&path, context, Access::Writes));
            if invocation.name == "sed" && !invocation.option('i', "in-place") {
                None
            } else {
                target
            }
        }
        _ => None,
    }
}

/// Whether a mode in digits sets more than rights: `4755`.
fn is_special(mode: &str) -> bool {
    let digits = mode.trim_start_matches('0');
    mode.chars().all(|c| c.is_ascii_digit()) && digits.len() == 4 && !digits.starts_with('1')
}

fn rights(invocation: &Invocation, context: &Context<'_>) -> Objection {
    if invocation.contained && !invocation.mounted {
        return None;
    }
    let recursive = invocation.option('R', "recursive");
    let mut operands = invocation.arguments.iter().filter(|argument| {
        !argument.is_option()
            || invocation.name == "chmod"
                && !argument.text.starts_with("--")
                && argument.text != "-R"
                && argument.text.len() < 5
                && argument.text.contains(['r', 'w', 'x'])
                && !argument.text.contains('R')
    });
    let mode = operands.next()?;
    let setuid = invocation.name == "chmod"
        && (mode.text.contains("+s") || mode.text.contains("=s") || is_special(&mode.text));
    let opens = invocation.name == "chmod"
        && (mode.text.ends_with("777")
            || mode.text.ends_with("666")
            || [
                "a+rw", "o+w", "a+w", "+rwx", "ugo+rw", "a=rw", "o+rw", "a+rX",
            ]
            .iter()
            .any(|opens| mode.text.contains(opens)));
    for target in operands {
        let (folder, open) = settled(&target.text);
        let path = path_of(&Argument::of(folder), invocation);
        let zone = path.as_deref().map(|path| context.place.zone(path));
        let shown = target.text.replace(UNKNOWN, "…");
        if setuid {
            let grave = matches!(zone, Some(Zone::System | Zone::Root));
            return if grave {
                deny(format!("setuid on `{shown}` makes its user root"))
            } else {
                ask(format!(
                    "setuid on `{shown}` lends its owner's rights to everybody"
                ))
            };
        }
        let gate = path
            .as_deref()
            .is_some_and(|path| GATES.iter().any(|gate| crate::place::holds(gate, path)));
        if gate && path.as_deref() != Some("/etc/ssh") {
            return ask(format!(
                "the rights of `{shown}` protect this machine's accounts"
            ));
        }
        let keys = path
            .as_deref()
            .is_some_and(|path| path.contains("/.ssh") || path.contains("/.gnupg"));
        let key = || path_of(target, invocation).is_some_and(|path| is_key(&path));
        if invocation.name == "chmod" && lets_read(&mode.text) && key() {
            return ask(format!(
                "`{shown}` is a private key, which others could read then"
            ));
        }
        if opens && keys {
            return ask(format!("the rights of `{shown}` protect keys"));
        }
        if recursive || opens {
            match zone {
                Some(Zone::Root) => {
                    return deny(format!(
                        "this changes the rights of the whole machine (`{shown}`)"
                    ));
                }
                Some(Zone::System | Zone::Home | Zone::AroundWorkspace) if recursive => {
                    if zone == Some(Zone::AroundWorkspace)
                        && path.as_deref() == Some(context.place.workspace.as_str())
                        && !opens
                    {
                        continue;
                    }
                    return ask(format!(
                        "this changes the rights of everything in `{shown}`"
                    ));
                }
                Some(Zone::Outside | Zone::System) => {
                    return ask(format!(
                        "this changes the rights of `{shown}`, outside the workspace"
                    ));
                }
                _ if recursive && opens && (open || zone.is_none()) && target.known().is_none() => {
                    return ask(format!(
                        "what `{shown}` opens to everybody only running it would tell"
                    ));
                }
                _ => {}
            }
        }
    }
    None
}

/// Whether a path is that of a private key or of an account's credentials.
fn is_key(path: &str) -> bool {
    let folder = path.ends_with("/.ssh") || path.ends_with("/.gnupg");
    let public = path.ends_with("/authorized_keys");
    !public && (folder || matches!(holds(path), Some(Holds::Key(_))))
}

/// Whether a mode lets others than the owner read: `644`, `o+r`, `a=r`.
fn lets_read(mode: &str) -> bool {
    let digits = mode.chars().all(|c| c.is_digit(8));
    if digits {
        let mut others = mode.chars().rev().take(2);
        return mode.len() > 2 && others.any(|digit| !"0123".contains(digit));
    }
    mode.split(',').any(|part| {
        part.split_once(['+', '=']).is_some_and(|(who, rights)| {
            rights.contains('r') && (who.is_empty() || who.contains(['g', 'o', 'a']))
        })
    })
}

fn container(invocation: &Invocation) -> Objection {
    if !invocation.has(&["run", "create", "exec"]) {
        return None;
    }
    let mounts =
        invocation
            .arguments
            .iter()
            .enumerate()
            .filter_map(|(at, argument)| match argument.text.as_str() {
                "-v" | "--volume" | "--mount" => invocation
                    .arguments
                    .get(at + 1)
                    .map(|value| value.text.as_str()),
                text => text
                    .strip_prefix("--volume=")
                    .or_else(|| text.strip_prefix("--mount="))
                    .or_else(|| text.strip_prefix("-v")),
            });
    for mount in mounts {
        let source = mount
            .split(',')
            .find_map(|part| {
                part.strip_prefix("source=")
                    .or_else(|| part.strip_prefix("src="))
            })
            .unwrap_or_else(|| mount.split(':').next().unwrap_or_default());
        let host = matches!(
            source,
            "/" | "/etc"
                | "/root"
                | "/home"
                | "/var"
                | "/usr"
                | "/proc"
                | "/sys"
                | "/dev"
                | "/boot"
                | "~"
                | "/Users"
        ) || source.contains("docker.sock")
            || source.contains("/.ssh")
            || source.contains("/.aws");
        if host {
            return ask(format!(
                "a container that is given `{source}` can change this machine"
            ));
        }
    }
    let line = invocation.line();
    if line.contains(" --privileged") && !line.contains("--privileged=false")
        || [
            "--pid=host",
            "--pid host",
            "--cap-add=ALL",
            "--cap-add ALL",
            "--cap-add=SYS_ADMIN",
            "--cap-add SYS_ADMIN",
            "--userns=host",
            "--security-opt apparmor=unconfined",
        ]
        .iter()
        .any(|sign| line.contains(sign))
    {
        return ask("a privileged container is root on this machine");
    }
    None
}
