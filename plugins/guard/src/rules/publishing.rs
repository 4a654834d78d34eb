//! `package-publish`: what cannot be taken back once it is public.

use super::phrases::{Table, texts, twin};
use super::{Context, Rule, no_file, only_looks, task};
use crate::analysis::Invocation;
use crate::finding::{Objection, ask};

pub(super) const RULE: Rule = Rule {
    id: "package-publish",
    summary: "Publishing packages, images and releases, and withdrawing them.",
    advice: "Build and check it, try it with `--dry-run`, and let the person publish.",
    invocation: judge,
    file: no_file,
};

/// What publishes or withdraws.
static PUBLISHING: Table = Table::new(&[
    (
        &["npm"],
        "publish, pub, unpublish, deprecate, dist-tag add, dist-tag rm, owner add, owner rm",
    ),
    (&["npm"], "access public, access set, stage publish"),
    (
        &["pnpm", "yarn", "bun", "rush"],
        "publish, npm publish, npm tag add",
    ),
    (
        &["lerna", "changeset", "changesets", "beachball"],
        "^publish",
    ),
    (&["nx"], "^release"),
    (
        &[
            "semantic-release",
            "release-it",
            "np",
            "auto-release",
            "multi-semantic-release",
        ],
        "*",
    ),
    (&["auto"], "^shipit, ^release, ^latest"),
    (
        &[
            "jsr", "deno", "elm", "spago", "nimble", "dub", "rye", "flit", "hatch", "pdm", "expo",
            "opam",
        ],
        "^publish",
    ),
    (&["elm-publish"], "*"),
    (
        &["cargo"],
        "publish, yank, ^owner, release --execute, release -x, smart-release --execute",
    ),
    (&["cargo"], "workspaces publish"),
    (
        &[
            "twine",
            "maturin",
            "stack",
            "cabal",
            "luarocks",
            "conda",
            "anaconda",
            "snapcraft",
        ],
        "^upload",
    ),
    (&["uv", "poetry", "maturin"], "^publish"),
    (&["snapcraft"], "^push, ^release, ^close"),
    (&["setup.py"], "upload, register"),
    (
        &["gem"],
        "^push, ^yank, ^release, owner -a, owner --add, owner -r, owner --remove",
    ),
    (&["rake"], "^release, gem:push"),
    (
        &["sbt"],
        "publish, publishSigned, release, sonatypeRelease, sonatypeBundleRelease, ci-release",
    ),
    (&["dotnet"], "nuget push, nuget delete"),
    (&["nuget"], "^push, ^delete"),
    (&["paket", "choco", "clojars"], "^push"),
    (&["pod"], "trunk push, trunk delete, trunk deprecate"),
    (&["vsce", "ovsx"], "publish, unpublish"),
    (
        &["docker", "buildah", "crane", "helm", "oras", "regctl"],
        "^push",
    ),
    (&["flux"], "push artifact"),
    (
        &["docker"],
        "image push, manifest push, compose push, trust sign, buildx imagetools create",
    ),
    (&["docker-compose"], "^push"),
    (&["skopeo"], "^sync, ^delete"),
    (
        &["crane", "regctl"],
        "^copy, ^cp, ^delete, ^append, ^mutate, image copy, tag delete",
    ),
    (&["cosign"], "^sign, ^attest, ^upload, ^copy"),
    (&["helm"], "cm-push, s3 push, gcs push"),
    (&["ko"], "^publish, ^apply, ^build, ^resolve"),
    (&["goreleaser"], "^release, ^publish, ^continue"),
    (
        &["gh"],
        "release create, release upload, release delete, release edit, release delete-asset",
    ),
    (&["gh"], "repo edit public"),
    (&["glab"], "release create, release upload, release delete"),
    (&["dart", "flutter"], "pub publish, publish"),
    (&["mix"], "hex.publish, hex.retire"),
    (&["composer"], "^publish"),
    (
        &["fastlane"],
        "deliver, supply, pilot, release, upload_to_app_store, upload_to_testflight",
    ),
    (&["fastlane"], "upload_to_play_store"),
    (&["xcrun"], "altool --upload-app, altool --upload-package"),
    (&["eas"], "^submit, ^update, build --auto-submit"),
    (&["firebase"], "^deploy"),
    (&["surge"], "*"),
    (&["eb", "hugo"], "^deploy"),
    (&["aws"], "deploy create-deployment"),
    (
        &["cap", "mina", "dep", "kamal"],
        "deploy, production deploy",
    ),
    (&["vercel"], "--prod, ^promote, ^rollback"),
    (&["netlify"], "deploy --prod, deploy --prod-if-unlocked"),
    (
        &["wrangler"],
        "^deploy, ^publish, pages deploy, versions deploy, ^rollback",
    ),
    (&["fly", "serverless", "sst", "railway", "sam"], "^deploy"),
    (&["railway"], "^up"),
    (
        &["heroku"],
        "container:release, container:push, releases:rollback, pipelines:promote",
    ),
    (
        &["cdk"],
        "deploy --require-approval never, deploy --require-approval=never",
    ),
    (&["gcloud"], "app deploy, run deploy, functions deploy"),
    (&["lein"], "^deploy, ^release"),
    (&["dput", "debrelease", "copr-cli"], "*"),
    (&["raco"], "pkg upload"),
    (&["cpan-upload"], "*"),
    (&["dzil", "mojo"], "^release, ^publish"),
    (&["web-ext"], "^sign"),
    (&["chrome-webstore-upload"], "^upload, ^publish"),
    (&["gh-pages"], "*"),
    (&["mkdocs"], "gh-deploy"),
    (&["mike"], "^deploy, ^delete"),
    (
        &["huggingface-cli", "hf"],
        "upload, upload-large-folder, repo delete, repo-files delete",
    ),
    (
        &["kaggle"],
        "datasets version, datasets create, kernels push",
    ),
    (&["brew"], "bump-formula-pr, bump-cask-pr"),
    (
        &["jfrog", "jf"],
        "upload, publish, rt upload, rt u, rt delete, rt del",
    ),
    (&["cloudsmith"], "^push, ^delete"),
]);

