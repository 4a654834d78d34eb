//! As whom GitHub is asked, and what becomes of its answers, hostile ones among them.

use serde_json::{Value, json};
use sinew_runtime::services::github::{GithubCredentials, GithubSettings};

use crate::github_scene::{API, Github, app_settings, issue, new_issue, permits, settings};
use crate::github_server::{GithubServer, TOKEN, Trick};

#[test]
fn nobody_reads_what_is_public_and_writes_nothing() {
    let server = GithubServer::start();
    let number = server.world().issue("ada", "");
    let github = Github::with(GithubSettings {
        credentials: GithubCredentials::None,
        ..settings(&server.url())
    });
    assert!(github.call("github_get_issue", &issue(number)).is_ok());
    assert_eq!(server.world().authorizations, [None]);
    server.requests();
    for (name, request) in [
        ("github_create_issue", new_issue()),
        (
            "github_comment",
            json!({ "repository": API, "number": number, "body": "x" }),
        ),
        (
            "github_create_pr",
            json!({ "repository": API, "title": "x", "head": "a", "base": "main" }),
        ),
        (
            "github_merge_pr",
            json!({ "repository": API, "number": number, "sha": "a".repeat(40) }),
        ),
    ] {
        let (code, message) = github.refused(name, &request);
        assert_eq!(code, "unavailable", "{name}: {message}");
        assert!(message.contains("`[github] token`"), "{name}: {message}");
    }
    assert_eq!(server.requests(), Vec::<String>::new(), "nothing was sent");
}

