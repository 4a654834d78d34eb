//! Repositories: a worktree that nobody wired, and settings that would be committed.

use std::path::Path;

use git2::{Repository, Signature, WorktreeAddOptions};

use super::place::Place;

fn repository(place: &Place) -> Repository {
    let repository = Repository::init(place.at("api")).unwrap();
    let author = Signature::now("Me", "me@example.org").unwrap();
    let tree = repository.treebuilder(None).unwrap().write().unwrap();
    let tree = repository.find_tree(tree).unwrap();
    repository
        .commit(Some("HEAD"), &author, &author, "first", &tree, &[])
        .unwrap();
    drop(tree);
    repository
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worktree_that_came_later_is_seen_and_what_mends_it_does() {
    let Some(place) = Place::new() else { return };
    let repository = repository(&place);
    place.init().await;
    let _daemon = place.serve().await;
    assert_eq!(place.failures().await, [""; 0]);
    repository
        .worktree(
            "hotfix",
            &place.at("hotfix"),
            Some(&WorktreeAddOptions::new()),
        )
        .unwrap();
    assert_eq!(
        place.failures().await,
        [
            "settings   PreToolUse is not wired in `/home/me/hotfix`: run `sinew init --dir /home/me/hotfix`",
            "mcp        the server `sinew` is not listed for `/home/me/hotfix`: run `sinew init --dir /home/me/hotfix`"
        ]
    );
    let hotfix = place.at("hotfix");
    place
        .sinew(&["init", "--dir", hotfix.to_str().unwrap()])
        .await;
    assert_eq!(place.failures().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_are_or_would_be_committed_are_seen() {
    let Some(place) = Place::new() else { return };
    let repository = repository(&place);
    place.init().await;
    let _daemon = place.serve().await;
    let exclude = place.read("api/.git/info/exclude");
    place.write("api/.git/info/exclude", "");
    assert_eq!(
        place.failures().await,
        [
            "settings   git would commit `/home/me/api/.claude/settings.local.json`: run `sinew init --dir /home/me/api`"
        ]
    );
    place.write("api/.git/info/exclude", &exclude);
    assert_eq!(place.failures().await, [""; 0]);
    let mut index = repository.index().unwrap();
    index
        .add_path(Path::new(".claude/settings.local.json"))
        .unwrap();
    index.write().unwrap();
    let failures = place.failures().await;
    assert_eq!(
        failures,
        [
            "settings   `/home/me/api/.claude/settings.local.json` is committed to git, and a token may not be; run `git rm \
             --cached` on it, or use `sinew init --user`: run `git -C /home/me/api/.claude rm --cached \
             settings.local.json`, then `sinew init --dir /home/me/api`"
        ]
    );
}
