//! What a confined program reaches, and what it does not.

use std::fs;
use std::net::TcpListener;
use std::thread;
use std::time::Instant;

use serde_json::json;
use sinew_contract_tests::sinew_binary::{sinew, skipped};
use sinew_runtime::services::process::{Level, offered};

use crate::process_run::{PATIENCE, run, said, scene, scene_with, settings};
use crate::scene::Scene;

/// Whether this kernel confines programs at all.
fn confines() -> bool {
    offered(false).level != Level::None || skipped::<()>("this kernel has no landlock").is_some()
}

#[test]
fn a_confined_program_reaches_its_folders_and_nothing_else() {
    let Some(mut scene) = scene() else { return };
    if !confines() {
        return;
    }
    let outside = scene.path("outside");
    for path in ["readable/file", "writable/file"] {
        scene.file(path, "listed");
    }
    let mut settings = settings(sinew().unwrap());
    settings.read = vec![scene.root.join("readable")];
    settings.write = vec![scene.root.join("writable")];
    scene.use_process(settings);
    let code = |text: &str| {
        let answer = run(&scene, &["sh", "-c", text], &json!({})).unwrap();
        assert_ne!(answer["confinement"]["level"], "none", "{answer}");
        answer["exit_code"].as_i64().unwrap() == 0
    };
    for (text, expected) in [
        ("cat file".to_owned(), true),
        (
            "echo x > made && mv made moved && rm moved && mkdir d && ln -s file l".to_owned(),
            true,
        ),
        (
            "echo x > $TMPDIR/x && cat $TMPDIR/x && mv $TMPDIR/x here".to_owned(),
            true,
        ),
        ("cat /etc/passwd > /dev/null".to_owned(), true),
        (format!("cat {outside}/file"), false),
        (format!("ls {outside}"), false),
        (format!("echo x > {outside}/file"), false),
        (format!("rm {outside}/file"), false),
        (format!("mv file {outside}/moved"), false),
        (format!("ln {outside}/file here2"), false),
        (format!("ln -s {outside} way; cat way/file"), false),
        (format!("cat /proc/self/root{outside}/file"), false),
        ("cat ../outside/file".to_owned(), false),
        ("echo x > /tmp/sinew-escaped".to_owned(), false),
        ("ls /tmp".to_owned(), false),
        ("echo x > /etc/sinew-escaped".to_owned(), false),
        (format!("cat {}", scene.path("readable/file")), true),
        (format!("echo x > {}", scene.path("readable/file")), false),
        (format!("echo x > {}", scene.path("writable/file")), true),
        (format!("setsid sh -c 'cat {outside}/file'"), false),
        (
            format!("kill -0 {}", std::process::id()),
            offered(false)
                .reason
                .is_some_and(|reason| reason.contains("signals")),
        ),
    ] {
        assert_eq!(code(&text), expected, "{text}");
    }
    assert_eq!(
        fs::read_to_string(scene.root.join("outside/file")).unwrap(),
        "outside"
    );
    let folder = said(&scene, "echo $TMPDIR", &json!({}));
    let since = Instant::now();
    while fs::exists(folder.trim()).unwrap() {
        assert!(since.elapsed() < PATIENCE, "its folder is still there");
        thread::yield_now();
    }
}

#[test]
fn a_confined_program_gains_no_privileges() {
    let Some(scene) = scene() else { return };
    if !confines() {
        return;
    }
    let status = said(&scene, "grep NoNewPrivs /proc/self/status", &json!({}));
    assert_eq!(status.split_whitespace().last(), Some("1"));
    // It has no terminal, and a session of its own.
    let session = said(
        &scene,
        "exec 2>/dev/null; (: < /dev/tty) && echo terminal; cut -d' ' -f5,6,7 /proc/$$/stat; echo $$",
        &json!({}),
    );
    let mut words = session.split_whitespace();
    let (group, session, terminal, own) = (words.next(), words.next(), words.next(), words.next());
    assert_eq!((group, session, terminal), (own, own, Some("0")));
}

#[test]
fn the_network_is_closed_unless_the_operator_opens_it() {
    let Some(scene) = scene() else { return };
    if !confines() {
        return;
    }
    let tcp_is_open = offered(false)
        .reason
        .is_some_and(|reason| reason.contains("TCP"));
    if tcp_is_open {
        let _ = skipped::<()>("this kernel's landlock does not restrict TCP");
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let connect = format!("exec 3<>/dev/tcp/127.0.0.1/{port}");
    let connects = |scene: &Scene| {
        let answer = run(scene, &["bash", "-c", &connect], &json!({})).unwrap();
        answer["exit_code"] == 0
    };
    assert!(!connects(&scene));
    let open = scene_with(|settings| settings.network = true).unwrap();
    assert!(connects(&open));
}

#[test]
fn what_may_not_run_unconfined_does_not_run_where_nothing_confines() {
    let Some(scene) = scene_with(|settings| settings.required = true) else {
        return;
    };
    let result = run(&scene, &["true"], &json!({}));
    match offered(false).level {
        Level::None => assert_eq!(result.unwrap_err().code, "unavailable"),
        Level::Full | Level::Partial => assert_eq!(result.unwrap()["exit_code"], 0),
    }
}
