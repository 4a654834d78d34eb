//! `package-publish`: what cannot be taken back once it is public.

use super::{Context, Rule, in_order, no_file, only_looks};
use crate::analysis::Invocation;
use crate::finding::{Objection, ask};

pub(super) const RULE: Rule = Rule {
    id: "package-publish",
    summary: "Publishing packages, images and releases, and withdrawing them.",
    advice: "Build and check it, try it with `--dry-run`, and let the person publish.",
    invocation: judge,
    file: no_file,
};

/// Programs, and the words that publish when they follow in this order.
const PUBLISHING: &[(&str, &[&str])] = &[
    ("npm", &["publish"]),
    ("npm", &["unpublish"]),
    ("npm", &["deprecate"]),
    ("npm", &["dist-tag", "add"]),
    ("npm", &["owner", "add"]),
    ("pnpm", &["publish"]),
    ("yarn", &["publish"]),
    ("bun", &["publish"]),
    ("lerna", &["publish"]),
    ("changeset", &["publish"]),
    ("changesets", &["publish"]),
    ("semantic-release", &[]),
    ("release-it", &[]),
    ("np", &[]),
    ("jsr", &["publish"]),
    ("deno", &["publish"]),
    ("cargo", &["publish"]),
    ("cargo", &["yank"]),
    ("cargo", &["release"]),
    ("cargo", &["owner"]),
    ("twine", &["upload"]),
    ("uv", &["publish"]),
    ("poetry", &["publish"]),
    ("flit", &["publish"]),
    ("hatch", &["publish"]),
    ("pdm", &["publish"]),
    ("maturin", &["publish"]),
    ("maturin", &["upload"]),
    ("gem", &["push"]),
    ("gem", &["yank"]),
    ("mvn", &["deploy"]),
    ("mvnw", &["deploy"]),
    ("gradle", &["publish"]),
    ("gradlew", &["publish"]),
    ("gradle", &["publishPlugins"]),
    ("sbt", &["publish"]),
    ("dotnet", &["nuget", "push"]),
    ("nuget", &["push"]),
    ("pod", &["trunk", "push"]),
    ("vsce", &["publish"]),
    ("ovsx", &["publish"]),
    ("docker", &["push"]),
    ("podman", &["push"]),
    ("docker", &["compose", "push"]),
    ("buildah", &["push"]),
    ("crane", &["push"]),
    ("skopeo", &["copy"]),
    ("helm", &["push"]),
    ("oras", &["push"]),
    ("goreleaser", &["release"]),
    ("gh", &["release", "create"]),
    ("gh", &["release", "upload"]),
    ("gh", &["release", "delete"]),
    ("gh", &["release", "edit"]),
    ("gh", &["repo", "edit", "public"]),
    ("glab", &["release", "create"]),
    ("dart", &["pub", "publish"]),
    ("flutter", &["pub", "publish"]),
    ("mix", &["hex.publish"]),
    ("composer", &["publish"]),
    ("conda", &["upload"]),
    ("anaconda", &["upload"]),
    ("snapcraft", &["upload"]),
    ("fastlane", &["deliver"]),
    ("fastlane", &["supply"]),
    ("firebase", &["deploy"]),
    ("vercel", &["--prod"]),
    ("netlify", &["deploy", "--prod"]),
    ("wrangler", &["deploy"]),
    ("wrangler", &["publish"]),
    ("npm", &["run", "release"]),
    ("clojars", &["push"]),
    ("lein", &["deploy"]),
    ("stack", &["upload"]),
    ("cabal", &["upload"]),
    ("luarocks", &["upload"]),
    ("opam", &["publish"]),
];

fn judge(invocation: &Invocation, _: &Context<'_>) -> Objection {
    if !PUBLISHING
        .iter()
        .any(|(program, _)| *program == invocation.name)
    {
        return None;
    }
    let line = invocation.line();
    if only_looks(invocation)
        || line.contains("--snapshot")
        || line.contains("--skip=publish")
        || line.contains("--skip-publish")
    {
        return None;
    }
    let words: Vec<&str> = invocation
        .arguments
        .iter()
        .map(|argument| argument.text.as_str())
        .filter(|text| !text.starts_with('-') && !text.starts_with('+') || *text == "--prod")
        .collect();
    let builds_and_pushes =
        invocation.name == "docker" && words.contains(&"build") && invocation.has(&["--push"]);
    let is_first = |wanted: &[&str]| {
        wanted
            .first()
            .is_none_or(|first| words.iter().take(3).any(|word| word == first))
    };
    let found = PUBLISHING.iter().find(|(name, wanted)| {
        *name == invocation.name && is_first(wanted) && in_order(&words, wanted)
    });
    let found = found.filter(|(name, wanted)| {
        !(matches!(*name, "npm" | "pnpm" | "yarn" | "bun")
            && wanted.len() == 1
            && words
                .iter()
                .take_while(|word| **word != wanted[0])
                .any(|word| {
                    matches!(
                        *word,
                        "run"
                            | "exec"
                            | "view"
                            | "info"
                            | "help"
                            | "config"
                            | "pack"
                            | "install"
                            | "add"
                            | "test"
                    )
                }))
    });
    let task = matches!(invocation.name.as_str(), "gradle" | "gradlew")
        && words.iter().any(|word| {
            let task = word.rsplit(':').next().unwrap_or_default();
            task.starts_with("publish") && !task.ends_with("ToMavenLocal")
        });
    if found.is_none() && !builds_and_pushes && !task {
        return None;
    }
    let what = std::iter::once(invocation.name.as_str())
        .chain(words.iter().copied().take(2))
        .collect::<Vec<_>>()
        .join(" ");
    ask(format!("`{what}` publishes, and that cannot be taken back"))
}
