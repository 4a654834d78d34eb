//! Whole processes: the shim, a process that does nothing, and a hook script as people write them.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::daemon::Daemon;
use crate::load::TOOL_CALL;
use crate::report::{Report, Row};
use crate::timing::{Ms, Span, Timing};

/// Processes started of each kind.
const PROCESSES: Span = Span {
    most: 100,
    wall: Duration::from_secs(8),
};

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
pub(crate) fn whole_processes(daemon: &Daemon, report: &mut Report) {
    let nothing = processes(|| Command::new("/bin/true"));
    report.add(Row::new("`/bin/true`, whole process").times(&nothing));
    let beside =
        |timing: &Timing| format!("{:.1} × `/bin/true`", timing.p50_ms() / nothing.p50_ms());
    let shim = processes(|| daemon.shim());
    let p50 = shim.p50_ms();
    let row = Row::new("`sinew hook`, whole process").times(&shim);
    let row = row.beside(beside(&shim));
    report.add(row.goal("≤ 3 ms", Ms(p50), p50 <= 3.0));
    if Command::new("python3").arg("-V").output().is_ok() {
        let script = processes(|| {
            let mut command = Command::new("python3");
            command.args(["-c", SCRIPT]);
            command
        });
        let row = Row::new("a hook script in Python with one rule, whole process");
        report.add(row.times(&script).beside(beside(&script)));
    } else {
        report.add(Row::new("a hook script in Python").beside("SKIPPED: there is no python3"));
    }
}

fn processes(command: impl Fn() -> Command) -> Timing {
    let mut timing = Timing::default();
    let bound = PROCESSES.begin();
    while bound.goes_on(timing.len()) {
        let mut command = command();
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
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
