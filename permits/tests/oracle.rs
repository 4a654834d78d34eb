//! A naive second implementation of permits agrees with the real one, and what is derived from rules keeps its word.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use serde_json::{Value, json};
use sinew_permits::{Grant, Permits, PushUrl, WebUrl, diff};

use support::question::{FAMILIES, Question};
use support::random::Random;
use support::{both, naive, rules, scope, set};

/// How many pairs of rule sets are judged, and how many needs by each.
const RULES: usize = 2_500;
const QUESTIONS: usize = 420;

#[test]
fn permits_agree_with_a_naive_reading_of_the_rules() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let scope = scope();
    let mut verdicts = vec![[0_usize; 2]; FAMILIES.len()];
    for _ in 0..RULES {
        let sides = [rules::side(&mut random), rules::side(&mut random)];
        let permits = Permits::new("p", set(&sides[0]), set(&sides[1]));
        for _ in 0..QUESTIONS {
            let question = Question::random(&mut random);
            let verdict = permits.check(&scope, &question.need()).is_ok();
            assert_eq!(
                verdict,
                naive::allows([&sides[0], &sides[1]], &question),
                "{question:?}\n{:#}\n{:#}",
                sides[0],
                sides[1]
            );
            verdicts[question.family()][usize::from(verdict)] += 1;
        }
    }
    let judged: usize = verdicts.iter().flatten().sum();
    assert!(judged >= 1_000_000, "{judged}");
    // The comparison says something only where both answers are common.
    for [denied, allowed] in &verdicts {
        let share = (denied + allowed) / 33;
        assert!(
            *denied > share && *allowed > share,
            "denied and allowed: {:?}",
            FAMILIES.iter().zip(&verdicts).collect::<Vec<_>>()
        );
    }
}

#[test]
fn what_is_printed_grants_what_was_denied() {
    let mut random = Random(0x6a09_e667_f3bc_c908);
    let scope = scope();
    let mut granted = vec![0; FAMILIES.len()];
    for _ in 0..8_000 {
        let question = Question::random(&mut random);
        let mut rules = json!({});
        let mut need_more = true;
        // A push lacks `read` first, and says so first.
        for _ in 0..3 {
            let Err(denial) = both(&rules).check(&scope, &question.need()) else {
                need_more = false;
                break;
            };
            for grant in &denial.grants {
                assert_eq!(Grant::parse(&grant.to_string()).as_ref(), Ok(grant));
                add(&mut rules, grant);
            }
            if denial.grants.is_empty() {
                assert_eq!(denial.grant, "", "{denial}");
                break;
            }
            assert!(denial.grant.contains(&denial.grants[0].line()) || denial.grants.len() > 1);
        }
        if need_more {
            // A repository without its owner, and a push of nothing: no rule can say these.
            let unspeakable = match &question {
                Question::Github { repository, .. } => repository.matches('/').count() != 1,
                Question::GitPush { refs, .. } => refs.is_empty(),
                Question::Net { method, .. } => method == "get",
                Question::Llm { model: name } | Question::Lsp { server: name } => name.is_empty(),
                _ => false,
            };
            assert!(unspeakable, "{question:?}: {rules}");
        } else {
            granted[question.family()] += 1;
        }
    }
    assert!(granted.iter().all(|count| *count > 200), "{granted:?}");
}

/// Adds a grant to a table of permits, as the command does.
fn add(table: &mut Value, grant: &Grant) {
    let mut place = table;
    for key in grant.path() {
        place = &mut place[*key];
    }
    match place {
        _ if !grant.is_listed() => *place = grant.rule().clone(),
        Value::Array(rules) => rules.push(grant.rule().clone()),
        _ => *place = json!([grant.rule()]),
    }
}

#[test]
fn a_grant_is_read_back_from_what_it_prints() {
    let mut random = Random(0xbb67_ae85_84ca_a73b);
    let mut short = 0;
    for _ in 0..1_500 {
        let side = rules::side(&mut random);
        let tables = [
            ("git.write", &side["git"]["write"]),
            ("git.push", &side["git"]["push"]),
            ("net", &side["net"]),
            ("process", &side["process"]),
        ];
        for (word, rules) in tables {
            for rule in rules.as_array().unwrap() {
                let grant = Grant::parse(&format!("{word}:{rule}")).unwrap();
                assert_eq!(grant.rule(), rule);
                let printed = grant.to_string();
                assert_eq!(Grant::parse(&printed), Ok(grant.clone()), "{printed}");
                short += usize::from(!printed.contains('{') || printed.contains("${"));
                set(&grant.table());
                let line: Value = toml::from_str(&grant.line()).unwrap();
                assert_eq!(line, grant.table(), "{}", grant.line());
            }
        }
    }
    assert!(short > 2_000, "{short}");
}

#[test]
fn no_widening_is_missing_from_a_diff() {
    let mut random = Random(0x3c6e_f372_fe94_f82b);
    let scope = scope();
    let (mut unwidened, mut narrowed, mut widened) = (0, 0, 0);
    for _ in 0..2_000 {
        let old = rules::side(&mut random);
        let mut new = old.clone();
        for _ in 0..=random.below(3) {
            change(&mut random, &mut new);
        }
        let difference = diff(&set(&old), &set(&new));
        let back = diff(&set(&new), &set(&old));
        assert_eq!(difference.widenings.len(), back.narrowings.len());
        assert_eq!(difference.narrowings.len(), back.widenings.len());
        let (old_permits, new_permits) = (both(&old), both(&new));
        unwidened += usize::from(difference.widenings.is_empty());
        for _ in 0..60 {
            let need = Question::random(&mut random).need();
            let verdicts = [&old_permits, &new_permits].map(|it| it.check(&scope, &need).is_ok());
            match verdicts {
                [false, true] => {
                    widened += 1;
                    assert_ne!(difference.widenings, [], "{need:?}\n{old:#}\n{new:#}");
                }
                [true, false] => {
                    narrowed += 1;
                    assert_ne!(difference.narrowings, [], "{need:?}\n{old:#}\n{new:#}");
                }
                _ => {}
            }
        }
    }
    assert!(
        unwidened > 300 && narrowed > 300 && widened > 300,
        "{unwidened} {narrowed} {widened}"
    );
}

