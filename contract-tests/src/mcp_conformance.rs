//! The protocol's own conformance suite, run against a server. What it found is read from its results, not its words.

use std::fmt;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use crate::mcp_clients::{finished, node_program};

/// Length of what stands behind a scenario's name in the name of its folder: `-2026-11-30T06-09-21-352Z`.
const TIME_BYTES: usize = 25;

/// One run of the suite.
#[derive(Debug, Clone, Copy)]
pub struct Suite<'a> {
    /// The release of the suite.
    pub release: &'a str,
    /// The revision of the protocol; without one, all that the release knows of.
    pub revision: Option<&'a str>,
    /// Which of its scenarios: `all`, `active` or `pending`.
    pub selection: &'a str,
    /// How long the run may take. Then it is killed, since a server that never answers can hold it for ever.
    pub limit: Duration,
}

/// What a run found, scenario by scenario, in the order of their names.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The scenarios that ran.
    pub scenarios: Vec<Scenario>,
}

/// What one scenario found.
#[derive(Debug, Default)]
pub struct Scenario {
    /// Its name.
    pub name: String,
    /// How many of its checks passed.
    pub passed: usize,
    /// What is wrong by a MUST, one sentence for each check.
    pub failures: Vec<String>,
    /// What is wrong by a SHOULD.
    pub warnings: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Check {
    id: String,
    status: String,
    error_message: Option<String>,
}

// === impl Suite ===

impl Suite<'_> {
    /// Runs it against the server at `url`. `None` when it is not installed.
    ///
    /// # Errors
    /// When it cannot be started, does not end in time, ran no scenario at all, or says something else by its exit
    /// code than by its results.
    pub async fn run(&self, url: &str) -> Result<Option<Outcome>> {
        let folder = format!("conformance-{}", self.release);
        let Some(mut command) = node_program(&folder, "conformance") else {
            return Ok(None);
        };
        let results = tempfile::tempdir().context("making a folder for the results")?;
        command
            .args(["server", "--url", url, "--suite", self.selection])
            .arg("--output-dir")
            .arg(results.path());
        if let Some(revision) = self.revision {
            command.args(["--spec-version", revision]);
        }
        let ended = finished(command, self.limit).await?;
        let outcome = Outcome::read(results.path())?;
        ensure!(
            !outcome.scenarios.is_empty(),
            "no scenario ran: {}{}",
            ended.stdout,
            ended.stderr
        );
        let failed = outcome.failures().next().is_some();
        ensure!(
            ended.code == Some(i32::from(failed)),
            "it exited with {:?}, and its results say otherwise: {outcome}",
            ended.code
        );
        Ok(Some(outcome))
    }
}

// === impl Outcome ===

impl Outcome {
    /// Reads the folder that a run wrote: in it, a folder for each scenario, and in that its checks.
    ///
    /// # Errors
    /// When something in it cannot be read.
    pub fn read(results: &Path) -> Result<Self> {
        let mut scenarios = Vec::new();
        for folder in fs::read_dir(results).context("reading the results")? {
            let folder = folder?;
            let name = folder.file_name().to_string_lossy().into_owned();
            let checks = folder.path().join("checks.json");
            let name = name.strip_prefix("server-").unwrap_or(&name);
            let name = name.get(..name.len().saturating_sub(TIME_BYTES));
            scenarios.push(Scenario::read(name.unwrap_or_default(), &checks)?);
        }
        scenarios.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(Self { scenarios })
    }

    /// How many checks passed.
    #[must_use]
    pub fn passed(&self) -> usize {
        self.scenarios.iter().map(|scenario| scenario.passed).sum()
    }

    /// What is wrong by a MUST.
    pub fn failures(&self) -> impl Iterator<Item = &String> {
        self.scenarios
            .iter()
            .flat_map(|scenario| &scenario.failures)
    }

    /// What is wrong by a SHOULD.
    pub fn warnings(&self) -> impl Iterator<Item = &String> {
        self.scenarios
            .iter()
            .flat_map(|scenario| &scenario.warnings)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "{} checks passed in {} scenarios",
            self.passed(),
            self.scenarios.len()
        )?;
        for scenario in &self.scenarios {
            for failure in &scenario.failures {
                writeln!(out, "{}: FAILURE {failure}", scenario.name)?;
            }
            for warning in &scenario.warnings {
                writeln!(out, "{}: WARNING {warning}", scenario.name)?;
            }
        }
        Ok(())
    }
}

// === impl Scenario ===

impl Scenario {
    fn read(name: &str, checks: &Path) -> Result<Self> {
        let mut scenario = Self {
            name: name.to_owned(),
            ..Self::default()
        };
        // A scenario that broke off leaves no checks behind.
        let Ok(text) = fs::read_to_string(checks) else {
            scenario.failures.push("it broke off".to_owned());
            return Ok(scenario);
        };
        let checks: Vec<Check> =
            serde_json::from_str(&text).with_context(|| format!("the checks of `{name}`"))?;
        for check in checks {
            let sentence = format!("{}: {}", check.id, check.error_message.unwrap_or_default());
            match check.status.as_str() {
                "SUCCESS" => scenario.passed += 1,
                "WARNING" => scenario.warnings.push(sentence),
                // What was not applicable, and what was only written down.
                "SKIPPED" | "INFO" => {}
                _ => scenario.failures.push(sentence),
            }
        }
        Ok(scenario)
    }
}
