//! `sinew budget show`: reads the store itself, beside a running server or without one.

use anyhow::Context as _;
use serde_json::{Map, Value, json};

use crate::cli::printable::printable;
use crate::cli::{Global, say};
use crate::config::{Config, Places};
use crate::engine::{Amounts, Configured, Statement, day_statement, session_statements};
use crate::plugin::{Manifest, PeriodBudget, Unit};
use crate::services::files;
use crate::store::{Scopes, SqliteReader};
use crate::world::{Clock as _, SystemClock};

/// Show budgets: what each plugin may use, has used, has reserved for what runs, and has left.
///
/// A budget is the smaller of what the plugin's manifest asks for and what `[plugins.NAME.budgets]` of the configuration
/// allows. Sessions and days are counted for plugins whose budget limits them.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sinew budget show
  sinew budget show reviewer
  sinew budget show reviewer --session 5f0c2a9e-0d5b-4a57-9c55-6f2d9d1f7a10 --json

Exit codes: 0, or 1 when there is no such plugin, or what it may use or has used cannot be read.")]
pub(super) struct Args {
    /// The plugin [default: all of them].
    plugin: Option<String>,
    /// Only this session, whether or not it has used anything.
    #[arg(long, value_name = "ID")]
    session: Option<String>,
    /// Print one JSON object. Times are microseconds in it, and money is millionths of a US dollar.
    #[arg(long)]
    json: bool,
}

/// One plugin's budgets.
struct Shown {
    name: String,
    budgets: Result<Manifest, String>,
    day: Option<Day>,
    sessions: Vec<Statement>,
}

struct Day {
    name: String,
    renews: Option<String>,
    statement: Statement,
}

pub(super) fn run(arguments: &Args, global: &Global) -> anyhow::Result<()> {
    let config = global.configuration()?;
    let database = Places::new(global.state_folder()?).database();
    // Who has never served has used nothing.
    let store = if database.exists() {
        Some(SqliteReader::open_snapshot(&database).context("reading what was used")?)
    } else {
        None
    };
    let wanted = |plugin: &&Configured| {
        let name = arguments.plugin.as_ref();
        name.is_none_or(|name| *name == plugin.name)
    };
    let mut shown = Vec::new();
    for plugin in config.plugins.iter().filter(wanted) {
        shown.push(look(plugin, &config, store.as_ref(), arguments)?);
    }
    if let (Some(name), true) = (&arguments.plugin, shown.is_empty()) {
        anyhow::bail!("no plugin `{name}` is configured");
    }
    if arguments.json {
        let plugins: Map<String, Value> = shown
            .iter()
            .map(|shown| (shown.name.clone(), as_json(shown)))
            .collect();
        say(&json!({ "plugins": plugins }).to_string());
    } else {
        let lines: Vec<String> = shown.iter().flat_map(as_text).collect();
        say(&match lines.as_slice() {
            [] => "no plugin is configured".to_owned(),
            lines => printable_lines(lines),
        });
    }
    Ok(())
}

fn look(
    plugin: &Configured,
    config: &Config,
    store: Option<&SqliteReader>,
    arguments: &Args,
) -> anyhow::Result<Shown> {
    let mut shown = Shown {
        name: plugin.name.clone(),
        budgets: manifest(plugin, config.load.manifest_bytes_max),
        day: None,
        sessions: Vec::new(),
    };
    let (Ok(manifest), Some(store)) = (&shown.budgets, store) else {
        return Ok(shown);
    };
    let store: &dyn Scopes = store;
    let reading = || format!("reading what `{}` has used", plugin.name);
    if !manifest.day_budget.is_empty() && arguments.session.is_none() {
        let now = SystemClock.unix_micros();
        let (statement, name, renews) =
            day_statement(store, &plugin.name, now).with_context(reading)?;
        shown.day = Some(Day {
            name,
            renews,
            statement,
        });
    }
    if !manifest.session_budget.is_empty() {
        let session = arguments.session.as_deref();
        shown.sessions = session_statements(store, &plugin.name, session).with_context(reading)?;
    }
    Ok(shown)
}

fn manifest(plugin: &Configured, bytes_max: u64) -> Result<Manifest, String> {
    let text = files::text(&plugin.folder.join("plugin.toml"), bytes_max)
        .map_err(|error| format!("`plugin.toml` cannot be read: {error}"))?;
    Manifest::parse(&text)
        .and_then(|manifest| manifest.capped(&plugin.budgets))
        .map_err(|error| format!("`plugin.toml`: {error}"))
}

