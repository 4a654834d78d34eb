//! Judges tool calls: destructive commands and secrets are denied or asked about, a plain forced push is made a careful one.
//!
//! | rule | objects to |
//! |---|---|
//! | `destructive-delete` | recursive deletes of the machine, the home folder, the workspace, or anything outside it |
//! | `disk-write` | writing past the file system |
//! | `forced-push` | forced pushes to protected branches; a plain `--force` is rewritten to `--force-with-lease` |
//! | `secrets` | reading or writing keys, credentials and `.env` files, through the shell or the file tools |
//! | `unreadable-command` | what cannot be read and looks dangerous |
//!
//! Every answer starts with the rule's name in brackets, says what is wrong, and what to do instead. Everything else is `none`: this plugin
//! never approves. It reads shell text and expands nothing, so it stops mistakes, and not somebody who sets out to deceive it.

mod finding;
mod place;
mod rules;
mod shell;

use sinew_pdk::{
    Decision, EffectError, Phase, PreToolUse, StateError, config, git_get_branch, pre_tool_use,
};

pub use finding::{Finding, Severity};
use place::Place;
use rules::{Context, RULES};
use shell::{End, Event};

/// The branches that a forced push is asked about, unless the setting `protected` says otherwise.
const PROTECTED: [&str; 6] = [
    "main",
    "master",
    "trunk",
    "production",
    "release",
    "release/*",
];

/// The tools that read or write a file, and the argument that names it.
const FILE_TOOLS: [(&str, &str); 7] = [
    ("Read", "file_path"),
    ("Write", "file_path"),
    ("Edit", "file_path"),
    ("MultiEdit", "file_path"),
    ("NotebookEdit", "notebook_path"),
    ("NotebookRead", "notebook_path"),
    ("Grep", "path"),
];

/// Judges a tool call; in the rewriting phase it makes a forced push a careful one, and judges nothing.
///
/// # Errors
///
/// The input or the settings cannot be read: the call is then answered by `on_failure`.
#[pre_tool_use]
pub fn decide(call: PreToolUse) -> Result<Decision, Problem> {
    match call.phase() {
        Phase::Rewrite => rewrite(&call),
        Phase::Decide => judge(&call),
    }
}

/// Why the guard cannot judge.
#[derive(Debug)]
pub enum Problem {
    /// A part of the input could not be read.
    Input(EffectError),
    /// A setting has not the expected form.
    Setting(StateError),
}

fn rewrite(call: &PreToolUse) -> Result<Decision, Problem> {
    let Some(command) = call.shell_command() else {
        return Ok(Decision::none());
    };
    let Some(careful) = careful(command) else {
        return Ok(Decision::none());
    };
    let Some(mut input) = call.whole_tool_input().map_err(Problem::Input)? else {
        return Ok(Decision::none());
    };
    input["command"] = careful.into();
    let reason = "[forced-push] `--force` became `--force-with-lease`: it refuses to overwrite what others pushed meanwhile";
    Ok(Decision::rewrite(input).with_reason(reason))
}

/// The command with every plain forced push made a careful one; `None` where there is none.
#[must_use]
pub fn careful(command: &str) -> Option<String> {
    let mut changes: Vec<_> = shell::invocations(command)
        .invocations()
        .filter_map(rules::relaxed)
        .collect();
    // From the end, so that earlier places stay where they are.
    changes.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    changes.dedup();
    let mut text = command.to_owned();
    for (span, replacement) in &changes {
        text.replace_range(span.clone(), replacement);
    }
    (!changes.is_empty()).then_some(text)
}

fn judge(call: &PreToolUse) -> Result<Decision, Problem> {
    if call.tool_name == "Bash" {
        let Some(command) = call.shell_command() else {
            return Ok(Decision::ask(
                "[unreadable-command] this shell call carries no command that could be read.",
            ));
        };
        let protected = config::get("protected").map_err(Problem::Setting)?;
        let protected = protected.unwrap_or_else(|| PROTECTED.map(str::to_owned).to_vec());
        let branch = |folder: &str| git_get_branch(folder).ok().and_then(|answer| answer.branch);
        return Ok(answer(judge_command(
            command,
            &call.cwd,
            call.project(),
            &protected,
            &branch,
        )));
    }
    let Some((_, argument)) = FILE_TOOLS.iter().find(|(tool, _)| *tool == call.tool_name) else {
        return Ok(Decision::none());
    };
    let path = call.argument(argument).map_err(Problem::Input)?;
    Ok(answer(path.and_then(|path| rules::judge_path(&path))))
}

fn answer(finding: Option<Finding>) -> Decision {
    let Some(Finding {
        rule,
        severity,
        message,
    }) = finding
    else {
        return Decision::none();
    };
    let reason = format!("[{rule}] {message}");
    match severity {
        Severity::Ask => Decision::ask(reason),
        Severity::Deny => Decision::deny(reason),
    }
}

/// The gravest objection to a shell command that is run in `folder`, by an agent whose workspace is `project`, else `folder`.
///
/// `branch` names the branch that is checked out in a folder, where that can be known.
#[must_use]
pub fn judge_command(
    command: &str,
    folder: &str,
    project: Option<&str>,
    protected: &[String],
    branch: &dyn Fn(&str) -> Option<String>,
) -> Option<Finding> {
    let reading = shell::invocations(command);
    let mut gravest = rules::judge_script(command, &reading);
    // Where the next command may be running: more than one place after a `cd` that may have failed.
    let mut places = vec![Place::new(folder, project)];
    let mut outer = Vec::new();
    let mut events = reading.events.iter().peekable();
    while let Some(event) = events.next() {
        let invocation = match event {
            Event::Open => {
                outer.push(places.clone());
                continue;
            }
            Event::Close => {
                places = outer.pop().unwrap_or(places);
                continue;
            }
            Event::Run(invocation) => invocation,
        };
        for place in &places {
            let context = Context {
                place,
                branch,
                protected,
            };
            for finding in RULES.iter().filter_map(|rule| rule(invocation, &context)) {
                if gravest
                    .as_ref()
                    .is_none_or(|gravest| gravest.severity < finding.severity)
                {
                    gravest = Some(finding);
                }
            }
        }
        if matches!(invocation.name.as_str(), "cd" | "pushd" | "popd") {
            let leaves = matches!(events.peek(), Some(Event::Run(next)) if matches!(next.name.as_str(), "exit" | "return"));
            let is_certain = invocation.end == End::And || invocation.end == End::Or && leaves;
            let mut moved = places.clone();
            for place in &mut moved {
                place.change(if invocation.name == "popd" {
                    None
                } else {
                    Some(&invocation.arguments)
                });
            }
            if is_certain {
                places = moved;
            } else {
                places.extend(moved);
                // Whoever writes many `cd`s gets judged by the last few.
                let surplus = places.len().saturating_sub(PLACES_MAX);
                places.drain(1..=surplus);
            }
        }
    }
    gravest
}

/// How many places a command may be running in at once.
const PLACES_MAX: usize = 8;

// === impl Problem ===

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (what, cause): (_, &dyn std::fmt::Display) = match self {
            Self::Input(cause) => ("the call could not be read", cause),
            Self::Setting(cause) => ("a setting of this plugin could not be read", cause),
        };
        f.write_str(what)?;
        // The alternate form is what becomes the turn's error.
        if f.alternate() {
            write!(f, ": {cause:#}")
        } else {
            Ok(())
        }
    }
}

impl std::error::Error for Problem {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Input(error) => Some(error),
            Self::Setting(error) => Some(error),
        }
    }
}
