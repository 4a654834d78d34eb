//! The git family, by hand: what people get wrong.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;

use serde_json::{Value, json};
use sinew_permits::{Denial, Need, PermitScope, PermitSet, Permits, PushUrl};

fn permits(requested: &Value, granted: &Value) -> Permits {
    let requested = PermitSet::parse(&json!({ "git": requested }), "permits").unwrap();
    let granted = PermitSet::parse(&json!({ "git": granted }), "plugins.bot.permits").unwrap();
    Permits::new("bot", requested, granted)
}

/// A plugin that requests everything, so that the operator's side decides.
fn granted(rules: &Value) -> Permits {
    let everything = json!({
        "read": ["**"],
        "write": [{ "repo": "**", "refs": ["**"] }],
        "push": [
            { "url": "/**", "refs": ["**"] },
            { "url": "https://**/**", "refs": ["**"] },
            { "url": "ssh://git@**/**", "refs": ["**"] },
        ],
    });
    permits(&everything, rules)
}

/// The same rules on both sides.
fn both(rules: &Value) -> Permits {
    permits(rules, rules)
}

fn scope() -> PermitScope {
    PermitScope::pinned(Path::new("/home/ada/api"), Some(Path::new("/home/ada")))
}

fn read(permits: &Permits, paths: &[&str]) -> Result<String, Denial> {
    permits
        .check(&scope(), &Need::git_read(paths[0], paths))
        .map(|allowed| allowed.rule)
}

fn push(permits: &Permits, url: &str, name: &str) -> Result<String, Denial> {
    let need = Need::git_push("/r", ["/r"], Some(PushUrl::parse(url).unwrap()), [name]);
    permits.check(&scope(), &need).map(|allowed| allowed.rule)
}

#[test]
fn nothing_is_permitted_by_default() {
    let permits = Permits::new("bot", PermitSet::default(), PermitSet::default());
    assert!(permits.check(&scope(), &Need::None).is_ok());
    assert!(
        permits
            .check(&scope(), &Need::git_read("/r", ["/r"]))
            .is_err()
    );
    assert!(
        permits
            .check(&scope(), &Need::git_write("/r", ["/r"], ["refs/heads/x"]))
            .is_err()
    );
    assert!(
        permits
            .check(
                &scope(),
                &Need::git_push("/r", ["/r"], None, ["refs/heads/x"])
            )
            .is_err()
    );
}

#[test]
fn a_need_without_a_path_is_never_met() {
    let permits = granted(&json!({ "read": ["**"], "write": [{ "repo": "**", "refs": ["**"] }] }));
    let none: [&str; 0] = [];
    assert!(permits.check(&scope(), &Need::git_read("", none)).is_err());
    assert!(
        permits
            .check(&scope(), &Need::git_write("", none, none))
            .is_err()
    );
}

#[test]
fn both_sides_have_to_cover_every_folder() {
    let rules = json!({ "read": ["/r/**"] });
    let nothing = json!({});
    assert!(read(&permits(&rules, &rules), &["/r/a"]).is_ok());
    assert!(read(&permits(&rules, &nothing), &["/r/a"]).is_err());
    assert!(read(&permits(&nothing, &rules), &["/r/a"]).is_err());
    assert!(
        read(&permits(&rules, &rules), &["/r/a", "/s/.git"]).is_err(),
        "a common directory elsewhere"
    );
    assert!(
        read(
            &permits(&rules, &json!({ "read": ["/r/a"] })),
            &["/r/a", "/r/a/.git"]
        )
        .is_ok()
    );
    // A submodule keeps its common directory in the outer repository's, which `/r/a` alone does not reach into.
    assert!(
        read(
            &granted(&json!({ "read": ["/r/a"] })),
            &["/r/a/sub", "/r/a/.git/modules/sub"]
        )
        .is_err()
    );
    assert!(read(&granted(&rules), &["/r/a/sub", "/r/a/.git/modules/sub"]).is_ok());
    // Borrowed objects are read, too.
    assert!(read(&granted(&rules), &["/r/a", "/r/a/.git", "/elsewhere/.git"]).is_err());
}

