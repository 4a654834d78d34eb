//! `machine-control`: processes, services, schedules and the machine itself.

use super::phrases::Table;
use super::windows::ADMINISTERS;
use super::{Context, Rule, no_file, path_of};
use crate::analysis::{Invocation, UNKNOWN};
use crate::finding::{Objection, ask, deny};

pub(super) const RULE: Rule = Rule {
    id: "machine-control",
    summary: "Shutting down, killing everything, fork bombs, services, schedules, and wiping logs or histories.",
    advice: "Name the one process that you started, or ask the person to do it.",
    invocation: judge,
    file: no_file,
};

/// What stops everything that a supervisor keeps running.
static SUPERVISORS: Table = Table::new(&[
    (&["supervisorctl"], "stop all, shutdown, remove all"),
    (&["pm2"], "delete all, stop all, kill"),
    (&["sv"], "stop, down, exit, force-stop"),
    (&["svc"], "-d, -k, -x"),
    (&["monit"], "stop all, quit"),
    (&["initctl"], "stop"),
    (&["rc-update"], "del, delete"),
    (&["update-rc.d"], "remove, disable"),
    (&["chkconfig"], "off, --del"),
    (&["brew"], "services stop --all"),
]);

/// What restarts or stops the machines that a fleet's program is told to.
const RESTARTS: &[&str] = &[
    "reboot",
    "shutdown",
    "ansible.builtin.reboot",
    "community.general.shutdown",
    "system.reboot",
    "system.shutdown",
    "system.poweroff",
    "system.halt",
];

/// Programs that keep what others rely on.
const SERVERS: [&str; 16] = [
    "postgres",
    "postmaster",
    "mysqld",
    "mariadbd",
    "mongod",
    "redis-server",
    "dockerd",
    "containerd",
    "kubelet",
    "etcd",
    "systemd-journald",
    "NetworkManager",
    "dbus-daemon",
    "crond",
    "cron",
    "rabbitmq-server",
];

