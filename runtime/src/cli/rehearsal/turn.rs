//! A turn as the ledger recorded it, for people and for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::Context as _;
use serde_json::{Value, json};
use sinew_schema::{EffectRecord, LedgerRecord, Payload, TurnRecord, TurnRecordOutcome};

use crate::cli::printable::printable;
use crate::store::{Log, Record};

/// Longer values are cut where people read them.
const SHOWN_CHARS_MAX: usize = 120;

/// One turn.
pub(crate) struct Turn {
    pub(crate) record: TurnRecord,
    output: Option<Value>,
    effects: Vec<Effect>,
    /// Values by name; none where the Var was deleted.
    vars: Vec<(String, Option<Value>)>,
}

struct Effect {
    record: EffectRecord,
    request: Value,
    response: Value,
}

/// Puts the turns together that these records are about.
pub(super) fn turns<L: Log + ?Sized>(log: &L, records: &[Record]) -> anyhow::Result<Vec<Turn>> {
    let mut effects: BTreeMap<String, Vec<Effect>> = BTreeMap::new();
    let mut turns = Vec::new();
    for record in records {
        let record = serde_json::from_slice(&record.body).context("reading a record")?;
        match record {
            LedgerRecord::Effect { value, .. } => {
                let effect = Effect {
                    request: value_of(log, &value.request)?,
                    response: value_of(log, &value.response)?,
                    record: value,
                };
                let turn = effects.entry(effect.record.turn.clone());
                turn.or_default().push(effect);
            }
            LedgerRecord::Turn { value, .. } => turns.push(Turn {
                output: match &value.output {
                    Some(output) => Some(value_of(log, output)?),
                    None => None,
                },
                effects: effects.remove(&value.turn).unwrap_or_default(),
                vars: value
                    .vars_delta
                    .iter()
                    .map(|change| {
                        let value = change.value.as_ref();
                        let value = value.map(|value| value_of(log, value)).transpose()?;
                        Ok((change.key.clone(), value))
                    })
                    .collect::<anyhow::Result<_>>()?,
                record: value,
            }),
            _ => {}
        }
    }
    Ok(turns)
}

/// A payload's JSON, or its text where it is none.
fn value_of<L: Log + ?Sized>(log: &L, name: &Payload) -> anyhow::Result<Value> {
    let mut digest = [0; 32];
    hex::decode_to_slice(&name.digest, &mut digest)
        .map_err(|error| anyhow::anyhow!("reading a digest: {error}"))?;
    let content = log.payload(&digest)?.and_then(|payload| payload.content);
    Ok(content.map_or(Value::Null, |(_, bytes)| {
        serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(&bytes)))
    }))
}

// === impl Turn ===

impl Turn {
    /// Whether it came to a decision or a result.
    pub(crate) fn committed(&self) -> bool {
        self.record.outcome == TurnRecordOutcome::Committed
    }

    /// Its decision, `result` for a tool's, or what ended it.
    pub(crate) fn word(&self) -> &str {
        match (&self.record.abort, &self.record.decision) {
            (Some(_), _) => "failed",
            (None, Some(decision)) => decision,
            (None, None) => "result",
        }
    }

    /// Why: the decision's reason, or the failure's.
    pub(crate) fn reason(&self) -> &str {
        match (&self.record.abort, &self.output) {
            (Some(abort), _) => &abort.message,
            (None, Some(output)) => output
                .pointer("/value/reason")
                .and_then(Value::as_str)
                .unwrap_or_default(),
            (None, None) => "",
        }
    }

    /// What it was: `handle_pre_tool_use, decide`.
    pub(crate) fn what(&self) -> String {
        match self.record.phase {
            Some(phase) => format!("{}, {phase}", self.record.entry),
            None => self.record.entry.clone(),
        }
    }

    /// How long it took, in words.
    pub(crate) fn time(&self) -> String {
        milliseconds(self.record.wall_us)
    }

    /// The turn as one JSON object.
    pub(crate) fn json(&self) -> Value {
        let record = &self.record;
        let mut turn = json!({
            "plugin": record.plugin,
            "version": record.plugin_version,
            "build": record.build,
            "entry": record.entry,
            "event": record.event,
            "phase": record.phase,
            "scope": record.scope,
            "outcome": record.outcome,
            "decision": record.decision,
            "reason": self.reason(),
            "output": self.output,
            "abort": record.abort,
            "effects": self.effects.iter().map(Effect::json).collect::<Vec<_>>(),
            "vars": self.vars.iter().map(|(key, value)| match value {
                Some(value) => json!({"key": key, "value": value}),
                None => json!({"key": key, "deleted": true}),
            }).collect::<Vec<_>>(),
            "fuel": record.fuel,
            "fuel_max": self.fuel_max(),
            "wall_us": record.wall_us,
        });
        if let Some(fields) = turn.as_object_mut() {
            fields.retain(|_, value| !value.is_null() && *value != "");
        }
        turn
    }

