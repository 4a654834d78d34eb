//! Allow-once codes: what a plugin stopped, a person may let through once, with a code that only the daemon's terminal has
//! shown. A code stands for one call (plugin, event, session, tool, folder and input) and for nothing else; it is never in
//! an answer, a record, a log or an effect. What is let through is recorded before it passes, or it does not pass.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::ledger::canonical_json;
use crate::world::Random;

/// The events whose calls can be let through.
const EVENTS: [&str; 2] = ["PreToolUse", "PermissionRequest"];
/// Letters and digits that nobody takes for one another: five bits each.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a code: 50 bits.
const CODE_CHARS: usize = 10;
/// Characters of a call that are shown from its start and from its end.
const SHOWN_CHARS: (usize, usize) = (400, 200);

/// Where codes are shown: a terminal, with a person before it. Nothing that is stored.
pub trait Terminal: fmt::Debug + Send + Sync {
    /// Shows one line. Must not wait for the terminal.
    fn show(&self, line: &str);
}

/// Limits of allow-once codes.
#[derive(Debug, Clone)]
pub struct AllowSettings {
    /// Codes that are good at once, the granted ones included; 0 means that there are none.
    pub codes_max: usize,
    /// How long a code can be named after it was shown, and how long what it granted can be used after that.
    pub lifetime: Duration,
    /// Wrong codes after which every code that waits is void.
    pub attempts_max: u32,
}

/// One call that a plugin stopped.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Call {
    plugin: String,
    event: String,
    session: String,
    /// Over the tool, the folder and the input.
    digest: [u8; 32],
}

/// What a person has to know of a call before letting it through.
pub(super) struct Stopped<'a> {
    pub(super) plugin: &'a str,
    pub(super) rule: Option<&'a str>,
    pub(super) reason: &'a str,
    /// Where the ledger holds the turn that stopped it.
    pub(super) position: Option<u64>,
}

/// A call that a code was named for.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Granted {
    pub(super) plugin: String,
    pub(super) event: String,
    pub(super) session: String,
    pub(super) position: Option<u64>,
}

/// Why a code grants nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    /// It is none that waits.
    Unknown,
    /// It was one wrong code too many: none waits any more.
    TooMany,
}

/// The codes that are good now.
pub(super) struct Allowances {
    settings: AllowSettings,
    terminal: OnceLock<Arc<dyn Terminal>>,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    codes: Vec<Code>,
    wrong: u32,
}

struct Code {
    text: String,
    call: Call,
    position: Option<u64>,
    until: Instant,
    granted: bool,
}

// === impl Allowances ===

impl Allowances {
    pub(super) fn new(settings: AllowSettings) -> Self {
        Self {
            settings,
            terminal: OnceLock::new(),
            held: Mutex::default(),
        }
    }

    /// Shows codes on this terminal from now on. Without one there are none. Only the first one counts.
    pub(super) fn attend(&self, terminal: Arc<dyn Terminal>) {
        _ = self.terminal.set(terminal);
    }

    /// Whether anything could be let through.
    pub(super) fn attended(&self) -> bool {
        self.settings.codes_max > 0 && self.terminal.get().is_some()
    }

    /// Makes a code for a call and shows it. A call that has one already is not shown again.
    pub(super) fn offer(
        &self,
        now: Instant,
        random: &dyn Random,
        call: &Call,
        input: &Value,
        stopped: &Stopped<'_>,
    ) {
        let Some(terminal) = self.terminal.get() else {
            return;
        };
        let text = {
            let mut held = self.held(now);
            if held.codes.iter().any(|code| code.call == *call) {
                return;
            }
            if held.codes.len() >= self.settings.codes_max {
                // The oldest that waits gives way; what a person has granted does not.
                let Some(oldest) = held.codes.iter().position(|code| !code.granted) else {
                    return;
                };
                held.codes.remove(oldest);
            }
            let text = draw(random);
            held.codes.push(Code {
                text: text.clone(),
                call: call.clone(),
                position: stopped.position,
                until: now + self.settings.lifetime,
                granted: false,
            });
            text
        };
        terminal.show(&line(input, stopped, &text));
    }

    /// Looks for the call that waits for this code, and counts a wrong one.
    pub(super) fn find(&self, now: Instant, named: &str) -> Result<Granted, Wrong> {
        let mut held = self.held(now);
        match held.position(named) {
            Some(at) => Ok(held.codes[at].granted_call()),
            None if held.codes.is_empty() => Err(Wrong::Unknown),
            None => {
                held.wrong += 1;
                if held.wrong < self.settings.attempts_max {
                    return Err(Wrong::Unknown);
                }
                held.wrong = 0;
                held.codes.retain(|code| code.granted);
                drop(held);
                if let Some(terminal) = self.terminal.get() {
                    terminal
                        .show("too many wrong codes were named: every code shown so far is void");
                }
                Err(Wrong::TooMany)
            }
        }
    }