#[test]
fn an_app_asks_with_a_token_that_is_renewed() {
    let server = GithubServer::start();
    let number = server.world().issue("ada", "");
    let mints = |requests: &[String]| {
        requests
            .iter()
            .filter(|line| line.ends_with("/access_tokens"))
            .count()
    };
    let github = Github::with(app_settings(&server));
    let made = github.call("github_create_issue", &new_issue()).unwrap();
    assert_eq!(made["issue"]["author"], "acme-app[bot]");
    assert!(github.call("github_get_issue", &issue(number)).is_ok());
    assert_eq!(
        mints(&server.requests()),
        1,
        "one token serves many requests"
    );
    // GitHub forgets it.
    server.world().minted.clear();
    assert!(github.call("github_get_issue", &issue(number)).is_ok());
    assert_eq!(mints(&server.requests()), 1);
    // It ends in a moment, so it is not used again.
    server.world().minted.clear();
    server.world().token_ends = "2020-01-01T00:00:00Z".to_owned();
    assert!(github.call("github_get_issue", &issue(number)).is_ok());
    assert!(github.call("github_get_issue", &issue(number)).is_ok());
    assert_eq!(mints(&server.requests()), 2);
    // GitHub does not work for a moment, whether it says so or not.
    server.world().minted.clear();
    server.trick("/access_tokens", Trick::Answer(502, &[], String::new()));
    server.trick("/access_tokens", Trick::BreakAfterDoing);
    assert!(github.call("github_get_issue", &issue(number)).is_ok());
    assert_eq!(mints(&server.requests()), 3);
    for _ in 0..3 {
        server.trick("/access_tokens", Trick::Answer(502, &[], String::new()));
    }
    let (code, message) = github.refused("github_get_issue", &issue(number));
    assert_eq!(code, "unavailable");
    assert_eq!(message, "GitHub cannot be reached, or does not work");
    assert_eq!(
        mints(&server.requests()),
        3,
        "it is asked three times at most"
    );

    for (installation_id, key, expected) in [
        (71, "KEY", "GitHub knows no installation 71"),
        (70, "NO_KEY", "no RSA private key"),
        (70, "ABSENT", "the secret `ABSENT`"),
    ] {
        let github = Github::with(GithubSettings {
            credentials: GithubCredentials::App {
                app_id: 7,
                installation_id,
                private_key: key.to_owned(),
            },
            ..settings(&server.url())
        });
        let (code, message) = github.refused("github_get_issue", &issue(number));
        assert_eq!(code, "unavailable");
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn a_refusal_is_a_sentence_without_a_secret() {
    let server = GithubServer::start();
    let number = server.world().issue("ada", "");
    let github = Github::at(&server);
    let echo =
        json!({ "message": format!("no\u{202e}\n{TOKEN} {}", "x".repeat(5_000)) }).to_string();
    for (status, headers, code, begin) in [
        (
            401,
            &[][..],
            "unavailable",
            "GitHub does not accept the credentials",
        ),
        (
            403,
            &[],
            "denied",
            "GitHub does not allow it for `acme/api#1`: no",
        ),
        (
            404,
            &[],
            "not_found",
            "GitHub shows no `acme/api#1`: it is not there, or the credentials may not see it: no",
        ),
        (410, &[], "not_found", "GitHub shows no `acme/api#1`"),
        (
            409,
            &[],
            "conflict",
            "GitHub refuses it for `acme/api#1`: no",
        ),
        (
            422,
            &[],
            "invalid_request",
            "GitHub does not take it for `acme/api#1`: no",
        ),
        (451, &[], "denied", "GitHub does not allow it"),
        (
            301,
            &[("location", "http://127.0.0.1:1/elsewhere")],
            "not_found",
            "`acme/api#1` has another name at GitHub by now",
        ),
    ] {
        server.requests();
        server.trick("GET", Trick::Answer(status, headers, echo.clone()));
        let (told, message) = github.refused("github_get_issue", &issue(number));
        assert_eq!(told, code, "{status}: {message}");
        assert!(message.starts_with(begin), "{status}: {message}");
        assert!(
            message.len() < 600 && !message.contains(['\n', '\u{202e}']),
            "{status}: {message}"
        );
        assert_eq!(server.requests().len(), 1, "{status}");
    }
    for (secret, expected) in [
        (
            "ABSENT",
            "the secret `ABSENT`, which `[github]` names, is not there",
        ),
        ("NO_TOKEN", "the secret `NO_TOKEN`, as a token, is none"),
    ] {
        let github = Github::with(GithubSettings {
            credentials: GithubCredentials::Token {
                secret: secret.to_owned(),
            },
            ..settings(&server.url())
        });
        assert_eq!(
            github.refused("github_get_issue", &issue(1)),
            ("unavailable".to_owned(), expected.to_owned())
        );
    }
}

#[test]
fn a_hostile_answer_does_no_harm() {
    let server = GithubServer::start();
    let number = server.world().issue("ada", "");
    let github = Github::at(&server);
    let answers = [
        "",
        "null",
        "[]",
        "7",
        "{}",
        "<html>hello</html>",
        r#"{"number":"1"}"#,
        r#"{"number":-1,"title":"x","state":"open"}"#,
        r#"{"number":1,"title":null,"state":"open"}"#,
        r#"{"number":1,"title":"x","state":"open","labels":{}}"#,
        r#"{"number":1e99,"title":"x","state":"open"}"#,
        &"[".repeat(100_000),
        "\u{0}",
    ];
    for answer in answers {
        server.trick("GET", Trick::Answer(200, &[], answer.to_owned()));
        let (code, message) = github.refused("github_get_issue", &issue(number));
        let shown = &answer[..answer.len().min(60)];
        assert_eq!(code, "unavailable", "{shown}: {message}");
        assert!(
            message.starts_with("what GitHub answered cannot be read"),
            "{shown}: {message}"
        );
    }
    let bare = r#"{"number":1,"title":"x","state":"open","user":null,"body":null,"labels":[{"name":null},{}],"assignees":null,"more":[{}]}"#;
    server.trick("GET", Trick::Answer(200, &[], bare.to_owned()));
    let found = github.call("github_get_issue", &issue(number)).unwrap();
    assert_eq!(
        found["issue"],
        json!({ "number": 1, "title": "x", "state": "open", "body_truncated": false, "labels": [], "assignees": [], "comments": 0, "pull_request": false })
    );
    server.trick("GET", Trick::Flood(100 << 20));
    let (code, message) = github.refused("github_get_issue", &issue(number));
    assert_eq!(code, "too_large", "{message}");
    let long = json!({ "number": 1, "title": "x", "state": "open", "body": "ä".repeat(100_000) });
    server.trick("GET", Trick::Answer(200, &[], long.to_string()));
    let found = github.call("github_get_issue", &issue(number)).unwrap();
    assert_eq!(found["issue"]["body_truncated"], true);
    assert_eq!(found["issue"]["body"].as_str().unwrap().len(), 64 << 10);
    // A page that never ends is asked for so often and no more.
    for _ in 0..20 {
        let page =
            json!([{ "number": 1, "title": "x", "state": "open", "pull_request": {} }]).to_string();
        server.trick(
            "per_page",
            Trick::Answer(200, &[("link", "<https://x>; rel=\"next\"")], page),
        );
    }
    server.requests();
    let listed = github
        .call("github_list_issues", &json!({ "repository": API }))
        .unwrap();
    assert_eq!(listed, json!({ "issues": [], "truncated": true }));
    assert_eq!(server.requests().len(), 10);
}

#[test]
fn files_of_every_size_are_read_and_nothing_else() {
    let server = GithubServer::start();
    let entry = |kind: &str, size: usize| json!({ "type": kind, "sha": "5ha", "size": size, "name": "x", "path": "x" });
    let content = |text: &str| {
        let mut entry = entry("file", 5);
        entry["encoding"] = "base64".into();
        entry["content"] = text.into();
        entry
    };
    {
        let mut world = server.world();
        world
            .contents
            .insert("src/a%20b/main.rs".to_owned(), content("aGVs\nbG8=\n"));
        world
            .contents
            .insert("logo.png".to_owned(), content("/wD/AP8="));
        let mut large = entry("file", 3 << 20);
        large["encoding"] = "none".into();
        large["content"] = "".into();
        world.contents.insert("large".to_owned(), large);
        world.blobs.insert("5ha".to_owned(), vec![b'x'; 3 << 20]);
        let mut link = entry("symlink", 7);
        link["target"] = "../away".into();
        world.contents.insert("link".to_owned(), link);
        world
            .contents
            .insert("folder".to_owned(), json!([{ "type": "file" }]));
        world
            .contents
            .insert("module".to_owned(), entry("submodule", 0));
    }
    let github = Github::at(&server);
    let read = |file: &str| {
        github.call(
            "github_get_file",
            &json!({ "repository": API, "file": file, "revision": "bot/fix" }),
        )
    };
    assert_eq!(
        read("src/a b/main.rs").unwrap(),
        json!({ "blob": "5ha", "kind": "file", "text": "hello", "total_bytes": 5, "truncated": false })
    );
    assert_eq!(
        server.requests(),
        ["GET /repos/acme/api/contents/src/a%20b/main.rs?ref=bot%2Ffix"]
    );
    assert_eq!(read("logo.png").unwrap()["base64"], "/wD/AP8=");
    let cut = json!({ "repository": API, "file": "src/a b/main.rs", "max_bytes": 2 });
    let cut = github.call("github_get_file", &cut).unwrap();
    assert_eq!(
        (&cut["text"], &cut["truncated"], &cut["total_bytes"]),
        (&json!("he"), &json!(true), &json!(5))
    );
    let large = read("large").unwrap();
    assert_eq!(large["text"].as_str().unwrap().len(), 1 << 20);
    assert_eq!(
        (&large["truncated"], &large["total_bytes"]),
        (&json!(true), &json!(3 << 20))
    );
    assert_eq!(read("link").unwrap()["text"], "../away");
    assert_eq!(read("link").unwrap()["kind"], "symlink");
    for (file, code) in [
        ("folder", "invalid_request"),
        ("module", "invalid_request"),
        ("absent", "not_found"),
        ("../user", "invalid_request"),
        ("/etc/passwd", "invalid_request"),
        ("a//b", "invalid_request"),
        ("a/./b", "invalid_request"),
        ("a/", "invalid_request"),
    ] {
        assert_eq!(read(file).unwrap_err().code, code, "{file}");
    }
}

#[test]
fn a_right_is_for_one_repository_and_for_itself_alone() {
    let server = GithubServer::start();
    let number = server.world().issue("ada", "");
    let github = Github::at(&server);
    let may = |rules: &[&str], name: &str, request: &Value| {
        let rules: Vec<String> = rules.iter().map(|rule| (*rule).to_owned()).collect();
        let answer = github.scene.call_with(&permits(&rules), name, request);
        answer.map(|_| ()).map_err(|error| error.code)
    };
    let denied = || Err("denied".to_owned());
    let read = json!({ "repository": "Acme/API", "number": number });
    assert_eq!(
        may(&["acme/api:issues.read"], "github_get_issue", &read),
        Ok(())
    );
    assert_eq!(
        may(&["ACME/Api:issues.read"], "github_get_issue", &read),
        Ok(())
    );
    assert_eq!(
        may(&["acme/web:issues.read"], "github_get_issue", &read),
        denied()
    );
    assert_eq!(
        may(&["acme/api:issues.write"], "github_get_issue", &read),
        denied()
    );
    assert_eq!(
        may(
            &["acme/api:issues.read"],
            "github_create_issue",
            &new_issue()
        ),
        denied()
    );
    assert_eq!(
        may(
            &["acme/api:issues.write"],
            "github_create_issue",
            &new_issue()
        ),
        Ok(())
    );
    for repository in ["acme", "acme/api/issues", "acme/..", "a b/c"] {
        let request = json!({ "repository": repository, "number": 1 });
        let answer = may(&["*/*:issues.read"], "github_get_issue", &request);
        assert_eq!(answer, Err("invalid_request".to_owned()), "{repository}");
    }
    for (name, request) in [
        (
            "github_list_issues",
            json!({ "repository": API, "state": "new" }),
        ),
        (
            "github_list_issues",
            json!({ "repository": API, "labels": ["a,b"] }),
        ),
        (
            "github_merge_pr",
            json!({ "repository": API, "number": 1, "sha": "z".repeat(40) }),
        ),
        (
            "github_merge_pr",
            json!({ "repository": API, "number": 1, "sha": "a".repeat(40), "method": "force" }),
        ),
        (
            "github_get_issue",
            json!({ "repository": API, "number": 0 }),
        ),
    ] {
        assert_eq!(
            github.refused(name, &request).0,
            "invalid_request",
            "{name} {request}"
        );
    }
}