/// Words after which a package manager's `publish` is only a name: of a script, a package, a setting, a test.
const ONLY_NAMED: [&str; 18] = [
    "run",
    "run-script",
    "exec",
    "view",
    "info",
    "show",
    "help",
    "config",
    "pack",
    "install",
    "i",
    "add",
    "remove",
    "why",
    "test",
    "ls",
    "list",
    "audit",
];

/// Maven goals that put what was built where others take it from, by how they begin.
const GOALS: [&str; 9] = [
    "deploy",
    "release:perform",
    "release:prepare",
    "jib:build",
    "nexus-staging:release",
    "nexus-staging:deploy",
    "site:deploy",
    "gpg:sign-and-deploy",
    "central-publishing:publish",
];

/// What keeps a command from publishing, beside `--dry-run`.
const KEEPS: [&str; 10] = [
    "--snapshot",
    "--skip=publish",
    "--skip-publish",
    "--no-publish",
    "--push=false",
    "--push-images=false",
    "--local",
    "--list",
    "--skip-upload",
    "--check",
];

fn judge(invocation: &Invocation, _: &Context<'_>) -> Objection {
    let name = twin(&invocation.name);
    if let Some(task) = task::publishes(invocation) {
        return ask(format!(
            "`{task}` is what this project does to publish, deploy or destroy, and that cannot be taken back"
        ));
    }
    let publishes = match name {
        "npm" | "pnpm" | "yarn" | "bun" => package_manager(invocation),
        "mvn" | "gradle" if invocation.line().contains("publish=true") => true,
        "mvn" => invocation.operands().any(|goal| is_goal(&goal.text)),
        "gradle" => invocation.operands().any(|task| is_gradle_task(&task.text)),
        "sbt" => sbt(invocation),
        "goreleaser" if invocation.arguments.is_empty() => true,
        "skopeo" if invocation.has(&["copy"]) => invocation
            .operands()
            .last()
            .is_some_and(|target| target.text.starts_with("docker://")),
        "docker" | "docker-compose" | "pack" if builds_and_pushes(invocation) => true,
        _ => PUBLISHING.said(invocation).is_some(),
    };
    if !publishes {
        return None;
    }
    let tries = only_looks(invocation)
        || invocation.has(&KEEPS)
        || name == "cargo" && invocation.has(&["-n"])
        || invocation.has(&["push-registry=false", "ko.local"]);
    if tries {
        return None;
    }
    let words = invocation.words();
    let what = std::iter::once(invocation.name.as_str())
        .chain(words.into_iter().take(2))
        .collect::<Vec<_>>()
        .join(" ");
    ask(format!("`{what}` publishes, and that cannot be taken back"))
}

/// `npm publish`, but not `npm run publish-docs`, `npm view publish`.
fn package_manager(invocation: &Invocation) -> bool {
    let Some(phrase) = PUBLISHING.said(invocation) else {
        return false;
    };
    let verb = phrase.split(' ').next().unwrap_or_default();
    let words = invocation.words();
    let mut before = words.iter().take_while(|word| **word != verb);
    !before.any(|word| ONLY_NAMED.contains(word))
}

fn is_goal(goal: &str) -> bool {
    // `org.apache.maven.plugins:maven-deploy-plugin:3.1:deploy` is a goal by its whole name.
    let plugin = |name: &str| {
        goal.contains(&format!("{name}-maven-plugin:"))
            || goal.contains(&format!("maven-{name}-plugin:"))
    };
    GOALS
        .iter()
        .any(|known| goal == *known || goal.starts_with("deploy:"))
        || plugin("deploy")
        || plugin("release")
        || plugin("jib") && goal.ends_with(":build")
}

fn is_gradle_task(task: &str) -> bool {
    let task = task.rsplit(':').next().unwrap_or_default();
    let is_local = task.ends_with("ToMavenLocal") || task.contains("Local");
    let begins = [
        "publish",
        "upload",
        "closeAndRelease",
        "releaseRepository",
        "bintrayUpload",
        "artifactoryPublish",
    ];
    !is_local && begins.iter().any(|begin| task.starts_with(begin))
        || matches!(
            task,
            "jib" | "dockerPush" | "dockerPushImage" | "release" | "deploy"
        )
}

/// `sbt publishSigned`, `sbt +publish`, `sbt "project core" publish`, `sbt core/publish`.
fn sbt(invocation: &Invocation) -> bool {
    let commands = invocation
        .operands()
        .flat_map(|word| word.text.split([' ', ';']));
    commands
        .map(|command| command.trim_start_matches('+'))
        .filter_map(|command| command.rsplit(['/', ':']).next())
        .any(|command| {
            matches!(
                command,
                "publish"
                    | "publishSigned"
                    | "release"
                    | "ci-release"
                    | "sonatypeRelease"
                    | "sonatypeBundleRelease"
            )
        })
}

/// A build whose result is pushed: `--push`, `--output type=registry`, `-o type=image,push=true`, `--publish`.
fn builds_and_pushes(invocation: &Invocation) -> bool {
    let words = texts(invocation);
    let builds = ["build", "bake"].iter().any(|verb| words.contains(verb));
    let outputs = words
        .iter()
        .any(|word| word.contains("type=registry") || word.contains("push=true"));
    builds && (outputs || invocation.has(&["--push", "--publish"]))
}
