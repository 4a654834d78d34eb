//! A rule, explained: the words that the plugin's manifest has for it.

use serde_json::{Value, json};
use sinew_schema::PluginRule;

use crate::cli::printable::printable;
use crate::config::Config;
use crate::plugin::Manifest;
use crate::services::files;

const MANIFEST: &str = "plugin.toml";

/// A rule and its plugin.
pub(super) struct Rule {
    plugin: String,
    rule: PluginRule,
}

/// The rules of all configured plugins. A manifest that cannot be read has none; whoever asks about a command is told.
pub(super) fn of(config: &Config) -> Vec<Rule> {
    let manifests = config.plugins.iter().filter_map(|plugin| {
        let file = plugin.folder.join(MANIFEST);
        let text = files::text(&file, config.load.manifest_bytes_max).ok()?;
        Manifest::parse(&text).ok()
    });
    manifests
        .flat_map(|manifest| {
            let plugin = manifest.name;
            manifest.rules.into_iter().map(move |rule| Rule {
                plugin: plugin.clone(),
                rule,
            })
        })
        .collect()
}

/// The rule that somebody may have meant: a letter or two beside it, and so no command that happens to have a hyphen.
pub(super) fn near<'a>(word: &str, rules: &'a [Rule]) -> Option<&'a str> {
    let is_word = word
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !is_word {
        return None;
    }
    let distances = rules.iter().map(|rule| {
        let id = rule.id();
        (strsim::osa_distance(word, id), id)
    });
    distances
        .min()
        .filter(|(distance, id)| *distance <= id.len() / 5)
        .map(|(_, id)| id)
}

// === impl Rule ===

impl Rule {
    pub(super) fn id(&self) -> &str {
        &self.rule.id
    }

    pub(super) fn json(&self) -> Value {
        let rule = &self.rule;
        json!({
            "rule": rule.id,
            "plugin": self.plugin,
            "pack": rule.pack,
            "summary": rule.summary,
            "advice": rule.advice,
        })
    }

    pub(super) fn text(&self) -> String {
        let rule = &self.rule;
        printable(&format!(
            "{} ({}, pack {})\n  stops    {}\n  instead  {}",
            rule.id, self.plugin, rule.pack, rule.summary, rule.advice
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_nearly_a_rule_is_taken_for_one() {
        let rules = ["forced-push", "secrets", "rm"].map(|id| Rule {
            plugin: "guard".to_owned(),
            rule: PluginRule {
                id: id.to_owned(),
                pack: "git".to_owned(),
                summary: String::new(),
                advice: String::new(),
            },
        });
        for (word, meant) in [
            ("force-push", Some("forced-push")),
            ("forcde-push", Some("forced-push")),
            ("secret", Some("secrets")),
            ("ls", None),
            ("mv", None),
            ("apt-get", None),
            ("git-push", None),
            ("secrets please", None),
        ] {
            assert_eq!(near(word, &rules), meant, "{word}");
        }
    }
}
