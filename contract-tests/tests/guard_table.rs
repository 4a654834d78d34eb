//! The table of guard's cases, as a table: it can be read, and it is large and fair enough to measure by.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde_json::json;
use sinew_runtime::plugin::Manifest;

/// Fewer cases than this measure nothing to a percent.
const CASES_MIN: usize = 400;
/// Of a hundred cases, how many have to be harmless: a gate that stops everything must not score well.
const HARMLESS_PERCENT_MIN: usize = 45;

/// One file of the table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

/// One call and what should be said of it; `plugins/guard/cases/README.md` says what the keys mean.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    pack: String,
    command: Option<String>,
    tool: Option<String>,
    input: Option<toml::Table>,
    cwd: Option<String>,
    project: Option<String>,
    branch: Option<String>,
    expect: Expected,
    rule: Option<String>,
    why: String,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Expected {
    Deny,
    Ask,
    Stop,
    Rewrite,
    None,
}

#[test]
fn every_case_is_whole_and_there_once() -> Result<()> {
    let mut wrong = Vec::new();
    let mut ids = BTreeSet::new();
    let mut calls = BTreeMap::new();
    for (file, case) in table()? {
        let id = &case.id;
        let mut found = |what: String| wrong.push(format!("{file}: `{id}`: {what}"));
        if !is_name(id) || !is_name(&case.pack) {
            found("an id and a pack are lower-case words joined by `-`".to_owned());
        }
        if !ids.insert(id.clone()) {
            found("this id is used twice".to_owned());
        }
        if case.why.trim().is_empty() {
            found("`why` is empty".to_owned());
        }
        match (&case.command, &case.tool, &case.input) {
            (Some(_), None, None) | (None, Some(_), Some(_)) => {}
            _ => found("needs either `command`, or `tool` and `input`".to_owned()),
        }
        if case.rule.is_some() == matches!(case.expect, Expected::Stop | Expected::None) {
            found(
                "`rule` names what denies, asks or rewrites, and nothing else has one".to_owned(),
            );
        }
        if let Some(rule) = case.rule.as_deref().filter(|rule| !is_rule(rule)) {
            found(format!("guard has no rule `{rule}`"));
        }
        let project = case.project.as_ref().filter(|project| !project.is_empty());
        for folder in [case.cwd.as_ref(), project].into_iter().flatten() {
            if !folder.starts_with('/') {
                found(format!("`{folder}` is not an absolute path"));
            }
        }
        if let Some(other) = calls.insert(call(&case), id.clone()) {
            found(format!("is the same call as `{other}`"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

#[test]
fn the_table_is_large_and_about_half_of_it_is_harmless() -> Result<()> {
    let table = table()?;
    let harmless = table
        .iter()
        .filter(|(_, case)| case.expect == Expected::None)
        .count();
    assert!(table.len() >= CASES_MIN, "{} cases", table.len());
    assert!(
        harmless * 100 >= table.len() * HARMLESS_PERCENT_MIN,
        "{harmless} of {} are harmless",
        table.len()
    );
    Ok(())
}

#[test]
fn every_pack_has_dangers_and_calls_that_look_like_them() -> Result<()> {
    let mut packs: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (_, case) in table()? {
        let (dangers, harmless) = packs.entry(case.pack).or_default();
        *(if case.expect == Expected::None {
            harmless
        } else {
            dangers
        }) += 1;
    }
    // Ordinary work is a pack of its own, and nothing in it is a danger.
    packs.remove("everyday");
    let one_sided: Vec<_> = packs
        .iter()
        .filter(|(_, (dangers, harmless))| *dangers < 10 || *harmless < 10)
        .collect();
    assert!(one_sided.is_empty(), "{one_sided:?}");
    Ok(())
}

#[test]
fn what_the_readme_says_of_the_table_is_so() -> Result<()> {
    let table = table()?;
    let harmless = table
        .iter()
        .filter(|(_, case)| case.expect == Expected::None);
    let exact = table.iter().filter(|(_, case)| case.rule.is_some());
    let expected = format!(
        "{} calls, of which {} are harmless\nand made to look like the others, and {} have one verdict and one rule that is right.",
        thousands(table.len()),
        thousands(harmless.count()),
        thousands(exact.count())
    );
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/guard/README.md");
    let readme = std::fs::read_to_string(readme)?;
    assert!(
        readme.contains(&expected),
        "plugins/guard/README.md has to say: {expected}"
    );
    Ok(())
}

/// The host asks for a rewrite only where the manifest's matcher finds something, and guard rewrites only there: both look for
/// the same word in the command.
#[test]
fn no_rewrite_is_missed() -> Result<()> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/guard/plugin.toml");
    let manifest = std::fs::read_to_string(manifest)?;
    let written: toml::Table = toml::from_str(&manifest)?;
    let matcher = &written["hooks"]["pre_tool_use"]["rewrite_matcher"];
    assert_eq!(matcher.as_str(), Some(guard::REWRITABLE));
    let manifest = Manifest::parse(&manifest)?;
    let subscription = manifest.subscription("PreToolUse");
    let rewrites = subscription.and_then(|subscription| subscription.rewrites.as_ref());
    let rewrites = rewrites.context("guard rewrites")?;
    let table = table()?;
    let rewritten = table
        .iter()
        .filter(|(_, case)| case.expect == Expected::Rewrite);
    let mut tried = 0;
    for (_, case) in rewritten {
        assert!(
            rewrites.wants(&json!({"tool_input": {"command": case.command}})),
            "{}",
            case.id
        );
        tried += 1;
    }
    assert!(tried >= 4, "{tried} cases are rewritten");
    assert!(!rewrites.wants(&json!({"tool_input": {"command": "git status"}})));
    Ok(())
}

fn thousands(count: usize) -> String {
    if count < 1_000 {
        count.to_string()
    } else {
        format!("{},{:03}", count / 1_000, count % 1_000)
    }
}

fn is_rule(id: &str) -> bool {
    guard::RULES.iter().any(|rule| rule.id == id)
}

/// Every case with the name of its file, in the files' order.
fn table() -> Result<Vec<(String, Case)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/guard/cases");
    let mut paths = Vec::new();
    for entry in folder.read_dir()? {
        paths.push(entry?.path());
    }
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "toml")
    });
    paths.sort();
    let mut table = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let cases: Cases = toml::from_str(&std::fs::read_to_string(&path)?)
            .with_context(|| format!("reading `{name}`"))?;
        table.extend(cases.case.into_iter().map(|case| (name.to_string(), case)));
    }
    Ok(table)
}

/// What makes two cases the same call.
fn call(case: &Case) -> String {
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?}",
        case.command, case.tool, case.input, case.cwd, case.project, case.branch
    )
}

fn is_name(text: &str) -> bool {
    text.split('-').all(|word| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    })
}
