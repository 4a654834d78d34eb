//! `sinew call`: one turn, or one hook event with its turns, without a server.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use serde_json::{Map, Value, json};
use sinew_schema::{ENTRY_POINTS, EntryMeta};

use super::cache::Cache;
use super::rehearsal::{Played, Reach, Rehearsal, Turn, alone, example, is_mcp, runtime};
use super::{Global, complain, say};
use crate::engine::{DESCRIBE, HookOutcome, PluginState, Verdict};
use crate::plugin::Manifest;
use crate::services::files;

/// What it exits with when the plugin ran and could not decide.
pub(super) const UNDECIDED: u8 = 3;

/// Run one of a plugin's entry points, without a server.
///
/// A hook event gets its rewriting turns and its deciding ones, as from a client. State lies in memory and starts empty.
/// Effects are under the permits that the configuration grants; a plugin that is named by its folder has them when it is
/// configured to lie there, and none otherwise. Those that change something, or cost money, are refused without
/// `--effects`: what this command does stands in no ledger, and counts for no budget of a session or a day.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sinew call guard PreToolUse
  echo '{\"tool_name\":\"Bash\",\"tool_input\":{\"command\":\"rm -rf /\"}}' | sinew call guard PreToolUse --input -
  sinew call plugins/forge mcp_call --input call.json --json --effects
  sinew call old/guard.wasm pre_tool_use --input event.json

Exit codes: 0 when it decided, whatever it decided; 1 when it could not be run; 2 for wrong usage; 3 when it ran and
could not decide.")]
pub(crate) struct Args {
    /// A configured plugin's name, a plugin's folder, or a module beside its plugin.toml.
    plugin: String,
    /// What to call: an event (`PreToolUse`), its entry point (`handle_pre_tool_use`), `mcp_call`, `mcp_read`,
    /// `mcp_prompt`, `mcp_complete`, or `describe` for what it offers over MCP.
    entry: String,
    /// The client's input, or the tool call, as JSON; `-` reads it from standard input [default: the schema's example].
    ///
    /// `hook_event_name`, `session_id` and `cwd` are filled in where they are missing.
    #[arg(long, value_name = "FILE|-")]
    input: Option<PathBuf>,
    /// Perform effects that change something, too.
    #[arg(long)]
    effects: bool,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    cache: Cache,
}

/// What is to be called.
enum Entry {
    /// The turns of an event, by the client's name.
    Event(String),
    /// What the plugin offers over MCP.
    Describe,
    /// What an MCP client asks, by the entry point that answers it.
    Mcp(&'static str),
}

pub(crate) fn run(arguments: &Args, global: &Global) -> ExitCode {
    match runtime().and_then(|runtime| runtime.block_on(call(arguments, global))) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(UNDECIDED),
        Err(error) => complain(&error),
    }
}

/// Says whether the plugin came to a decision or a result.
async fn call(arguments: &Args, global: &Global) -> anyhow::Result<bool> {
    let mut config = global.configuration()?;
    let scratch = tempfile::tempdir().context("making a scratch folder")?;
    alone(&mut config, &arguments.plugin, scratch.path())?;
    let bytes_max = config.transport.body_bytes_max as u64;
    let entry = known(&arguments.entry);
    let file = arguments.input.as_deref();
    let given = file.map(|file| read(file, bytes_max)).transpose()?;
    let folder = std::env::current_dir().context("finding the current folder")?;
    let reach = if arguments.effects {
        Reach::Everything
    } else {
        Reach::ReadOnly
    };
    let rehearsal = Rehearsal::start(config, &arguments.cache.wasm()?, reach).await?;
    rehearsal.all_loaded()?;
    let catalog = rehearsal.catalog();
    let Some((name, PluginState::Loaded(loaded))) = catalog.plugins.first_key_value() else {
        bail!("`{}` is not loaded", arguments.plugin);
    };
    let exports = &loaded.build.inspection().entry_points;
    let chosen = chosen(&arguments.entry, entry, &loaded.manifest, exports)?;
    let input = match (given, entry) {
        (Some(given), _) => given,
        (None, Some(entry)) => example(entry)?,
        (None, None) => bail!("`{}` has no example: say --input FILE", arguments.entry),
    };
    match chosen {
        Entry::Event(event) => {
            let played = rehearsal.event(&event, input, &folder).await?;
            say(&if arguments.json {
                event_json(&event, &played).to_string()
            } else {
                event_text(&event, &played, &loaded.manifest)
            });
            Ok(matches!(played.outcome.verdict, Verdict::Decided { .. })
                && played.turns.iter().all(Turn::committed))
        }
        Entry::Describe => {
            say(&serde_json::to_string_pretty(&loaded.offer.description)?);
            Ok(true)
        }
        Entry::Mcp(export) => {
            let played = rehearsal.mcp(name, export, input, &folder).await?;
            // A turn that could not even start has no record.
            if let (Err(abort), true) = (&played.outcome, played.turns.is_empty()) {
                bail!("{abort}");
            }
            let turns = played.turns.iter();
            say(&if arguments.json {
                let turns: Vec<_> = turns.map(Turn::json).collect();
                json!({ "result": played.outcome.as_ref().ok(), "turns": turns }).to_string()
            } else {
                turns.map(Turn::text).collect::<Vec<_>>().join("\n")
            });
            Ok(played.outcome.is_ok())
        }
    }
}

