//! Running programs: what they get, what they may reach, how they end.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::process::{Pid, test_kill_process};
use serde_json::{Value, json};
use sinew_contract_tests::sinew_binary::sinew;
use sinew_runtime::permits::Permits;
use sinew_runtime::services::process::{Environment, ProcessSettings};
use sinew_schema::EffectError;

use crate::scene::{Scene, permits_of};

/// Longer than anything here takes on a machine that is busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// What a scene permits to run, with any arguments.
const PROGRAMS: [&str; 10] = [
    "sh",
    "bash",
    "cat",
    "echo",
    "printf",
    "true",
    "/bin/echo",
    "no-such-program",
    "/no/such/program",
    "/etc/passwd",
];

pub(crate) fn settings(helper: PathBuf) -> ProcessSettings {
    let variables = [("SERVER_ONE", "one"), ("SERVER_TWO", "two")];
    ProcessSettings {
        helper,
        environment: variables
            .map(|(name, value)| (name.to_owned(), OsString::from(value)))
            .into_iter()
            .collect::<Environment>(),
        ..ProcessSettings::default()
    }
}

/// A scene in which programs run; `None` when there is nothing that could run them.
pub(crate) fn scene_with(change: impl FnOnce(&mut ProcessSettings)) -> Option<Scene> {
    let mut scene = Scene::new();
    let mut settings = settings(sinew()?);
    change(&mut settings);
    scene.use_process(settings);
    scene.file("work/file", "inside");
    scene.file("outside/file", "outside");
    let programs = PROGRAMS.map(|program| [program, "**"]);
    scene.permits = allowed(&scene, &programs.each_ref().map(|argv| &argv[..]));
    Some(scene)
}

pub(crate) fn scene() -> Option<Scene> {
    scene_with(|_| {})
}

/// Permits for argument lists, in one folder and with some variables.
fn allowed(scene: &Scene, argvs: &[&[&str]]) -> Permits {
    let rules: Vec<Value> = argvs
        .iter()
        .map(|argv| {
            json!({
                "argv": argv, "cwd": scene.path("work/**"),
                "env": ["GIVEN=x*", "PATH=*", "LD_PRELOAD=*", "SERVER_ONE", "MISSING"],
            })
        })
        .collect();
    permits_of(&json!({ "process": rules }))
}

pub(crate) fn run(scene: &Scene, argv: &[&str], more: &Value) -> Result<Value, EffectError> {
    let mut request = json!({ "argv": argv, "cwd": scene.path("work") });
    for (key, value) in more.as_object().unwrap() {
        request[key] = value.clone();
    }
    scene.call("process_run", &request)
}

/// What a shell's text writes.
pub(crate) fn said(scene: &Scene, text: &str, more: &Value) -> String {
    let answer = run(scene, &["sh", "-c", text], more).unwrap();
    assert_eq!(answer["exit_code"], 0, "{text}: {answer}");
    answer["stdout"]["text"].as_str().unwrap().to_owned()
}

fn is_gone(pid: &str) -> bool {
    let stat = format!("/proc/{}/stat", pid.trim());
    let pid = Pid::from_raw(pid.trim().parse().unwrap()).unwrap();
    // One that nobody has waited for yet is gone, too.
    let is_dead = || fs::read_to_string(&stat).is_ok_and(|stat| stat.contains(") Z "));
    let since = Instant::now();
    while test_kill_process(pid).is_ok() && !is_dead() {
        if since.elapsed() > PATIENCE {
            return false;
        }
        thread::yield_now();
    }
    true
}

