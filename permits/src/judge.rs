//! One need being judged: which rules cover it, and what is said where none does.

use super::denial::{Allowed, Denial, Plugin};
use super::grant::Grant;
use super::need::Need;
use super::rule::Rule;
use super::scope::PermitScope;

/// What is known of a need while its family judges it. The requested rules always come first.
pub(super) struct Judge<'a> {
    pub(super) plugin: Plugin<'a>,
    pub(super) scope: &'a PermitScope,
    pub(super) need: &'a Need,
    /// The granted rules that it took.
    used: Vec<&'a str>,
}

/// Which sides have no rule that covers a value.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Lacking {
    pub(super) requested: bool,
    pub(super) granted: bool,
}

/// What a need is about, and what would grant it.
pub(super) struct Wanted {
    /// The words after "has no permit for".
    pub(super) what: String,
    /// `None` where no rule can say it.
    pub(super) grants: Vec<Option<Grant>>,
}

// === impl Judge ===

impl<'a> Judge<'a> {
    pub(super) fn new(plugin: Plugin<'a>, scope: &'a PermitScope, need: &'a Need) -> Self {
        Self {
            plugin,
            scope,
            need,
            used: Vec::new(),
        }
    }

    /// Judges what one and the same rule of each side has to cover as a whole.
    pub(super) fn one<T>(
        mut self,
        sides: [&'a [Rule<T>]; 2],
        covers: impl Fn(&T) -> bool,
        wanted: impl FnOnce() -> Wanted,
    ) -> Result<Allowed, Denial> {
        let lacking = self.find(sides, covers);
        self.settle(lacking, wanted)?;
        Ok(self.allowed())
    }

    /// Looks for a rule that covers something on each side.
    pub(super) fn find<T>(
        &mut self,
        sides: [&'a [Rule<T>]; 2],
        covers: impl Fn(&T) -> bool,
    ) -> Lacking {
        let [requested, granted] =
            sides.map(|rules| rules.iter().find(|rule| covers(&rule.subject)));
        if let (Some(_), Some(rule)) = (requested, granted)
            && !self.used.contains(&rule.name.as_str())
        {
            self.used.push(&rule.name);
        }
        Lacking {
            requested: requested.is_none(),
            granted: granted.is_none(),
        }
    }

    /// Refuses what a rule of either side denies.
    pub(super) fn deny<T>(
        &self,
        sides: [&[Rule<T>]; 2],
        denies: impl Fn(&T) -> bool,
        what: impl FnOnce() -> String,
    ) -> Result<(), Denial> {
        match sides
            .into_iter()
            .flatten()
            .find(|rule| denies(&rule.subject))
        {
            None => Ok(()),
            Some(rule) => Err(Denial::by_rule(
                self.plugin,
                self.need,
                &what(),
                &rule.name,
                &rule.key,
            )),
        }
    }

    /// Refuses where something is lacking.
    pub(super) fn settle(
        &self,
        lacking: Lacking,
        wanted: impl FnOnce() -> Wanted,
    ) -> Result<(), Denial> {
        if lacking.any() {
            return Err(Denial::for_want(self.plugin, self.need, wanted(), lacking));
        }
        Ok(())
    }

    /// What nothing stood against.
    pub(super) fn allowed(self) -> Allowed {
        Allowed {
            rule: self.used.join(", "),
        }
    }
}

// === impl Lacking ===

impl Lacking {
    /// Where there is nothing to judge: that is nothing that a rule could have allowed.
    pub(super) const BOTH: Self = Self {
        requested: true,
        granted: true,
    };

    pub(super) fn any(self) -> bool {
        self.requested || self.granted
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self {
            requested: self.requested || other.requested,
            granted: self.granted || other.granted,
        }
    }
}
