//! GitHub's limits and ours: pages, waiting, deadlines, and servers that do not work.

use std::time::{Duration, Instant};

use serde_json::json;
use sinew_runtime::services::github::GithubSettings;

use crate::github_scene::{API, Github, issue, new_issue, settings, writes};
use crate::github_server::{BOT, GithubServer, Trick};

#[test]
fn pages_are_counted_and_links_are_never_followed() {
    let server = GithubServer::start();
    for number in 0..250 {
        server.world().issue("ada", &format!("Number {number}"));
    }
    server.world().issues[10]["pull_request"] = json!({ "url": "x" });
    let github = Github::at(&server);
    let list = |limit| {
        let request = json!({ "repository": "ACME/Api", "limit": limit });
        github.call("github_list_issues", &request).unwrap()
    };
    let few = list(3);
    assert_eq!(few["issues"].as_array().unwrap().len(), 3);
    assert_eq!(few["issues"][0]["number"], 250);
    assert_eq!(few["issues"][0]["labels"], json!(["bug", "plain"]));
    assert_eq!(few["truncated"], true);
    assert_eq!(
        server.requests(),
        ["GET /repos/acme/api/issues?state=open&per_page=23&page=1"]
    );
    let most = list(1_000);
    assert_eq!(
        most["issues"].as_array().unwrap().len(),
        200,
        "the host's own limit"
    );
    assert_eq!(most["truncated"], true);

    let all = Github::with(GithubSettings {
        items_max: 1_000,
        ..settings(&server.url())
    });
    server.requests();
    let listed = all
        .call("github_list_issues", &json!({ "repository": API }))
        .unwrap();
    assert_eq!(
        listed["issues"].as_array().unwrap().len(),
        249,
        "a pull request is no issue"
    );
    assert_eq!(listed["truncated"], false);
    assert_eq!(server.requests().len(), 3);

    let paged = Github::with(GithubSettings {
        items_max: 1_000,
        pages_max: 2,
        ..settings(&server.url())
    });
    let listed = paged
        .call("github_list_issues", &json!({ "repository": API }))
        .unwrap();
    assert_eq!(listed["issues"].as_array().unwrap().len(), 200);
    assert_eq!(listed["truncated"], true);
}

#[test]
fn a_limit_that_fits_is_waited_for_and_another_is_told_at_once() {
    let server = GithubServer::start();
    let number = server.world().issue("ada", "");
    let github = Github::at(&server).within(10_000);
    let soon = Trick::Answer(429, &[("retry-after", "1")], "{}".to_owned());
    server.trick("GET", soon.clone());
    let since = Instant::now();
    assert!(github.call("github_get_issue", &issue(number)).is_ok());
    assert!(since.elapsed() >= Duration::from_secs(1));
    assert_eq!(server.requests().len(), 2);

    // What was refused was not done: a write is sent again, too.
    server.trick("POST", soon);
    assert_eq!(
        github.call("github_create_issue", &new_issue()).unwrap()["created"],
        true
    );
    assert_eq!(writes(&server.requests()), 2);

    let body = json!({ "message": "You have exceeded a secondary rate limit." }).to_string();
    server.trick("GET", Trick::Answer(403, &[], body));
    let since = Instant::now();
    for asked in [1, 0] {
        let error = github.call("github_get_issue", &issue(number)).unwrap_err();
        assert_eq!(error.code, "rate_limited", "{error}");
        let wait = error.retry_after_ms.unwrap();
        assert!((50_000..=60_000).contains(&wait), "{wait}");
        assert_eq!(server.requests().len(), asked, "GitHub is left alone");
    }
    assert!(
        since.elapsed() < Duration::from_secs(8),
        "nobody waits for what does not fit"
    );
}

#[test]
fn what_is_left_of_the_limit_counts() {
    let server = GithubServer::start();
    let number = server.world().issue("ada", "");
    let github = Github::at(&server);
    let headers = &[
        ("x-ratelimit-remaining", "0"),
        ("x-ratelimit-reset", "99999999999"),
    ];
    let last = server.world().issues[0].to_string();
    server.trick("GET", Trick::Answer(200, headers, last));
    assert!(github.call("github_get_issue", &issue(number)).is_ok());
    let error = github.call("github_get_issue", &issue(number)).unwrap_err();
    assert_eq!(
        (error.code.as_str(), error.retry_after_ms.is_some()),
        ("rate_limited", true)
    );
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn the_deadline_bounds_everything() {
    let server = GithubServer::start();
    let number = server.world().issue("ada", "");
    let github = Github::at(&server).within(1_500);
    server.trick("GET", Trick::HangAfterDoing);
    let since = Instant::now();
    assert_eq!(
        github.refused("github_get_issue", &issue(number)).0,
        "deadline"
    );
    server.trick("POST", Trick::HangAfterDoing);
    let (code, message) = github.refused("github_create_issue", &new_issue());
    assert_eq!(code, "in_doubt", "{message}");
    assert!(
        since.elapsed() < Duration::from_secs(10),
        "{:?}",
        since.elapsed()
    );
    // Whoever asks again finds it.
    let again = Github::at(&server)
        .call("github_create_issue", &new_issue())
        .unwrap();
    assert_eq!(again["created"], false);
    assert_eq!(server.world().issues.len(), 2);
}

#[test]
fn a_request_that_takes_too_long_is_given_up_before_the_turn_ends() {
    let server = GithubServer::start();
    let number = server.world().issue("ada", "");
    let github = Github::with(GithubSettings {
        request_timeout: Duration::from_millis(300),
        ..settings(&server.url())
    });
    server.trick("GET", Trick::HangAfterDoing);
    assert!(github.call("github_get_issue", &issue(number)).is_ok());
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_server_that_is_not_there_is_unavailable_and_nothing_is_in_doubt() {
    // A port that was free a moment ago.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let github = Github::with(GithubSettings {
        login: Some(BOT.to_owned()),
        ..settings(&url)
    });
    for (name, request) in [
        ("github_get_issue", issue(1)),
        ("github_create_issue", new_issue()),
    ] {
        let refused = github.refused(name, &request);
        assert_eq!(
            refused,
            (
                "unavailable".to_owned(),
                "GitHub does not work: it cannot be reached".to_owned()
            )
        );
    }
}
