//! The `process` family.
//!
//! ```toml
//! process = [{ argv = ["cargo", "test", "**"], cwd = "${project}/**", env = ["HOME", "RUST_LOG=*"] }]
//! ```
//!
//! One and the same rule has to cover all of a program's start: its arguments one by one, its working directory and each
//! environment variable that it gets. In an argument `*` stands for any characters, and an argument `**` for any number of
//! arguments, none included. The program itself is spelled out, as a bare name or an absolute path, and is compared as it
//! stands: `cargo` does not cover `/usr/bin/cargo`, nor the other way round.
//!
//! A variable is either the host's own, and then the guest cannot say what is in it (`NAME`), or the guest sets it to a
//! value that the glob covers (`NAME=glob`, in which `*` stands for any characters). Neither covers the other: whoever may
//! set `PATH`, `LD_PRELOAD` or `GIT_SSH_COMMAND` has other programs run in the place of the one that is granted.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use super::denial::{Allowed, Denial};
use super::diff::PermitDiff;
use super::error::PermitError;
use super::family::Family;
use super::glob::{Glob, literal_word};
use super::grant::Grant;
use super::judge::{Judge, Wanted};
use super::need::Variable;
use super::path_pattern::{PathPattern, path_rule};
use super::rule::{Rule, Subject, all_included, tables};
use super::table::{Fields, inline, is_deceptive, quoted};

pub(super) const FIELDS: &[&str] = &["argv", "cwd", "env"];

/// One side's rules of the family.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ProcessRules(Vec<Rule<ProcessPattern>>);

/// The programs that one rule covers.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ProcessPattern {
    argv: Glob,
    cwd: PathPattern,
    env: Vec<VariablePattern>,
}

/// One variable of the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
struct VariablePattern {
    name: String,
    /// What the guest may set it to; `None` where it is the host's own.
    value: Option<Glob>,
}

// === impl ProcessRules ===

impl Family for ProcessRules {
    fn parse(value: &Value, key: &str) -> Result<Self, PermitError> {
        tables(value, key, FIELDS, ProcessPattern::parse).map(Self)
    }

    fn compare(&self, new: &Self, diff: &mut PermitDiff) {
        diff.allow(&self.0, &new.0);
    }
}

// === impl ProcessPattern ===

impl ProcessPattern {
    fn parse(fields: &Fields<'_>) -> Result<Self, PermitError> {
        let argv = fields.some_texts("argv", argument)?;
        let problem = |problem| PermitError::new(fields.key_of("argv"), problem);
        program(&argv[0]).map_err(problem)?;
        Ok(Self {
            argv: Glob::of(argv.iter().map(String::as_str)).map_err(problem)?,
            cwd: fields.text("cwd", PathPattern::parse)?,
            env: fields.texts("env", VariablePattern::parse)?,
        })
    }
}

impl Subject for ProcessPattern {
    fn includes(&self, other: &Self) -> bool {
        self.argv.includes(&other.argv)
            && self.cwd.includes(&other.cwd)
            && all_included(&self.env, &other.env)
    }
}

// === impl VariablePattern ===

impl VariablePattern {
    fn parse(text: &str) -> Result<Self, String> {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(Glob::of([argument(value)?.as_str()])?)),
            None => (text, None),
        };
        let plain = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if name.is_empty() || !plain {
            return Err(format!(
                "`{name}` is no variable's name, which has letters, digits and `_`"
            ));
        }
        Ok(Self {
            name: name.to_owned(),
            value,
        })
    }

    fn covers(&self, variable: &Variable) -> bool {
        let fits = match (&self.value, &variable.value) {
            (None, None) => true,
            (Some(glob), Some(value)) => glob.matches(&[value.as_bytes()]),
            _ => false,
        };
        fits && self.name == variable.name
    }
}

impl Subject for VariablePattern {
    fn includes(&self, other: &Self) -> bool {
        let fits = match (&self.value, &other.value) {
            (None, None) => true,
            (Some(glob), Some(other)) => glob.includes(other),
            _ => false,
        };
        fits && self.name == other.name
    }
}

fn argument(text: &str) -> Result<String, String> {
    match text.chars().find(|character| is_deceptive(*character)) {
        Some(character) => Err(format!("has {character:?} in it; `*` can stand in for it")),
        None => Ok(text.to_owned()),
    }
}

/// Checks the program's name: what a search path or a working directory could turn into another program has no rule.
fn program(text: &str) -> Result<(), String> {
    let plain = match text.strip_prefix('/') {
        Some(below) => below
            .split('/')
            .all(|segment| !matches!(segment, "" | "." | "..")),
        None => !matches!(text, "" | "." | "..") && !text.contains('/'),
    };
    if !plain || text.contains('*') {
        return Err(format!(
            "the program `{text}` is neither a bare name nor an absolute path, without wildcards"
        ));
    }
    Ok(())
}

// === judging ===

/// Judges the start of a program.
pub(super) fn run(
    judge: Judge<'_>,
    sides: [&ProcessRules; 2],
    argv: &[String],
    cwd: &Path,
    env: &[Variable],
) -> Result<Allowed, Denial> {
    let scope = judge.scope;
    let arguments: Vec<&[u8]> = argv.iter().map(String::as_bytes).collect();
    judge.one(
        sides.map(|side| side.0.as_slice()),
        |pattern| {
            pattern.argv.matches(&arguments)
                && pattern.cwd.matches(scope, cwd)
                && env
                    .iter()
                    .all(|variable| pattern.env.iter().any(|rule| rule.covers(variable)))
        },
        || wanted(argv, cwd, env),
    )
}

fn wanted(argv: &[String], cwd: &Path, env: &[Variable]) -> Wanted {
    let mut what = format!(
        "process {} in {}",
        inline(&json!(argv), &[]),
        quoted(&cwd.to_string_lossy())
    );
    let arguments: Vec<String> = argv.iter().map(|argument| literal_word(argument)).collect();
    let mut rule = json!({ "argv": arguments, "cwd": path_rule(cwd) });
    if !env.is_empty() {
        let (said, rules): (Vec<_>, Vec<_>) = env.iter().map(variable).unzip();
        let _ = write!(what, " with {}", said.join(", "));
        rule["env"] = json!(rules);
    }
    Wanted {
        what,
        grants: vec![Grant::of("process", rule)],
    }
}

/// A variable as a person reads it, and as a rule spells it.
fn variable(Variable { name, value }: &Variable) -> (String, String) {
    match value {
        None => (name.clone(), name.clone()),
        Some(value) => (
            format!("{name}={}", quoted(value)),
            format!("{name}={}", literal_word(value)),
        ),
    }
}
