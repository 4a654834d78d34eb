//! `sinew permit`: what an operator grants counts at once, and is on record.

use serde_json::json;

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
