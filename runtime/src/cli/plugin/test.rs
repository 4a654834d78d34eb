//! `sinew plugin test`: a plugin's own tests, and then every entry point once in wasm.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use serde_json::{Map, Value, json};
use sinew_schema::{ENTRY_POINTS, EntryMeta};

use super::build;
use crate::cli::cache::Cache;
use crate::cli::rehearsal::{Reach, Rehearsal, Turn, example, is_mcp, runtime, stage};
use crate::cli::{Global, paint, say};
use crate::config::Config;
use crate::engine::{Configured, DESCRIBE, PluginState};
use crate::plugin::{BudgetCaps, Manifest, Subscription, inspect};
use crate::services::{files, paths};
use crate::world::{Clock as _, SystemClock};

/// Most files with inputs that one entry point is tried on.
const EXAMPLES_MAX: usize = 32;

/// Run a plugin's native tests, and then every entry point once in wasm.
///
/// The turns in wasm get the inputs in `examples/`, whose names begin like the entry point (`pre_tool_use.json`), else
/// the schema's own example. They have what the manifest asks for, and their effects only look.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sinew plugin test
  sinew plugin test plugins/guard --json

Exit codes: 0 when everything passed; 1 when something did not; 2 for wrong usage.")]
pub(crate) struct Args {
    /// The plugin's folder: its crate, and its plugin.toml.
    #[arg(default_value = ".", value_name = "DIR")]
    dir: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    cache: Cache,
}

/// What was tried, and what became of it.
struct Steps {
    json: bool,
    done: Vec<Value>,
    ok: bool,
}

