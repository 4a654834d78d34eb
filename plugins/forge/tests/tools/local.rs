//! What a model reads of the local repository and its files.

use serde_json::{Value, json};
use sinew_pdk::EffectError;
use sinew_pdk::schema::{
    FsListRequest, FsReadRequest, FsSearchRequest, GitCommitRequest, GitCreateBranchRequest,
    GitDiffRequest, GitGetBranchRequest, GitLogRequest, GitPushRequest, GitShowFileRequest,
    GitStatusRequest,
};
use sinew_pdk::testing::{FakeHost, refusal};

use crate::scene::{PROJECT, failed, host, ran, text, told};

const HEAD: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

fn commit(summary: &str) -> Value {
    let ada = json!({ "name": "Ada", "email": "ada@acme.io", "time": "2026-08-03T12:00:00+02:00" });
    json!({ "id": HEAD, "tree": HEAD, "parents": [], "author": ada, "committer": ada, "summary": summary,
        "message": summary, "message_truncated": false })
}

#[test]
fn a_status_names_the_branch_and_what_is_changed() {
    let host = host().answer(|request: GitStatusRequest| {
        assert_eq!((request.path.as_str(), request.limit), (PROJECT, Some(200)));
        json!({ "branch": "bot/fix", "head": HEAD, "upstream": "origin/bot/fix", "ahead": 2, "behind": 0, "truncated": true,
            "entries": [
                { "path": "src/a.rs", "staged": "modified", "unstaged": "modified" },
                { "path": "b.rs", "old_path": "c.rs", "staged": "renamed" },
                { "path": "new", "unstaged": "untracked" },
            ] })
    });
    assert_eq!(
        told(&host, "status", json!({})),
        "On `bot/fix` (4b825dc642), 2 ahead of and 0 behind `origin/bot/fix`.\n\
         Changed: 3 files, and there are more.\n\
         - src/a.rs: staged modified, unstaged modified\n\
         - b.rs: staged renamed (was c.rs)\n\
         - new: untracked"
    );
    drop(host);
    let host = FakeHost::new().answer(|request: GitStatusRequest| {
        assert_eq!(request.path, "/elsewhere");
        json!({ "entries": [], "truncated": false })
    });
    assert_eq!(
        told(&host, "status", json!({ "folder": "/elsewhere" })),
        "No branch is checked out, but no commit yet.\nNothing is changed."
    );
}

#[test]
fn a_diff_is_a_patch_and_lists_its_files_where_it_is_cut() {
    let diff = |truncated: bool| {
        move |request: GitDiffRequest| {
            assert_eq!(request.max_bytes, Some(40_000));
            json!({ "text": "+new\n", "text_lossy": false, "text_truncated": truncated, "files_changed": 1, "insertions": 1,
                "deletions": 0, "truncated": false,
                "files": [{ "path": "a.rs", "change": "modified", "binary": false, "insertions": 1, "deletions": 0 }] })
        }
    };
    let whole = host().answer(diff(false));
    assert_eq!(
        told(&whole, "diff", json!({ "from": "main" })),
        "1 file changed, +1 −0.\n+new"
    );
    drop(whole);
    let cut = host().answer(diff(true));
    assert_eq!(
        told(&cut, "diff", json!({ "staged": true })),
        "1 file changed, +1 −0.\n- a.rs: modified, +1 −0\n+new\n(cut: narrow it with `files`, or raise `max_bytes`)"
    );
}

#[test]
fn commits_and_branches_are_named() {
    let host = host().answer(|request: GitLogRequest| {
        assert_eq!(
            (request.revision.as_deref(), request.limit),
            (Some("main"), Some(20))
        );
        json!({ "commits": [commit("Fix `it`\n")], "truncated": true })
    });
    assert_eq!(
        told(&host, "log", json!({ "revision": "main" })),
        "1 commit, and there are more.\n- 4b825dc642 Fix 'it'  (Ada, 2026-08-03T12:00:00+02:00)"
    );
    assert_eq!(told(&host, "branch", json!({})), "`bot/fix` (4b825dc642)");
}

#[test]
fn a_file_is_shown_as_it_was() {
    let host = host().answer(|request: GitShowFileRequest| {
        assert_eq!(request.revision, "HEAD");
        match request.file.as_str() {
            "a.rs" => json!({ "blob": "0", "kind": "file", "text": "fn", "total_bytes": 9, "truncated": true }),
            _ => json!({ "blob": "0", "kind": "file", "base64": "/w==", "total_bytes": 1, "truncated": false }),
        }
    });
    assert_eq!(
        told(&host, "show_file", json!({ "file": "a.rs" })),
        "fn\n(cut: these are the first 2 of 9 bytes; raise `max_bytes`)"
    );
    assert_eq!(
        told(&host, "show_file", json!({ "file": "logo" })),
        "`logo` is no text; 1 bytes."
    );
}

