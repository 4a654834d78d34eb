//! What is made at GitHub is made once, whatever breaks on the way.

use serde_json::json;
use sinew_runtime::services::github::GithubSettings;

use crate::github_scene::{API, Github, issue, new_issue, settings, writes};
use crate::github_server::{BOT, GithubServer, Trick};

#[test]
fn reads_are_repeated_and_writes_are_not() {
    let server = GithubServer::start();
    let number = server.world().issue("ada", "");
    let github = Github::at(&server);
    let broken = || Trick::Answer(502, &[], "<html>bad gateway</html>".to_owned());
    server.trick("GET", broken());
    server.trick("GET", Trick::BreakAfterDoing);
    assert!(github.call("github_get_issue", &issue(number)).is_ok());
    assert_eq!(server.requests().len(), 3);

    for _ in 0..3 {
        server.trick("GET", broken());
    }
    let refused = github.refused("github_get_issue", &issue(number));
    assert_eq!(
        refused,
        (
            "unavailable".to_owned(),
            "GitHub does not work: it answered 502".to_owned()
        )
    );
    assert_eq!(server.requests().len(), 3, "not for ever");

    for (trick, made) in [(broken(), 0), (Trick::BreakAfterDoing, 1)] {
        let github = Github::at(&server);
        let before = server.world().issues.len();
        server.requests();
        server.trick("POST", trick);
        // What it made is looked for, and here it is not shown yet: first for the marker, then for what came of it.
        server.trick("creator=", Trick::Lag);
        server.trick("creator=", Trick::Lag);
        let (code, message) = github.refused("github_create_issue", &new_issue());
        assert_eq!(code, "in_doubt", "{message}");
        assert!(message.contains("may have been done"), "{message}");
        assert_eq!(writes(&server.requests()), 1);
        assert_eq!(server.world().issues.len(), before + made);
    }
}

#[test]
fn what_was_made_before_a_crash_is_found() {
    let server = GithubServer::start();
    let mut github = Github::at(&server);
    // The connection breaks after it was done: it is looked up at once.
    server.trick("POST", Trick::BreakAfterDoing);
    let made = github.call("github_create_issue", &new_issue()).unwrap();
    assert_eq!(made["created"], true);
    let number = &made["issue"]["number"];
    // The host crashes, and repeats the request.
    let again = github.call("github_create_issue", &new_issue()).unwrap();
    assert_eq!(
        (&again["issue"]["number"], &again["created"]),
        (number, &json!(false))
    );
    assert_eq!(server.world().issues.len(), 1);
    // Another request is another issue.
    github.scene.repeat_key = "01";
    let other = github.call("github_create_issue", &new_issue()).unwrap();
    assert_eq!(other["created"], true);
    assert_eq!(server.world().issues.len(), 2);
}

#[test]
fn a_key_of_the_plugins_own_holds_across_turns_and_for_it_alone() {
    let server = GithubServer::start();
    let mut github = Github::at(&server);
    let keyed = json!({ "repository": API, "title": "Nightly", "idempotency_key": "nightly" });
    let first = github.call("github_create_issue", &keyed).unwrap();
    github.scene.repeat_key = "01";
    let again = github.call("github_create_issue", &keyed).unwrap();
    assert_eq!(
        (&again["issue"]["number"], &again["created"]),
        (&first["issue"]["number"], &json!(false))
    );
    // Somebody else copies the marker.
    let body = first["issue"]["body"].as_str().unwrap().to_owned();
    server.world().issues.clear();
    server.world().issue("mallory", &body);
    assert_eq!(
        github.call("github_create_issue", &keyed).unwrap()["created"],
        true
    );
    // A plugin writes another one's marker into its own text: it is not at the end.
    server.world().issues.clear();
    let forged = json!({ "repository": API, "title": "x", "body": body });
    assert_eq!(
        github.call("github_create_issue", &forged).unwrap()["created"],
        true
    );
    assert_eq!(
        github.call("github_create_issue", &keyed).unwrap()["created"],
        true
    );
    github.scene.plugin = "other";
    assert_eq!(
        github.call("github_create_issue", &keyed).unwrap()["created"],
        true
    );
    assert_eq!(server.world().issues.len(), 3);
}

