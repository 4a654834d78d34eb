//! A client's settings file: found, added to and taken from without touching anything else in it.

use std::collections::BTreeMap;

use jsonc_parser::ParseOptions;
use jsonc_parser::cst::{CstArray, CstInputValue, CstNode, CstObject, CstRootNode};
use serde_json::Value;

use super::Way;
use super::entry::{ours, plain};
use super::layout::no_mark;

/// Settings that were read.
pub(in crate::cli) struct Settings {
    root: CstRootNode,
}

/// One handler of one event.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::cli) struct Handler {
    /// The event.
    pub(in crate::cli) event: String,
    /// What the client calls.
    pub(in crate::cli) value: Value,
    /// The group around it has a matcher, so that the client asks for some calls only.
    pub(in crate::cli) matched: bool,
    /// How it reaches the daemon, when `init` wrote it.
    pub(in crate::cli) ours: Option<Way>,
}

// === impl Settings ===

impl Settings {
    /// Reads a settings file; an empty one is a file without settings.
    ///
    /// # Errors
    /// Where it is not what the client could read.
    pub(in crate::cli) fn parse(text: &str) -> Result<Self, String> {
        no_mark(text)?;
        let text = if text.trim().is_empty() { "{}\n" } else { text };
        // Comments and commas at the end are kept: there are clients that read them. Nothing else that is not JSON is.
        let options = ParseOptions {
            allow_comments: true,
            allow_trailing_commas: true,
            allow_loose_object_property_names: false,
            allow_missing_commas: false,
            allow_single_quoted_strings: false,
            allow_hexadecimal_numbers: false,
            allow_unary_plus_numbers: false,
            allow_bare_decimal_point_numbers: false,
            allow_non_finite_numbers: false,
            allow_extended_string_escapes: false,
        };
        let root = CstRootNode::parse(text, &options).map_err(|error| error.to_string())?;
        let settings = Self { root };
        settings.check()?;
        Ok(settings)
    }

    /// The text, every byte that was not added or taken as it was.
    pub(in crate::cli) fn text(&self) -> String {
        self.root.to_string()
    }

    /// A top-level value.
    pub(in crate::cli) fn value(&self, name: &str) -> Option<Value> {
        self.root
            .object_value()?
            .get(name)?
            .value()?
            .to_serde_value()
    }

    /// Tells whether it says something.
    pub(in crate::cli) fn is_empty(&self) -> bool {
        self.root
            .object_value()
            .is_none_or(|object| object.properties().is_empty())
    }

    /// Every handler of every event, in the order of the file.
    pub(in crate::cli) fn handlers(&self) -> Vec<Handler> {
        let mut found = Vec::new();
        for (event, groups) in self.events() {
            for group in groups.elements().iter().filter_map(CstNode::as_object) {
                let matched = group.get("matcher").and_then(|matcher| matcher.value());
                let matched = matched
                    .and_then(|matcher| matcher.to_serde_value())
                    .is_some_and(|matcher| matcher != "" && matcher != "*");
                let handlers = group.array_value("hooks");
                for handler in handlers.iter().flat_map(CstArray::elements) {
                    let value = handler.to_serde_value().unwrap_or_default();
                    found.push(Handler {
                        ours: ours(&event, &value),
                        event: event.clone(),
                        matched,
                        value,
                    });
                }
            }
        }
        found
    }

    /// Tells whether exactly these entries are ours, each where the client asks for every call.
    pub(in crate::cli) fn has(&self, wanted: &BTreeMap<String, CstInputValue>) -> bool {
        let handlers = self.handlers();
        let ours: Vec<&Handler> = handlers
            .iter()
            .filter(|handler| handler.ours.is_some())
            .collect();
        ours.len() == wanted.len()
            && ours.iter().all(|handler| {
                let wanted = wanted.get(&handler.event).map(plain);
                !handler.matched && wanted.as_ref() == Some(&handler.value)
            })
    }

    /// Adds an entry for an event, behind what is there.
    pub(in crate::cli) fn add(&self, event: &str, entry: CstInputValue) {
        let hooks = self.root.object_value_or_set().object_value_or_set("hooks");
        let group = CstInputValue::Object(vec![(
            "hooks".to_owned(),
            CstInputValue::Array(vec![entry]),
        )]);
        let groups = hooks.array_value_or_set(event);
        groups.ensure_multiline();
        groups.append(group);
    }

    /// Takes our entries away, and what holds nothing else.
    pub(in crate::cli) fn strip(&self) {
        let mut emptied = false;
        for (event, groups) in self.events() {
            let mut removed = false;
            for group in groups.elements() {
                let Some(handlers) = group
                    .as_object()
                    .and_then(|group| group.array_value("hooks"))
                else {
                    continue;
                };
                let before = handlers.elements().len();
                for handler in handlers.elements() {
                    if ours(&event, &handler.to_serde_value().unwrap_or_default()).is_some() {
                        handler.remove();
                    }
                }
                if handlers.elements().len() < before && handlers.elements().is_empty() {
                    group.remove();
                    removed = true;
                }
            }
            if removed && groups.elements().is_empty() {
                if let Some(hooks) = self.hooks()
                    && let Some(property) = hooks.get(&event)
                {
                    property.remove();
                }
                emptied = true;
            }
        }
        if emptied
            && let Some(object) = self.root.object_value()
            && self
                .hooks()
                .is_some_and(|hooks| hooks.properties().is_empty())
            && let Some(hooks) = object.get("hooks")
        {
            hooks.remove();
        }
    }

    fn hooks(&self) -> Option<CstObject> {
        self.root.object_value()?.object_value("hooks")
    }

    fn events(&self) -> Vec<(String, CstArray)> {
        let properties = self.hooks().map(|hooks| hooks.properties());
        properties
            .into_iter()
            .flatten()
            .filter_map(|property| Some((property.decoded_name()?, property.array_value()?)))
            .collect()
    }

    /// Refuses what an addition would not reach: another shape, or a name that stands there twice.
    fn check(&self) -> Result<(), String> {
        let object = self.root.object_value().ok_or("it is not a JSON object")?;
        let twice = |object: &CstObject, at: &str| {
            let mut names: Vec<_> = object
                .properties()
                .iter()
                .filter_map(jsonc_parser::cst::CstObjectProp::decoded_name)
                .collect();
            names.sort();
            match names.windows(2).find(|pair| pair[0] == pair[1]) {
                Some(pair) => Err(format!("`{at}{}` stands there twice", pair[0])),
                None => Ok(()),
            }
        };
        twice(&object, "")?;
        let Some(property) = object.get("hooks") else {
            return Ok(());
        };
        let hooks = property.object_value().ok_or("`hooks` is not an object")?;
        twice(&hooks, "hooks.")?;
        for property in hooks.properties() {
            if property.array_value().is_none() {
                let name = property.decoded_name().unwrap_or_default();
                return Err(format!("`hooks.{name}` is not a list"));
            }
        }
        Ok(())
    }
}