#[test]
fn a_commit_is_of_what_is_named() {
    let made = host().answer(|request: GitCommitRequest| {
        assert_eq!(
            (request.paths, request.all),
            (vec!["a.rs".to_owned()], Some(false))
        );
        json!({ "commit": commit(&request.message), "branch": "bot/fix" })
    });
    assert_eq!(
        told(
            &made,
            "commit",
            json!({ "message": "Fix it", "files": ["a.rs"] })
        ),
        "Committed to `bot/fix`:\n- 4b825dc642 Fix it (Ada, 2026-08-03T12:00:00+02:00)"
    );
    let both = json!({ "message": "m", "files": ["a.rs"], "all": true });
    assert_eq!(
        failed(&made, "commit", both),
        "Name `files`, or set `all`, and not both."
    );
    drop(made);
    let nothing =
        host().answer(|_: GitCommitRequest| Err(refusal("conflict", "there is nothing to commit")));
    assert_eq!(
        failed(&nothing, "commit", json!({ "message": "m" })),
        "There is nothing to commit. Look at its present state first. To commit what is not staged, name `files` or set `all`."
    );
}

#[test]
fn a_branch_is_made_and_not_checked_out() {
    let host = host().answer(|request: GitCreateBranchRequest| {
        json!({ "branch": request.branch, "reference": "refs/heads/fix", "commit": HEAD })
    });
    assert_eq!(
        told(&host, "create_branch", json!({ "branch": "fix" })),
        "Made `fix`, which starts at `4b825dc642`. It is not checked out."
    );
}

#[test]
fn the_branch_that_is_checked_out_is_pushed_to_its_own_name() {
    let push = |outcome: &'static str| {
        move |request: GitPushRequest| {
            assert_eq!(request.remote.as_deref(), Some("origin"));
            assert_eq!(request.refs[0].target, "refs/heads/bot/fix");
            assert_eq!(request.refs[0].force_with_lease, None);
            json!({ "url": "https://github.com/acme/api", "refs": [{ "target": "refs/heads/bot/fix", "outcome": outcome, "after": HEAD }] })
        }
    };
    let moved = host().answer(push("updated"));
    assert_eq!(
        told(&moved, "push", json!({})),
        "`bot/fix` ends in `4b825dc642` at https://github.com/acme/api"
    );
    drop(moved);
    let there = host().answer(push("up_to_date"));
    assert_eq!(
        told(&there, "push", json!({ "branch": "bot/fix" })),
        "`bot/fix` was there already: https://github.com/acme/api"
    );
    drop(there);
    let refused =
        host().answer(|_: GitPushRequest| Err(refusal("conflict", "it is no fast-forward")));
    assert!(failed(&refused, "push", json!({})).contains("for the person to decide"));
    drop(refused);
    let nowhere = FakeHost::new()
        .with_project(PROJECT)
        .answer(|_: GitGetBranchRequest| json!({ "detached": true }));
    assert_eq!(
        failed(&nowhere, "push", json!({})),
        "No branch is checked out. Name the one to push: `branch`."
    );
}

#[test]
fn lines_are_found_with_what_stands_around_them() {
    let host = host().answer(|request: FsSearchRequest| {
        assert_eq!(request.path, "/home/dev/project/src");
        assert_eq!((request.limit, request.literal), (Some(50), Some(false)));
        json!({ "path": request.path, "files_searched": 2, "bytes_searched": 90, "truncated": true, "withheld": 1, "matches": [
            { "path": "a.rs", "line": 3, "offset": 40, "text": "let b = c;", "before": ["{"], "after": ["}"] },
        ] })
    });
    assert_eq!(
        told(
            &host,
            "search_code",
            json!({ "pattern": "b", "path": "src", "context": 1 })
        ),
        "1 matching line in 2 searched files, and there are more. Left out, because you may not read them: 1.\n\
         a.rs-2-{\na.rs:3:let b = c;\na.rs-4-}"
    );
    drop(host);
    let host = crate::scene::host().answer(|_: FsSearchRequest| {
        Err(refusal(
            "invalid_request",
            "the pattern opens a group and does not close it",
        ))
    });
    assert_eq!(
        failed(&host, "search_code", json!({ "pattern": "f(" })),
        "The pattern opens a group and does not close it. Change the request. To search for a text as it stands, set `literal`."
    );
}

