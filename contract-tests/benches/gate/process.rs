//! Whole processes: the shim, a process that does nothing, and a hook script as people write them.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::daemon::Daemon;
use crate::load::TOOL_CALL;
use crate::report::{goal, row, section, times};
use crate::timing::Timing;

/// Processes started of each kind.
const PROCESSES: usize = 100;

/// What a person writes who has no gate: one rule, no record.
const SCRIPT: &str = "import json, re, sys
call = json.load(sys.stdin)
command = call.get('tool_input', {}).get('command', '')
if re.search(r'\\brm\\s+-rf\\s+/', command):
    print(json.dumps({'hookSpecificOutput': {'hookEventName': 'PreToolUse', 'permissionDecision': 'deny'}}))
else:
    print('{}')
";

/// Measures them.
pub(crate) fn whole_processes(daemon: &Daemon) {
    section("whole process                                              p50        p99");
    let nothing = processes(|| Command::new("/bin/true"));
    times("/bin/true", &nothing, None);
    let shim = processes(|| daemon.shim());
    times("sinew hook", &shim, Some(("true", &nothing)));
    goal("≤ 3 ms", shim.p50_ms(), shim.p50_ms() <= 3.0);
    if Command::new("python3").arg("-V").output().is_ok() {
        let script = processes(|| {
            let mut command = Command::new("python3");
            command.args(["-c", SCRIPT]);
            command
        });
        times(
            "a hook script in Python, one rule",
            &script,
            Some(("true", &nothing)),
        );
    } else {
        row("a hook script in Python", "SKIPPED: no python3", "");
    }
}

fn processes(command: impl Fn() -> Command) -> Timing {
    let mut timing = Timing::default();
    for _ in 0..PROCESSES {
        let mut command = command();
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let start = Instant::now();
        let mut child = command.spawn().expect("the process starts");
        let mut stdin = child.stdin.take().expect("standard input is piped");
        // `true` may be gone before it could read.
        let _ = stdin.write_all(TOOL_CALL.body().as_bytes());
        drop(stdin);
        child.wait().expect("the process ends");
        timing.push(start.elapsed());
    }
    timing
}