    /// Lets the call of this code through, once; false where the code is gone by now.
    pub(super) fn grant(&self, now: Instant, named: &str) -> bool {
        let mut held = self.held(now);
        let Some(at) = held.position(named) else {
            return false;
        };
        held.codes[at].granted = true;
        held.codes[at].until = now + self.settings.lifetime;
        held.wrong = 0;
        true
    }

    /// Whether this call may pass.
    pub(super) fn granted(&self, now: Instant, call: &Call) -> bool {
        let held = self.held(now);
        held.codes
            .iter()
            .any(|code| code.granted && code.call == *call)
    }

    /// Uses up what was granted for this call; false when somebody else has.
    pub(super) fn take(&self, now: Instant, call: &Call) -> bool {
        let mut held = self.held(now);
        let before = held.codes.len();
        held.codes
            .retain(|code| !(code.granted && code.call == *call));
        held.codes.len() < before
    }

    /// What is held, without what is over.
    fn held(&self, now: Instant) -> MutexGuard<'_, Held> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.codes.retain(|code| code.until > now);
        held
    }
}

impl fmt::Debug for Allowances {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Allowances")
    }
}

// === impl Held ===

impl Held {
    /// The waiting code that this names, however it is written. Takes as long for a wrong one as for a right one.
    fn position(&self, named: &str) -> Option<usize> {
        let named: String = named
            .chars()
            .filter(|char| !matches!(char, '-' | ' '))
            .map(|char| char.to_ascii_uppercase())
            .collect();
        let mut found = None;
        for (at, code) in self.codes.iter().enumerate() {
            let same = bool::from(code.text.as_bytes().ct_eq(named.as_bytes()));
            if same && !code.granted {
                found = Some(at);
            }
        }
        found
    }
}

// === impl Code ===

impl Code {
    fn granted_call(&self) -> Granted {
        Granted {
            plugin: self.call.plugin.clone(),
            event: self.call.event.clone(),
            session: self.call.session.clone(),
            position: self.position,
        }
    }
}

// === impl Call ===

impl Call {
    /// Names the call of an event, where it is one that can be let through: it has a session and a tool.
    pub(super) fn of(plugin: &str, event: &str, input: &Value) -> Option<Self> {
        let text = |key: &str| input.get(key).and_then(Value::as_str);
        if !EVENTS.contains(&event) {
            return None;
        }
        let (session, tool) = (text("session_id")?, text("tool_name")?);
        let call = (tool, text("cwd"), input.get("tool_input"));
        Some(Self {
            plugin: plugin.to_owned(),
            event: event.to_owned(),
            session: session.to_owned(),
            digest: Sha256::digest(canonical_json(&call).ok()?).into(),
        })
    }
}

fn draw(random: &dyn Random) -> String {
    let mut bytes = [0; CODE_CHARS];
    random.fill(&mut bytes);
    bytes
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
        .collect()
}

/// What was stopped, by whom, and how to let it through: one line, whatever the agent and the plugin wrote.
fn line(input: &Value, stopped: &Stopped<'_>, code: &str) -> String {
    let text = |key: &str| input.get(key).and_then(Value::as_str).unwrap_or_default();
    let call = input.get("tool_input").unwrap_or(&Value::Null);
    let rule = stopped
        .rule
        .map(|rule| format!(", rule {rule}"))
        .unwrap_or_default();
    let (first, last) = code.split_at(CODE_CHARS / 2);
    format!(
        "{} stopped by {}{rule}: {} | in {} | {} | to allow it once: sinew allow {first}-{last}",
        legible(text("tool_name")),
        stopped.plugin,
        legible(&call.to_string()),
        legible(text("cwd")),
        legible(stopped.reason),
    )
}

/// Writes out whatever could move the cursor, turn the writing round or be invisible, and says what was left out.
fn legible(text: &str) -> String {
    let mut plain = String::new();
    for char in text.chars() {
        if char.is_ascii_graphic() || char == ' ' || char.is_alphanumeric() {
            plain.push(char);
        } else {
            _ = write!(plain, "{}", char.escape_default());
        }
    }
    let (head, tail) = SHOWN_CHARS;
    let count = plain.chars().count();
    if count <= head + tail {
        return plain;
    }
    let start: String = plain.chars().take(head).collect();
    let end: String = plain.chars().skip(count - tail).collect();
    format!(
        "{start} [{} characters NOT SHOWN] {end}",
        count - head - tail
    )
}

#[cfg(test)]
#[path = "allow_tests.rs"]
mod tests;