#[test]
fn a_file_is_read_part_by_part() {
    let host = host().answer(|request: FsReadRequest| {
        let path = &request.path;
        match request.offset {
            None => json!({ "path": path, "text": "ab", "offset": 0, "next_offset": 2, "total_bytes": 3, "truncated": true }),
            Some(2) => json!({ "path": path, "text": "c", "offset": 2, "total_bytes": 3, "truncated": false }),
            Some(_) => json!({ "path": path, "base64": "/w==", "offset": 3, "total_bytes": 3, "truncated": false }),
        }
    });
    let first = ran(&host, "read_file", json!({ "path": "a" }));
    assert_eq!(
        text(&first),
        "ab\n(cut: of 3 bytes; it goes on at `offset` 2)"
    );
    assert_eq!(first.structured["path"], "/home/dev/project/a");
    assert_eq!(
        told(&host, "read_file", json!({ "path": "a", "offset": 2 })),
        "c"
    );
    assert!(
        failed(&host, "read_file", json!({ "path": "a", "offset": 9 }))
            .starts_with("`a` is no text")
    );
}

#[test]
fn a_folder_is_listed_without_what_git_ignores() {
    let host = host().answer(|request: FsListRequest| {
        assert_eq!((request.path.as_str(), request.depth), (PROJECT, Some(2)));
        assert_eq!(
            (request.skip_ignored, request.limit),
            (Some(true), Some(200))
        );
        json!({ "path": request.path, "truncated": false, "withheld": 0, "entries": [
            { "path": "src", "kind": "folder" },
            { "path": "src/a.rs", "kind": "file", "bytes": 12 },
            { "path": "current", "kind": "link" },
        ] })
    });
    assert_eq!(
        told(&host, "list_files", json!({})),
        "`/home/dev/project`: 3 listed.\nsrc/\nsrc/a.rs (12 bytes)\ncurrent (link)"
    );
}

#[test]
fn a_folder_is_absolute_or_in_the_project() {
    let at = |folder: &'static str, expected: &'static str| {
        let host =
            FakeHost::new()
                .with_project(PROJECT)
                .answer(move |request: GitGetBranchRequest| {
                    assert_eq!(request.path, expected);
                    json!({ "branch": "main", "detached": false })
                });
        assert_eq!(
            told(&host, "branch", json!({ "folder": folder })),
            "`main` (no commit yet)"
        );
    };
    at(".", PROJECT);
    at("sub", "/home/dev/project/sub");
    at("/srv/other", "/srv/other");
    let host = FakeHost::new();
    assert_eq!(
        failed(&host, "branch", json!({ "folder": "sub" })),
        "The call belongs to no project. Name an absolute path: `folder`."
    );
    assert!(failed(&host, "branch", json!({ "repo": "x" })).contains("unknown field `repo`"));
}

#[test]
fn a_change_that_is_not_permitted_names_its_branch() {
    let refused = || refusal("denied", "plugin `forge` may not do that");
    let host = host()
        .answer(move |_: GitCommitRequest| Err(refused()))
        .answer(move |_: GitPushRequest| Err(refused()));
    let said = "Plugin `forge` may not do that. Ask the person; do not look for a way around it. The permit is";
    assert_eq!(
        failed(&host, "commit", json!({ "message": "m" })),
        format!("{said} `git.write`, for this repository and `refs/heads/bot/fix`.")
    );
    assert_eq!(
        failed(&host, "push", json!({ "branch": "main" })),
        format!("{said} `git.push`, for this repository and `refs/heads/main`.")
    );
}

#[test]
fn what_is_not_permitted_says_who_can_allow_it_and_how() {
    let host = FakeHost::new()
        .with_project(PROJECT)
        .answer(|_: GitCommitRequest| {
            let mut error = EffectError::new(
                "denied",
                "plugin `forge` has no permit for git.write `/home/dev/project`",
            );
            error.grant = Some("git:write:/home/dev/project".to_owned());
            Err(error)
        });
    assert_eq!(
        failed(&host, "commit", json!({ "message": "m" })),
        "Plugin `forge` has no permit for git.write `/home/dev/project`. Only the operator can allow it: ask the person. \
         What would allow it: `git:write:/home/dev/project`."
    );
}
