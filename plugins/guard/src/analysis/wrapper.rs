//! Programs that start another program: which of their arguments are their own.

use super::Argument;

/// A program that starts the one behind its own arguments.
struct Wrapper {
    names: &'static [&'static str],
    /// Options that take a value as an argument of its own.
    with_value: &'static [&'static str],
    /// How many operands stand before the program.
    operands: usize,
    /// Whether assignments may stand before it.
    assigns: bool,
}

const WRAPPERS: &[Wrapper] = &[
    Wrapper {
        names: &["sudo"],
        with_value: &[
            "-u", "-g", "-h", "-p", "-C", "-D", "-R", "-T", "-U", "-r", "-t", "--user", "--group",
            "--host", "--prompt", "--chdir", "--chroot",
        ],
        operands: 0,
        assigns: true,
    },
    Wrapper {
        names: &["doas"],
        with_value: &["-u", "-C"],
        operands: 0,
        assigns: false,
    },
    Wrapper {
        names: &["pkexec"],
        with_value: &["--user"],
        operands: 0,
        assigns: false,
    },
    Wrapper {
        names: &["env"],
        with_value: &["-u", "-C", "--unset", "--chdir"],
        operands: 0,
        assigns: true,
    },
    Wrapper {
        names: &["nice"],
        with_value: &["-n", "--adjustment"],
        operands: 0,
        assigns: false,
    },
    Wrapper {
        names: &["ionice"],
        with_value: &["-c", "-n", "-p", "--class", "--classdata"],
        operands: 0,
        assigns: false,
    },
    Wrapper {
        names: &["chrt", "taskset"],
        with_value: &["-p"],
        operands: 1,
        assigns: false,
    },
    Wrapper {
        names: &["timeout", "gtimeout"],
        with_value: &["-k", "-s", "--signal", "--kill-after"],
        operands: 1,
        assigns: false,
    },
    Wrapper {
        names: &["stdbuf"],
        with_value: &["-i", "-o", "-e"],
        operands: 0,
        assigns: false,
    },
    Wrapper {
        names: &["time", "gtime"],
        with_value: &["-f", "-o"],
        operands: 0,
        assigns: false,
    },
    Wrapper {
        names: &["exec"],
        with_value: &["-a"],
        operands: 0,
        assigns: false,
    },
    Wrapper {
        names: &["strace", "ltrace"],
        with_value: &["-e", "-o", "-p", "-s", "-P", "-u", "-E"],
        operands: 0,
        assigns: false,
    },
    Wrapper {
        names: &["flock"],
        with_value: &["-w", "-E", "--timeout"],
        operands: 1,
        assigns: false,
    },
    Wrapper {
        names: &["entr"],
        with_value: &[],
        operands: 0,
        assigns: false,
    },
    Wrapper {
        names: &["gosu", "su-exec", "s6-setuidgid", "setlock", "envdir"],
        with_value: &[],
        operands: 1,
        assigns: false,
    },
    Wrapper {
        // `direnv exec FOLDER COMMAND`.
        names: &["direnv"],
        with_value: &[],
        operands: 2,
        assigns: false,
    },
    Wrapper {
        names: &["chroot"],
        with_value: &["--userspec", "--groups"],
        operands: 1,
        assigns: false,
    },
    Wrapper {
        names: &[
            "faketime",
            "chpst",
            "setpriv",
            "runuser",
            "unshare",
            "proxychains",
            "proxychains4",
            "torsocks",
        ],
        with_value: &["-u"],
        operands: 0,
        assigns: false,
    },
    Wrapper {
        names: &[
            "nohup",
            "setsid",
            "builtin",
            "busybox",
            "toybox",
            "caffeinate",
            "unbuffer",
            "coproc",
            "noglob",
            "nocorrect",
            "then",
            "do",
            "fakeroot",
            "dbus-run-session",
            "xvfb-run",
            "systemd-run",
            "systemd-inhibit",
            "npx",
            "bunx",
            "pnpx",
            "chronic",
            "eatmydata",
            "firejail",
            "rlwrap",
            "tini",
            "dumb-init",
            "catchsegv",
            "heaptrack",
            "valgrind",
            "-",
        ],
        with_value: &["-p", "--package", "-c", "--unit", "--slice"],
        operands: 0,
        assigns: false,
    },
];

/// The arguments from the program on that another one starts; `None` where it starts none.
pub(super) fn wrapped<'a>(name: &str, arguments: &'a [Argument]) -> Option<&'a [Argument]> {
    if name == "command"
        && arguments
            .first()
            .is_some_and(|first| matches!(first.text.as_str(), "-v" | "-V"))
    {
        return None;
    }
    if name == "command" {
        return from_operand(arguments, &[], 0, false);
    }
    let wrapper = WRAPPERS
        .iter()
        .find(|wrapper| wrapper.names.contains(&name))?;
    from_operand(
        arguments,
        wrapper.with_value,
        wrapper.operands,
        wrapper.assigns,
    )
}

/// The arguments from the first that is neither an option, nor an option's value, nor one of `skip` operands.
pub(super) fn from_operand<'a>(
    arguments: &'a [Argument],
    with_value: &[&str],
    skip: usize,
    assigns: bool,
) -> Option<&'a [Argument]> {
    let mut at = 0;
    let mut left = skip;
    while let Some(argument) = arguments.get(at) {
        if argument.text == "--" {
            at += 1;
            break;
        } else if with_value.contains(&argument.text.as_str()) {
            at += 2;
        } else if argument.is_option() || assigns && is_assignment(&argument.text) {
            at += 1;
        } else if left > 0 {
            left -= 1;
            at += 1;
        } else {
            break;
        }
    }
    arguments.get(at..).filter(|rest| !rest.is_empty())
}

fn is_assignment(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

/// The variables that a wrapper sets for what it starts.
pub(super) fn assigned(arguments: &[Argument]) -> impl Iterator<Item = (&str, &str)> {
    let texts = arguments.iter().map(|argument| argument.text.as_str());
    texts
        .filter(|text| is_assignment(text))
        .filter_map(|text| text.split_once('='))
}
