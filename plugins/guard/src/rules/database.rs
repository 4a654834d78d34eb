//! `database`: statements and commands that drop or empty what a database holds.

use super::{Context, Rule, in_order, no_file, only_looks, path_of};
use crate::analysis::{Input, Invocation};
use crate::finding::{Objection, ask};
use crate::place::Zone;

pub(super) const RULE: Rule = Rule {
    id: "database",
    summary: "Dropping or emptying databases, schemas, tables and caches.",
    advice: "Look with a SELECT first, keep a WHERE, and let the person run it.",
    invocation: judge,
    file: no_file,
};

const SQL_CLIENTS: [&str; 19] = [
    "psql",
    "mysql",
    "mariadb",
    "sqlite3",
    "sqlite",
    "sqlcmd",
    "sqlplus",
    "cockroach",
    "clickhouse-client",
    "clickhouse",
    "duckdb",
    "cqlsh",
    "mycli",
    "pgcli",
    "usql",
    "bq",
    "snowsql",
    "influx",
    "turso",
];

/// Programs, and words that drop when they follow in this order.
const DROPPING: &[(&str, &[&str])] = &[
    ("mysqladmin", &["drop"]),
    ("rails", &["db:drop"]),
    ("rails", &["db:reset"]),
    ("rails", &["db:purge"]),
    ("rails", &["db:migrate:reset"]),
    ("rails", &["db:schema:load"]),
    ("rake", &["db:drop"]),
    ("rake", &["db:reset"]),
    ("rake", &["db:purge"]),
    ("artisan", &["migrate:fresh"]),
    ("artisan", &["migrate:reset"]),
    ("artisan", &["db:wipe"]),
    ("php", &["artisan", "migrate:fresh"]),
    ("php", &["artisan", "migrate:reset"]),
    ("php", &["artisan", "db:wipe"]),
    ("php", &["artisan", "migrate:refresh"]),
    ("prisma", &["migrate", "reset"]),
    ("prisma", &["db", "push", "--force-reset"]),
    ("python", &["manage.py", "flush"]),
    ("python3", &["manage.py", "flush"]),
    ("manage.py", &["flush"]),
    ("python", &["manage.py", "reset_db"]),
    ("django-admin", &["flush"]),
    ("sqlx", &["database", "drop"]),
    ("sqlx", &["database", "reset"]),
    ("diesel", &["database", "reset"]),
    ("mix", &["ecto.drop"]),
    ("mix", &["ecto.reset"]),
    ("knex", &["migrate:rollback", "--all"]),
    ("sequelize", &["db:drop"]),
    ("sequelize-cli", &["db:drop"]),
    ("typeorm", &["schema:drop"]),
    ("drizzle-kit", &["drop"]),
    ("alembic", &["downgrade", "base"]),
    ("flyway", &["clean"]),
    ("liquibase", &["drop-all"]),
    ("liquibase", &["dropAll"]),
    ("goose", &["reset"]),
    ("migrate", &["drop"]),
    ("dbmate", &["drop"]),
    ("hasura", &["metadata", "clear"]),
    ("supabase", &["db", "reset"]),
    ("wrangler", &["d1", "delete"]),
];

/// Signs that code talks to a database.
const DRIVERS: [&str; 10] = [
    "psycopg",
    "pymysql",
    "mysql",
    "sqlite3",
    "sqlalchemy",
    "require('pg')",
    "require(\"pg\")",
    ".execute(",
    "PDO(",
    "DBI",
];