/// The entry point that a word names: by the event, by the export, or by the export without `handle_`.
fn known(word: &str) -> Option<&'static EntryMeta> {
    let key = short(word);
    ENTRY_POINTS
        .iter()
        .find(|entry| entry.event == Some(word) || short(entry.export) == key)
}

/// An entry point as people call it.
fn short(export: &str) -> &str {
    export.strip_prefix("handle_").unwrap_or(export)
}

fn chosen(
    word: &str,
    entry: Option<&'static EntryMeta>,
    manifest: &Manifest,
    exports: &BTreeSet<&'static str>,
) -> anyhow::Result<Entry> {
    let event = match entry {
        Some(entry) if is_mcp(entry) && exports.contains(entry.export) => {
            return Ok(Entry::Mcp(entry.export));
        }
        Some(entry) if entry.export == DESCRIBE && exports.contains(DESCRIBE) => {
            return Ok(Entry::Describe);
        }
        Some(entry) => entry.event.unwrap_or_default(),
        // A newer client's event reaches plugins that subscribe to all of those.
        None => word,
    };
    if !event.is_empty() && manifest.subscription(event).is_some() {
        return Ok(Entry::Event(event.to_owned()));
    }
    let mut has: Vec<_> = manifest.hooks.keys().map(String::as_str).collect();
    has.retain(|event| !event.is_empty());
    let mcp = ENTRY_POINTS
        .iter()
        .filter(|entry| is_mcp(entry) || entry.export == DESCRIBE)
        .filter(|entry| exports.contains(entry.export));
    has.extend(mcp.map(|entry| short(entry.export)));
    if manifest.hooks.contains_key("") {
        has.push("any event that has no entry point of its own, by its name");
    }
    bail!(
        "`{}` has no entry point `{word}`; it has: {}",
        manifest.name,
        has.join(", ")
    )
}

/// Reads an input of at most `bytes_max` bytes.
fn read(file: &Path, bytes_max: u64) -> anyhow::Result<Map<String, Value>> {
    let bytes = if file.as_os_str() == "-" {
        standard_input(bytes_max)?
    } else {
        files::bytes(file, bytes_max).with_context(|| format!("reading `{}`", file.display()))?
    };
    serde_json::from_slice(&bytes).context("the input is no JSON object")
}

/// Reads standard input to its end, which has to come within `bytes_max` bytes.
pub(super) fn standard_input(bytes_max: u64) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .take(bytes_max.saturating_add(1))
        .read_to_end(&mut bytes)
        .context("reading standard input")?;
    anyhow::ensure!(
        bytes.len() as u64 <= bytes_max,
        "the input is larger than `limits.body` of the configuration, {bytes_max} bytes"
    );
    Ok(bytes)
}

fn event_json(event: &str, played: &Played<HookOutcome>) -> Value {
    let verdict = match &played.outcome.verdict {
        Verdict::Decided {
            kind,
            reason,
            context,
            replacement,
            fields,
        } => json!({
            "decision": kind.word(),
            "reason": reason,
            "context": context,
            "replacement": replacement,
            "fields": fields,
        }),
        Verdict::Failed { column, reason } => {
            json!({ "decision": column.word(), "failed": true, "reason": reason })
        }
    };
    let turns: Vec<_> = played.turns.iter().map(Turn::json).collect();
    json!({ "event": event, "verdict": verdict, "turns": turns })
}

fn event_text(event: &str, played: &Played<HookOutcome>, manifest: &Manifest) -> String {
    if played.turns.is_empty() {
        let matcher = manifest
            .subscription(event)
            .and_then(|it| it.matcher.as_ref());
        return match matcher {
            Some(matcher) => format!(
                "no turn: this input does not fit `{}`, which {} subscribes to",
                matcher.as_str(),
                manifest.name
            ),
            None => format!("no turn was recorded: {:?}", played.outcome.verdict),
        };
    }
    let turns = played.turns.iter().map(Turn::text);
    turns.collect::<Vec<_>>().join("\n")
}
