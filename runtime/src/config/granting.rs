//! One grant more, in the operator's own words and layout.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::used::FILE_BYTES_MAX;
use crate::permits::{Grant, PermitSet};
use crate::services::files;

/// A change to the file that holds a plugin's grants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granting {
    /// The file.
    pub file: PathBuf,
    /// What it will be.
    pub text: String,
    before: Option<String>,
}

/// Why nothing can be granted.
#[derive(Debug, thiserror::Error)]
pub enum GrantingError {
    /// A file cannot be read or written.
    #[error("`{path}`: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the file system says.
        error: std::io::Error,
    },
    /// A file is not TOML.
    #[error("`{path}`: {error}")]
    Toml {
        /// The file.
        path: PathBuf,
        /// Where and what.
        error: Box<toml_edit::TomlError>,
    },
    /// There is no such plugin.
    #[error("`{path}` configures no plugin `{plugin}`")]
    Unknown {
        /// The configuration.
        path: PathBuf,
        /// The plugin.
        plugin: String,
    },
    /// What stands there is not what a grant could be added to.
    #[error("`{path}`: `{key}`: {message}")]
    Place {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
        /// What is wrong there.
        message: String,
    },
}

// === impl Granting ===

impl Granting {
    /// Finds where a plugin's grants stand, by the configuration in `file`, and adds some. Nothing is written yet.
    ///
    /// # Errors
    /// A file that cannot be read, an unknown plugin, a place that holds something else.
    pub fn plan(file: &Path, plugin: &str, grants: &[Grant]) -> Result<Self, GrantingError> {
        // Whoever keeps the file elsewhere and has a link here means the file.
        let file = files::real(file).map_err(|error| GrantingError::File {
            path: file.to_owned(),
            error,
        })?;
        let text = read(&file)?;
        let mut document = parse(&file, &text)?;
        let unknown = || GrantingError::Unknown {
            path: file.clone(),
            plugin: plugin.to_owned(),
        };
        let configured = document
            .get_mut("plugins")
            .and_then(Item::as_table_like_mut)
            .and_then(|plugins| plugins.get_mut(plugin))
            .and_then(Item::as_table_like_mut)
            .ok_or_else(unknown)?;
        let beside = file
            .with_file_name("permits.d")
            .join(format!("{plugin}.toml"));
        if beside.exists() {
            let text = read(&beside)?;
            let mut document = parse(&beside, &text)?;
            for grant in grants {
                add(document.as_table_mut(), grant.path(), grant).map_err(at(&beside, ""))?;
                let written = toml::from_str::<Json>(&document.to_string()).unwrap_or(Json::Null);
                PermitSet::parse(&written, "").map_err(|error| GrantingError::Place {
                    path: beside.clone(),
                    key: grant.path().join("."),
                    message: error.to_string(),
                })?;
            }
            return Ok(Self {
                text: document.to_string(),
                before: Some(text),
                file: beside,
            });
        }
        for grant in grants {
            let keys = [&["permits"], grant.path()].concat();
            add(configured, &keys, grant).map_err(at(&file, &format!("plugins.{plugin}.")))?;
        }
        Ok(Self {
            text: document.to_string(),
            before: Some(text),
            file,
        })
    }

    /// Whether it was not granted before, word for word.
    #[must_use]
    pub fn changes(&self) -> bool {
        self.before.as_ref() != Some(&self.text)
    }

    /// Writes the file, whole or not at all, with the mode it has.
    ///
    /// # Errors
    /// What the file system says.
    pub fn write(&self) -> Result<(), GrantingError> {
        self.put(&self.text)
    }

    /// Writes what stood there before.
    ///
    /// # Errors
    /// What the file system says.
    pub fn undo(&self) -> Result<(), GrantingError> {
        self.before.as_ref().map_or(Ok(()), |text| self.put(text))
    }

    fn put(&self, text: &str) -> Result<(), GrantingError> {
        files::mode(&self.file)
            .and_then(|mode| files::replace(&self.file, text, mode))
            .map_err(|error| GrantingError::File {
                path: self.file.clone(),
                error,
            })
    }
}

fn read(path: &Path) -> Result<String, GrantingError> {
    files::text(path, FILE_BYTES_MAX).map_err(|error| GrantingError::File {
        path: path.to_owned(),
        error,
    })
}

fn parse(path: &Path, text: &str) -> Result<DocumentMut, GrantingError> {
    text.parse().map_err(|error| GrantingError::Toml {
        path: path.to_owned(),
        error: Box::new(error),
    })
}

fn at(path: &Path, prefix: &str) -> impl FnOnce((String, String)) -> GrantingError {
    let (path, prefix) = (path.to_owned(), prefix.to_owned());
    move |(key, message)| GrantingError::Place {
        path,
        key: format!("{prefix}{key}"),
        message,
    }
}

