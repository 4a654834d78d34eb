//! `sinew permit`: what an operator grants counts at once, and is on record.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;
use sinew_contract_tests::ledger_rows::Row;
use sinew_runtime::config::Places;

use crate::scene::{Scene, answers, ask};

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_counts_at_once_and_after_a_restart_and_is_on_record() {
    let Some(scene) = Scene::new("# the operator's own words\n", "") else {
        return;
    };
    // Grants stand in the configuration here, and there is none.
    std::fs::remove_dir_all(scene.installation.config().with_file_name("permits.d")).unwrap();
    let daemon = scene.installation.serve(0).await.unwrap();
    let code = |reply| answers(&reply).pointer("/0/value/code").cloned();
    let reply = ask(&daemon, "s", "toolu_1", &json!([scene.read()])).await;
    assert_eq!(code(reply), Some(json!("denied")));

    let grant = format!("git.read:{}/**", scene.path("repo").display());
    let granting = ["permit", "grant", "probe", &grant];
    let dry = scene.sinew(&[&granting[..], &["--dry-run"]].concat()).await;
    assert_eq!(dry.code, Some(0), "{dry:?}");
    let reply = ask(&daemon, "s", "toolu_2", &json!([scene.read()])).await;
    assert_eq!(
        code(reply),
        Some(json!("denied")),
        "a dry run grants nothing"
    );

    let granted = scene.sinew(&granting).await;
    assert_eq!(
        (granted.code, granted.stderr.as_str()),
        (Some(0), ""),
        "{granted:?}"
    );
    let text = std::fs::read_to_string(scene.installation.config()).unwrap();
    assert!(text.starts_with("# the operator's own words\n"), "{text}");
    assert_eq!(text, dry.stdout.trim_end().to_owned() + "\n");
    let reply = ask(&daemon, "s", "toolu_3", &json!([scene.read()])).await;
    assert_eq!(answers(&reply)[0]["status"], "ok");
    let noted = scene.recorded(|row| row.text("/what") == "permit").await;
    assert!(noted.text("/detail").contains(&grant), "{noted:?}");
    // As a refusal prints it that lacks more than one.
    let several = ["permit", "grant", "probe", "mcp:elicit", "mcp:sample"];
    let granted = scene.sinew(&several).await;
    assert_eq!(granted.code, Some(0), "{granted:?}");
    assert_eq!(granted.stdout.lines().count(), 2, "{granted:?}");
    let text = std::fs::read_to_string(scene.installation.config()).unwrap();
    assert!(text.contains(r#"mcp = ["elicit", "sample"]"#), "{text}");
    daemon.terminate().await.unwrap();

    let daemon = scene.installation.serve(0).await.unwrap();
    let reply = ask(&daemon, "s", "toolu_4", &json!([scene.read()])).await;
    assert_eq!(answers(&reply)[0]["status"], "ok");
    let (code, again) = scene.asked(&granting).await;
    assert_eq!(
        (code, &again["changed"]),
        (Some(0), &json!(false)),
        "{again}"
    );
    let nonsense = scene
        .sinew(&["permit", "grant", "probe", "git.read:relative"])
        .await;
    assert_eq!(nonsense.code, Some(1), "{nonsense:?}");
    daemon.terminate().await.unwrap();
    scene.verifies().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_takes_over_the_grant_that_was_named_and_no_other() {
    let Some(scene) = Scene::new("", "") else {
        return;
    };
    let own = scene.installation.config().with_file_name("permits.d");
    let own = own.join("probe.toml");
    let rules = std::fs::read_to_string(&own).unwrap();
    let daemon = scene.installation.serve(0).await.unwrap();
    // Somebody has changed the file, and a server that runs does not have that.
    std::fs::write(&own, format!("{rules}fs.read = [\"/srv/**\"]\n")).unwrap();
    let (named, other) = ("fs.read:/opt/**", "net:GET https://h.example/**");
    let refused = scene.sinew(&["permit", "grant", "probe", named]).await;
    assert_eq!(refused.code, Some(1), "{refused:?}");
    for part in [
        "it is granted in the file, and the server that runs does not have it",
        "`+ fs.read[0] \"/srv/**\"`",
        "run `sinew serve` again",
    ] {
        assert!(refused.stderr.contains(part), "{part}: {}", refused.stderr);
    }
    assert!(
        !refused.stderr.contains("`+ fs.read[1]"),
        "{}",
        refused.stderr
    );
    let permits = |row: &Row| row.text("/what") == "permit";
    assert!(!scene.rows().iter().any(permits), "nothing was taken over");
    // With the rest as it was, the one that is named is taken over.
    std::fs::write(&own, format!("{rules}fs.read = [\"/opt/**\"]\n")).unwrap();
    let granted = scene.sinew(&["permit", "grant", "probe", named]).await;
    assert_eq!(granted.code, Some(0), "{granted:?}");
    scene.recorded(permits).await;
    // What the file does not grant is not recorded as granted, whoever asks.
    let body = json!({ "grant": other }).to_string();
    let headers = daemon.headers_with(&daemon.admin_token);
    let reply = daemon.post("/v1/plugins/probe/permits", &headers, body.as_bytes());
    let reply = reply.await.unwrap();
    assert_eq!(reply.status, 409, "{reply:?}");
    let nonsense = json!({ "grant": "nonsense" }).to_string();
    let reply = daemon.post("/v1/plugins/probe/permits", &headers, nonsense.as_bytes());
    assert_eq!(reply.await.unwrap().status, 409);
    daemon.terminate().await.unwrap();
    let recorded = scene.rows().iter().filter(|row| permits(row)).count();
    assert_eq!(recorded, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_without_a_server_is_on_record() {
    let Some(scene) = Scene::new("", "") else {
        return;
    };
    // Even before the first start.
    let granting = ["permit", "grant", "probe", "fs.read:/opt/**"];
    let (code, granted) = scene.asked(&granting).await;
    assert_eq!(code, Some(0), "{granted}");
    assert_eq!(granted["applied"], false);
    let noted = scene.recorded(|row| row.text("/what") == "permit").await;
    assert_eq!(granted["recorded"], noted.position, "{granted}");
    assert_eq!(noted.text("/plugin"), "probe");
    assert_eq!(
        noted.text("/detail"),
        "the operator, while nothing served, granted `fs.read:/opt/**`"
    );
    scene.verifies().await;
    let (code, again) = scene.asked(&granting).await;
    assert_eq!((code, &again["changed"]), (Some(0), &json!(false)));
    assert_eq!(again["recorded"], json!(null), "it was granted before");

    // A server that holds the state folder and is asked elsewhere.
    let daemon = scene.installation.serve(0).await.unwrap();
    let own = scene.installation.config().with_file_name("permits.d");
    let before = std::fs::read_to_string(own.join("probe.toml")).unwrap();
    let nowhere = scene.path("nowhere.sock");
    let elsewhere = ["permit", "grant", "probe", "tui:true", "--socket"];
    let elsewhere = [&elsewhere[..], &[nowhere.to_str().unwrap()]].concat();
    let refused = scene.sinew(&elsewhere).await;
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(
        refused.stderr.contains("served by another process"),
        "{}",
        refused.stderr
    );
    let after = std::fs::read_to_string(own.join("probe.toml")).unwrap();
    assert_eq!(before, after);
    daemon.terminate().await.unwrap();
    scene.verifies().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_recorded_is_not_granted() {
    let Some(scene) = Scene::new("", "") else {
        return;
    };
    let own = scene.installation.config().with_file_name("permits.d");
    let before = std::fs::read_to_string(own.join("probe.toml")).unwrap();
    // A folder where the ledger's database would lie.
    let database = Places::new(scene.installation.state()).database();
    std::fs::create_dir_all(&database).unwrap();
    std::fs::set_permissions(scene.installation.state(), Permissions::from_mode(0o700)).unwrap();
    let refused = scene.sinew(&["permit", "grant", "probe", "tui:true"]).await;
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(
        refused
            .stderr
            .contains("nothing was granted, since it cannot be recorded"),
        "{}",
        refused.stderr
    );
    let after = std::fs::read_to_string(own.join("probe.toml")).unwrap();
    assert_eq!(before, after);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comparison_names_what_is_wider() {
    let Some(scene) = Scene::new("", "") else {
        return;
    };
    let manifest = scene.installation.plugins().join("probe");
    let narrow = scene.path("narrow.toml");
    std::fs::write(&narrow, "git = { read = [\"/**\"] }\n").unwrap();
    let (manifest, narrow) = (manifest.to_str().unwrap(), narrow.to_str().unwrap());
    let (code, wider) = scene.asked(&["permit", "diff", narrow, manifest]).await;
    assert_eq!(code, Some(1), "{wider}");
    assert!(
        !wider["widenings"].as_array().unwrap().is_empty(),
        "{wider}"
    );
    let (code, narrower) = scene.asked(&["permit", "diff", manifest, narrow]).await;
    assert_eq!(
        (code, &narrower["widenings"]),
        (Some(0), &json!([])),
        "{narrower}"
    );
}
