//! An effect that is done again for the same tool use is known as the same, whatever has changed meanwhile.

use std::fs::{self, Permissions};
use std::net::Ipv4Addr;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};
use sinew_contract_tests::daemon::Installation;
use sinew_contract_tests::probe_plugin::ProbePlugin;
use sinew_contract_tests::web_server::{Reply, WebServer};

use crate::scene::ask;

/// What marks the issues that were asked for, in order.
fn marks(server: &WebServer) -> Vec<String> {
    let posts = server
        .take()
        .into_iter()
        .filter(|seen| !seen.body.is_empty());
    let mark = |body: Vec<u8>| {
        let issue: Value = serde_json::from_slice(&body).unwrap();
        let text = issue["body"].as_str().unwrap();
        text[text.find("<!--").unwrap()..].to_owned()
    };
    posts.map(|seen| mark(seen.body)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_use_marks_what_it_makes_alike_after_a_kill_and_a_grant() {
    let server = WebServer::start(Ipv4Addr::LOCALHOST, 0, |seen| {
        if seen.body.is_empty() {
            Reply::ok("[]")
        } else {
            Reply::new(502, &[], "")
        }
    });
    let server = server.unwrap();
    let probe = ProbePlugin {
        budgets: "wall = \"20s\"",
        ..ProbePlugin::default()
    };
    let Some(house) = Installation::new("", std::slice::from_ref(&probe)).unwrap() else {
        return;
    };
    let token = house.config().with_file_name("github-token");
    fs::write(&token, "ghp_of_a_test\n").unwrap();
    fs::set_permissions(&token, Permissions::from_mode(0o600)).unwrap();
    let head = format!(
        "[secrets]\nGITHUB = {{ file = {token:?} }}\n[github]\nbase_url = \"{}\"\nlogin = \"bot\"\nattempts = 1\n\
         token = {{ secret = \"GITHUB\" }}\n",
        server.url("")
    );
    house.configure(&head, &[probe]).unwrap();
    let rights = "github = [\"*/api:issues.read\", \"*/api:issues.write\"]\n";
    house.grant("probe", rights).unwrap();
    let issue = json!({ "repository": "acme/api", "title": "One", "body": "Two" });
    let make = json!({ "do": "effect", "effect": "github_create_issue", "request": issue });
    let steps = json!([make, make, { "do": "exit", "code": 1 }]);

    let daemon = house.serve(0).await.unwrap();
    ask(&daemon, "s", "toolu_1", &steps).await;
    let first = marks(&server);
    daemon.kill().await.unwrap();
    let granted = fs::read_to_string(house.config()).unwrap() + "tui = true\n";
    fs::write(house.config(), granted).unwrap();
    let daemon = house.serve(0).await.unwrap();
    ask(&daemon, "s", "toolu_1", &steps).await;
    let again = marks(&server);
    ask(&daemon, "s", "toolu_2", &steps).await;
    let other = marks(&server);
    daemon.terminate().await.unwrap();

    assert_eq!(first.len(), 2, "{first:?}\n{}", house.log());
    assert_ne!(
        first[0], first[1],
        "two issues that are asked for alike are two"
    );
    assert_eq!(again, first, "{}", house.log());
    assert!(other.iter().all(|mark| !first.contains(mark)), "{other:?}");
}