#[test]
pub(crate) fn process_run() {
    let Some(scene) = scene() else { return };
    let answer = run(&scene, &["cat", "file"], &json!({})).unwrap();
    assert_eq!(
        answer["stdout"],
        json!({ "text": "inside", "total_bytes": 6, "truncated": false })
    );
    assert_eq!(
        (
            &answer["exit_code"],
            &answer["timed_out"],
            &answer["signal"]
        ),
        (&json!(0), &json!(false), &Value::Null)
    );

    let both = run(
        &scene,
        &["sh", "-c", "printf out; printf err >&2; exit 7"],
        &json!({}),
    )
    .unwrap();
    assert_eq!(
        (
            &both["stdout"]["text"],
            &both["stderr"]["text"],
            &both["exit_code"]
        ),
        (&json!("out"), &json!("err"), &json!(7))
    );
    let killed = run(&scene, &["sh", "-c", "kill -TERM $$"], &json!({})).unwrap();
    assert_eq!(
        (&killed["signal"], &killed["exit_code"]),
        (&json!(15), &Value::Null)
    );
    assert_eq!(
        said(&scene, "cat", &json!({ "stdin": "from the guest" })),
        "from the guest"
    );
    let binary = run(&scene, &["cat"], &json!({ "stdin_base64": "/wA=" })).unwrap();
    assert_eq!(
        binary["stdout"],
        json!({ "base64": "/wA=", "total_bytes": 2, "truncated": false })
    );
    assert_eq!(
        said(&scene, "cat", &json!({})),
        "",
        "without input it reads nothing"
    );
    // No shell comes between.
    let plain = run(
        &scene,
        &["printf", "%s|", "$HOME", "a b", "*", ";ls"],
        &json!({}),
    )
    .unwrap();
    assert_eq!(plain["stdout"]["text"], "$HOME|a b|*|;ls|");
    assert_eq!(
        said(&scene, "echo $0; pwd", &json!({})),
        format!("sh\n{}\n", scene.path("work"))
    );
    let absolute = run(&scene, &["/bin/echo", "x"], &json!({})).unwrap();
    assert_eq!(absolute["stdout"]["text"], "x\n");
}

#[test]
fn process_run_refuses_what_is_not_permitted_and_says_what_is_wrong() {
    let Some(scene) = scene() else { return };
    symlink("../outside", scene.root.join("work/link")).unwrap();
    let narrow = allowed(&scene, &[&["echo", "ok", "*"]]);
    for (more, code) in [
        (json!({ "argv": ["echo", "ok", "x"] }), ""),
        (json!({ "argv": ["echo", "ok"] }), "denied"),
        (json!({ "argv": ["echo", "ok", "x", "y"] }), "denied"),
        (json!({ "argv": ["/bin/echo", "ok", "x"] }), "denied"),
        (json!({ "argv": ["cat", "ok", "x"] }), "denied"),
        (json!({ "cwd": scene.path("outside") }), "denied"),
        (json!({ "cwd": scene.path("work/link") }), "denied"),
        (json!({ "cwd": scene.path("work/../outside") }), "denied"),
        (json!({ "env": { "GIVEN": "x" } }), ""),
        (json!({ "env": { "GIVEN": "y" } }), "denied"),
        (json!({ "env": { "OTHER": "x" } }), "denied"),
        (json!({ "env": { "SERVER_ONE": "one" } }), "denied"),
        (json!({ "inherit": ["GIVEN"] }), "denied"),
        (json!({ "inherit": ["SERVER_ONE", "MISSING"] }), ""),
        (json!({ "inherit": ["SERVER_TWO"] }), "denied"),
        (json!({ "argv": [] }), "invalid_request"),
        (json!({ "argv": ["", "ok", "x"] }), "invalid_request"),
        (json!({ "argv": ["./echo", "ok", "x"] }), "invalid_request"),
        (
            json!({ "argv": ["bin/echo", "ok", "x"] }),
            "invalid_request",
        ),
        (
            json!({ "argv": ["/bin/../bin/echo", "ok", "x"] }),
            "invalid_request",
        ),
        (json!({ "argv": ["..", "ok", "x"] }), "invalid_request"),
        (json!({ "argv": ["echo", "ok", "\0"] }), "invalid_request"),
        (json!({ "env": { "A=B": "x" } }), "invalid_request"),
        (json!({ "env": { "": "x" } }), "invalid_request"),
        (json!({ "env": { "GIVEN": "\0" } }), "invalid_request"),
        (
            json!({ "env": { "GIVEN": "" }, "inherit": ["GIVEN"] }),
            "invalid_request",
        ),
        (
            json!({ "stdin": "", "stdin_base64": "" }),
            "invalid_request",
        ),
        (json!({ "cwd": "work" }), "invalid_request"),
    ] {
        let mut request = json!({ "argv": ["echo", "ok", "x"], "cwd": scene.path("work") });
        for (key, value) in more.as_object().unwrap() {
            request[key] = value.clone();
        }
        let result = scene.call_with(&narrow, "process_run", &request);
        assert_eq!(
            result.map_or_else(|error| error.code, |_| String::new()),
            code,
            "{more}"
        );
    }
    for (argv, more, code) in [
        (&["no-such-program"][..], json!({}), "not_found"),
        (&["/no/such/program"][..], json!({}), "not_found"),
        (&["/etc/passwd"][..], json!({}), "not_found"),
        (
            &["true"][..],
            json!({ "cwd": scene.path("work/missing") }),
            "not_found",
        ),
        (
            &["true"][..],
            json!({ "cwd": scene.path("work/file") }),
            "not_found",
        ),
    ] {
        let error = run(&scene, argv, &more).unwrap_err();
        assert_eq!(error.code, code, "{argv:?} {more}: {error}");
    }
}

