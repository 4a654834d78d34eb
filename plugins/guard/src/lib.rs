//! Judges tool calls: what destroys, leaks or escapes is denied or asked about, and a plain forced push is made a careful one.
//!
//! Shell text is parsed by the host ([`shell_parse`]) and turned into what it would start (`analysis`); each of the
//! [`RULES`] looks at one such program, or at one file that a tool reads or writes. Every answer starts with the rule's id in
//! brackets, says what is wrong, and what to do instead. Everything else is `none`: this plugin never approves.

#![allow(
    clippy::too_many_lines,
    clippy::unnecessary_wraps,
    clippy::option_option,
    clippy::struct_excessive_bools,
    clippy::match_same_arms,
    reason = "tables of programs are read best in one piece, each line by itself; what is known of a program is many a yes or no"
)]

mod analysis;
mod finding;
mod gate;
mod length;
mod mcp;
mod place;
mod powershell;
mod rules;
mod settings;
mod tool;

use std::cell::RefCell;
use std::collections::BTreeMap;

use sinew_pdk::{
    Decision, EffectError, Phase, PreToolUse, StateError, git_get_branch, pre_tool_use,
    shell_parse, var,
};

use analysis::Analysis;
pub use finding::{Finding, Severity};
use gate::Gate;
use place::Place;
use rules::Context;
pub use rules::{EVERYWHERE, Manner, OWN_COMMANDS, OwnCommand, RULES, Rule};
use settings::Settings;
use tool::Says;

/// What a command contains that may be rewritten. The `rewrite_matcher` in `plugin.toml` is the same word, so that the host
/// asks about every such command.
pub const REWRITABLE: &str = "push";

/// The Var that counts what was stopped or rewritten.
const STOPS: &str = "stops";

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
    let settings = Settings::read().map_err(Problem::Setting)?;
    let Some(command) = call.shell_command().filter(|command| {
        settings.is_on("forced-push")
            && command.contains(REWRITABLE)
            && !length::is_too_long(command)
    }) else {
        return Ok(Decision::none());
    };
    let place = Place::new(&call.cwd, call.project());
    let Some(careful) = careful(command, &call.cwd, &place) else {
        return Ok(Decision::none());
    };
    let Some(mut input) = call.whole_tool_input().map_err(Problem::Input)? else {
        return Ok(Decision::none());
    };
    input["command"] = careful.into();
    count("forced-push");
    let reason = "[forced-push] `--force` became `--force-with-lease`: it refuses to overwrite what others pushed meanwhile";
    Ok(Decision::rewrite(input).with_reason(reason))
}

/// The command with every plain forced push made a careful one; `None` where there is none.
fn careful(command: &str, folder: &str, place: &Place) -> Option<String> {
    let analysis = Analysis::of(command, folder, &place.workspace, &place.home, &parsed);
    let mut changes: Vec<_> = analysis
        .invocations
        .iter()
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

fn parsed(command: &str) -> Result<sinew_pdk::schema::ShellScript, String> {
    shell_parse(command)
        .map(|answer| answer.script)
        .map_err(|error| error.message)
}

fn judge(call: &PreToolUse) -> Result<Decision, Problem> {
    let settings = Settings::read().map_err(Problem::Setting)?;
    let place = Place::new(&call.cwd, call.project());
    // A command may push often, and each folder is asked about once.
    let branches = RefCell::new(BTreeMap::new());
    let branch = |folder: &str| {
        let mut known = branches.borrow_mut();
        let ask = || git_get_branch(folder).ok().and_then(|answer| answer.branch);
        known.entry(folder.to_owned()).or_insert_with(ask).clone()
    };
    let gate = Gate::default();
    let context = Context {
        place: &place,
        gate: &gate,
        branch: &branch,
        protected: &settings.protected,
        protection: settings.protection,
    };
    if call.tool_name == "Bash" && call.shell_command().is_none() {
        return Ok(Decision::ask(
            "[unreadable-command] this shell call carries no command that could be read.",
        ));
    }
    let says = Says::of(call).map_err(Problem::Input)?;
    if says
        .commands
        .iter()
        .any(|command| length::is_too_long(command))
    {
        return Ok(answer(Some(too_long())));
    }
    let folder = says.folder.as_deref().unwrap_or(&call.cwd);
    let of_commands = says
        .commands
        .iter()
        .filter_map(|command| of_command(command, folder, &context, &settings));
    let of_files = says.files.iter().flat_map(|(path, access)| {
        settings
            .rules()
            .filter_map(|rule| rule.finding((rule.file)(path, &context, *access)))
    });
    let path = says.files.first().map_or("", |(path, _)| path);
    let written = says
        .written
        .iter()
        .map(|text| ("secrets", rules::written(path, text)));
    let stated = says
        .statements
        .iter()
        .map(|text| ("database", rules::stated(text)));
    let destroyed = says
        .destroys
        .then(|| ("infrastructure", rules::taken_away(&call.tool_name)));
    let of_texts = written
        .chain(stated)
        .chain(destroyed)
        .filter_map(|(rule, objection)| {
            settings
                .rules()
                .find(|known| known.id == rule)?
                .finding(objection)
        });
    Ok(answer(gravest(of_commands.chain(of_files).chain(of_texts))))
}

fn of_command(
    command: &str,
    folder: &str,
    context: &Context<'_>,
    settings: &Settings,
) -> Option<Finding> {
    let place = context.place;
    let analysis = Analysis::of(command, folder, &place.workspace, &place.home, &parsed);
    let of_invocations = analysis.invocations.iter().flat_map(|invocation| {
        settings
            .rules()
            .filter_map(|rule| rule.finding((rule.invocation)(invocation, context)))
    });
    let of_unread = settings
        .rules()
        .filter(|rule| rule.id == "unreadable-command")
        .flat_map(|rule| {
            analysis
                .unread
                .iter()
                .filter_map(|(text, why)| rule.finding(rules::unread(text, why)))
        });
    let of_length = analysis.too_long.then(too_long);
    gravest(of_invocations.chain(of_unread).chain(of_length))
}

/// What is said of more words than a turn has fuel for.
fn too_long() -> Finding {
    Finding {
        rule: "unreadable-command",
        severity: Severity::Ask,
        message: "this command is too long to be judged. Write it as several, or as a file."
            .to_owned(),
    }
}

/// Counts what was stopped or rewritten in this session, by rule. A count that cannot be kept changes no decision.
fn count(rule: &str) {
    let counted = var::update(STOPS, |stops: &mut BTreeMap<String, u64>| {
        *stops.entry(rule.to_owned()).or_default() += 1;
    });
    drop(counted);
}

/// The gravest of some findings, and of those the first.
fn gravest(findings: impl Iterator<Item = Finding>) -> Option<Finding> {
    findings.reduce(|first, next| {
        if next.severity > first.severity {
            next
        } else {
            first
        }
    })
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
    count(rule);
    let reason = format!("[{rule}] {message}");
    match severity {
        Severity::Ask => Decision::ask(reason),
        Severity::Deny => Decision::deny(reason),
    }
}

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
