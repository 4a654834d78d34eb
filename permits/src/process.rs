//! The `process` family.
//!
//! ```toml
//! process = [{ argv = ["cargo", "test", "**"], cwd = "${project}/**", env = ["PATH"] }]
//! ```
//!
//! One and the same rule has to cover all of a program's start: its arguments one by one, its working directory and the
//! name of each environment variable that it gets. In an argument `*` stands for any characters, and an argument `**` for
//! any number of arguments, none included. The program itself is spelled out, as a bare name or an absolute path, and is
//! compared as it stands: `cargo` does not cover `/usr/bin/cargo`, nor the other way round.

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
use super::path_pattern::{PathPattern, path_rule};
use super::rule::{Rule, Subject, all_in, tables};
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
    env: Vec<String>,
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
            env: fields.texts("env", variable)?,
        })
    }
}

impl Subject for ProcessPattern {
    fn includes(&self, other: &Self) -> bool {
        self.argv.includes(&other.argv)
            && self.cwd.includes(&other.cwd)
            && all_in(&self.env, &other.env)
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

fn variable(text: &str) -> Result<String, String> {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if text.is_empty() || !plain {
        return Err(format!(
            "`{text}` is no variable's name, which has letters, digits and `_`"
        ));
    }
    Ok(text.to_owned())
}

// === judging ===

/// Judges the start of a program.
pub(super) fn run(
    judge: Judge<'_>,
    sides: [&ProcessRules; 2],
    argv: &[String],
    cwd: &Path,
    env: &[String],
) -> Result<Allowed, Denial> {
    let scope = judge.scope;
    let arguments: Vec<&[u8]> = argv.iter().map(String::as_bytes).collect();
    judge.one(
        sides.map(|side| side.0.as_slice()),
        |pattern| {
            pattern.argv.matches(&arguments)
                && pattern.cwd.matches(scope, cwd)
                && all_in(&pattern.env, env)
        },
        || wanted(argv, cwd, env),
    )
}

fn wanted(argv: &[String], cwd: &Path, env: &[String]) -> Wanted {
    let mut what = format!(
        "process {} in {}",
        inline(&json!(argv), &[]),
        quoted(&cwd.to_string_lossy())
    );
    let arguments: Vec<String> = argv.iter().map(|argument| literal_word(argument)).collect();
    let mut rule = json!({ "argv": arguments, "cwd": path_rule(cwd) });
    if !env.is_empty() {
        let _ = write!(what, " with {}", env.join(", "));
        rule["env"] = json!(env);
    }
    Wanted {
        what,
        grants: vec![Grant::of("process", rule)],
    }
}
