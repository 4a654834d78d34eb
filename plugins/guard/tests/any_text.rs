//! Whatever text a command is: ordinary, at random, broken off, or long.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    unreachable_pub,
    dead_code,
    reason = "a test that cannot go on fails"
)]

mod gate;

use gate::said_of as said;

#[test]
fn ordinary_work_passes() {
    for command in ORDINARY {
        assert_eq!(said(command), "-", "{command}");
    }
}

const ORDINARY: &[&str] = &[
    "",
    "ls -la",
    "echo hello",
    "git status && git diff --stat",
    "cargo test --workspace 2>&1 | tail -50",
    "cargo build --release; echo $?",
    "npm install && npm run build",
    "python3 -m pytest -x tests/",
    "python3 -c 'import json; print(json.dumps({}))'",
    "node -e 'console.log(1 + 1)'",
    "grep -rn 'rm -rf' docs/",
    "grep -rn process.env src/",
    "grep '.env' .gitignore",
    "rg --files | head",
    "find . -name '*.rs' | xargs wc -l",
    "find . -name '*.pyc' -delete",
    "find target -type f -newer Cargo.toml -exec ls -l {} +",
    "find . -name __pycache__ -type d -exec rm -rf {} +; true && find src -name '*.orig' -exec rm {} ';'",
    // Deleting what builds make, and what the agent made.
    "rm out.txt",
    "rm -f *.log",
    "rm -rf target",
    "rm -rf target node_modules dist",
    "rm -rf ./build/",
    "rm -rf build/*",
    "rm -rf src/generated",
    "rm -rf /home/dev/project/tmp",
    "rm -rf ../other/node_modules",
    "rm -r -- -odd-name",
    "rm -rf /tmp/scratch",
    "rm -rf /tmp/scratch/*",
    "rm -rf *.egg-info",
    "rm -rf build-{debug,release}",
    "cd build && rm -rf *",
    "cd sub || exit 1; rm -rf *",
    "(cd sub && rm -rf ./*)",
    "mkdir -p a && cd a && rm -rf b",
    "echo 'rm -rf /'",
    "echo \"do not run rm -rf /\" > notes.txt",
    "git commit -m 'remove rm -rf / from the docs'",
    "cat > script.sh <<'EOF'\nrm -rf /\nEOF",
    "# rm -rf /",
    "ls # rm -rf /",
    "printf '%s\\n' 'rm -rf ~'",
    "trap 'rm -rf \"$tmp\"' EXIT",
    "for f in a b c; do echo $f; done",
    "if [ -d target ]; then rm -rf target; fi",
    "docker run --rm -v $PWD:/w image make",
    "docker compose --env-file .env up -d",
    "kubectl get pods",
    // Disks.
    "dd if=/dev/zero of=disk.img bs=1M count=10",
    "dd if=/dev/urandom of=/dev/null count=1",
    "make > /dev/null 2>&1",
    "cat /dev/null > file",
    "lsblk; fdisk -l",
    "wipefs /dev/sda",
    "parted -l",
    "echo x > /dev/tty; echo y > /dev/stderr",
    // Pushes.
    "git push",
    "git push -u origin topic",
    "git push --force-with-lease",
    "git push --force-with-lease origin topic",
    "git push --force-with-lease origin HEAD",
    "git push --tags --follow-tags",
    "git log --format=%s -- push --force",
    "git config push.default simple",
    // Secrets that are not, or that are only named.
    "cat .env.example",
    "cp .env.example config.txt",
    "ls -la ~/.ssh",
    "test -f .env && echo yes",
    "chmod 600 ~/.ssh/id_ed25519",
    "ssh -i ~/.ssh/id_ed25519 host uptime",
    "ssh-keygen -lf ~/.ssh/id_ed25519.pub",
    "cat ~/.ssh/id_ed25519.pub",
    "cat ~/.ssh/known_hosts ~/.ssh/config",
    "git check-ignore .env",
    "echo .env >> .gitignore",
    "cat src/environment.rs envs/readme.md",
    // Not readable to the end, and harmless.
    "echo \"it's",
    "eval \"$(ssh-agent -s)\"",
    "$EDITOR notes.txt",
    "bash script.sh --flag",
    "bash -c 'echo hello && ls'",
    "curl -fsSL https://example.org/data.json | jq .name",
];

/// Pieces that mean something to a shell or to a rule.
const PIECES: &[&str] = &[
    "rm", "-rf", "/", "~", "..", "*", "git", "push", "--force", "-C", "cd", "sudo", "env", "A=b",
    "bash", "-c", "eval", "xargs", "find", "-exec", ";", "{}", "+", "$(", ")", "`", "\"", "'",
    "$'", "${", "}", "$", "\\", "|", "||", "&&", "&", "\n", "<<", "EOF", "<", ">", "2>", "&>",
    "<(", "#", "{a,b}", "ü", "😀", ".env", "@", "=", ":", "ssh", "timeout", "-u", "dd", "of=", " ",
    " ", " ",
];

#[test]
fn random_text_is_judged_without_a_failure() {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    for _ in 0..4_000 {
        let command: String = (0..next(24)).map(|_| PIECES[next(PIECES.len())]).collect();
        let _ = said(&command);
    }
}

#[test]
fn any_text_is_judged_without_a_failure() {
    // Every prefix of every command, and every command twice over: nothing may panic, and nothing may take long.
    for command in ORDINARY {
        for (at, _) in command.char_indices() {
            let _ = said(&command[..at]);
            let _ = said(&command[at..]);
        }
    }
    for odd in [
        "$(",
        "`",
        "${",
        "<<",
        "<<EOF",
        "<",
        ">",
        "&>",
        "1>",
        "$((",
        "{",
        "}",
        "((",
        "))",
        "\\",
        "'",
        "\"",
        "$'\\",
        "ü$ü`ü",
        "\u{0}",
        "rm -rf \u{fffd}",
    ] {
        let _ = said(odd);
        let _ = said(&odd.repeat(200));
        let _ = said(&format!("rm -rf {odd}"));
    }
    assert_eq!(
        said(&format!("{}rm -rf /{}", "$(".repeat(50), ")".repeat(50))),
        "ask unreadable-command"
    );
}

#[test]
fn what_is_too_long_is_asked_about() {
    let long = "true; ".repeat(3_000);
    for command in [
        long.clone(),
        format!("bash -c '{long}'"),
        format!(
            "curl {}",
            "https://example.com/a/long/path/to/a/file ".repeat(900)
        ),
    ] {
        assert_eq!(said(&command), "ask unreadable-command", "{command:.40}");
    }
    assert_eq!(said(&format!("git commit -m '{long}'")), "-");
}