#[test]
fn a_git_folder_belongs_to_the_folder_around_it_and_nothing_else_does() {
    let permits = granted(&json!({ "read": ["/r"] }));
    for (path, expected) in [
        ("/r", true),
        ("/r/", true),
        ("/r/.git", true),
        ("/r/.git/modules", false),
        ("/r/git", false),
        ("/r/.git/.git", false),
        ("/rr", false),
        ("/", false),
        ("/.git", false),
        ("r", false),
        ("", false),
        ("/r/../r", false),
    ] {
        assert_eq!(read(&permits, &[path]).is_ok(), expected, "`{path}`");
    }
}

#[test]
fn double_stars_cover_the_folder_itself() {
    let permits = granted(&json!({ "read": ["/repo/**"] }));
    for (path, expected) in [
        ("/repo", true),
        ("/repo/a/b", true),
        ("/repository", false),
        ("/repo/../etc", false),
        ("/", false),
    ] {
        assert_eq!(read(&permits, &[path]).is_ok(), expected, "`{path}`");
    }
}

#[test]
fn names_are_compared_byte_for_byte() {
    let composed = "/r/caf\u{e9}";
    let decomposed = "/r/cafe\u{301}";
    let permits = granted(&json!({ "read": [composed] }));
    assert!(read(&permits, &[composed]).is_ok());
    assert!(read(&permits, &[decomposed]).is_err());
    assert!(read(&granted(&json!({ "read": ["/R"] })), &["/r"]).is_err());
    assert!(
        read(&granted(&json!({ "read": ["/r/K"] })), &["/r/\u{212a}"]).is_err(),
        "the Kelvin sign is no K"
    );
}

#[test]
fn the_project_is_a_folder_and_never_a_pattern() {
    let permits = granted(&json!({ "read": ["${project}"] }));
    assert!(read(&permits, &["/home/ada/api", "/home/ada/api/.git"]).is_ok());
    assert!(read(&permits, &["/home/ada/other"]).is_err());
    let need = Need::git_read("/home/ada/api", ["/home/ada/api"]);
    assert!(
        permits.check(&PermitScope::nowhere(), &need).is_err(),
        "no project matches nothing"
    );

    let starry = PermitScope::pinned(Path::new("/home/ada/*"), None);
    assert!(
        permits
            .check(&starry, &Need::git_read("/home/ada/x", ["/home/ada/x"]))
            .is_err()
    );
    assert!(
        permits
            .check(&starry, &Need::git_read("/home/ada/*", ["/home/ada/*"]))
            .is_ok()
    );

    let home = PermitScope::pinned(Path::new("/home/ada"), Some(Path::new("/home/ada")));
    assert!(
        permits
            .check(&home, &Need::git_read("/home/ada", ["/home/ada"]))
            .is_err()
    );

    let below = granted(&json!({ "read": ["${project}/vendor/*"] }));
    assert!(read(&below, &["/home/ada/api/vendor/x"]).is_ok());
    assert!(read(&below, &["/home/ada/api"]).is_err());
}

#[test]
fn references_belong_to_their_repository() {
    let permits = granted(&json!({ "write": [
        { "repo": "/a", "refs": ["refs/heads/bot/*"] },
        { "repo": "/b", "refs": ["refs/heads/main", "refs/heads/y"] },
    ] }));
    for (paths, refs, expected) in [
        (vec!["/a"], vec!["refs/heads/bot/x"], true),
        (vec!["/a"], vec!["refs/heads/bot/x/y"], false),
        (vec!["/a"], vec!["refs/heads/main"], false),
        (vec!["/b"], vec!["refs/heads/main", "refs/heads/y"], true),
        (
            vec!["/b"],
            vec!["refs/heads/main", "refs/heads/bot/x"],
            false,
        ),
        (vec!["/a", "/b"], vec!["refs/heads/main"], false),
        (vec!["/a", "/a/.git"], vec![], true),
        (vec!["/c"], vec![], false),
    ] {
        let need = Need::git_write(paths[0], paths.clone(), refs.clone());
        assert_eq!(
            permits.check(&scope(), &need).is_ok(),
            expected,
            "{paths:?} {refs:?}"
        );
    }
}

