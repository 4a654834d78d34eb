//! `sinew effects`: the catalogue of what plugins can ask the host for.

mod markdown;

use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;
use serde_json::Value;
use sinew_schema::{BUNDLE, EFFECTS, EffectCatalogue, EffectDescription, EffectMeta};

use super::{complain, say};

/// What stands in place of a permit where none is needed.
const NO_PERMIT: &str = "none";

/// Print the catalogue of effects.
///
/// By default a table with the first sentence of each description.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sinew effects
  sinew effects --json
  sinew effects --markdown >effects.md

Exit codes: 0; 2 for wrong usage.")]
pub(crate) struct Args {
    /// Print an array of objects: `name`, `class`, `permit`, `description`, and the names of the schema's types.
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// Print the reference page: every field of every request and response, with examples.
    #[arg(long)]
    markdown: bool,
}

pub(crate) fn run(arguments: &Args) -> ExitCode {
    let catalogue = if arguments.json {
        json()
    } else if arguments.markdown {
        bundle().map(|bundle| markdown::page(&bundle))
    } else {
        Ok(table())
    };
    match catalogue {
        Ok(text) => {
            say(text.trim_end());
            ExitCode::SUCCESS
        }
        Err(error) => complain(&error),
    }
}

fn bundle() -> anyhow::Result<Value> {
    serde_json::from_str(BUNDLE).context("the bundled schema is no JSON")
}

fn json() -> anyhow::Result<String> {
    let bundle = bundle()?;
    let described = EFFECTS
        .iter()
        .zip(list(&bundle["x-effects"]))
        .map(|(effect, described)| {
            let mut effect = EffectDescription::from(*effect);
            for types in ["request", "response"] {
                effect
                    .extra
                    .insert(types.to_owned(), described[types].clone());
            }
            effect
        });
    let catalogue = EffectCatalogue(described.collect());
    serde_json::to_string_pretty(&catalogue).context("the catalogue cannot be written")
}

fn table() -> String {
    let rows: Vec<[&str; 4]> = std::iter::once(["EFFECT", "CLASS", "PERMIT", "WHAT IT DOES"])
        .chain(EFFECTS.iter().map(|effect| {
            [
                effect.name,
                class(effect),
                permit(effect),
                sentence(effect.description),
            ]
        }))
        .collect();
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].len())
            .max()
            .unwrap_or_default()
    };
    let [name, class, permit] = [0, 1, 2].map(width);
    let mut table = String::new();
    for row in &rows {
        let _ = writeln!(
            table,
            "{:name$}  {:class$}  {:permit$}  {}",
            row[0], row[1], row[2], row[3]
        );
    }
    table
}

/// The first sentence of a description.
fn sentence(description: &str) -> &str {
    description
        .find(". ")
        .map_or(description, |end| &description[..=end])
}

fn class(effect: &EffectMeta) -> &'static str {
    use sinew_schema::EffectClass::{Read, WriteLocal, WriteRemote, WriteRemoteIdempotent};
    match effect.class {
        Read => "read",
        WriteLocal => "write_local",
        WriteRemoteIdempotent => "write_remote_idempotent",
        WriteRemote => "write_remote",
    }
}

fn permit(effect: &EffectMeta) -> &'static str {
    effect.permit.unwrap_or(NO_PERMIT)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_catalogue_describes_every_effect_and_names_types_that_exist() {
        let catalogue: Value = serde_json::from_str(&json().unwrap()).unwrap();
        let definitions = bundle().unwrap()["definitions"].clone();
        assert_eq!(list(&catalogue).len(), EFFECTS.len());
        for (effect, meta) in list(&catalogue).iter().zip(EFFECTS) {
            assert_eq!(
                (&effect["name"], &effect["class"]),
                (&meta.name.into(), &class(meta).into())
            );
            assert_eq!(
                (&effect["permit"], &effect["description"]),
                (&permit(meta).into(), &meta.description.into())
            );
            for types in ["request", "response"] {
                assert!(
                    definitions[effect[types].as_str().unwrap()].is_object(),
                    "{effect}"
                );
            }
        }
    }

    #[test]
    fn the_table_has_a_line_for_every_effect() {
        let table = table();
        assert_eq!(table.lines().count(), EFFECTS.len() + 1);
        let row = table.lines().find(|line| line.starts_with("clock_now "));
        let words: Vec<_> = row.unwrap_or_default().split_whitespace().collect();
        assert_eq!(
            words.join(" "),
            "clock_now read none Tells the time of the host's clock."
        );
    }
}