/// Takes a rule away, replaces one with a narrower spelling, or takes over a family of another side.
fn change(random: &mut Random, side: &mut Value) {
    let family = random.pick(FAMILIES);
    if random.once_in(3) {
        side[family] = rules::side(random)[family].clone();
        return;
    }
    let rules = match &mut side[family] {
        Value::Object(lists) => {
            let keys: Vec<String> = lists.keys().cloned().collect();
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            &mut lists[random.pick(&keys)]
        }
        rules => rules,
    };
    let Value::Array(rules) = rules else { return };
    if rules.is_empty() {
        return;
    }
    let index = random.below(rules.len());
    if random.once_in(2) {
        rules.remove(index);
    } else if let Value::String(text) = &rules[index] {
        // A path that begins with `*` is none.
        if !text.starts_with("**") {
            rules[index] = json!(text.replace("**", random.pick(&["*", "a", "**/a"])));
        }
    } else if let Some(path) = ["path", "cwd", "repo"]
        .into_iter()
        .find(|name| rules[index].get(name).is_some())
    {
        let text = rules[index][path].as_str().unwrap();
        if !text.starts_with("**") {
            rules[index][path] = json!(text.replace("**", random.pick(&["*", "a", "**/a"])));
        }
    }
}

#[test]
fn a_push_url_has_one_canonical_form_and_git_is_given_no_other() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let pieces = [
        "https://", "http://", "ssh://", "file://", "git@", "u:p@", "h", "H.x", "[::1]", "127.1",
        ":443", ":22", ":", "/", "/", "a", "A", "%2f", "%41", "%e4", "%", ".", "..", ".git", "~",
        "-", "--x", " ", "\\", "?", "#", "@", "*", "ä", "::",
    ];
    let mut accepted = 0;
    for _ in 0..30_000 {
        let mut text = if random.below(2) == 0 {
            random.pick(&pieces[..5]).to_owned()
        } else {
            String::new()
        };
        text.push_str(&random.list(7, |random| random.pick(&pieces)).concat());
        let Ok(url) = PushUrl::parse(&text) else {
            continue;
        };
        accepted += 1;
        let canonical = url.to_string();
        assert_eq!(
            PushUrl::parse(&canonical).map(|url| url.to_string()),
            Ok(canonical.clone()),
            "`{text}`"
        );
        let spelled = url.spelled().into_string().unwrap();
        assert_eq!(
            PushUrl::parse(&spelled).map(|url| url.to_string()),
            Ok(canonical),
            "`{text}` as `{spelled}`"
        );
        // What git would take for an option or for the name of a helper program.
        let helper = spelled.trim_start_matches(|character: char| {
            character.is_ascii_alphanumeric() || "+-.".contains(character)
        });
        assert!(
            !spelled.starts_with('-') && !helper.starts_with("::"),
            "`{text}` as `{spelled}`"
        );
    }
    assert!(accepted > 500, "{accepted}");
}

#[test]
fn a_web_url_has_one_canonical_form_without_dots_or_encoded_letters() {
    let mut random = Random(0xa54f_f53a_5f1d_36f1);
    let pieces = [
        "/", "/", "/", "a", "B", "%2f", "%5C", "%2e", "%25", "%c3%a9", "%20", "%3b", "%e9", "%",
        "%00", ".", "..", ";", "?", "#", "@", ":", "ä", "\u{ff0f}", "\u{200b}", "*", "\"", "|",
    ];
    let hosts = [
        "h",
        "H.X",
        "x.h:8443",
        "127.1",
        "0x7f000001",
        "[::1]",
        "bücher.example",
        "h.",
        "u@h",
        "",
        "h:",
        "a..b",
        "ｈ",
        "1.2.3.4.5",
        "h%2e",
        "h:0",
    ];
    let mut accepted = 0;
    for _ in 0..60_000 {
        let host = hosts[random.below(hosts.len()).min(random.below(hosts.len()))];
        let path = random.list(6, |random| random.pick(&pieces)).concat();
        let text = format!(
            "{}://{host}/{path}",
            random.pick(&["https", "http", "HTTPS"])
        );
        let Ok(url) = WebUrl::parse(&text) else {
            continue;
        };
        accepted += 1;
        assert_eq!(WebUrl::parse(&url.to_string()).as_ref(), Ok(&url), "{text}");
        assert!(
            url.host().is_ascii() && !url.host().ends_with('.'),
            "{text}"
        );
        assert!(
            url.path().is_ascii() && !url.path().contains("//"),
            "{text}"
        );
        for segment in url.path().split('/') {
            assert!(!matches!(segment, "." | ".."), "{text}");
        }
        for code in url.path().split('%').skip(1) {
            let byte = u8::from_str_radix(&code[..2], 16).unwrap();
            assert!(
                byte >= 0x80 || (byte != b'.' && byte.is_ascii_punctuation()) || byte == b' ',
                "{text}: {url}"
            );
        }
    }
    assert!(accepted > 2_000, "{accepted}");
}
