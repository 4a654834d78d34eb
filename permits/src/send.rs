//! The `send` family.
//!
//! ```toml
//! send = ["planner:assign", "Counter:*"]
//! ```
//!
//! Each rule is `receiver:selector`. A receiver that begins with an upper-case letter is a class, and stands for its
//! instances; one that begins with a lower-case letter is a plugin, and stands for the plugin and for every object of its
//! classes; one that begins with `*` is either.

use serde_json::{Value, json};

use super::denial::{Allowed, Denial};
use super::diff::PermitDiff;
use super::error::PermitError;
use super::family::Family;
use super::glob::{Glob, literal};
use super::grant::Grant;
use super::judge::{Judge, Wanted};
use super::need::SendNeed;
use super::rule::{Rule, Subject, texts};
use super::table::quoted;

/// One side's rules of the family.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct SendRules(Vec<Rule<MessagePattern>>);

/// The messages that one rule covers.
#[derive(Debug, Clone, PartialEq, Eq)]
struct MessagePattern {
    receiver: Glob,
    selector: Glob,
}

// === impl SendRules ===

impl Family for SendRules {
    fn parse(value: &Value, key: &str) -> Result<Self, PermitError> {
        texts(value, key, MessagePattern::parse).map(Self)
    }

    fn compare(&self, new: &Self, diff: &mut PermitDiff) {
        diff.allow(&self.0, &new.0);
    }
}

// === impl MessagePattern ===

impl MessagePattern {
    fn parse(text: &str) -> Result<Self, String> {
        // A selector may have more colons in it.
        let (receiver, selector) = text
            .split_once(':')
            .filter(|(receiver, selector)| !receiver.is_empty() && !selector.is_empty())
            .ok_or_else(|| format!("`{text}` is neither `class:selector` nor `plugin:selector`"))?;
        Ok(Self {
            receiver: word(receiver)?,
            selector: word(selector)?,
        })
    }

    fn covers(&self, need: &SendNeed) -> bool {
        self.selector.matches(&[need.selector.as_bytes()])
            && names(need).any(|name| self.receiver.matches(&[name.as_bytes()]))
    }
}

impl Subject for MessagePattern {
    fn includes(&self, other: &Self) -> bool {
        self.receiver.includes(&other.receiver) && self.selector.includes(&other.selector)
    }
}

/// The names that a receiver goes by. A class that is called like a plugin, or a plugin like a class, would be covered
/// by a rule that means somebody else.
fn names(need: &SendNeed) -> impl Iterator<Item = &str> {
    let is_class = |name: &&str| name.starts_with(|first: char| first.is_ascii_uppercase());
    let class = need.class.as_deref().filter(is_class);
    let plugin = Some(need.plugin.as_str()).filter(move |name| !is_class(name));
    class.into_iter().chain(plugin)
}

/// A glob over one word.
fn word(text: &str) -> Result<Glob, String> {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"*:_-".contains(&byte));
    if !plain {
        return Err(format!(
            "`{text}` has other than letters, digits, `*`, `:`, `_` and `-` in it"
        ));
    }
    Glob::of([text])
}

// === judging ===

/// Judges a message.
pub(super) fn send(
    judge: Judge<'_>,
    sides: [&SendRules; 2],
    need: &SendNeed,
) -> Result<Allowed, Denial> {
    judge.one(
        sides.map(|side| side.0.as_slice()),
        |pattern| pattern.covers(need),
        || {
            let receiver = names(need).next().unwrap_or(&need.plugin);
            Wanted {
                what: format!("send {} to {}", quoted(&need.selector), quoted(receiver)),
                grants: vec![Grant::of(
                    "send",
                    json!(format!("{}:{}", literal(receiver), literal(&need.selector))),
                )],
            }
        },
    )
}
