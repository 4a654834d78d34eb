//! SQL, as far as the rule `database` has to read it: which statements drop, empty or change everything.

/// The first statement in a text that drops, empties or changes everything.
pub(crate) fn statement(text: &str) -> Option<String> {
    // Every statement has several words, and few arguments have.
    if !text.contains(|c: char| c.is_ascii_whitespace()) && !text.contains("/*") {
        return None;
    }
    // A block that puts statements together holds them as texts: `DO $$ BEGIN EXECUTE 'DROP TABLE …'; END $$`.
    let joined = text.replace("' || '", "").replace("'||'", "");
    let text = joined.as_str();
    if text.to_uppercase().contains("EXECUTE")
        && let Some(built) = text.split('\'').find_map(plain_statement)
    {
        return Some(built);
    }
    plain_statement(text)
}

fn plain_statement(text: &str) -> Option<String> {
    let plain = without_comments_and_texts(text);
    plain.split(';').find_map(|statement| {
        let words: Vec<String> = statement
            .split(|c: char| c.is_whitespace() || c == '(')
            .filter(|word| !word.is_empty())
            .map(str::to_uppercase)
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        // A client's own command, such as `sqlite3 file ".mode csv"`, is none; `BEGIN` and a CTE may stand before.
        let at = words.iter().position(|word| {
            matches!(
                *word,
                "DROP"
                    | "TRUNCATE"
                    | "DELETE"
                    | "UPDATE"
                    | "ALTER"
                    | "SELECT"
                    | "INSERT"
                    | "CREATE"
                    | "EXPLAIN"
                    | "GRANT"
                    | "SHOW"
            )
        })?;
        let words = &words[at..];

        match words {
            ["DROP", what, ..] => matches!(
                *what,
                "DATABASE"
                    | "TABLE"
                    | "SCHEMA"
                    | "KEYSPACE"
                    | "USER"
                    | "ROLE"
                    | "OWNED"
                    | "TABLESPACE"
                    | "VIEW"
                    | "INDEX"
                    | "MATERIALIZED"
                    | "COLLECTION"
                    | "STREAM"
                    | "EXTENSION"
                    | "SEQUENCE"
                    | "PUBLICATION"
                    | "SUBSCRIPTION"
                    | "MEASUREMENT"
                    | "SERIES"
                    | "RETENTION"
                    | "BUCKET"
                    | "SPACE"
                    | "GRAPH"
                    | "CATALOG"
                    | "TYPE"
                    | "SERVER"
                    | "WAREHOUSE"
            )
            .then(|| format!("DROP {what}")),
            ["TRUNCATE", ..] => Some("TRUNCATE".to_owned()),
            ["DELETE", "FROM", ..] if !is_narrowed(words) => {
                Some("DELETE without WHERE".to_owned())
            }
            ["UPDATE", ..] if words.contains(&"SET") && !is_narrowed(words) => {
                Some("UPDATE without WHERE".to_owned())
            }
            ["ALTER", "TABLE", ..] if words.contains(&"DROP") => {
                Some("ALTER TABLE … DROP".to_owned())
            }
            ["ALTER", "TABLE", ..] if words.ends_with(&["DISABLE", "ROW", "LEVEL", "SECURITY"]) => {
                Some("DISABLE ROW LEVEL SECURITY".to_owned())
            }
            ["GRANT", "ALL", .., "TO", whom] if matches!(*whom, "PUBLIC" | "ANON") => {
                Some(format!("GRANT ALL … TO {whom}"))
            }
            _ => None,
        }
    })
}

/// Whether a condition narrows a statement, and is not one that is always true.
fn is_narrowed(words: &[&str]) -> bool {
    let at = words.iter().position(|word| *word == "WHERE");
    let condition = at.map(|at| words[at + 1..].concat()).unwrap_or_default();
    !matches!(
        condition.trim_end_matches(')'),
        "" | "TRUE" | "1=1" | "1" | "T=T"
    )
}

/// SQL without comments, and with empty text literals.
fn without_comments_and_texts(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skip = if rest.starts_with("--") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            plain.push(' ');
            rest.find("*/").map_or(rest.len(), |at| at + 2)
        } else if c == '\'' {
            plain.push('t');
            rest[1..].find('\'').map_or(rest.len(), |at| at + 2)
        } else {
            plain.push(c);
            c.len_utf8()
        };
        rest = &rest[skip..];
    }
    plain
}