pub(super) fn run(arguments: &Args, global: &Global) -> anyhow::Result<ExitCode> {
    let mut steps = Steps {
        json: arguments.json,
        done: Vec::new(),
        ok: true,
    };
    let tried = steps.all(arguments, global);
    if arguments.json {
        say(&json!({ "ok": steps.ok && tried.is_ok(), "steps": steps.done }).to_string());
    }
    tried?;
    Ok(if steps.ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

// === impl Steps ===

impl Steps {
    /// Tries everything that can be tried; a step without which the next ones make no sense ends it.
    fn all(&mut self, arguments: &Args, global: &Global) -> anyhow::Result<()> {
        let folder = paths::canonical(&arguments.dir)
            .with_context(|| format!("finding `{}`", arguments.dir.display()))?;
        let mut config = global.configuration()?;
        let file = folder.join("plugin.toml");
        let text = files::text(&file, config.load.manifest_bytes_max).with_context(|| {
            format!("reading `{}`", arguments.dir.join("plugin.toml").display())
        })?;
        let manifest = Manifest::parse(&text).context("`plugin.toml`")?;
        let mut cargo = build::cargo(&folder, &arguments.cache)?;
        // What cargo does is a progress line of its own, which JSON's readers have no use for.
        cargo.quiet = arguments.json;

        let since = SystemClock.instant();
        let tested = cargo.test()?;
        if !tested.passed {
            crate::cli::mention(tested.output.trim_end());
        }
        let detail = if tested.passed {
            format!("{} passed", passed(&tested.output))
        } else {
            "they do not pass: see above".to_owned()
        };
        self.step("tests", tested.passed, &detail, since);

        let since = SystemClock.instant();
        let built = cargo.run()?;
        let detail = format!("{} KiB", built.wasm.len().div_ceil(1024));
        self.step("build", true, &detail, since);

        let since = SystemClock.instant();
        let seen = inspect(&built.wasm, manifest.wasi, manifest.compat)?;
        let scratch = tempfile::tempdir().context("making a scratch folder")?;
        let mut configured = configured(&config, &manifest);
        configured.folder = stage(&folder, &manifest, &built.wasm, scratch.path())?;
        config.plugins = vec![configured];
        config.projects = vec![folder.clone()];
        runtime()?.block_on(async {
            let wasm_cache = arguments.cache.wasm()?;
            let rehearsal = Rehearsal::start(config, &wasm_cache, Reach::ReadOnly).await?;
            let catalog = rehearsal.catalog();
            if let Some(PluginState::Broken { reason, .. }) = catalog.plugins.get(&manifest.name) {
                self.step("load", false, reason, since);
                return Ok(());
            }
            self.step(
                "load",
                true,
                &format!("{} effects", seen.effects.len()),
                since,
            );
            for entry in ENTRY_POINTS
                .iter()
                // A plugin that does not describe itself is not loaded.
                .filter(|entry| entry.export != DESCRIBE)
                .filter(|entry| seen.entry_points.contains(entry.export))
            {
                for input in inputs(&folder, entry, &manifest)? {
                    self.turns(&rehearsal, entry, input, &manifest, &folder)
                        .await?;
                }
            }
            Ok(())
        })
    }

    /// Runs one input and says what became of its turns.
    async fn turns(
        &mut self,
        rehearsal: &Rehearsal,
        entry: &EntryMeta,
        input: Map<String, Value>,
        manifest: &Manifest,
        folder: &Path,
    ) -> anyhow::Result<()> {
        let since = SystemClock.instant();
        let turns = if is_mcp(entry) {
            rehearsal
                .mcp(&manifest.name, entry.export, input, folder)
                .await?
                .turns
        } else {
            let given = input.get("hook_event_name").and_then(Value::as_str);
            let event = entry.event.or(given).unwrap_or("NewerEvent").to_owned();
            rehearsal.event(&event, input, folder).await?.turns
        };
        if turns.is_empty() {
            let key = entry.export.trim_start_matches("handle_");
            let detail = format!(
                "{}: no input fits its matcher; write one that does to examples/{key}.json",
                entry.export
            );
            self.step("turn", false, &detail, since);
        }
        for turn in &turns {
            self.step("turn", turn.committed(), &said(turn), since);
        }
        Ok(())
    }

    fn step(&mut self, step: &str, ok: bool, detail: &str, since: std::time::Instant) {
        let took = SystemClock.instant().saturating_duration_since(since);
        self.ok &= ok;
        if self.json {
            self.done.push(json!({
                "step": step, "ok": ok, "detail": detail, "seconds": took.as_secs_f64(),
            }));
        } else {
            let word = if ok {
                paint::good("ok  ")
            } else {
                paint::bad("FAIL")
            };
            say(&format!(
                "{word}  {step:<5}  {detail}  ({:.1} s)",
                took.as_secs_f64()
            ));
        }
    }
}

fn said(turn: &Turn) -> String {
    let what = format!("{}: {}", turn.what(), turn.word());
    match turn.reason() {
        "" => what,
        reason => format!("{what}: {}", crate::cli::printable::printable(reason)),
    }
}

/// The plugin as the host would have it whose operator grants whatever it asks for.
fn configured(config: &Config, manifest: &Manifest) -> Configured {
    let known = config
        .plugins
        .iter()
        .find(|known| known.name == manifest.name);
    Configured {
        name: manifest.name.clone(),
        folder: PathBuf::new(),
        granted: manifest.permits.clone(),
        granted_digest: String::new(),
        budgets: BudgetCaps::default(),
        mcp_prefix: String::new(),
        config: known.map_or_else(Arc::default, |known| Arc::clone(&known.config)),
    }
}

/// The author's inputs for an entry point, else the schema's.
fn inputs(
    folder: &Path,
    entry: &EntryMeta,
    manifest: &Manifest,
) -> anyhow::Result<Vec<Map<String, Value>>> {
    let key = entry.export.trim_start_matches("handle_");
    // Which tools, resources and prompts a plugin has, only its author knows.
    let usual = || {
        if is_mcp(entry) {
            Ok(Vec::new())
        } else {
            Ok(vec![fitting(entry, manifest)?])
        }
    };
    let Ok(listing) = fs::read_dir(folder.join("examples")) else {
        return usual();
    };
    let mut found: Vec<PathBuf> = listing.flatten().map(|file| file.path()).collect();
    found.retain(|file| {
        let stem = file.file_stem().and_then(|stem| stem.to_str());
        let rest = stem.and_then(|stem| stem.strip_prefix(key));
        // `pre_tool_use-2`, and not `post_tool_use_failure` for `post_tool_use`.
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            && file
                .extension()
                .is_some_and(|extension| extension == "json")
    });
    found.sort();
    if found.is_empty() {
        return usual();
    }
    if found.len() > EXAMPLES_MAX {
        bail!("`examples` holds more than {EXAMPLES_MAX} inputs for `{key}`");
    }
    let read = |file: PathBuf| {
        let bytes = files::bytes(&file, Config::empty()?.transport.body_bytes_max as u64)?;
        serde_json::from_slice(&bytes).context("it is no JSON object")
    };
    found
        .into_iter()
        .map(|file| read(file.clone()).with_context(|| format!("reading `{}`", file.display())))
        .collect()
}

/// The schema's example, about something that the plugin's matcher fits, where that is easily found.
fn fitting(entry: &EntryMeta, manifest: &Manifest) -> anyhow::Result<Map<String, Value>> {
    let mut input = example(entry)?;
    let subscription = entry.event.and_then(|event| manifest.subscription(event));
    let fits = |input: &Map<String, Value>| {
        subscription.is_none_or(|it| it.matches(&Value::Object(input.clone())))
    };
    if let (Some(field), false) = (entry.matcher, fits(&input)) {
        for word in words(subscription) {
            let mut other = input.clone();
            other.insert(field.trim_start_matches('/').to_owned(), word.into());
            if fits(&other) {
                input = other;
                break;
            }
        }
    }
    Ok(input)
}

/// The alternatives of a matcher, as they are written.
fn words(subscription: Option<&Subscription>) -> Vec<String> {
    let matcher = subscription.and_then(|subscription| subscription.matcher.as_ref());
    let pattern = matcher.map(regex::Regex::as_str).unwrap_or_default();
    let inside = pattern.trim_start_matches("^(?:").trim_end_matches(")$");
    inside.split('|').map(str::to_owned).collect()
}

/// How many tests passed, as the test programs say it.
fn passed(output: &str) -> u64 {
    let counts = output.lines().filter_map(|line| {
        let rest = line.strip_prefix("test result: ok. ")?;
        rest.split(' ').next()?.parse::<u64>().ok()
    });
    counts.sum()
}
