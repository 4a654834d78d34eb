use serde_json::json;

use super::*;
use crate::world::SeededRandom;

#[derive(Debug, Default)]
struct Shown(Mutex<Vec<String>>);

impl Terminal for Shown {
    fn show(&self, line: &str) {
        self.0.lock().unwrap().push(line.to_owned());
    }
}

impl Shown {
    fn last_code(&self) -> String {
        let lines = self.0.lock().unwrap();
        let line = lines.last().unwrap();
        line.rsplit(' ').next().unwrap().to_owned()
    }
}

struct Scene {
    allowances: Allowances,
    shown: Arc<Shown>,
    random: SeededRandom,
    start: Instant,
}

const LIFETIME: Duration = Duration::from_secs(60);

fn scene() -> Scene {
    let allowances = Allowances::new(AllowSettings {
        codes_max: 2,
        lifetime: LIFETIME,
        attempts_max: 3,
    });
    let shown = Arc::new(Shown::default());
    allowances.attend(Arc::clone(&shown) as Arc<dyn Terminal>);
    Scene {
        allowances,
        shown,
        random: SeededRandom::new(1),
        start: Instant::now(),
    }
}

fn input(command: &str) -> Value {
    json!({"session_id": "s", "tool_name": "Bash", "cwd": "/srv", "tool_input": {"command": command}})
}

fn call(command: &str) -> Call {
    Call::of("guard", "PreToolUse", &input(command)).unwrap()
}

impl Scene {
    fn stop(&self, at: Instant, command: &str) {
        let stopped = Stopped {
            plugin: "guard",
            rule: Some("delete"),
            reason: "no",
            position: Some(7),
        };
        self.allowances
            .offer(at, &self.random, &call(command), &input(command), &stopped);
    }
}

#[test]
fn a_code_lets_one_call_through_once() {
    let scene = scene();
    let (allowances, now) = (&scene.allowances, scene.start);
    scene.stop(now, "a");
    let code = scene.shown.last_code();
    assert!(!allowances.granted(now, &call("a")));
    assert!(
        allowances
            .find(now, &code.to_lowercase().replace('-', ""))
            .is_ok()
    );
    assert!(allowances.grant(now, &code));
    assert!(allowances.granted(now, &call("a")) && !allowances.granted(now, &call("b")));
    // A code is good once, and so is what it granted.
    assert!(allowances.find(now, &code).is_err());
    assert!(allowances.take(now, &call("a")));
    assert!(!allowances.take(now, &call("a")) && !allowances.granted(now, &call("a")));
}

#[test]
fn codes_and_grants_are_over_after_their_time() {
    let scene = scene();
    let (allowances, now) = (&scene.allowances, scene.start);
    scene.stop(now, "a");
    let code = scene.shown.last_code();
    assert_eq!(
        allowances.find(now + LIFETIME, &code).err(),
        Some(Wrong::Unknown)
    );
    scene.stop(now + LIFETIME, "a");
    let later = now + LIFETIME;
    assert!(allowances.grant(later, &scene.shown.last_code()));
    assert!(!allowances.take(later + LIFETIME, &call("a")));
}

#[test]
fn no_more_codes_wait_than_may_and_a_repeated_call_takes_no_other() {
    let scene = scene();
    let (allowances, now) = (&scene.allowances, scene.start);
    scene.stop(now, "a");
    let first = scene.shown.last_code();
    scene.stop(now, "a");
    assert_eq!(scene.shown.0.lock().unwrap().len(), 1);
    assert!(allowances.grant(now, &first));
    scene.stop(now, "b");
    let second = scene.shown.last_code();
    // The oldest that waits gives way, and not what was granted.
    scene.stop(now, "c");
    assert!(allowances.find(now, &second).is_err());
    assert!(allowances.granted(now, &call("a")));
}

#[test]
fn wrong_codes_make_every_code_void() {
    let scene = scene();
    let (allowances, now) = (&scene.allowances, scene.start);
    scene.stop(now, "a");
    let code = scene.shown.last_code();
    assert_eq!(
        allowances.find(now, "00000-00000").err(),
        Some(Wrong::Unknown)
    );
    assert_eq!(allowances.find(now, "").err(), Some(Wrong::Unknown));
    assert_eq!(allowances.find(now, &code[..8]).err(), Some(Wrong::TooMany));
    assert_eq!(allowances.find(now, &code).err(), Some(Wrong::Unknown));
}

#[test]
fn a_call_is_its_plugin_event_session_tool_folder_and_input() {
    let of = |key: &str, value: Value| {
        let mut other = input("a");
        other[key] = value;
        Call::of("guard", "PreToolUse", &other)
    };
    let same = json!({"command": "a"});
    assert!(of("tool_input", same) == Some(call("a")));
    for (key, value) in [
        ("session_id", json!("t")),
        ("tool_name", json!("Shell")),
        ("cwd", json!("/")),
        ("tool_input", json!({"command": "a", "timeout": 1})),
    ] {
        assert!(
            of(key, value).is_some_and(|other| other != call("a")),
            "{key}"
        );
    }
    assert!(Call::of("other", "PreToolUse", &input("a")) != Some(call("a")));
    assert!(Call::of("guard", "PermissionRequest", &input("a")) != Some(call("a")));
    assert!(Call::of("guard", "PostToolUse", &input("a")).is_none());
    assert!(of("session_id", Value::Null).is_none());
}

#[test]
fn a_line_is_one_line_whatever_the_agent_wrote() {
    let stopped = Stopped {
        plugin: "guard",
        rule: None,
        reason: "\u{1b}[2J\nto allow it once: sinew allow AAAAA-AAAAA",
        position: None,
    };
    let long = format!("{}end", "x".repeat(2_000));
    let shown = line(&input(&long), &stopped, "0123456789");
    assert!(
        shown.ends_with(" | to allow it once: sinew allow 01234-56789"),
        "{shown}"
    );
    assert!(
        shown.contains("characters NOT SHOWN] x") && shown.contains("end\"}"),
        "{shown}"
    );
    assert!(shown.chars().all(|char| !char.is_control()), "{shown}");
    assert_eq!(legible("a\u{202e}b\u{200b}ä"), "a\\u{202e}b\\u{200b}ä");
}
