//! The operator's configuration: what is registered in it, and where it comes from.

use std::fs;
use std::os::unix::fs::symlink;

use sinew_contract_tests::sinew_binary::run;

use super::place::{CONFIGURATION, Place, SETTINGS};

#[tokio::test]
async fn the_project_is_registered_behind_what_is_there() {
    let Some(place) = Place::new() else { return };
    let before = place.read(CONFIGURATION);
    place.done(&[]).await;
    let added = format!("{before}\n[projects.api]\nroot = \"/home/me/api\"\n");
    assert_eq!(
        place.general(&place.read(CONFIGURATION)),
        place.general(&added)
    );
    // Another folder of the same name is another project.
    fs::create_dir_all(place.at("old/api")).unwrap();
    let other = place.at("old/api");
    place.done(&["--dir", other.to_str().unwrap()]).await;
    assert!(place.read(CONFIGURATION).contains("[projects.api-2]\n"));
    place.done(&["--remove"]).await;
    place
        .done(&["--remove", "--dir", other.to_str().unwrap()])
        .await;
    assert_eq!(place.read(CONFIGURATION), before);
}

#[tokio::test]
async fn what_holds_everything_is_no_project() {
    let Some(place) = Place::new() else { return };
    let before = place.snapshot();
    for folder in [
        "/".into(),
        place.at(""),
        place.at("").parent().unwrap().to_owned(),
    ] {
        let why = place.refused(&["--dir", folder.to_str().unwrap()]).await;
        assert!(why.contains("cannot be a project"), "{why}");
    }
    assert_eq!(place.snapshot(), before);
}

#[tokio::test]
async fn without_plugins_there_is_nothing_to_wire() {
    let Some(place) = Place::new() else { return };
    let cases = [
        ("", "configures no plugin"),
        (
            "[plugins.warden]\npath = \"gone\"\n",
            "nobody knows what it guards",
        ),
        ("[plugin.x]\n", "unknown field `plugin`"),
        (
            "[server]\nlisten = \"127.0.0.1:0\"\n",
            "configures no plugin",
        ),
    ];
    for (text, expected) in cases {
        place.write(CONFIGURATION, text);
        let before = place.snapshot();
        let why = place.refused(&[]).await;
        assert!(why.contains(expected), "{text}: {why}");
        assert_eq!(place.snapshot(), before, "{text}");
    }
}

#[tokio::test]
async fn a_port_that_nobody_knows_cannot_be_asked() {
    let Some(place) = Place::new() else { return };
    let text = format!(
        "[server]\nlisten = \"127.0.0.1:0\"\n{}",
        place.read(CONFIGURATION)
    );
    place.write(CONFIGURATION, &text);
    let why = place.refused(&[]).await;
    assert!(why.contains("give it a port"), "{why}");
    place.write(CONFIGURATION, &text.replace(":0", ":9999"));
    place.done(&[]).await;
    assert!(
        place
            .read(SETTINGS)
            .contains("http://127.0.0.1:9999/hooks/PreToolUse")
    );
}

#[tokio::test]
async fn where_there_is_no_configuration_the_bundled_plugins_make_one() {
    let Some(place) = Place::new() else { return };
    fs::remove_dir_all(place.at(".config")).unwrap();
    // A release: the program in one folder, the plugins in its neighbour.
    fs::create_dir_all(place.at("release/bin")).unwrap();
    let program = place.at("release/bin/sinew");
    fs::copy(place.binary(), &program).unwrap();
    let project = place.at("api");
    let arguments = ["init", "--dir", project.to_str().unwrap()];
    let home = place.at("");
    let none = run(&program, &home, &arguments, b"").await.unwrap();
    assert!(
        none.stderr.contains("no plugins lie beside"),
        "{}",
        none.stderr
    );
    let manifest = place
        .read("plugins/warden/plugin.toml")
        .replace("warden", "guard");
    place.write("release/plugins/guard/plugin.toml", &manifest);
    let unbuilt = run(&program, &home, &arguments, b"").await.unwrap();
    assert!(
        unbuilt.stderr.contains("sinew plugin build"),
        "{}",
        unbuilt.stderr
    );
    place.write("release/plugins/guard/guard.wasm", "");
    let before = place.snapshot();
    let made = run(&program, &home, &arguments, b"").await.unwrap();
    assert_eq!((made.code, made.stderr.as_str()), (Some(0), ""));
    insta::assert_snapshot!(
        "first_configuration",
        place.general(&place.read(CONFIGURATION))
    );
    let removed = run(
        &program,
        &home,
        &["init", "--remove", arguments[1], arguments[2]],
        b"",
    )
    .await;
    assert_eq!(removed.unwrap().code, Some(0));
    let mut after = place.snapshot();
    after.retain(|(path, ..)| !path.starts_with(place.at(".config")));
    assert_eq!(after, before);
    assert!(!place.at(CONFIGURATION).exists());
}

#[tokio::test]
async fn a_configuration_that_is_a_link_stays_one() {
    let Some(place) = Place::new() else { return };
    let text = place.read(CONFIGURATION);
    place.write("dotfiles/sinew.toml", &text);
    fs::remove_file(place.at(CONFIGURATION)).unwrap();
    symlink(place.at("dotfiles/sinew.toml"), place.at(CONFIGURATION)).unwrap();
    place.done(&[]).await;
    assert!(
        fs::symlink_metadata(place.at(CONFIGURATION))
            .unwrap()
            .is_symlink()
    );
    assert!(place.read("dotfiles/sinew.toml").contains("[projects.api]"));
}
