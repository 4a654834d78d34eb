//! A plugin that lives outside this workspace is built with the pdk that the host carries.

#![allow(
    clippy::unwrap_used,
    reason = "a file that cannot be written fails the test"
)]

use std::fs;
use std::path::{Path, PathBuf};

use sinew_runtime::services::cargo::{BuildError, CargoBuild, Profile};

const CARGO_TOML: &str = r#"
[package]
name = "outsider"
version = "0.3.0"
edition = "2024"
[lib]
crate-type = ["cdylib", "rlib"]
[dependencies]
sinew-pdk = "0.1"
"#;

const PLUGIN: &str = r#"
use sinew_pdk::{Decision, EffectError, PreToolUse, git_get_branch, pre_tool_use};

#[pre_tool_use]
fn decide(call: PreToolUse) -> Result<Decision, EffectError> {
    let Some(branch) = git_get_branch(&call.cwd)?.branch else { return Ok(Decision::none()) };
    Ok(Decision::ask(format!("working on `{branch}`")))
}
"#;

fn build(dir: &Path) -> Result<sinew_runtime::services::cargo::Built, BuildError> {
    // Kept between runs, so that only the first one compiles the pdk's dependencies.
    let kept = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    CargoBuild {
        crate_dir: dir.to_owned(),
        cargo: env!("CARGO").into(),
        rustc: "rustc".into(),
        cache: kept.join("pdk-sources"),
        target_dir: Some(kept.join("outside-plugins")),
        toolchain_is_chosen: false,
        profile: Profile::Plugin,
        quiet: false,
    }
    .run()
}

fn write(dir: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = dir.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

#[test]
fn a_crate_outside_the_workspace_is_built_with_the_hosts_own_pdk() {
    let dir = tempfile::tempdir().unwrap();
    write(
        dir.path(),
        &[("Cargo.toml", CARGO_TOML), ("src/lib.rs", PLUGIN)],
    );
    let built = build(dir.path()).unwrap();
    assert!(built.injected);
    assert_eq!(
        (built.package.as_str(), built.version.as_str()),
        ("outsider", "0.3.0")
    );
    assert!(built.wasm.starts_with(b"\0asm"));
    let module = String::from_utf8_lossy(&built.wasm);
    for name in ["handle_pre_tool_use", "git_get_branch"] {
        assert!(module.contains(name), "{name}");
    }
    assert!(
        !module.contains("git_push"),
        "a plugin imports only the effects that it uses"
    );
}

#[test]
fn what_is_no_plugin_is_refused_before_anything_is_compiled() {
    let dir = tempfile::tempdir().unwrap();
    let refusal = |dir: &Path| build(dir).unwrap_err().to_string();
    assert!(
        refusal(dir.path())
            .ends_with("has no Cargo.toml: a plugin's folder holds a crate and a plugin.toml")
    );

    write(
        dir.path(),
        &[
            ("Cargo.toml", "[package]\nname = \"library\"\n"),
            ("src/lib.rs", ""),
        ],
    );
    assert_eq!(
        refusal(dir.path()),
        "`library` makes no wasm module: its Cargo.toml needs `[lib]` with `crate-type = [\"cdylib\", \"rlib\"]`"
    );

    write(dir.path(), &[("Cargo.toml", "[package")]);
    assert!(refusal(dir.path()).starts_with("cargo cannot read the crate:"));
}
