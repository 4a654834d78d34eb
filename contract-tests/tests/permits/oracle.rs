//! A second implementation of permits, as naive as it can be, compared with the real one over random cases.
//!
//! It reads the rules' JSON anew for each question, matches globs by trying every split, and knows no shortcuts.

use std::path::Path;

use serde_json::{Value, json};
use sinew_runtime::permits::{Need, PermitScope, PermitSet, Permits, PushUrl};

const RULES: usize = 5_000;
const QUESTIONS: usize = 25;
const PROJECT: &str = "/a/b";

#[test]
fn permits_agree_with_a_naive_reading_of_the_rules() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let scope = PermitScope::pinned(Path::new(PROJECT), Some(Path::new("/home")));
    let (mut allowed, mut denied) = (0, 0);
    for _ in 0..RULES {
        let sides = [side(&mut random), side(&mut random)];
        let [requested, granted] = [0, 1]
            .map(|index| PermitSet::parse(&json!({ "git": sides[index] }), "permits").unwrap());
        let permits = Permits::new("p", requested, granted);
        for _ in 0..QUESTIONS {
            let question = question(&mut random);
            let verdict = permits.check(&scope, &question.need()).is_ok();
            assert_eq!(
                verdict,
                question.naive(&sides),
                "{question:?}\n{:#}\n{:#}",
                sides[0],
                sides[1]
            );
            if verdict { allowed += 1 } else { denied += 1 }
        }
    }
    // The comparison says something only where both answers are common.
    assert!(
        allowed.min(denied) > RULES * QUESTIONS / 20,
        "{allowed} allowed, {denied} denied"
    );
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

// === random cases ===

struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    fn list<T>(&mut self, most: usize, mut item: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.below(most + 1)).map(|_| item(self)).collect()
    }
}

fn path_glob(random: &mut Random) -> String {
    let start = random.pick(&["", "", "${project}", "**"]);
    let below: String = random
        .list(3, |random| {
            format!(
                "/{}",
                random.pick(&["a", "b", "ab", "*", "a*", "*b", "**", ".git"])
            )
        })
        .concat();
    if start.is_empty() && below.is_empty() {
        "/**".to_owned()
    } else {
        format!("{start}{below}")
    }
}

fn ref_globs(random: &mut Random) -> Vec<String> {
    let mut globs = random.list(2, |random| {
        let globs = [
            "**",
            "**/a",
            "refs/heads/*",
            "refs/heads/**",
            "refs/**",
            "refs/heads/a",
            "refs/heads/b/*",
        ];
        random.pick(&globs).to_owned()
    });
    if globs.is_empty() {
        globs.push("refs/heads/**".to_owned());
    }
    globs
}

fn url_glob(random: &mut Random) -> String {
    if random.below(3) == 0 {
        return path_glob(random);
    }
    let host = random.pick(&["h", "x.h", "*", "*.h", "**", "10.0.0.1"]);
    let port = random.pick(&["", ":443", ":8443"]);
    let path = random.pick(&["/a", "/a.git", "/a/*", "/**", "/*/b", "/a/**"]);
    format!("https://{host}{port}{path}")
}

fn side(random: &mut Random) -> Value {
    let most = 4;
    json!({
        "read": random.list(most, path_glob),
        "write": random.list(most, |random| json!({ "repo": path_glob(random), "refs": ref_globs(random) })),
        "push": random.list(most, |random| json!({ "url": url_glob(random), "refs": ref_globs(random) })),
        "deny": random.list(1, |random| if random.below(2) == 0 { "/b/ab".to_owned() } else { path_glob(random) }),
    })
}

#[derive(Debug)]
struct Question {
    kind: usize,
    paths: Vec<String>,
    refs: Vec<String>,
    url: String,
}

fn question(random: &mut Random) -> Question {
    let path = |random: &mut Random| {
        let parts = random.list(3, |random| {
            format!("/{}", random.pick(&["a", "b", "ab", "a", "b", ".git"]))
        });
        if parts.is_empty() {
            "/a/b".to_owned()
        } else {
            parts.concat()
        }
    };
    let mut paths = vec![path(random)];
    if random.below(3) == 0 {
        paths.push(path(random));
    }
    if random.below(2) == 0 {
        paths.push(format!("{}/.git", paths[0]));
    }
    let refs = random.list(2, |random| {
        random
            .pick(&[
                "refs/heads/a",
                "refs/heads/b/c",
                "refs/heads/b/c/d",
                "refs/tags/a",
                "HEAD",
            ])
            .to_owned()
    });
    let url = if random.below(2) == 0 {
        path(random)
    } else {
        let host = random.pick(&["h", "x.h", "y.x.h", "8.8.8.8", "10.0.0.1"]);
        format!(
            "https://{host}{}{}",
            random.pick(&["", "", ":8443"]),
            random.pick(&["/a", "/a.git", "/a/b", "/b/b.git"])
        )
    };
    Question {
        kind: random.below(3),
        paths,
        refs,
        url,
    }
}

