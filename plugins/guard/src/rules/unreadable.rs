//! `unreadable-command`: what only running it would tell, where something in it looks dangerous.
//!
//! Much of what cannot be read is harmless, so not being readable is no objection by itself.

use super::{Context, Rule, no_file};
use crate::analysis::{Input, Invocation};
use crate::finding::{Objection, ask};

pub(super) const RULE: Rule = Rule {
    id: "unreadable-command",
    summary: "Commands that cannot be read to their end, or whose program is not known, and that look destructive.",
    advice: "Write it more simply, with the program's name and its arguments in plain text.",
    invocation: judge,
    file: no_file,
};

/// Signs of the things that the other rules look for.
const SIGNS: [&str; 27] = [
    "rm -",
    "rm\t",
    "rmtree",
    "rm_rf",
    "rmsync",
    "rmdirsync",
    "remove_dir_all",
    "mkfs",
    "of=/dev/",
    "/dev/sd",
    "/dev/nvme",
    "wipefs",
    "shred",
    "--force",
    "push -f",
    ".ssh/",
    "id_rsa",
    "id_ed25519",
    ".aws/",
    "credentials",
    "drop table",
    "drop database",
    "/etc/shadow",
    "| sh",
    "|sh",
    "| bash",
    "rm$",
];

fn judge(invocation: &Invocation, _: &Context<'_>) -> Objection {
    let name = invocation.name.as_str();
    let known = invocation.program.known().is_some() && !invocation.program.glob;
    if !known {
        let arguments = &invocation.arguments;
        let destructive = arguments.iter().any(|argument| {
            argument.has_letter('r') && argument.has_letter('f')
                || argument.text == "-rf"
                || argument.is_long("recursive") && argument.text.len() > 6
        }) || is_dangerous(&format!("{} ", invocation.line()));
        if destructive && !invocation.program.raw.is_empty() {
            return ask(
                "which program this starts only running it would tell, and its arguments look destructive",
            );
        }
    }
    if matches!(
        name,
        "awk" | "python" | "python3" | "perl" | "ruby" | "node" | "php"
    ) && invocation.code.is_some()
    {
        return None;
    }
    if matches!(name, "sh" | "bash" | "zsh")
        && matches!(&invocation.input, Input::Text(text) if text.contains(crate::analysis::UNKNOWN) && is_dangerous(text))
    {
        return ask("a part of the script only running it would tell");
    }
    None
}

/// What is said of text that is no shell text, or too much of it.
pub(crate) fn unread(text: &str, why: &str) -> Objection {
    if is_dangerous(text) || text.len() > 65_536 {
        ask(format!(
            "this cannot be read to its end ({why}), and looks destructive"
        ))
    } else {
        None
    }
}

/// Whether text has signs of what the other rules look for.
pub(crate) fn is_dangerous(text: &str) -> bool {
    let text = text.to_lowercase();
    SIGNS.iter().any(|sign| text.contains(sign))
}