#[test]
fn a_deny_rule_of_either_side_outweighs_every_grant() {
    let rules = json!({ "read": ["/r/**"], "write": [{ "repo": "/r/**", "refs": ["**"] }] });
    let mut denying = rules.clone();
    denying["deny"] = json!(["/r/secret/**"]);
    for permits in [permits(&rules, &denying), permits(&denying, &rules)] {
        assert!(read(&permits, &["/r/open"]).is_ok());
        assert!(read(&permits, &["/r/secret"]).is_err());
        assert!(read(&permits, &["/r/secret/x/.git"]).is_err());
        let write = |path: &str, name: &str| {
            permits
                .check(&scope(), &Need::git_write(path, [path], [name]))
                .is_ok()
        };
        assert!(write("/r/open", "refs/heads/x"));
        assert!(
            !write("/r/secret", "refs/heads/x"),
            "what may not be read may not be written"
        );
    }
}

#[test]
fn a_push_is_judged_by_where_it_goes_and_by_what_it_sends() {
    let permits = both(&json!({
        "read": ["/r"],
        "push": [
            { "url": "https://github.com/acme/api", "refs": ["refs/heads/bot/*"] },
            { "url": "https://git.example.org:8443/**", "refs": ["**"] },
            { "url": "ssh://git@*.example.com/team/*", "refs": ["**"] },
            { "url": "/srv/git/**", "refs": ["**"] },
        ],
        "deny": ["/srv/git/prod"],
    }));
    for (url, name, expected) in [
        ("https://github.com/acme/api", "refs/heads/bot/x", true),
        ("https://github.com/acme/api.git", "refs/heads/bot/x", true),
        ("https://GitHub.com:443/acme/api/", "refs/heads/bot/x", true),
        ("https://github.com/acme/api", "refs/heads/main", false),
        ("https://github.com/acme/apis", "refs/heads/bot/x", false),
        ("https://github.com/acme/api/x", "refs/heads/bot/x", false),
        ("http://github.com/acme/api", "refs/heads/bot/x", false),
        ("ssh://git@github.com/acme/api", "refs/heads/bot/x", false),
        (
            "https://github.com:8443/acme/api",
            "refs/heads/bot/x",
            false,
        ),
        (
            "https://github.com.evil.example/acme/api",
            "refs/heads/bot/x",
            false,
        ),
        (
            "https://git.example.org:8443/any/thing",
            "refs/heads/x",
            true,
        ),
        ("https://git.example.org/any/thing", "refs/heads/x", false),
        ("git@code.example.com:team/api.git", "refs/heads/x", true),
        ("root@code.example.com:team/api.git", "refs/heads/x", false),
        ("code.example.com:team/api.git", "refs/heads/x", false),
        ("git@a.b.example.com:team/api.git", "refs/heads/x", false),
        ("/srv/git/api.git", "refs/heads/x", true),
        ("file:///srv/git/api.git", "refs/heads/x", true),
        ("/srv/git/prod", "refs/heads/x", false),
        ("/srv/other", "refs/heads/x", false),
        ("/srv/git/../other", "refs/heads/x", false),
    ] {
        assert_eq!(push(&permits, url, name).is_ok(), expected, "{url} {name}");
    }
    let unread = granted(&json!({ "push": [{ "url": "/srv/**", "refs": ["**"] }] }));
    assert!(
        push(&unread, "/srv/x", "refs/heads/x").is_err(),
        "what may not be read may not be sent"
    );
    let nothing: [&str; 0] = [];
    let need = Need::git_push(
        "/r",
        ["/r"],
        Some(PushUrl::parse("/srv/git/x").unwrap()),
        nothing,
    );
    assert!(
        permits.check(&scope(), &need).is_err(),
        "no reference is no push"
    );
}