#[test]
fn a_program_gets_the_variables_that_were_granted_and_no_other() {
    let Some(scene) = scene() else { return };
    let names = |more: &Value| {
        let mut lines: Vec<String> = said(&scene, "env", more)
            .lines()
            .map(str::to_owned)
            .collect();
        // A shell makes these itself.
        lines.retain(|line| {
            !["PWD=", "SHLVL=", "_=", "OLDPWD=", "TMPDIR="]
                .iter()
                .any(|own| line.starts_with(own))
        });
        lines.sort();
        lines
    };
    assert_eq!(names(&json!({})), ["PATH=/usr/local/bin:/usr/bin:/bin"]);
    assert_eq!(
        names(&json!({ "env": { "GIVEN": "x y" }, "inherit": ["SERVER_ONE", "MISSING"] })),
        [
            "GIVEN=x y",
            "PATH=/usr/local/bin:/usr/bin:/bin",
            "SERVER_ONE=one"
        ]
    );
    // The program is found where the operator says, whatever `PATH` it is given.
    scene.executable("work/bin/echo", "#!/bin/sh\nprintf hijacked\n");
    let path = json!({ "env": { "PATH": scene.path("work/bin") } });
    assert_eq!(
        run(&scene, &["echo", "x"], &path).unwrap()["stdout"]["text"],
        "x\n"
    );
    // What confines the program never sees its variables.
    let preload = json!({ "env": { "LD_PRELOAD": scene.path("work/evil.so") } });
    let answer = run(&scene, &["true"], &preload).unwrap();
    assert_eq!(answer["exit_code"], 0, "{answer}");
}

#[test]
fn a_program_that_takes_too_long_is_killed_with_everything_it_started() {
    let Some(scene) = scene() else { return };
    let text = "sleep 600 & echo $! > pids; sh -c 'echo $$ >> pids; trap \"\" TERM INT HUP; sleep 600; sleep 600' & echo started; wait";
    let since = Instant::now();
    let answer = run(&scene, &["sh", "-c", text], &json!({ "timeout_ms": 3000 })).unwrap();
    assert!(since.elapsed() < PATIENCE);
    assert_eq!(
        (&answer["timed_out"], &answer["signal"]),
        (&json!(true), &json!(9))
    );
    assert_eq!(
        answer["stdout"]["text"], "started\n",
        "what it wrote until then is returned"
    );
    let pids = fs::read_to_string(scene.root.join("work/pids")).unwrap();
    assert_eq!(pids.lines().count(), 2, "{pids}");
    assert!(pids.lines().all(is_gone), "{pids}");
}

#[test]
fn what_a_program_leaves_behind_goes_with_it_and_holds_nobody_up() {
    let Some(scene) = scene() else { return };
    let since = Instant::now();
    let answer = run(&scene, &["sh", "-c", "sleep 600 & echo $!"], &json!({})).unwrap();
    assert_eq!(
        (&answer["exit_code"], &answer["timed_out"]),
        (&json!(0), &json!(false))
    );
    assert!(is_gone(answer["stdout"]["text"].as_str().unwrap()));
    // One that leaves the group keeps the pipes open, and is not waited for.
    let answer = run(
        &scene,
        &["sh", "-c", "setsid sleep 20 & sleep 0.2; echo done"],
        &json!({}),
    )
    .unwrap();
    assert_eq!(answer["stdout"]["text"], "done\n");
    assert!(since.elapsed() < PATIENCE, "{:?}", since.elapsed());
}