#[test]
fn comments_are_found_among_the_latest() {
    let server = GithubServer::start();
    let number = server.world().issue("ada", "");
    let github = Github::with(GithubSettings {
        pages_max: 2,
        ..settings(&server.url())
    });
    let keyed =
        json!({ "repository": API, "number": number, "body": "Done.", "idempotency_key": "k" });
    for _ in 0..330 {
        server.world().comment(number, "ada", "Me, too.");
    }
    let made = github.call("github_comment", &keyed).unwrap();
    assert_eq!(made["created"], true);
    server.requests();
    let again = github.call("github_comment", &keyed).unwrap();
    assert_eq!(
        (&again["comment"]["id"], &again["created"]),
        (&made["comment"]["id"], &json!(false))
    );
    assert_eq!(
        server.requests()[1..],
        [
            "GET /repos/acme/api/issues/1/comments?per_page=100&page=3",
            "GET /repos/acme/api/issues/1/comments?per_page=100&page=4",
        ]
    );
    let plain = json!({ "repository": API, "number": number, "body": "Done." });
    assert_eq!(
        github.call("github_comment", &plain).unwrap()["created"],
        true
    );
    let since = server
        .requests()
        .into_iter()
        .find(|line| line.contains("since="));
    assert!(
        since.is_some(),
        "what may be repeated after a crash is not old"
    );
}

#[test]
fn a_pull_request_is_made_once_and_merged_once() {
    let server = GithubServer::start();
    let github = Github::at(&server);
    let new = json!({ "repository": API, "title": "Fix", "body": "Fixes #1.", "head": "bot/fix", "base": "main" });
    server.trick("POST", Trick::BreakAfterDoing);
    let made = github.call("github_create_pr", &new).unwrap();
    assert_eq!(made["created"], true);
    assert_eq!(
        github.call("github_create_pr", &new).unwrap()["created"],
        false
    );
    assert_eq!(server.world().pulls.len(), 1);
    let keyed = json!({ "repository": API, "title": "Fix", "head": "acme:bot/fix", "base": "main", "idempotency_key": "k" });
    let refused = github.refused("github_create_pr", &keyed);
    assert_eq!(
        refused,
        (
            "conflict".to_owned(),
            "`acme/api#1` is open already for the same branches".to_owned()
        )
    );

    let (sha, other) = ("a".repeat(40), "b".repeat(40));
    let merge = |sha: &str| json!({ "repository": API, "number": 1, "sha": sha });
    let (code, message) = github.refused("github_merge_pr", &merge(&other));
    assert_eq!(
        (code.as_str(), message.contains("ends in the commit `aaaa")),
        ("conflict", true),
        "{message}"
    );
    // It breaks after it was done, and is looked at again.
    server.requests();
    server.trick("PUT", Trick::BreakAfterDoing);
    let merged = github.call("github_merge_pr", &merge(&sha)).unwrap();
    assert_eq!(
        merged,
        json!({ "sha": "e".repeat(40), "merged_before": false })
    );
    let again = github.call("github_merge_pr", &merge(&sha)).unwrap();
    assert_eq!(
        again,
        json!({ "sha": "e".repeat(40), "merged_before": true })
    );
    assert_eq!(writes(&server.requests()), 1);
    let (code, message) = github.refused("github_merge_pr", &merge(&other));
    assert_eq!(
        (
            code.as_str(),
            message.contains("was merged, with the commit `aaaa")
        ),
        ("conflict", true),
        "{message}"
    );

    // The branch moves between the look and the merge.
    server.world().pull("ada", "topic", &other);
    let looked = server.world().pulls[1].clone();
    server.world().pulls[1]["head"]["sha"] = "c".repeat(40).into();
    server.trick("GET", Trick::Answer(200, &[], looked.to_string()));
    let request = json!({ "repository": API, "number": 2, "sha": other });
    let (code, message) = github.refused("github_merge_pr", &request);
    assert_eq!(
        (code.as_str(), message.contains("Head branch was modified")),
        ("conflict", true),
        "{message}"
    );
    // Not done, as far as anybody can see.
    server.world().pulls[1]["head"]["sha"] = other.as_str().into();
    server.trick("PUT", Trick::Answer(500, &[], String::new()));
    assert_eq!(github.refused("github_merge_pr", &request).0, "in_doubt");
}

#[test]
fn whose_a_token_is_can_be_said_where_github_does_not() {
    let server = GithubServer::start();
    let github = Github::at(&server);
    let refusal = || {
        Trick::Answer(
            403,
            &[],
            "{\"message\":\"Resource not accessible by integration\"}".to_owned(),
        )
    };
    server.trick("/user", refusal());
    let (code, message) = github.refused("github_create_issue", &new_issue());
    assert_eq!(
        (code.as_str(), message.contains("`[github] login`")),
        ("unavailable", true),
        "{message}"
    );
    let told = Github::with(GithubSettings {
        login: Some(BOT.to_owned()),
        ..settings(&server.url())
    });
    server.requests();
    assert_eq!(
        told.call("github_create_issue", &new_issue()).unwrap()["created"],
        true
    );
    assert_eq!(
        told.call("github_create_issue", &new_issue()).unwrap()["created"],
        false
    );
    assert!(!server.requests().iter().any(|line| line.ends_with("/user")));
}