#[test]
fn a_name_glob_never_covers_an_address() {
    let permits = |host: &str| {
        both(
            &json!({ "read": ["/r"], "push": [{ "url": format!("https://{host}/**"), "refs": ["**"] }] }),
        )
    };
    for (host, url, expected) in [
        ("**", "https://8.8.8.8/x", true),
        ("**", "https://anything.example/x", true),
        ("**", "https://10.0.0.1/x", false),
        ("**", "https://[::1]/x", false),
        ("**", "https://0x7f.1/x", false),
        ("*.*.*.*", "https://8.8.8.8/x", false),
        ("8.8.8.*", "https://8.8.8.8/x", false),
        ("10.0.0.1", "https://10.0.0.1/x", true),
        ("[::1]", "https://[::1]/x", true),
        ("*", "https://localhost/x", true),
        ("*", "https://a.b/x", false),
    ] {
        assert_eq!(
            push(&permits(host), url, "refs/heads/x").is_ok(),
            expected,
            "{host} {url}"
        );
    }
}

#[test]
fn denials_name_the_rule_or_the_line_that_would_grant() {
    let nothing = json!({});
    let everything = json!({ "read": ["**"] });
    let full = |denial: Denial| (denial.message, denial.rule, denial.grant);

    let denial = read(&permits(&everything, &nothing), &["/srv/x", "/srv/x/.git"]).unwrap_err();
    assert_eq!(full(denial), (
        r#"plugin "bot" has no permit for git.read "/srv/x"; to grant it: sinew permit grant bot 'git.read:/srv/x'"#.to_owned(),
        None,
        r#"in sinew.toml: [plugins.bot.permits] git.read = ["/srv/x"]"#.to_owned(),
    ));

    let denial = read(&permits(&nothing, &nothing), &["/srv/x"]).unwrap_err();
    assert_eq!(
        denial.grant,
        r#"in its plugin.toml: [permits] git.read = ["/srv/x"]; in sinew.toml: [plugins.bot.permits] git.read = ["/srv/x"]"#
    );

    let denied = json!({ "read": ["**"], "deny": ["/srv/**"] });
    let denial = read(&permits(&everything, &denied), &["/srv/x"]).unwrap_err();
    assert_eq!(full(denial), (
        r#"plugin "bot" may not read the git repository "/srv/x": denied by plugins.bot.permits.git.deny[0] "/srv/**""#.to_owned(),
        Some("plugins.bot.permits.git.deny[0]".to_owned()),
        String::new(),
    ));

    let denial = granted(&nothing)
        .check(&scope(), &Need::git_write("/a", ["/a"], ["refs/heads/x"]))
        .unwrap_err();
    assert_eq!(
        denial.message,
        r#"plugin "bot" has no permit for git.write "refs/heads/x" in "/a"; to grant it: sinew permit grant bot 'git.write:refs/heads/x /a'"#
    );

    let denial = push(
        &granted(&json!({ "read": ["/r"] })),
        "git@h:a/b.git",
        "refs/heads/x",
    )
    .unwrap_err();
    assert_eq!(
        denial.message,
        r#"plugin "bot" has no permit for git.push "refs/heads/x" to "ssh://git@h/a/b.git"; to grant it: sinew permit grant bot 'git.push:refs/heads/x ssh://git@h/a/b.git'"#
    );
}

