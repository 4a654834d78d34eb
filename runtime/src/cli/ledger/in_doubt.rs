//! `sinew ledger in-doubt`.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::ValueEnum;
use serde_json::json;

use super::open_snapshot;
use crate::cli::printable::printable;
use crate::cli::{Global, operator};
use crate::config::Places;
use crate::engine::{EffectName, OpenEffect, effects_in_doubt};

/// List effects of which nobody knows whether they were done, and settle them.
///
/// Such an effect changes something outside, and the host was killed before its result was on record, or its time was over
/// before there was one. It is not done again until somebody has looked and says what was found; the answer is recorded.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sinew ledger in-doubt
  sinew ledger in-doubt --settle 019c5d0c3a3e9f/0 done
  sinew ledger in-doubt --settle 019c5d0c3a3e9f/0 undone    it may be done again

Exit codes: 0 when nothing is in doubt, or it was settled; 1 when something is; 2 when the ledger cannot be read, or
nothing was settled.")]
pub(super) struct Args {
    /// Say what became of an effect: its turn and number as they are listed, and `done` or `undone`. Needs the daemon.
    #[arg(long, num_args = 2, value_names = ["TURN/ORDINAL", "done|undone"])]
    settle: Option<Vec<String>>,
    #[command(flatten)]
    daemon: operator::Daemon,
    /// Print JSON: one object, or the effect that was settled.
    #[arg(long)]
    json: bool,
}

/// What an operator found.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Finding {
    Done,
    Undone,
}

pub(super) fn run(
    arguments: &Args,
    global: &Global,
    state: &Path,
    out: &mut impl Write,
) -> anyhow::Result<ExitCode> {
    match arguments.settle.as_deref() {
        Some([name, finding]) => settle(arguments, name, finding, global, out),
        Some(_) | None => list(arguments, state, out),
    }
}

fn settle(
    arguments: &Args,
    name: &str,
    finding: &str,
    global: &Global,
    out: &mut impl Write,
) -> anyhow::Result<ExitCode> {
    let name: EffectName = name.parse().map_err(anyhow::Error::msg)?;
    anyhow::ensure!(
        name.turn.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        "a turn's id is letters and digits"
    );
    let word = match Finding::from_str(finding, false) {
        Ok(Finding::Done) => "done",
        Ok(Finding::Undone) => "undone",
        Err(_) => anyhow::bail!("`{finding}` is neither `done` nor `undone`"),
    };
    let door = arguments.daemon.door(global)?;
    let path = format!("/v1/in-doubt/{}/{}/{word}", name.turn, name.ordinal);
    let settled = operator::ask(&door, "POST", &path)?;
    if arguments.json {
        writeln!(out, "{settled}")?;
    } else {
        writeln!(out, "settled: {name} was {word}; it is on record")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn list(arguments: &Args, state: &Path, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let store = open_snapshot(state)?;
    let effects = effects_in_doubt(&store, is_served(state)?).context("reading the ledger")?;
    if arguments.json {
        let effects: Vec<_> = effects.iter().map(described).collect();
        writeln!(out, "{}", json!({ "in_doubt": effects }))?;
    } else {
        for (name, effect) in &effects {
            writeln!(out, "{}", printable(&line(name, effect)))?;
        }
        match effects.as_slice() {
            [] => writeln!(out, "nothing is in doubt")?,
            [(name, _), ..] => writeln!(
                out,
                "\nlook whether it was done, then: sinew ledger in-doubt --settle {name} done|undone"
            )?,
        }
    }
    Ok(if effects.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Whether a host serves this state. One that starts in this very moment takes the folder for served, and asks again.
fn is_served(state: &Path) -> anyhow::Result<bool> {
    let path = Places::new(state).lock();
    match File::open(&path) {
        Ok(lock) => Ok(lock.try_lock_shared().is_err()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).with_context(|| format!("reading `{}`", path.display())),
    }
}

fn line(name: &EffectName, effect: &OpenEffect) -> String {
    let optional = |label: &str, text: &Option<String>| {
        let text = text.as_ref();
        text.map_or_else(String::new, |text| format!("  {label} {text}"))
    };
    format!(
        "{name}  {}  {}  {}  request {}{}{}",
        effect.at,
        effect.plugin,
        effect.effect,
        effect.request.get(..12).unwrap_or(&effect.request),
        optional("session", &effect.session),
        optional("tool use", &effect.tool_use_id),
    )
}

fn described((name, effect): &(EffectName, OpenEffect)) -> serde_json::Value {
    let mut described = json!({
        "turn": name.turn,
        "ordinal": name.ordinal,
        "at": effect.at,
        "plugin": effect.plugin,
        "effect": effect.effect,
        "request": effect.request,
    });
    for (key, text) in [
        ("session", &effect.session),
        ("tool_use_id", &effect.tool_use_id),
    ] {
        if let Some(text) = text {
            described[key] = json!(text);
        }
    }
    described
}