// === As JSON ===

fn as_json(shown: &Shown) -> Value {
    let manifest = match &shown.budgets {
        Ok(manifest) => manifest,
        Err(problem) => return json!({ "problem": problem }),
    };
    let turn = &manifest.budgets;
    let mut described = json!({
        "turn": { "limits": {
            "effects": turn.effects,
            "fuel": turn.fuel,
            "memory_bytes": turn.memory_bytes,
            "wall_us": u64::try_from(turn.wall.as_micros()).unwrap_or(u64::MAX),
            "llm_tokens": turn.llm_tokens,
            "usd_micros": turn.usd_micros,
        } },
        "session": { "limits": limits(&manifest.session_budget) },
        "day": { "limits": limits(&manifest.day_budget) },
    });
    if let Some(day) = &shown.day {
        described["day"]["day"] = json!(day.name);
        described["day"]["renews"] = json!(day.renews);
        fill(&mut described["day"], &day.statement, &manifest.day_budget);
    }
    let sessions = shown.sessions.iter().map(|statement| {
        let mut described = json!({ "session": statement.session });
        fill(&mut described, statement, &manifest.session_budget);
        described
    });
    described["session"]["sessions"] = sessions.collect();
    described
}

fn limits(budget: &PeriodBudget) -> Map<String, Value> {
    let named = |(unit, limit): (Unit, u64)| (unit.record_key().to_owned(), limit.into());
    budget.limits().map(named).collect()
}

fn fill(described: &mut Value, statement: &Statement, budget: &PeriodBudget) {
    let amounts = |amounts: &Amounts| -> Map<String, Value> {
        let named = |unit: &Unit| (unit.record_key().to_owned(), amounts.of(*unit).into());
        Unit::ALL.iter().map(named).collect()
    };
    let left: Map<String, Value> = budget
        .limits()
        .map(|(unit, limit)| {
            let left = limit.saturating_sub(spent(statement, unit));
            (unit.record_key().to_owned(), left.into())
        })
        .collect();
    described["used"] = amounts(&statement.used).into();
    described["reserved"] = amounts(&statement.reserved).into();
    described["left"] = left.into();
}

fn spent(statement: &Statement, unit: Unit) -> u64 {
    statement.used.plus(&statement.reserved).of(unit)
}

// === As text ===

fn as_text(shown: &Shown) -> Vec<String> {
    let manifest = match &shown.budgets {
        Ok(manifest) => manifest,
        Err(problem) => return vec![format!("{}  {problem}", shown.name)],
    };
    let turn = &manifest.budgets;
    let mut lines = vec![
        shown.name.clone(),
        format!(
            "  turn     {}, {}, {}, {}",
            Unit::Effects.said(u64::from(turn.effects)),
            Unit::Wall.said(u64::try_from(turn.wall.as_micros()).unwrap_or(u64::MAX)),
            Unit::LlmTokens.said(turn.llm_tokens),
            Unit::Usd.said(turn.usd_micros),
        ),
    ];
    lines.push(period("session", &manifest.session_budget));
    for statement in &shown.sessions {
        let session = statement.session.as_deref().unwrap_or("-");
        lines.push(format!("    {session}"));
        lines.extend(balance(statement, &manifest.session_budget));
    }
    lines.push(period("day", &manifest.day_budget));
    if let Some(day) = &shown.day {
        let renews = day.renews.as_deref().unwrap_or("-");
        lines.push(format!("    {}, renews {renews}", day.name));
        lines.extend(balance(&day.statement, &manifest.day_budget));
    }
    lines
}

fn period(name: &str, budget: &PeriodBudget) -> String {
    let limits: Vec<_> = budget
        .limits()
        .map(|(unit, limit)| unit.said(limit))
        .collect();
    let limits = match limits.as_slice() {
        [] => "as much as the turns may".to_owned(),
        limits => limits.join(", "),
    };
    format!("  {name:<8} {limits}")
}

fn balance(statement: &Statement, budget: &PeriodBudget) -> Vec<String> {
    let line = |(unit, limit): (Unit, u64)| {
        format!(
            "      {:<11} {} used, {} reserved, {} left",
            unit.key(),
            unit.said(statement.used.of(unit)),
            unit.said(statement.reserved.of(unit)),
            unit.said(limit.saturating_sub(spent(statement, unit))),
        )
    };
    budget.limits().map(line).collect()
}

/// A session's id comes from outside.
fn printable_lines(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| printable(line)).collect();
    lines.join("\n")
}
