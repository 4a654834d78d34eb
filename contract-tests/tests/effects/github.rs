//! GitHub effects against GitHub's own description of its API: what is sent is what GitHub takes, and what GitHub gives
//! for an example is understood.

use serde_json::{Value, json};
use sinew_runtime::services::github::GithubSettings;

use crate::github_prism::prism;
use crate::github_scene::{Github, settings};

/// GitHub's description, with a token that it does not look at; `None` where it cannot be had.
fn described() -> Option<Github> {
    let url = prism()?;
    let settings = GithubSettings {
        pages_max: 2,
        ..settings(url)
    };
    Some(Github::with(settings))
}

fn call(github: &Github, name: &str, request: Value) -> Value {
    let answer = github.call(name, &request);
    answer.unwrap_or_else(|error| panic!("`{name}` {request}: {}: {error}", error.code))
}

#[test]
pub(crate) fn github_list_issues() {
    let Some(github) = described() else { return };
    let everything = json!({
        "repository": "octocat/Hello-World", "state": "all", "labels": ["bug", "help wanted"], "assignee": "*",
        "author": "octocat", "since": "2026-08-01T00:00:00Z", "limit": 3,
    });
    for request in [json!({ "repository": "octocat/Hello-World" }), everything] {
        let listed = call(&github, "github_list_issues", request);
        // GitHub's example is an issue that is a pull request, too.
        assert_eq!(listed, json!({ "issues": [], "truncated": true }));
    }
}

#[test]
pub(crate) fn github_get_issue() {
    let Some(github) = described() else { return };
    let request = json!({ "repository": "octocat/Hello-World", "number": 1347, "comments": 5 });
    let found = call(&github, "github_get_issue", request);
    assert_eq!(found["issue"]["number"], 1347);
    assert_eq!(found["issue"]["title"], "Found a bug");
    assert_eq!(found["issue"]["author"], "octocat");
    assert_eq!(found["issue"]["labels"], json!(["bug"]));
    assert_eq!(found["comments"][0]["body"], "Me too");
}

#[test]
pub(crate) fn github_create_issue() {
    let Some(github) = described() else { return };
    let request = json!({
        "repository": "octocat/Hello-World", "title": "It fails", "body": "Look.", "labels": ["bug"], "assignees": ["octocat"],
        "idempotency_key": "k",
    });
    let made = call(&github, "github_create_issue", request);
    assert_eq!(made["issue"]["title"], "Found a bug");
    assert_eq!(made["created"], true);
    let request = json!({ "repository": "octocat/Hello-World", "title": "It fails" });
    assert_eq!(
        call(&github, "github_create_issue", request)["created"],
        true
    );
}

#[test]
pub(crate) fn github_comment() {
    let Some(github) = described() else { return };
    let request =
        json!({ "repository": "octocat/Hello-World", "number": 1347, "body": "Me, too." });
    let made = call(&github, "github_comment", request);
    assert_eq!(made["comment"]["author"], "octocat");
    assert_eq!(made["created"], true);
}

#[test]
pub(crate) fn github_list_prs() {
    let Some(github) = described() else { return };
    let request = json!({ "repository": "octocat/Hello-World", "state": "closed", "base": "master", "limit": 1 });
    let listed = call(&github, "github_list_prs", request);
    let pull = &listed["pull_requests"][0];
    assert_eq!(pull["number"], 1347);
    assert_eq!(pull["head"], "new-topic");
    assert_eq!(pull["head_sha"], "6dcb09b5b57875f334f61aebed695e2e4193db5e");
    assert_eq!(pull["base"], "master");
    let request = json!({ "repository": "octocat/Hello-World", "head": "octocat:other" });
    let listed = call(&github, "github_list_prs", request);
    assert_eq!(
        listed["pull_requests"],
        json!([]),
        "what is of another branch is left out"
    );
}

#[test]
pub(crate) fn github_get_pr() {
    let Some(github) = described() else { return };
    let request = json!({ "repository": "octocat/Hello-World", "number": 1347 });
    let pull = call(&github, "github_get_pr", request);
    let pull = &pull["pull_request"];
    assert_eq!(pull["title"], "Amazing new feature");
    assert_eq!(pull["mergeable"], true);
    assert_eq!(pull["changed_files"], 5);
    assert_eq!(pull["merged"], false);
    assert_eq!(
        pull.get("merge_commit_sha"),
        None,
        "it is none before it is merged"
    );
}

#[test]
pub(crate) fn github_create_pr() {
    let Some(github) = described() else { return };
    let request = json!({
        "repository": "octocat/Hello-World", "title": "Better", "body": "Look.", "head": "octocat:topic", "base": "main",
        "draft": true,
    });
    let made = call(&github, "github_create_pr", request);
    assert_eq!(made["pull_request"]["number"], 1347);
    assert_eq!(made["created"], true);
}

#[test]
pub(crate) fn github_merge_pr() {
    let Some(github) = described() else { return };
    let sha = "6dcb09b5b57875f334f61aebed695e2e4193db5e";
    let request = json!({
        "repository": "octocat/Hello-World", "number": 1347, "sha": sha, "method": "squash", "title": "T", "message": "M",
    });
    let merged = call(&github, "github_merge_pr", request);
    assert_eq!(merged, json!({ "sha": sha, "merged_before": false }));
    let request =
        json!({ "repository": "octocat/Hello-World", "number": 1347, "sha": "a".repeat(40) });
    let error = github.call("github_merge_pr", &request).unwrap_err();
    assert!(
        error.message.contains("ends in the commit `6dcb09b"),
        "{error}"
    );
}

#[test]
pub(crate) fn github_list_reviews() {
    let Some(github) = described() else { return };
    let request = json!({ "repository": "octocat/Hello-World", "number": 12, "limit": 1 });
    let listed = call(&github, "github_list_reviews", request);
    assert_eq!(listed["reviews"][0]["state"], "approved");
    assert_eq!(listed["reviews"][0]["author"], "octocat");
}

#[test]
pub(crate) fn github_get_checks() {
    let Some(github) = described() else { return };
    let request = json!({ "repository": "octocat/Hello-World", "revision": "bot/fix", "limit": 3 });
    let checks = call(&github, "github_get_checks", request);
    assert_eq!(checks["commit"], "6dcb09b5b57875f334f61aebed695e2e4193db5e");
    assert_eq!(checks["checks"][0]["name"], "mighty_readme");
    assert_eq!(checks["checks"][0]["kind"], "check_run");
    assert_eq!(checks["truncated"], true);
    assert_eq!(
        checks["state"], "pending",
        "what is not listed may not have passed"
    );
}

#[test]
pub(crate) fn github_get_file() {
    let Some(github) = described() else { return };
    let request =
        json!({ "repository": "octocat/Hello-World", "file": "README.md", "revision": "v1" });
    // The request is taken; GitHub's example of an answer is no base64, and says so.
    let error = github.call("github_get_file", &request).unwrap_err();
    assert_eq!(error.code, "unavailable");
    assert!(
        error.message.ends_with("the content is no base64"),
        "{error}"
    );
}