/// Adds a rule below `keys`, in the layout that is there. The error is the key, and what is wrong with it.
fn add(table: &mut dyn TableLike, keys: &[&str], grant: &Grant) -> Result<(), (String, String)> {
    let Some((key, rest)) = keys.split_first() else {
        return Ok(());
    };
    let wrong = |message: &str| Err(((*key).to_owned(), message.to_owned()));
    if !rest.is_empty() {
        let inside = table.entry(key).or_insert_with(|| {
            let mut below = Table::new();
            // A header of its own only where something stands below it.
            below.set_implicit(true);
            below.set_dotted(true);
            Item::Table(below)
        });
        return match inside.as_table_like_mut() {
            Some(inside) => add(inside, rest, grant)
                .map_err(|(below, message)| (format!("{key}.{below}"), message)),
            None => wrong("it is no table"),
        };
    }
    let rule = value(grant.rule());
    if !grant.is_listed() {
        table.insert(key, Item::Value(rule));
        return Ok(());
    }
    match table
        .entry(key)
        .or_insert_with(|| Item::Value(Array::new().into()))
    {
        Item::Value(Value::Array(rules)) => push(rules, rule),
        Item::ArrayOfTables(rules) => {
            let Value::InlineTable(rule) = rule else {
                return wrong("it is a list of tables");
            };
            let rule = rule.into_table();
            if !rules
                .iter()
                .any(|other| other.to_string() == rule.to_string())
            {
                rules.push(rule);
            }
        }
        _ => return wrong("it is no list"),
    }
    Ok(())
}

/// Adds a rule at the end of a list, where it does not stand already, laid out like the one before it.
fn push(rules: &mut Array, mut rule: Value) {
    let plain = |value: &Value| {
        let mut value = value.clone();
        value.decor_mut().clear();
        value.to_string()
    };
    if rules.iter().any(|other| plain(other) == plain(&rule)) {
        return;
    }
    let layout = rules.iter().last().and_then(|last| {
        let prefix = last.decor().prefix()?.as_str()?;
        prefix.contains('\n').then(|| {
            // The last line of it: what stands before are comments on the last rule.
            let indent = prefix.rsplit('\n').next().unwrap_or_default();
            format!("\n{indent}")
        })
    });
    match layout {
        Some(layout) => {
            rule.decor_mut().set_prefix(layout);
            rules.push_formatted(rule);
        }
        None => rules.push(rule),
    }
}

fn value(json: &Json) -> Value {
    match json {
        Json::String(text) => text.as_str().into(),
        Json::Bool(flag) => (*flag).into(),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => whole.into(),
            None => number.as_f64().unwrap_or_default().into(),
        },
        Json::Array(items) => items.iter().map(value).collect::<Array>().into(),
        Json::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(key, field)| (key.as_str(), value(field)));
            fields.collect::<InlineTable>().into()
        }
        // No rule holds one.
        Json::Null => "".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(config: &str, beside: Option<&str>, grant: &str) -> Granting {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("sinew.toml");
        std::fs::write(&file, config).unwrap();
        if let Some(text) = beside {
            std::fs::create_dir(folder.path().join("permits.d")).unwrap();
            std::fs::write(folder.path().join("permits.d/forge.toml"), text).unwrap();
        }
        Granting::plan(&file, "forge", &[Grant::parse(grant).unwrap()]).unwrap()
    }

    #[test]
    fn a_grant_goes_where_grants_stand_and_the_rest_stays() {
        let cases = [
            (
                "# mine\n[plugins.forge]\npath = \"forge\" # here\n",
                "# mine\n[plugins.forge]\npath = \"forge\" # here\npermits.fs.read = [\"/a/**\"]\n",
            ),
            (
                "[plugins.forge]\npath = \"forge\"\n[plugins.forge.permits]\nfs = { read = [\"/b\"] }\n",
                "[plugins.forge]\npath = \"forge\"\n[plugins.forge.permits]\nfs = { read = [\"/b\", \"/a/**\"] }\n",
            ),
            (
                "[plugins.forge]\npath = \"forge\"\n[plugins.forge.permits.fs]\nread = [\n  # b\n  \"/b\",\n]\n",
                "[plugins.forge]\npath = \"forge\"\n[plugins.forge.permits.fs]\nread = [\n  # b\n  \"/b\",\n  \"/a/**\",\n]\n",
            ),
            (
                "plugins.forge = { path = \"forge\", permits = { fs = { read = [\"/a/**\"] } } }\n",
                "plugins.forge = { path = \"forge\", permits = { fs = { read = [\"/a/**\"] } } }\n",
            ),
        ];
        for (before, after) in cases {
            let granting = granted(before, None, "fs.read:/a/**");
            assert_eq!(granting.text, after);
            assert_eq!(granting.changes(), before != after);
        }
    }

    #[test]
    fn a_file_of_its_own_takes_the_grant() {
        let granting = granted(
            "[plugins.forge]\npath = \"forge\"\n",
            Some("fs.read = [\"/b\"] # b\n"),
            "fs.read:/a/**",
        );
        assert!(granting.file.ends_with("permits.d/forge.toml"));
        assert_eq!(granting.text, "fs.read = [\"/b\", \"/a/**\"] # b\n");
    }
}
