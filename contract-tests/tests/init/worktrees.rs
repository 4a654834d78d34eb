//! Repositories: every worktree is wired, and no token can be committed.

use std::path::{Path, PathBuf};

use git2::{Repository, Signature, WorktreeAddOptions};

use super::place::{Place, SETTINGS};

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

/// The project as a repository with a second worktree.
pub(super) fn with_hotfix(place: &Place) {
    let options = WorktreeAddOptions::new();
    repository(place)
        .worktree("hotfix", &place.at("hotfix"), Some(&options))
        .unwrap();
}

/// What `git add .` would take.
fn open(folder: &Path) -> Vec<String> {
    let repository = Repository::open(folder).unwrap();
    let mut options = git2::StatusOptions::new();
    options.include_untracked(true).recurse_untracked_dirs(true);
    let statuses = repository.statuses(Some(&mut options)).unwrap();
    statuses
        .iter()
        .filter_map(|entry| entry.path().ok().map(str::to_owned))
        .collect()
}

#[tokio::test]
async fn every_worktree_is_wired_and_none_can_commit_the_token() {
    let Some(place) = Place::new() else { return };
    with_hotfix(&place);
    place.write("api/docs/a.md", "a\n");
    let exclude = place.read("api/.git/info/exclude");
    // Any folder of any worktree stands for all of them.
    let below = place.at("api/docs");
    let said = place.done(&["--dir", below.to_str().unwrap()]).await;
    insta::assert_snapshot!("worktrees", said);
    let wired = ["api", "api/docs", "hotfix"];
    for folder in wired {
        let settings = format!("{folder}/.claude/settings.local.json");
        assert!(
            place.read(&settings).contains("/hooks/PreToolUse"),
            "{folder}"
        );
        assert_eq!(place.mode(&settings), 0o600);
    }
    assert_eq!(open(&place.at("api")), ["docs/a.md"]);
    assert_eq!(open(&place.at("hotfix")), [""; 0]);
    let again = place.done(&["--dir", below.to_str().unwrap()]).await;
    assert!(again.contains("nothing was changed"), "{again}");
    place
        .done(&["--remove", "--dir", below.to_str().unwrap()])
        .await;
    for folder in wired {
        assert!(!place.at(folder).join(".claude").exists(), "{folder}");
    }
    assert_eq!(place.read("api/.git/info/exclude"), exclude);
}

#[tokio::test]
async fn what_git_ignores_already_needs_no_line() {
    let Some(place) = Place::new() else { return };
    repository(&place);
    place.write("api/.gitignore", ".claude/settings.local.json\n");
    let exclude = place.read("api/.git/info/exclude");
    place.done(&[]).await;
    assert_eq!(place.read("api/.git/info/exclude"), exclude);
    assert_eq!(open(&place.at("api")), [".gitignore"]);
}

#[tokio::test]
async fn settings_that_are_committed_get_no_token() {
    let Some(place) = Place::new() else { return };
    let repository = repository(&place);
    place.write(SETTINGS, "{}\n");
    let mut index = repository.index().unwrap();
    index
        .add_path(&PathBuf::from(".claude/settings.local.json"))
        .unwrap();
    index.write().unwrap();
    let before = place.snapshot();
    let why = place.refused(&[]).await;
    assert!(
        why.contains("is committed to git") && why.contains("git rm --cached"),
        "{why}"
    );
    assert_eq!(place.snapshot(), before);
}

#[tokio::test]
async fn a_repository_that_cannot_be_read_is_not_taken_for_a_plain_folder() {
    let Some(place) = Place::new() else { return };
    place.write("api/.git", "gitdir: /nowhere\n");
    let before = place.snapshot();
    let why = place.refused(&[]).await;
    assert!(why.contains("cannot be opened"), "{why}");
    assert_eq!(place.snapshot(), before);
}
