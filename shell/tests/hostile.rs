//! Whatever the text is, the parser answers, in time and within its limits, and loses nothing.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::{Duration, Instant};

use proptest::prelude::*;
use sinew_shell::{ShellError, ShellLimits, parse};

/// Pieces that mean something to a shell.
const PIECES: &[&str] = &[
    " ", "\n", ";", ";;", "&", "&&", "|", "|&", "(", ")", "((", "))", "{", "}", "{a,", "..", "$",
    "$(", "$((", "${", "$[", "`", "\"", "'", "$'", "\\", "<", ">", "<<", "<<-", "<<<", "<(", ">&",
    "&>", "2>", "EOF", "\nEOF\n", "#", "!", "!(", "@(", "[", "]", "[[", "]]", "=~", "a=", "a[",
    "]=", "+=", "~", "*", "?", "if", "then", "elif", "else", "fi", "for", "in", "do", "done",
    "case", "esac", "while", "until", "select", "function", "f()", "coproc", "time", "-p", "ü",
    "😀", "\t", "0",
];

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => prop::sample::select(PIECES).prop_map(str::to_owned),
        2 => (0..100_u32).prop_map(|number| format!("word{number}")),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.join(" ").replace("  ", ""))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_answered(command in text()) {
        let _ = parse(&command, ShellLimits::default()).inspect_err(|error| assert_ne!(*error, ShellError::Failed));
    }

    #[test]
    fn what_is_read_is_kept(command in text()) {
        if let Ok(script) = parse(&command, ShellLimits::default()) {
            let tree = serde_json::to_string(&script).unwrap();
            for number in 0..100 {
                let word = format!("word{number}");
                prop_assert!(!command.contains(&word) || tree.contains(&word), "{word} of {command:?} is not in {tree}");
            }
        }
    }
}

#[test]
fn nesting_ends_with_an_error_and_in_time() {
    let started = Instant::now();
    for piece in [
        "(",
        "((",
        "( (",
        "$(",
        "$((",
        "`",
        "${a:-",
        "\"$(",
        "$((a) ",
        "{a,",
        "{",
        "<(",
        "[",
        "a[",
        "a[$(",
        "if ",
        "while ",
        "{ ",
        "case x in a) ",
        "case x in (a) case ",
        "f() { ",
        "coproc ",
        "! ",
        "time ",
        "[[ (",
        "@(",
        "$[",
        "\\`",
        "x=(",
        "((a;",
        "((a) ",
        "if a; then ",
        "for a in b; do ",
        "${a[",
        "<<a ",
        "<<a\n",
        "$'",
        "\"",
        "\\",
        "for ((",
        "if (",
        "elif ",
    ] {
        for count in [30, 1000, 4000] {
            let command = piece.repeat(count);
            let _ = parse(&command, ShellLimits::default())
                .inspect_err(|error| assert_ne!(*error, ShellError::Failed, "{piece}"));
        }
    }
    // Much more than it takes, much less than forever.
    assert!(
        started.elapsed() < Duration::from_secs(60),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn depth_and_length_are_limited() {
    let limits = ShellLimits {
        bytes_max: 100,
        depth_max: 4,
    };
    let said = |command: &str| {
        parse(command, limits)
            .map(drop)
            .map_err(|error| error.to_string())
    };
    assert_eq!(said("((1)); ( ( ( ( ls ) ) ) )"), Ok(()));
    assert_eq!(
        said("( ( ( ( (ls) ) ) ) )"),
        Err("the command is nested more than 4 deep at byte 9 (line 1, column 10)".to_owned())
    );
    assert_eq!(
        said("ls\n \"ü$( ls )\" ("),
        Err("unexpected end at byte 17 (line 2, column 14)".to_owned())
    );
    assert_eq!(
        said(&"x".repeat(101)),
        Err("the command is 101 bytes long, and at most 100 are parsed".to_owned())
    );
    let deepest = ShellLimits {
        bytes_max: 1 << 20,
        depth_max: ShellLimits::DEPTH_MAX,
    };
    for (open, close) in [
        ("( ", ")"),
        ("$(", ")"),
        ("if a; then ", "; fi"),
        ("\"$(", ")\""),
    ] {
        let levels = 120;
        let command = format!("{}ls{}", open.repeat(levels), close.repeat(levels));
        assert!(parse(&command, deepest).is_ok(), "{open}");
    }
}
