//! What the verifier in Python says.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::base::Base;

/// Asks the Python verifier about every state, in one process. `None` when there is no Python.
pub(crate) fn second_opinions(base: &Base, states: &[PathBuf]) -> Option<Vec<Value>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("verifier/verify_ledger.py");
    let mut python = match Command::new("python3")
        .arg(script)
        .arg("--cases")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
    {
        Ok(python) => python,
        Err(error) => {
            assert!(
                std::env::var_os("SINEW_REQUIRE_ALL").is_none(),
                "python3 is required: {error}"
            );
            eprintln!("SKIPPED: there is no python3 ({error})");
            return None;
        }
    };
    let case = |state: &PathBuf| {
        json!({"state": state, "against": [base.anchor], "key": base.key.line()}).to_string() + "\n"
    };
    let cases: String = states.iter().map(case).collect();
    let mut stdin = python.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(cases.as_bytes()).unwrap());
    let output = python.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    let answers: Vec<Value> = output
        .stdout
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    assert_eq!(answers.len(), states.len());
    Some(answers)
}
