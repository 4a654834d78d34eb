//! What a need says about itself, and the URLs in it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

use serde_json::json;
use sinew_permits::{DockerNeed, Need, NetNeed, PermitScope, PermitSet, Permits, PushUrl, WebUrl};
use sinew_schema::EffectError;

fn asked() -> Vec<String> {
    vec!["first".to_owned()]
}

fn needs_with_words() -> Vec<Need> {
    let url = WebUrl::parse("https://h/").unwrap();
    vec![
        Need::git_read("first", ["/a"]),
        Need::git_write("first", ["/a"], ["refs/heads/a"]),
        Need::git_push("first", ["/a"], None, ["refs/heads/a"]),
        Need::FsRead {
            asked: asked(),
            path: "/a".into(),
        },
        Need::FsWrite {
            asked: asked(),
            path: "/a".into(),
        },
        Need::Net(NetNeed {
            asked: asked(),
            method: "GET".to_owned(),
            url,
            address: None,
            secrets: Vec::new(),
        }),
        Need::Process {
            asked: asked(),
            argv: Vec::new(),
            cwd: "/a".into(),
            env: Vec::new(),
        },
        Need::Docker(DockerNeed {
            asked: asked(),
            image: String::new(),
            mounts: vec![sinew_permits::Mount {
                path: "/a".into(),
                writable: false,
            }],
            network: "none".to_owned(),
        }),
    ]
}

#[test]
fn a_guest_s_words_are_added_and_told_to_it() {
    let nothing = Permits::new("bot", PermitSet::default(), PermitSet::default());
    assert_eq!(nothing.plugin(), "bot");
    for need in needs_with_words() {
        let denial = nothing
            .check(&PermitScope::nowhere(), &need.also_asked("second"))
            .unwrap_err();
        let told = EffectError::from(denial);
        assert_eq!(told.code, EffectError::CODE_DENIED);
        assert!(
            told.message.ends_with(r#""first", "second""#),
            "{}",
            told.message
        );
        assert_eq!((told.rule, told.grant), (None, None));
    }
    let denial = nothing
        .check(&PermitScope::nowhere(), &Need::Tui)
        .unwrap_err();
    let grant = denial.grant.clone();
    assert_eq!(EffectError::from(denial).grant, Some(grant));
}

#[test]
fn a_need_names_its_paths_and_references() {
    let found: Vec<(usize, usize)> = needs_with_words()
        .iter()
        .map(|need| (need.paths().len(), need.refs().len()))
        .collect();
    assert_eq!(
        found,
        [
            (1, 0),
            (1, 1),
            (1, 1),
            (1, 0),
            (1, 0),
            (0, 0),
            (1, 0),
            (0, 0)
        ]
    );
}

#[test]
fn a_push_without_a_place_is_judged_by_what_it_sends() {
    let rules = PermitSet::parse(&json!({ "git": { "read": ["/a"] } }), "permits").unwrap();
    let permits = Permits::new("bot", rules.clone(), rules);
    let need = Need::git_push("first", ["/a"], None, ["refs/heads/a"]);
    let allowed = permits.check(&PermitScope::nowhere(), &need).unwrap();
    assert_eq!(allowed.rule, r#"permits.git.read[0] "/a""#);
}

#[test]
fn names_that_are_no_text_are_judged_by_their_bytes() {
    let rules = json!({ "fs": { "read": ["/a/*"], "write": ["/a/**"] } });
    let rules = PermitSet::parse(&rules, "permits").unwrap();
    let permits = Permits::new("bot", rules.clone(), rules);
    let path = |bytes: &[u8]| PathBuf::from(OsString::from_vec(bytes.to_vec()));
    let check = |need: Need| permits.check(&PermitScope::nowhere(), &need);
    assert!(
        check(Need::FsWrite {
            asked: asked(),
            path: path(b"/a/\xff")
        })
        .is_ok()
    );
    assert!(
        check(Need::FsRead {
            asked: asked(),
            path: path(b"/a/\xff")
        })
        .is_ok()
    );
    // What no rule can spell becomes a star, two of them one.
    let denial = check(Need::FsRead {
        asked: asked(),
        path: path(b"/\xff[]/b"),
    })
    .unwrap_err();
    assert_eq!(denial.grants[0].to_string(), "fs.read:/*/b");
}

#[test]
fn a_web_url_has_parts() {
    let url = WebUrl::parse("HTTPS://H.example:8443/%c3%a9/\u{e9}?q#f").unwrap();
    assert_eq!(url.to_string(), "https://h.example:8443/%C3%A9/%C3%A9?q");
    assert_eq!(url.url().as_str(), url.to_string());
    assert_eq!(
        (url.scheme(), url.host(), url.port()),
        ("https", "h.example", 8443)
    );
    assert_eq!((url.path(), url.is_address()), ("/%C3%A9/%C3%A9", false));
    assert!(WebUrl::parse("http://[::1]").unwrap().is_address());
    let long = format!("https://h/{}", "a".repeat(20_000));
    let error = WebUrl::parse(&long).unwrap_err();
    assert_eq!(error.to_string(), "the URL is too long");
}

#[test]
fn a_push_url_has_parts() {
    let remote = PushUrl::parse("git@h:a").unwrap();
    assert_eq!(remote.without_user(), "ssh://h/a");
    assert_eq!(remote.remote().unwrap().port(), 22);
    assert_eq!(remote.local(), None);
    let local = PushUrl::parse("/a").unwrap();
    assert_eq!(local.without_user(), "/a");
    assert!(local.remote().is_none());
    assert_eq!(local.local(), Some(Path::new("/a")));
}
