//! `unreadable-command`: commands whose effect only running them would tell, where something in them looks dangerous.
//!
//! Much of what cannot be read is harmless, so not being readable is no objection by itself.

use super::Context;
use crate::finding::Finding;
use crate::shell::{Invocation, Reading, SHELLS};

const RULE: &str = "unreadable-command";

/// Signs of the things that the other rules look for.
const SIGNS: [&str; 24] = [
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
    ".env\"",
    ".env'",
    "credentials",
    "base64",
    "xxd",
];

/// Programs that bring or make text that nobody has seen.
const SOURCES: [&str; 8] = [
    "curl", "wget", "base64", "xxd", "openssl", "nc", "ncat", "fetch",
];

pub(super) fn judge(invocation: &Invocation, _context: &Context<'_>) -> Option<Finding> {
    let name = invocation.name.as_str();
    let arguments = &invocation.arguments;
    if SHELLS.contains(&name) {
        let script = arguments.iter().find(|word| !word.is_option());
        let fed = invocation.piped && script.is_none()
            || arguments
                .iter()
                .any(|word| word.has_letter('s') && word.text.len() == 2);
        if fed
            || script.is_some_and(|word| {
                word.text.starts_with("$(") && !arguments.iter().any(|word| word.has_letter('c'))
            })
        {
            let message = format!(
                "`{name}` would run whatever it is fed, unseen. Save it to a file, read it, then run the file."
            );
            return Some(Finding::ask(RULE, message));
        }
    }
    if let Some(code) = code(invocation)
        && is_dangerous(&code)
    {
        let message = format!(
            "the code that `{name}` is given looks as if it deletes files or reads secrets. Write a shell command that says so, or a file."
        );
        return Some(Finding::ask(RULE, message));
    }
    let looks_dangerous = || {
        arguments.iter().any(|word| {
            is_dangerous(&format!("{} ", word.text)) || word.has_letter('r') && word.has_letter('f')
        })
    };
    if name.is_empty() && !arguments.is_empty() && looks_dangerous() {
        return Some(Finding::ask(
            RULE,
            "which program this starts only running it would tell, and its arguments look destructive. Name the program.",
        ));
    }
    None
}

/// Judges a script as a whole.
pub(crate) fn judge_script(source: &str, reading: &Reading) -> Option<Finding> {
    if let Some(why) = reading.unreadable
        && is_dangerous(source)
    {
        return Some(Finding::ask(
            RULE,
            format!(
                "this command cannot be read to its end ({why}), and looks destructive. Write it more simply."
            ),
        ));
    }
    let runs_text = reading.invocations().any(|invocation| {
        let runs = invocation.name == "eval" || SHELLS.contains(&invocation.name.as_str());
        runs && invocation.arguments.iter().any(|word| word.expands)
    });
    let source = reading
        .invocations()
        .find(|invocation| SOURCES.contains(&invocation.name.as_str()));
    match source {
        Some(source) if runs_text => {
            let message = format!(
                "this runs text that `{}` brings, unseen. Save it to a file, read it, then run the file.",
                source.name
            );
            Some(Finding::ask(RULE, message))
        }
        _ => None,
    }
}

/// The code that an interpreter is given on its command line or its input.
fn code(invocation: &Invocation) -> Option<String> {
    let name = invocation
        .name
        .trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let letter = match name {
        "python" | "pypy" => 'c',
        "perl" | "ruby" | "node" | "deno" | "bun" | "lua" => 'e',
        "php" => 'r',
        _ => return None,
    };
    let option = invocation.arguments.iter().position(|word| {
        word.has_letter(letter) || matches!(word.text.as_str(), "--eval" | "eval" | "-p")
    });
    let given = option
        .and_then(|option| invocation.arguments.get(option + 1))
        .map(|word| word.text.clone());
    given.or_else(|| {
        invocation
            .redirects
            .iter()
            .find(|redirect| redirect.inline)
            .map(|redirect| redirect.target.text.clone())
    })
}

fn is_dangerous(text: &str) -> bool {
    let text = text.to_lowercase();
    SIGNS.iter().any(|sign| text.contains(sign))
}
