//! What a module exports for hyper-mcp, and which of this host's entry points it answers with that.

use std::collections::BTreeSet;

/// An entry point of this host, and the export that answers it.
pub(super) struct Answer {
    pub(super) entry_point: &'static str,
    pub(super) export: &'static str,
    /// What lists that which it is asked for.
    lists: &'static [List],
}

/// An export that lists.
pub(super) struct List {
    pub(super) export: &'static str,
    /// The array in what it answers.
    pub(super) array: &'static str,
    /// Where a description has it.
    pub(super) described: &'static str,
}

/// The entry point that all lists together answer.
pub(super) const DESCRIBE: &str = "describe";

/// The tools of the first interface.
pub(super) const FIRST_LIST: &str = "describe";
/// A call of a tool in the first interface.
pub(super) const FIRST_CALL: &str = "call";

const CURRENT: [Answer; 4] = [
    Answer {
        entry_point: "handle_mcp_call",
        export: "call_tool",
        lists: &[List {
            export: "list_tools",
            array: "tools",
            described: "tools",
        }],
    },
    Answer {
        entry_point: "handle_mcp_prompt",
        export: "get_prompt",
        lists: &[List {
            export: "list_prompts",
            array: "prompts",
            described: "prompts",
        }],
    },
    Answer {
        entry_point: "handle_mcp_read",
        export: "read_resource",
        lists: &[
            List {
                export: "list_resources",
                array: "resources",
                described: "resources",
            },
            List {
                export: "list_resource_templates",
                array: "resourceTemplates",
                described: "resource_templates",
            },
        ],
    },
    Answer {
        entry_point: "handle_mcp_complete",
        export: "complete",
        lists: &[],
    },
];

const FIRST: [Answer; 1] = [Answer {
    entry_point: "handle_mcp_call",
    export: FIRST_CALL,
    lists: &[List {
        export: FIRST_LIST,
        array: "tools",
        described: "tools",
    }],
}];

/// The exports of one module that hyper-mcp would call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::plugin) struct Exports(BTreeSet<&'static str>);

// === impl Exports ===

impl Exports {
    /// Takes note of an export; says whether hyper-mcp would call it.
    pub(in crate::plugin) fn note(&mut self, name: &str) -> bool {
        let known = CURRENT
            .iter()
            .chain(&FIRST)
            .flat_map(|answer| {
                answer
                    .lists
                    .iter()
                    .map(|list| list.export)
                    .chain([answer.export])
            })
            .find(|known| *known == name);
        self.0.extend(known);
        known.is_some()
    }

    /// The entry points that the module answers.
    ///
    /// # Errors
    /// Why it is no plugin: nothing can be asked of it, or it lists what it does not answer.
    pub(in crate::plugin) fn entry_points(&self) -> Result<BTreeSet<&'static str>, String> {
        let asked = |answer: &&Answer| !answer.lists.is_empty();
        for answer in self.interface().iter().filter(asked) {
            let unanswered = (!self.has(answer.export))
                .then(|| answer.lists.iter().find(|list| self.has(list.export)));
            if let Some(list) = unanswered.flatten() {
                return Err(format!(
                    "it exports `{}` and not `{}`, which answers for what is listed",
                    list.export, answer.export
                ));
            }
        }
        if !self
            .interface()
            .iter()
            .filter(asked)
            .any(|answer| self.has(answer.export))
        {
            let all: Vec<_> = CURRENT
                .iter()
                .filter(asked)
                .map(|answer| format!("`{}`", answer.export))
                .collect();
            return Err(format!(
                "it exports none of {}, so it is no plugin of hyper-mcp's",
                all.join(", ")
            ));
        }
        let answered = self
            .interface()
            .iter()
            .filter(|answer| self.has(answer.export));
        Ok(answered
            .map(|answer| answer.entry_point)
            .chain([DESCRIBE])
            .collect())
    }

    /// The lists that it has.
    pub(super) fn lists(&self) -> impl Iterator<Item = &'static List> {
        let lists = self.interface().iter().flat_map(|answer| answer.lists);
        lists.filter(|list| self.has(list.export))
    }

    /// The export that answers an entry point.
    pub(super) fn answering(&self, entry_point: &str) -> Option<&'static str> {
        let answer = self
            .interface()
            .iter()
            .find(|answer| answer.entry_point == entry_point)?;
        self.has(answer.export).then_some(answer.export)
    }

    /// The interface that hyper-mcp would find in it: the first one where all of that is there.
    fn interface(&self) -> &'static [Answer] {
        if self.has(FIRST_LIST) && self.has(FIRST_CALL) {
            &FIRST
        } else {
            &CURRENT
        }
    }

    fn has(&self, export: &str) -> bool {
        self.0.contains(export)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry_points(exports: &[&str]) -> Result<Vec<&'static str>, String> {
        let mut noted = Exports::default();
        for export in exports {
            noted.note(export);
        }
        Ok(noted.entry_points()?.into_iter().collect())
    }

    #[test]
    fn exports_are_the_entry_points_that_they_answer() {
        let cases: [(&[&str], &[&str]); 5] = [
            (&["call_tool"], &["describe", "handle_mcp_call"]),
            (
                &["list_tools", "call_tool", "complete", "memory"],
                &["describe", "handle_mcp_call", "handle_mcp_complete"],
            ),
            (
                &["list_resource_templates", "read_resource"],
                &["describe", "handle_mcp_read"],
            ),
            (&["get_prompt"], &["describe", "handle_mcp_prompt"]),
            (&["describe", "call"], &["describe", "handle_mcp_call"]),
        ];
        for (exports, expected) in cases {
            assert_eq!(entry_points(exports).unwrap(), expected, "{exports:?}");
        }
    }

    #[test]
    fn a_module_that_answers_nothing_is_no_plugin() {
        let none = "it exports none of `call_tool`, `get_prompt`, `read_resource`, so it is no plugin of hyper-mcp's";
        let cases: [(&[&str], &str); 4] = [
            (&["memory"], none),
            (&["complete"], none),
            (&["call"], none),
            (
                &["call_tool", "list_prompts"],
                "it exports `list_prompts` and not `get_prompt`, which answers for what is listed",
            ),
        ];
        for (exports, expected) in cases {
            assert_eq!(entry_points(exports).unwrap_err(), expected, "{exports:?}");
        }
    }
}