#[test]
fn the_line_belongs_where_the_grants_stand() {
    let table = json!({ "git": { "read": ["/a"] } });
    let (requested, granted) = (
        PermitSet::parse(&table, "permits").unwrap(),
        PermitSet::parse(&table, "").unwrap(),
    );
    let permits = Permits::new("my bot", requested, granted);
    let denial = permits
        .check(&scope(), &Need::git_read("/b", ["/b"]))
        .unwrap_err();
    assert_eq!(
        denial.grant,
        r#"in its plugin.toml: [permits] git.read = ["/b"]; in permits.d/my bot.toml: git.read = ["/b"]"#
    );
    let nothing = Permits::new("my bot", PermitSet::default(), PermitSet::default());
    let denial = nothing
        .check(&scope(), &Need::git_read("/b", ["/b"]))
        .unwrap_err();
    assert!(
        denial
            .grant
            .ends_with(r#"in sinew.toml: [plugins."my bot".permits] git.read = ["/b"]"#),
        "{denial}"
    );
}

#[test]
fn the_printed_line_grants_what_was_denied() {
    let needs = [
        Need::git_read("/a b", ["/a b", "/a b/.git", "/c\"d/.git"]),
        Need::git_read("/[slug]", ["/[slug]/{x}"]),
        Need::git_write("/a", ["/a", "/b/.git"], ["refs/heads/x", "refs/tags/y"]),
        Need::git_push(
            "/a",
            ["/a"],
            Some(PushUrl::parse("https://h:8443/a/b.git").unwrap()),
            ["refs/heads/x"],
        ),
        Need::git_push(
            "/a",
            ["/a"],
            Some(PushUrl::parse("/srv/x.git").unwrap()),
            ["refs/heads/x"],
        ),
    ];
    for need in needs {
        let mut rules = json!({});
        // A push lacks `read` first, and says so first.
        for _ in 0..2 {
            let set = PermitSet::parse(&json!({ "git": rules }), "permits").unwrap();
            let Err(denial) = Permits::new("bot", set.clone(), set).check(&scope(), &need) else {
                break;
            };
            let (_, line) = denial.grant.rsplit_once("[plugins.bot.permits] ").unwrap();
            let table: Value = toml::from_str(line).unwrap();
            for (key, value) in table["git"].as_object().unwrap() {
                rules[key] = value.clone();
            }
        }
        let set = PermitSet::parse(&json!({ "git": rules }), "permits").unwrap();
        assert!(
            Permits::new("bot", set.clone(), set)
                .check(&scope(), &need)
                .is_ok(),
            "{need:?} {rules}"
        );
    }
}

#[test]
fn a_guest_learns_nothing_it_did_not_say() {
    let nothing = granted(&json!({}));
    // Missing and present repositories read alike.
    let missing = nothing
        .check(&scope(), &Need::git_read("/srv/x", ["/srv/x"]))
        .unwrap_err()
        .for_guest();
    let present = nothing
        .check(
            &scope(),
            &Need::git_read("/srv/x", ["/srv/x", "/srv/x/.git"]),
        )
        .unwrap_err()
        .for_guest();
    assert_eq!(missing, present);
    assert_ne!(missing.grant, "");
    // Where a path leads is not told.
    let led = nothing
        .check(&scope(), &Need::git_read("/tmp/link", ["/home/ada/secret"]))
        .unwrap_err();
    assert!(led.message.contains("/home/ada/secret"));
    let told = led.for_guest();
    assert_eq!(
        told.message,
        r#"plugin "bot" has no permit for git.read "/tmp/link""#
    );
    assert_eq!((told.rule, told.grant), (None, String::new()));
    // Nor what a remote's name stands for.
    let push = push(
        &granted(&json!({ "read": ["/r"] })),
        "https://h/secret",
        "refs/heads/x",
    )
    .unwrap_err();
    assert!(!push.for_guest().message.contains("secret"));
}

#[test]
fn rules_that_cannot_be_enforced_are_refused_with_their_key() {
    for (rules, expected) in [
        (
            json!({ "kubernetes": [] }),
            "`permits.kubernetes`: is no permit family",
        ),
        (json!([]), "`permits`: is no table"),
        (json!({ "git": [] }), "`permits.git`: is no table"),
        (
            json!({ "git": { "fetch": [] } }),
            "`permits.git.fetch`: is no key",
        ),
        (
            json!({ "git": { "read": "/r" } }),
            "`permits.git.read`: is no list",
        ),
        (
            json!({ "git": { "read": ["/r", 1] } }),
            "`permits.git.read[1]`: is no string",
        ),
        (
            json!({ "git": { "read": ["r"] } }),
            "`permits.git.read[0]`: `r` is no absolute path",
        ),
        (
            json!({ "git": { "read": ["/r/"] } }),
            "`permits.git.read[0]`: has an empty segment",
        ),
        (
            json!({ "git": { "read": ["/r/../s"] } }),
            "`permits.git.read[0]`: has a `..` segment",
        ),
        (
            json!({ "git": { "read": ["/r/[ab]"] } }),
            "`permits.git.read[0]`: has '[' in it",
        ),
        (
            json!({ "git": { "read": ["/r/a**"] } }),
            "`permits.git.read[0]`: has `**` inside",
        ),
        (
            json!({ "git": { "read": ["${project}x"] } }),
            "`permits.git.read[0]`: goes on after",
        ),
        (
            json!({ "git": { "read": ["/x/${project}"] } }),
            "`permits.git.read[0]`: only `${project}`",
        ),
        (
            json!({ "git": { "read": ["${home}"] } }),
            "`permits.git.read[0]`: `${home}` is no absolute path",
        ),
        (
            json!({ "git": { "write": [{ "repo": "/r" }] } }),
            "`permits.git.write[0].refs`: is missing",
        ),
        (
            json!({ "git": { "write": [{ "repo": "/r", "refs": [] }] } }),
            "`permits.git.write[0].refs`: is empty",
        ),
        (
            json!({ "git": { "write": [{ "refs": ["**"] }] } }),
            "`permits.git.write[0].repo`: is missing",
        ),
        (
            json!({ "git": { "write": [{ "repo": "/r", "refs": ["main"] }] } }),
            "`permits.git.write[0].refs[0]`: `main` is no full",
        ),
        (
            json!({ "git": { "write": [{ "repo": "/r", "refs": ["**"], "x": 1 }] } }),
            "`permits.git.write[0].x`: is unknown",
        ),
        (
            json!({ "git": { "push": [{ "url": "ext::sh", "refs": ["**"] }] } }),
            "`permits.git.push[0].url`: `ext::sh` is neither",
        ),
        (
            json!({ "git": { "push": [{ "url": "git://h/a", "refs": ["**"] }] } }),
            "`permits.git.push[0].url`: uses a protocol",
        ),
        (
            json!({ "git": { "push": [{ "url": "https://u@h/a", "refs": ["**"] }] } }),
            "`permits.git.push[0].url`: has user info",
        ),
        (
            json!({ "git": { "push": [{ "url": "https://h", "refs": ["**"] }] } }),
            "`permits.git.push[0].url`: has no path",
        ),
        (
            json!({ "git": { "deny": { "read": [] } } }),
            "`permits.git.deny`: is no list",
        ),
    ] {
        let error = PermitSet::parse(&rules, "permits").unwrap_err().to_string();
        assert!(error.starts_with(expected), "{rules}: {error}");
    }
}

#[test]
fn the_schema_s_examples_are_rules() {
    let bundle: Value = serde_json::from_str(sinew_schema::BUNDLE).unwrap();
    let examples = bundle["definitions"]["Permits"]["examples"]
        .as_array()
        .unwrap();
    assert_ne!(examples.len(), 0);
    for example in examples {
        PermitSet::parse(example, "permits").unwrap_or_else(|error| panic!("{error}: {example:#}"));
    }
    for example in bundle["definitions"]["GitPermits"]["examples"]
        .as_array()
        .unwrap()
    {
        PermitSet::parse(&json!({ "git": example }), "permits")
            .unwrap_or_else(|error| panic!("{error}: {example:#}"));
    }
}