fn judge(invocation: &Invocation, _: &Context<'_>) -> Objection {
    if invocation.multiplies {
        return deny("a function that starts itself twice fills the machine with processes");
    }
    if let Some(code) = &invocation.code {
        let repeats = ["while", "loop", "for(;;)", "for (;;)"];
        let forks = code.contains("fork") && repeats.iter().any(|sign| code.contains(sign));
        if forks && !code.contains("wait") {
            return ask("code that forks in a loop fills the machine with processes");
        }
    }
    if invocation.contained {
        return None;
    }
    for target in invocation
        .redirects
        .iter()
        .filter(|redirect| redirect.writes)
        .map(|redirect| &redirect.target)
        .chain(invocation.operands().filter(|_| invocation.name == "tee"))
    {
        match path_of(target, invocation).as_deref() {
            Some("/proc/sysrq-trigger" | "/proc/sys/kernel/sysrq") => {
                return deny("this restarts or stops the machine");
            }
            Some(path) if path.starts_with("/etc/cron") || path.starts_with("/var/spool/cron") => {
                return ask("this schedules something to run later");
            }
            Some(path) if path.ends_with("_history") && !path.contains("/src/") => {
                return ask("this rewrites what was typed");
            }
            Some(path)
                if path.starts_with("/var/log/")
                    || path.starts_with("/proc/sys/")
                    || path.starts_with("/sys/") =>
            {
                return ask(format!("this changes `{path}`, which the system keeps"));
            }
            _ => {}
        }
    }
    if let Some(phrase) = ADMINISTERS.said(invocation) {
        let what = format!("`{} {phrase}` changes the machine", invocation.name);
        return ask(what.replace(" *`", "`"));
    }
    let has = |texts: &[&str]| invocation.has(texts);
    let words = invocation.words();
    let helps = has(&["--help", "--version", "-l", "-L"]);
    match invocation.name.as_str() {
        "shutdown" | "poweroff" | "reboot" | "halt" if !helps && !has(&["-c"]) => {
            deny("this stops the machine")
        }
        "init" | "telinit"
            if words
                .first()
                .is_some_and(|level| matches!(*level, "0" | "6" | "1" | "S")) =>
        {
            deny("this stops the machine")
        }
        "systemctl" => {
            let command = words.first().copied().unwrap_or_default();
            let user = has(&["--user"]);
            match command {
                "poweroff" | "reboot" | "halt" | "kexec" | "suspend" | "hibernate" | "rescue"
                | "emergency" | "soft-reboot" | "isolate" => deny("this stops the machine"),
                "stop" | "disable" | "mask" | "kill" | "set-default" | "edit" if !user => {
                    ask(format!(
                        "`systemctl {}` takes a service of the machine away",
                        words.join(" ")
                    ))
                }
                _ => None,
            }
        }
        "service" | "rc-service" | "invoke-rc.d" | "s6-rc" if words.contains(&"stop") => {
            ask("this takes a service of the machine away")
        }
        _ if words.first() == Some(&"stop")
            && invocation.program.text.starts_with("/etc/init.d/") =>
        {
            ask("this takes a service of the machine away")
        }
        name if SUPERVISORS.said(invocation).is_some() => {
            ask(format!("`{name}` would stop what it keeps running"))
        }
        "ansible" | "salt" | "salt-call" | "salt-ssh" if has(RESTARTS) => {
            ask("this restarts or stops machines")
        }
        "launchctl"
            if words.first().is_some_and(|command| {
                matches!(
                    *command,
                    "unload" | "bootout" | "remove" | "reboot" | "disable"
                )
            }) =>
        {
            ask("this takes a service of the machine away")
        }
        "kill" if !has(&["-0", "-l", "-L"]) => kill(invocation),
        "pkill" | "killall" | "skill" => {
            let of_user = invocation.options().any(|option| {
                option.has_letter('u')
                    || option.has_letter('U')
                    || option.is_long("euid")
                    || option.is_long("user")
                    || option.has_letter('t') && invocation.name == "pkill"
                    || option.is_long("uid")
            });
            let everything = words.iter().any(|word| {
                matches!(
                    *word,
                    "." | ".*"
                        | "*"
                        | ""
                        | "bash"
                        | "sshd"
                        | "systemd"
                        | "init"
                        | "zsh"
                        | "claude"
                        | "Xorg"
                        | "gnome-shell"
                )
            });
            let server = words.iter().find(|word| SERVERS.contains(word));
            if let Some(server) = server {
                ask(format!(
                    "`{server}` may serve others, and loses what it has not written"
                ))
            } else if of_user || everything {
                ask("this ends processes that you did not start")
            } else {
                None
            }
        }
        "killall5" => deny("this ends every process"),
        "crontab" if invocation.options().any(|option| option.has_letter('r')) => {
            ask("this deletes every schedule")
        }
        "crontab" if !words.is_empty() && !has(&["-l"]) => ask("this replaces every schedule"),
        "crontab" if has(&["-", "-e"]) => ask("this replaces every schedule"),
        "at" | "batch" if !has(&["-l"]) => ask("this schedules something to run later"),
        "atrm" => ask("this deletes schedules"),
        "history" if has(&["-c", "-w"]) => ask("this wipes what was typed"),
        "export" | "declare"
            if words
                .iter()
                .any(|word| word.starts_with("HISTFILE=") || word.starts_with("HISTSIZE=0")) =>
        {
            ask("this hides what is typed")
        }
        "unset" if words.iter().any(|word| word.starts_with("HIST")) => {
            ask("this hides what is typed")
        }
        "journalctl"
            if invocation.arguments.iter().any(|argument| {
                argument.text.starts_with("--vacuum") || argument.text == "--rotate"
            }) =>
        {
            ask("this deletes logs")
        }
        "rmmod" | "insmod" | "modprobe" if !has(&["-n", "--dry-run"]) => {
            ask("this changes the running kernel")
        }
        "sysctl" if has(&["-w"]) || words.iter().any(|word| word.contains('=')) => {
            ask("this changes the running kernel")
        }
        "mount" if invocation.line().contains("remount") => {
            ask("this changes how a file system of the machine is used")
        }
        "swapoff" | "umount" if has(&["-a", "-l", "-f"]) => {
            ask("this takes file systems or memory away")
        }
        "ip" | "ifconfig" | "route" | "nmcli" | "networksetup" => {
            let changes = ["down", "flush", "del", "delete", "off", "add", "replace"];
            if words.iter().any(|word| changes.contains(word)) {
                ask("this changes the machine's network")
            } else {
                None
            }
        }
        "apt" | "apt-get" | "dnf" | "yum" | "pacman" | "zypper" | "brew" | "apk" | "snap" => {
            let removes = words.first().is_some_and(|command| {
                matches!(
                    *command,
                    "purge" | "remove" | "rm" | "autoremove" | "erase" | "uninstall" | "del"
                )
            }) || invocation
                .arguments
                .first()
                .is_some_and(|first| first.text.starts_with("-R"));
            if removes && !has(&["--dry-run", "-s", "--simulate"]) {
                ask("this removes programs that others may need")
            } else {
                None
            }
        }
        "dpkg" | "rpm" if removes_package(invocation) => {
            ask("this removes programs that others may need")
        }
        "rm" | "truncate" | "shred" => {
            let logs = invocation
                .operands()
                .filter_map(|target| path_of(target, invocation))
                .find(|path| path.ends_with("_history") || path.starts_with("/var/log/"));
            logs.and_then(|path| ask(format!("`{path}` is what the system or a person keeps")))
        }
        _ => None,
    }
}

/// Whether `dpkg` or `rpm` takes a package away.
fn removes_package(invocation: &Invocation) -> bool {
    let tries = ["--simulate", "--no-act", "--dry-run", "--test"];
    let long = ["--purge", "--remove", "--erase"];
    let short = if invocation.name == "rpm" { "-e" } else { "-r" };
    let first = invocation.options().any(|option| {
        long.contains(&option.text.as_str())
            || option.text.starts_with(short)
            || invocation.name == "dpkg" && option.text == "-P"
    });
    first && !invocation.has(&tries)
}

fn kill(invocation: &Invocation) -> Objection {
    let mut targets: Vec<&str> = invocation
        .arguments
        .iter()
        .map(|argument| argument.text.as_str())
        .collect();
    // The first option is the signal.
    if let Some(first) = targets.first().copied()
        && first.starts_with('-')
        && first != "--"
    {
        let takes_value = matches!(first, "-s" | "-n" | "--signal");
        targets.drain(..if takes_value { 2.min(targets.len()) } else { 1 });
    }
    targets.retain(|target| *target != "--");
    if targets.contains(&"-1") {
        return deny("`kill -1` ends every process");
    }
    if targets.iter().any(|target| matches!(*target, "1" | "0")) {
        return ask("this ends the machine's first process, or your own group");
    }
    let raw: String = invocation
        .arguments
        .iter()
        .map(|argument| argument.raw.as_str())
        .collect();
    let listed = raw.contains("ps -e")
        || raw.contains("ps aux")
        || raw.contains("ps -A")
        || raw.contains("pgrep -u")
        || raw.contains("pidof -x .");
    if listed && targets.iter().any(|target| target.contains(UNKNOWN)) && !raw.contains("grep") {
        return ask("this ends processes that you did not start");
    }
    None
}
