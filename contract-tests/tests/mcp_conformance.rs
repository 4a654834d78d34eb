//! The protocol's own conformance suite against the daemon with the `fixtures` plugin: every check of both its releases.

use std::net::TcpListener;
use std::time::Duration;

use anyhow::{Context as _, Result};
use sinew_contract_tests::fixtures_plugin::fixtures_house;
use sinew_contract_tests::mcp_conformance::{Outcome, Suite};

/// A run takes seconds; this is for two cores that are busy with other tests.
const LIMIT: Duration = Duration::from_secs(240);

/// What is run, and how many checks pass where none is skipped: fewer would be a suite, or a plugin, that lost some.
/// The newest revision's suite has one more, for servers that answer every call with a stream; ours is none of them.
const RUNS: &[(&str, Option<&str>, usize)] = &[
    ("0.1.16", None, 46),
    ("0.2.0-alpha.12", Some("2025-06-18"), 56),
    ("0.2.0-alpha.12", Some("2025-11-25"), 83),
    ("0.2.0-alpha.12", Some("2026-07-28"), 152),
];

const fn everything<'a>(release: &'a str, revision: Option<&'a str>) -> Suite<'a> {
    Suite {
        release,
        revision,
        selection: "all",
        limit: LIMIT,
    }
}

/// A listener that takes connections and never says a word.
fn silent() -> Result<(TcpListener, String)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}/mcp", listener.local_addr()?);
    Ok((listener, url))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_check_of_every_revision_passes() -> Result<()> {
    let Some(house) = fixtures_house()? else {
        return Ok(());
    };
    let daemon = house.serve(0).await?;
    let url = format!("http://{}/mcp", daemon.address);
    for (release, revision, checks) in RUNS {
        let Some(outcome) = everything(release, *revision).run(&url).await? else {
            return Ok(());
        };
        let wrong = outcome.failures().chain(outcome.warnings()).count();
        let run = format!("{release} {revision:?}: {outcome}{}", house.log());
        assert_eq!(wrong, 0, "{run}");
        assert!(outcome.passed() >= *checks, "{run}");
    }
    daemon.terminate().await
}

/// The proof that the proof can fail, and so are the next ones.
#[tokio::test]
async fn a_server_that_is_not_there_fails() -> Result<()> {
    let (listener, url) = silent()?;
    drop(listener);
    for (release, revision, _) in RUNS {
        let Some(outcome) = everything(release, *revision).run(&url).await? else {
            return Ok(());
        };
        assert!(outcome.failures().count() > 20, "{release}: {outcome}");
    }
    Ok(())
}

#[tokio::test]
async fn a_run_that_hangs_is_killed() -> Result<()> {
    let (_listener, url) = silent()?;
    let mut suite = everything("0.1.16", None);
    suite.limit = Duration::from_secs(3);
    let said = match suite.run(&url).await {
        Ok(None) => return Ok(()),
        Ok(Some(outcome)) => outcome.to_string(),
        Err(error) => error.to_string(),
    };
    assert!(said.starts_with("it did not end in 3s: "), "{said}");
    Ok(())
}

#[tokio::test]
async fn a_run_without_a_scenario_fails() -> Result<()> {
    let (_listener, url) = silent()?;
    // The suite itself calls this a success.
    let suite = Suite {
        selection: "pending",
        ..everything("0.2.0-alpha.12", Some("2025-06-18"))
    };
    let said = match suite.run(&url).await {
        Ok(None) => return Ok(()),
        Ok(Some(outcome)) => outcome.to_string(),
        Err(error) => error.to_string(),
    };
    assert!(said.starts_with("no scenario ran: "), "{said}");
    Ok(())
}

#[test]
fn results_are_counted_check_by_check() -> Result<()> {
    let results = tempfile::tempdir()?;
    let time = "2026-11-30T06-09-21-352Z";
    let checks = r#"[
        {"id": "a", "status": "SUCCESS"}, {"id": "b", "status": "INFO"}, {"id": "c", "status": "SKIPPED"},
        {"id": "d", "status": "WARNING", "errorMessage": "it should"}, {"id": "e", "status": "FAILURE", "errorMessage": "it must"},
        {"id": "f", "status": "a new word"}
    ]"#;
    let whole = results.path().join(format!("server-tools-list-{time}"));
    std::fs::create_dir(&whole)?;
    std::fs::write(whole.join("checks.json"), checks)?;
    std::fs::create_dir(results.path().join(format!("server-ping-{time}")))?;
    let said = Outcome::read(results.path())?.to_string();
    let expected = "1 checks passed in 2 scenarios\nping: FAILURE it broke off\ntools-list: FAILURE e: it must\n\
        tools-list: FAILURE f: \ntools-list: WARNING d: it should\n";
    assert_eq!(said, expected);

    std::fs::write(whole.join("checks.json"), "[{}]")?;
    let error = Outcome::read(results.path()).err().context("it was read")?;
    assert_eq!(error.to_string(), "the checks of `tools-list`");
    Ok(())
}
