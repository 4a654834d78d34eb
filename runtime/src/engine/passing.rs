//! What becomes of a call that plugins stopped: it passes where a person let it through, else it gets a code.

use sinew_schema::GateRecord;

use super::Engine;
use super::allow::{Call, Stopped};
use super::catalog::Subscriber;
use super::hook::Kind;
use super::input::Input;
use super::verdict::Part;

/// One plugin's decision that stops a call: which of the parts it is, and where it came from.
pub(super) struct Stop<'a> {
    pub(super) part: usize,
    pub(super) subscriber: &'a Subscriber,
    pub(super) position: Option<u64>,
}

// === impl Stop ===

impl Stop<'_> {
    /// Whether a decision is one that a code can be for.
    pub(super) fn is(part: &Part) -> bool {
        !part.failed && matches!(part.kind, Kind::Deny | Kind::Ask)
    }

    /// The rule that the plugin's reason names, of those in its manifest.
    fn rule(&self, reason: &str) -> Option<&str> {
        let (loaded, _) = self.subscriber.target.as_ref().ok()?;
        let is_part = |char: char| char.is_ascii_alphanumeric() || char == '-';
        let mut words = reason.split(|char| !is_part(char));
        let rules = &loaded.manifest.rules;
        words.find_map(|word| {
            let rule = rules.iter().find(|rule| rule.id == word)?;
            Some(rule.id.as_str())
        })
    }
}

impl Engine {
    /// Takes the opinion of those whose decision a person let this call pass, and shows codes for the others. What stops the
    /// call in any case uses nothing up. Returns the ledger's positions of what was let through.
    pub(super) fn pass(
        &self,
        event: &str,
        input: &Input,
        parts: &mut [(i32, Part)],
        stops: &[Stop<'_>],
    ) -> Vec<u64> {
        if stops.is_empty() || !self.allowances.attended() {
            return Vec::new();
        }
        let now = self.now();
        let calls: Vec<_> = stops
            .iter()
            .filter_map(|stop| {
                let call = Call::of(&stop.subscriber.name, event, input.value())?;
                let granted = self.allowances.granted(now, &call);
                Some((stop, call, granted))
            })
            .collect();
        let passes = |at: usize| {
            calls
                .iter()
                .any(|(stop, _, granted)| *granted && stop.part == at)
        };
        let denied = parts
            .iter()
            .enumerate()
            .any(|(at, (_, part))| part.kind >= Kind::Defer && !passes(at));
        let mut positions = Vec::new();
        for (stop, call, granted) in &calls {
            let part = &mut parts[stop.part].1;
            if *granted {
                if !denied
                    && self.allowances.take(now, call)
                    && let Some(position) = self.note_passed(event, input, stop)
                {
                    positions.push(position);
                    *part = Part::no_opinion();
                }
                continue;
            }
            let stopped = Stopped {
                plugin: &stop.subscriber.name,
                rule: stop.rule(&part.reason),
                reason: &part.reason,
                position: stop.position,
            };
            self.allowances.offer(
                now,
                self.tools.random.as_ref(),
                call,
                input.value(),
                &stopped,
            );
        }
        positions
    }

    /// Records that a call passes; none where that cannot be recorded, and then it does not pass.
    fn note_passed(&self, event: &str, input: &Input, stop: &Stop<'_>) -> Option<u64> {
        let session = input.value().get("session_id").and_then(|id| id.as_str());
        let turn = match stop.position {
            Some(position) => format!("the turn at position {position}"),
            None => "a turn that is not recorded".to_owned(),
        };
        let detail = format!("{turn} stopped a call that the operator had allowed once; it passes");
        self.note_allowed(
            GateRecord::WHAT_ALLOW_USED,
            &stop.subscriber.name,
            event,
            session,
            &detail,
            stop.position,
        )
    }
}