// === the naive reading ===

impl Question {
    fn need(&self) -> Need {
        match self.kind {
            0 => Need::git_read(&self.paths[0], &self.paths),
            1 => Need::git_write(&self.paths[0], &self.paths, &self.refs),
            _ => Need::git_push(
                &self.paths[0],
                &self.paths,
                Some(PushUrl::parse(&self.url).unwrap()),
                &self.refs,
            ),
        }
    }

    fn naive(&self, sides: &[Value; 2]) -> bool {
        let mut touched = self.paths.clone();
        if self.kind == 2 && !self.url.contains("://") {
            touched.push(self.url.clone());
        }
        let forbidden = |side: &Value| {
            strings(&side["deny"]).any(|glob| touched.iter().any(|path| path_matches(glob, path)))
        };
        if sides.iter().any(forbidden) {
            return false;
        }
        sides.iter().all(|side| match self.kind {
            0 => self.readable(side),
            1 => self.writable(side),
            _ => self.readable(side) && self.pushable(side),
        })
    }

    fn readable(&self, side: &Value) -> bool {
        self.paths
            .iter()
            .all(|path| strings(&side["read"]).any(|glob| path_matches(glob, path)))
    }

    fn writable(&self, side: &Value) -> bool {
        let covered = |path: &str, name: Option<&str>| {
            rules(&side["write"]).any(|rule| {
                path_matches(text(&rule["repo"]), path)
                    && name.is_none_or(|name| ref_matches(rule, name))
            })
        };
        self.paths.iter().all(|path| {
            covered(path, None) && self.refs.iter().all(|name| covered(path, Some(name)))
        })
    }

    fn pushable(&self, side: &Value) -> bool {
        let covered = |name: &str| {
            rules(&side["push"])
                .any(|rule| url_matches(text(&rule["url"]), &self.url) && ref_matches(rule, name))
        };
        !self.refs.is_empty() && self.refs.iter().all(|name| covered(name))
    }
}

fn rules(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    rules(value).map(text)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn ref_matches(rule: &Value, name: &str) -> bool {
    strings(&rule["refs"]).any(|glob| glob_matches(glob, name, '/'))
}

fn path_matches(glob: &str, path: &str) -> bool {
    // No special character ever stands in a generated project, so that replacing it is right here.
    let glob = glob.replace("${project}", PROJECT);
    glob_matches(&glob, path, '/')
        || path
            .strip_suffix("/.git")
            .is_some_and(|around| !around.is_empty() && glob_matches(&glob, around, '/'))
}

fn url_matches(glob: &str, url: &str) -> bool {
    let (Some(glob), Some(url)) = (glob.strip_prefix("https://"), url.strip_prefix("https://"))
    else {
        return glob.contains("://") == url.contains("://") && path_matches(glob, url);
    };
    let parts = |text: &str| {
        let (authority, path) = text.split_once('/').unwrap();
        let (host, port) = authority.split_once(':').unwrap_or((authority, "443"));
        (
            host.to_owned(),
            port.to_owned(),
            path.trim_end_matches(".git").to_owned(),
        )
    };
    let ((host_glob, port_glob, path_glob), (host, port, path)) = (parts(glob), parts(url));
    let host_matches = match host.as_str() {
        "8.8.8.8" => host_glob == host || host_glob == "**",
        "10.0.0.1" => host_glob == host,
        _ => glob_matches(&host_glob, &host, '.'),
    };
    host_matches && port_glob == port && glob_matches(&path_glob, &path, '/')
}

fn glob_matches(glob: &str, value: &str, separator: char) -> bool {
    let cut = |text: &str| {
        text.split(separator)
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    segments_match(&cut(glob), &cut(value))
}

fn segments_match(glob: &[String], value: &[String]) -> bool {
    match glob.split_first() {
        None => value.is_empty(),
        Some((first, rest)) if first == "**" => {
            (0..=value.len()).any(|taken| segments_match(rest, &value[taken..]))
        }
        Some((first, rest)) => {
            !value.is_empty()
                && bytes_match(first.as_bytes(), value[0].as_bytes())
                && segments_match(rest, &value[1..])
        }
    }
}

fn bytes_match(glob: &[u8], value: &[u8]) -> bool {
    match glob.split_first() {
        None => value.is_empty(),
        Some((b'*', rest)) => (0..=value.len()).any(|taken| bytes_match(rest, &value[taken..])),
        Some((byte, rest)) => value.first() == Some(byte) && bytes_match(rest, &value[1..]),
    }
}