fn judge(invocation: &Invocation, context: &Context<'_>) -> Objection {
    let name = invocation.name.as_str();
    if only_looks(invocation) || is_for_tests(invocation, context) {
        return None;
    }
    if let Some(code) = &invocation.code
        && DRIVERS.iter().any(|driver| code.contains(driver))
        && !code.contains(":memory:")
        && let Some(what) = code.split(['\'', '"', '`']).find_map(statement)
    {
        return ask(format!("`{what}` cannot be undone"));
    }
    if name == "dropdb" || name == "dropuser" {
        return ask(format!("`{name}` drops a whole database or its owner"));
    }
    let words: Vec<&str> = invocation
        .arguments
        .iter()
        .map(|argument| argument.text.as_str())
        .filter(|text| !text.starts_with('-') || matches!(*text, "--all" | "--force-reset"))
        .collect();
    if let Some((_, wanted)) = DROPPING
        .iter()
        .find(|(program, wanted)| *program == name && in_order(&words, wanted))
    {
        return ask(format!(
            "`{name} {}` empties the database",
            wanted.join(" ")
        ));
    }
    let code = invocation.line();
    let runs = in_order(&words, &["runner"]) || in_order(&words, &["shell"]);
    if runs
        && ["delete_all", "destroy_all", "objects.all().delete"]
            .iter()
            .any(|call| code.contains(call))
    {
        return ask("this deletes every record");
    }
    if SQL_CLIENTS.contains(&name) {
        let mut texts: Vec<String> = invocation
            .arguments
            .iter()
            .map(|argument| match argument.text.split_once('=') {
                Some((option, text)) if option.starts_with("--") => text.to_owned(),
                _ => argument.text.clone(),
            })
            .collect();
        if let Input::Text(text) = &invocation.input {
            texts.push(text.clone());
        }
        if let Some(what) = texts.iter().find_map(|text| statement(text)) {
            return ask(format!("`{what}` cannot be undone"));
        }
    }
    let upper = words
        .iter()
        .map(|word| word.to_uppercase())
        .collect::<Vec<_>>();
    match name {
        "redis-cli" | "valkey-cli" | "keydb-cli" => {
            let input = matches!(&invocation.input, Input::Text(text) if text.to_uppercase().contains("FLUSH"));
            (input
                || upper
                    .iter()
                    .any(|word| matches!(word.as_str(), "FLUSHALL" | "FLUSHDB")))
            .then_some(())?;
            ask("this empties the cache, or what others take for a database")
        }
        "mongosh" | "mongo" | "mongoimport" | "mongorestore" => {
            let mut text = invocation.line();
            if let Input::Text(input) = &invocation.input {
                text.push_str(input);
            }
            let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            let drops = [
                "dropDatabase(",
                ".drop(",
                "deleteMany({})",
                "remove({})",
                "--drop",
                "dropUser(",
            ]
            .iter()
            .any(|sign| text.contains(sign));
            if drops {
                ask("this drops a database or a collection")
            } else {
                None
            }
        }
        "bq" if words.first() == Some(&"rm") => ask("this removes a data set or a table"),
        "influx" if in_order(&words, &["delete"]) || in_order(&words, &["bucket", "delete"]) => {
            ask("this deletes stored data")
        }
        "curl" | "http" | "xh" => {
            let line = invocation.line();
            let deletes = line.contains("-X DELETE")
                || line.contains("-XDELETE")
                || line.contains("--request DELETE")
                || line.contains("--request=DELETE")
                || words.first() == Some(&"DELETE");
            let store = line.contains(":9200")
                || line.contains("/_all")
                || line.contains(":5984")
                || line.contains(":8529")
                || line.contains("_delete_by_query");
            if deletes && store {
                ask("this deletes an index or a database")
            } else {
                None
            }
        }
        _ => None,
    }
}

/// Whether it is about a database that only tests use, or that goes with a temporary file.
fn is_for_tests(invocation: &Invocation, context: &Context<'_>) -> bool {
    let environment = |(name, value): &(String, String)| name.ends_with("_ENV") && value == "test";
    if invocation.assigned.iter().any(environment) {
        return true;
    }
    let first = invocation.arguments.first();
    let first = first.filter(|argument| !argument.is_option() && !argument.text.contains(' '));
    let named = match invocation.name.as_str() {
        "sqlite3" | "sqlite" | "duckdb" => {
            let Some(file) = invocation.operands().next() else {
                return false;
            };
            let path = path_of(file, invocation);
            let scratch = path.is_some_and(|path| context.place.zone(&path) == Zone::Scratch);
            return file.text == ":memory:" || scratch;
        }
        "dropdb" => invocation.operands().last(),
        "psql" | "mysql" | "mariadb" => invocation
            .value(&["-d", "--dbname", "-D", "--database"])
            .or(first),
        _ => None,
    };
    let elsewhere = invocation
        .value(&["-h", "--host"])
        .is_some_and(|host| !matches!(host.text.as_str(), "localhost" | "127.0.0.1" | "::1"));
    // From within it one can drop others.
    let others = invocation.line().to_uppercase().contains("DATABASE");
    named.is_some_and(|named| is_test_name(&named.text)) && !elsewhere && !others
}

fn is_test_name(name: &str) -> bool {
    name == "test" || name.starts_with("test_") || name.ends_with("_test")
}

/// The first statement in a text that drops, empties or changes everything.
pub(crate) fn statement(text: &str) -> Option<String> {
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
