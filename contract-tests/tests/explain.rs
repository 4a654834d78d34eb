//! `sinew explain COMMAND`: what the bundled policy would answer, without a server and without doing anything.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;
use sinew_contract_tests::daemon::Installation;
use sinew_contract_tests::probe_plugin::ProbePlugin;
use sinew_contract_tests::sinew_binary::{Finished, run, skipped};

struct Asker {
    installation: Installation,
    home: tempfile::TempDir,
}

impl Asker {
    /// Configures the bundled guard.
    fn new() -> Result<Option<Self>> {
        let guard = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/guard");
        if !guard.join("guard.wasm").is_file() {
            return Ok(skipped("the guard is not built: run `just plugins` first"));
        }
        let guard = guard.canonicalize()?;
        let head = format!("[plugins.guard]\npath = \"{}\"", guard.display());
        let installation = Installation::new(&head, &[])?;
        let home = tempfile::tempdir()?;
        Ok(installation.map(|installation| Self { installation, home }))
    }

    async fn explain(&self, arguments: &[&str], input: &str) -> Result<Finished> {
        let config = self.installation.config();
        let config = config.to_str().context("a path that is no text")?;
        let mut all = vec!["--config", config, "explain"];
        all.extend(arguments);
        run(
            &self.installation.binary,
            self.home.path(),
            &all,
            input.as_bytes(),
        )
        .await
    }
}

#[tokio::test]
async fn a_rule_is_explained_by_its_id_and_a_misspelt_one_is_suggested() -> Result<()> {
    let Some(installation) = Installation::new("", &[ProbePlugin::default()])? else {
        return Ok(());
    };
    let manifest = installation.plugins().join("probe/plugin.toml");
    let rules = "[[rules]]\nid = \"no-shouting\"\npack = \"manners\"\nsummary = \"shouting\"\nadvice = \"say it\"\n";
    std::fs::write(&manifest, std::fs::read_to_string(&manifest)? + rules)?;
    let asker = Asker {
        installation,
        home: tempfile::tempdir()?,
    };
    let finished = asker.explain(&["no-shouting"], "").await?;
    let expected = "no-shouting (probe, pack manners)\n  stops    shouting\n  instead  say it\n";
    assert_eq!(finished.stdout, expected, "{finished:?}");
    let finished = asker.explain(&["no-shoutng"], "").await?;
    assert_eq!(finished.code, Some(1));
    let expected = "error: no rule is called `no-shoutng`; did you mean `no-shouting`?\n";
    assert_eq!(finished.stderr, expected);
    // Anything else is a command.
    let finished = asker.explain(&["--json", "true"], "").await?;
    let answer: Value = serde_json::from_str(&finished.stdout)?;
    assert_eq!(answer["plugins"][0]["plugin"], "probe", "{answer:#}");
    Ok(())
}

#[tokio::test]
async fn a_command_is_judged_as_an_agent_s_would_be() -> Result<()> {
    let Some(asker) = Asker::new()? else {
        return Ok(());
    };
    let cases = [
        ("rm -rf /", "deny", Some("destructive-delete")),
        ("git push --force origin topic", "none", Some("forced-push")),
        ("ls -l", "none", None),
    ];
    for (command, decision, rule) in cases {
        let finished = asker.explain(&["--json", command], "").await?;
        assert_eq!(finished.code, Some(0), "{finished:?}");
        let answer: Value = serde_json::from_str(&finished.stdout)?;
        assert_eq!(answer["decision"], decision, "{answer:#}");
        assert_eq!(answer["plugins"][0]["rule"].as_str(), rule, "{answer:#}");
    }
    let finished = asker.explain(&["-"], "cd /tmp\nrm -rf /\n").await?;
    let mut lines = finished.stdout.lines();
    assert_eq!(lines.next(), Some("deny"), "{finished:?}");
    assert_eq!(lines.next(), Some("  guard says deny, destructive-delete"));
    Ok(())
}