#[test]
fn a_turn_that_is_given_up_takes_its_program_along() {
    let Some(mut scene) = scene() else { return };
    scene.deadline = Duration::from_secs(3);
    let error = run(
        &scene,
        &["sh", "-c", "echo $$ > pid; sleep 600"],
        &json!({}),
    )
    .unwrap_err();
    assert_eq!(error.code, "deadline", "{error}");
    let pid = fs::read_to_string(scene.root.join("work/pid")).unwrap();
    assert!(is_gone(&pid), "{pid}");
}

#[test]
fn output_is_kept_to_its_limit_and_counted_beyond() {
    let Some(scene) = scene_with(|settings| settings.output_bytes_max = 1_000) else {
        return;
    };
    let text = "yes | head -c 3000000; yes x | head -c 20 >&2";
    let answer = run(&scene, &["sh", "-c", text], &json!({})).unwrap();
    let kept = answer["stdout"]["text"].as_str().unwrap();
    assert_eq!(
        (kept.len(), &answer["stdout"]["total_bytes"]),
        (1_000, &json!(3_000_000))
    );
    assert_eq!(
        (
            &answer["stdout"]["truncated"],
            &answer["stderr"]["truncated"]
        ),
        (&json!(true), &json!(false))
    );
    let less = run(&scene, &["printf", "äöü"], &json!({ "output_bytes": 3 })).unwrap();
    assert_eq!(
        less["stdout"],
        json!({ "text": "ä", "total_bytes": 6, "truncated": true })
    );
}

#[test]
fn a_working_directory_that_was_swapped_is_a_conflict() {
    let Some(scene) = scene() else { return };
    fs::create_dir(scene.root.join("work/x")).unwrap();
    symlink("../outside", scene.root.join("work/y")).unwrap();
    let request = json!({ "argv": ["cat", "file"], "cwd": scene.path("work/x") });
    let (one, other) = (scene.root.join("work/x"), scene.root.join("work/y"));
    let swapped = || renameat_with(CWD, &one, CWD, &other, RenameFlags::EXCHANGE).unwrap();
    let error = scene
        .call_between(&scene.permits, "process_run", &request, swapped)
        .unwrap_err();
    assert_eq!(error.code, "conflict", "{error}");
}

#[test]
fn only_so_many_programs_run_at_once() {
    let Some(mut scene) = scene_with(|settings| settings.at_once = 1) else {
        return;
    };
    scene.deadline = Duration::from_secs(4);
    thread::scope(|scope| {
        let first = scope.spawn(|| {
            run(
                &scene,
                &["sh", "-c", "echo > started; sleep 600"],
                &json!({}),
            )
        });
        let since = Instant::now();
        while !scene.root.join("work/started").exists() {
            assert!(since.elapsed() < PATIENCE);
            thread::yield_now();
        }
        let second = run(&scene, &["true"], &json!({}));
        assert_eq!(first.join().unwrap().unwrap_err().code, "deadline");
        // It waits as long as its turn has; whether the first one's end or its own comes first is a matter of moments.
        assert!(
            second.is_ok()
                || second
                    .is_err_and(|error| ["unavailable", "deadline"].contains(&error.code.as_str()))
        );
    });
}

#[test]
fn a_helper_that_cannot_be_started_is_unavailable() {
    let Some(mut scene) = scene() else { return };
    for helper in ["/no/such/helper", "/bin/false", "/bin/true"] {
        scene.use_process(settings(PathBuf::from(helper)));
        let error = run(&scene, &["true"], &json!({})).unwrap_err();
        assert_eq!(error.code, "unavailable", "{helper}: {error}");
    }
}

/// What root may do beyond its own files is given up, and with it a look into the server.
#[test]
#[cfg(target_os = "linux")]
fn a_program_has_no_capabilities() {
    let Some(scene) = scene() else { return };
    let status = run(&scene, &["cat", "/proc/self/status"], &json!({})).unwrap();
    let status = status["stdout"]["text"].as_str().unwrap();
    let effective = status.lines().find(|line| line.starts_with("CapEff:"));
    assert_eq!(effective, Some("CapEff:\t0000000000000000"), "{status}");
    let server = format!("/proc/{}/environ", std::process::id());
    let environment = run(&scene, &["cat", &server], &json!({})).unwrap();
    assert_eq!(environment["exit_code"], 1, "{environment}");
    assert_eq!(environment["stdout"]["total_bytes"], 0, "{environment}");
}