    /// The turn as some lines.
    pub(crate) fn text(&self) -> String {
        let record = &self.record;
        let mut text = format!(
            "{} {}  {}\n",
            record.plugin,
            record.plugin_version.as_deref().unwrap_or_default(),
            self.what()
        );
        // A string takes every write.
        let _ = match &record.abort {
            Some(abort) => writeln!(
                text,
                "  failed    {}: {}",
                abort.reason,
                shown(&abort.message, usize::MAX)
            ),
            None => writeln!(text, "  {}  {}", self.kind(), self.said()),
        };
        for (index, effect) in self.effects.iter().enumerate() {
            let _ = writeln!(
                text,
                "  {}   {}",
                if index == 0 { "effects" } else { "       " },
                effect.text()
            );
        }
        for (index, (key, value)) in self.vars.iter().enumerate() {
            let value = match value {
                Some(value) => format!("= {}", shown(&value.to_string(), SHOWN_CHARS_MAX)),
                None => "deleted".to_owned(),
            };
            let label = if index == 0 { "vars" } else { "    " };
            let _ = writeln!(
                text,
                "  {label}      {} {value}",
                shown(key, SHOWN_CHARS_MAX)
            );
        }
        let _ = writeln!(
            text,
            "  fuel      {} of {}",
            grouped(record.fuel),
            grouped(self.fuel_max())
        );
        let _ = write!(text, "  time      {}", self.time());
        text
    }

    fn kind(&self) -> &'static str {
        if self.record.decision.is_some() {
            "decision"
        } else {
            "result  "
        }
    }

    /// What came out of it: a decision with its reason and its further parts, or a tool's result.
    fn said(&self) -> String {
        let Some(output) = &self.output else {
            return String::new();
        };
        let Some(decision) = &self.record.decision else {
            return shown(&output.to_string(), usize::MAX);
        };
        let mut said = decision.clone();
        if !self.reason().is_empty() {
            let _ = write!(said, "\n  reason    {}", shown(self.reason(), usize::MAX));
        }
        let more = output.pointer("/value").and_then(Value::as_object);
        for (name, value) in more
            .into_iter()
            .flatten()
            .filter(|(name, _)| *name != "reason")
        {
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            let _ = write!(said, "\n  {name:8}  {}", shown(&value, usize::MAX));
        }
        said
    }

    fn fuel_max(&self) -> u64 {
        let budget = self.record.budget.as_ref();
        budget
            .and_then(|budget| budget.before.get("fuel").copied())
            .unwrap_or_default()
    }
}

// === impl Effect ===

impl Effect {
    fn json(&self) -> Value {
        let record = &self.record;
        let mut effect = json!({
            "effect": record.effect,
            "outcome": record.outcome,
            "code": record.code,
            "rule": record.rule,
            "request": self.request,
            "response": self.response.get("value"),
            "wall_us": record.wall_us,
        });
        if let Some(fields) = effect.as_object_mut() {
            fields.retain(|_, value| !value.is_null());
        }
        effect
    }

    fn text(&self) -> String {
        let record = &self.record;
        let outcome = match &record.code {
            Some(code) => format!("{} ({code})", record.outcome),
            None => record.outcome.to_string(),
        };
        let mut text = format!(
            "{}  {outcome}  {}  {}",
            record.effect,
            milliseconds(record.wall_us),
            shown(&self.request.to_string(), SHOWN_CHARS_MAX)
        );
        if let Some(message) = self
            .response
            .pointer("/value/message")
            .and_then(Value::as_str)
            && record.code.is_some()
        {
            let _ = write!(text, "\n              {}", shown(message, usize::MAX));
        }
        text
    }
}

/// Words of a guest, on one line of a terminal.
fn shown(text: &str, chars_max: usize) -> String {
    let text = printable(text).replace('\n', "\n            ");
    match text.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[allow(clippy::cast_precision_loss, reason = "for people")]
fn milliseconds(micros: u64) -> String {
    format!("{:.1} ms", micros as f64 / 1000.0)
}

/// Digits in groups of three.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev();
    let groups: Vec<_> = groups.map(String::from_utf8_lossy).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_words_stay_on_their_lines() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(shown("a\u{1b}b", 80), "a\\u{1b}b");
        assert_eq!(shown("abc", 2), "ab…");
    }
}
