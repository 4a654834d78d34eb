//! A shell command, explained: what every plugin says to it.

use std::fmt::Write as _;

use anyhow::Context as _;
use serde_json::{Map, Value, json};

use super::Args;
use crate::cli::printable::printable;
use crate::cli::rehearsal::{Played, Reach, Rehearsal, Turn};
use crate::cli::say;
use crate::config::Config;
use crate::engine::{HookOutcome, PluginState, Verdict};

/// The event that a shell command is judged by.
const EVENT: &str = "PreToolUse";

/// Says whether every plugin decided.
pub(super) async fn explain(
    command: &str,
    config: Config,
    arguments: &Args,
) -> anyhow::Result<bool> {
    let folder = std::env::current_dir().context("finding the current folder")?;
    let input = json!({ "tool_name": "Bash", "tool_input": { "command": command } });
    let input = input.as_object().cloned().unwrap_or_else(Map::new);
    let rehearsal = Rehearsal::start(config, &arguments.cache.wasm()?, Reach::ReadOnly).await?;
    let played = rehearsal.event(EVENT, input, &folder).await?;
    let mut lines: Vec<Line> = Vec::new();
    for (name, state) in &rehearsal.catalog().plugins {
        if let PluginState::Broken { reason, .. } = state {
            lines.push(Line {
                plugin: name.clone(),
                word: "failed".to_owned(),
                rule: None,
                reason: format!("it is not loaded: {reason}"),
            });
        }
    }
    lines.extend(played.turns.iter().filter(|turn| says(turn)).map(Line::of));
    say(&if arguments.json {
        as_json(command, &lines, &played).to_string()
    } else {
        as_text(&lines, &played.outcome)
    });
    Ok(lines.iter().all(|line| line.word != "failed")
        && matches!(played.outcome.verdict, Verdict::Decided { .. }))
}

/// What one plugin said.
struct Line {
    plugin: String,
    word: String,
    rule: Option<String>,
    reason: String,
}

impl Line {
    fn of(turn: &Turn) -> Self {
        let (rule, reason) = rule(turn.reason());
        Self {
            plugin: turn.record.plugin.clone(),
            word: turn.word().to_owned(),
            rule: rule.map(str::to_owned),
            reason: reason.to_owned(),
        }
    }
}

/// A rewriting turn that left the input as it was said nothing.
fn says(turn: &Turn) -> bool {
    turn.record.phase != Some(sinew_schema::Phase::Rewrite) || turn.word() != "none"
}

/// The rule that a reason begins with, in brackets, and the rest.
fn rule(reason: &str) -> (Option<&str>, &str) {
    let is_rule = |rule: &str| {
        !rule.is_empty()
            && rule
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    match reason
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
    {
        Some((rule, rest)) if is_rule(rule) => (Some(rule), rest.trim_start()),
        _ => (None, reason),
    }
}

fn verdict(outcome: &HookOutcome) -> (&'static str, &str) {
    match &outcome.verdict {
        Verdict::Decided { kind, reason, .. } => (kind.word(), reason),
        Verdict::Failed { column, reason } => (column.word(), reason),
    }
}

fn as_json(command: &str, lines: &[Line], played: &Played<HookOutcome>) -> Value {
    let (decision, reason) = verdict(&played.outcome);
    let plugins: Vec<_> = lines
        .iter()
        .map(|line| {
            let mut value =
                json!({ "plugin": line.plugin, "decision": line.word, "reason": line.reason });
            if let Some(rule) = &line.rule {
                value["rule"] = rule.as_str().into();
            }
            value
        })
        .collect();
    json!({ "command": command, "decision": decision, "reason": reason, "plugins": plugins })
}

fn as_text(lines: &[Line], outcome: &HookOutcome) -> String {
    if lines.is_empty() {
        return "no configured plugin judges shell commands".to_owned();
    }
    let mut text = verdict(outcome).0.to_owned();
    if let Verdict::Decided {
        replacement: Some(input),
        ..
    } = &outcome.verdict
    {
        let command = input["command"].as_str().unwrap_or_default();
        // A string takes every write.
        let _ = write!(text, ", as `{}`", printable(command));
    }
    text.push('\n');
    for line in lines {
        let rule = line.rule.as_ref().map(|rule| format!(", {rule}"));
        let _ = writeln!(
            text,
            "  {} says {}{}",
            line.plugin,
            line.word,
            rule.unwrap_or_default()
        );
        if !line.reason.is_empty() {
            let reason = printable(&line.reason).replace('\n', "\n    ");
            let _ = writeln!(text, "    {reason}");
        }
    }
    text.truncate(text.trim_end().len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_stands_in_brackets_before_its_reason() {
        assert_eq!(rule("[forced-push] no"), (Some("forced-push"), "no"));
        for none in ["no", "[] no", "[A rule] no", "a [b] c"] {
            assert_eq!(rule(none), (None, none));
        }
    }
}
