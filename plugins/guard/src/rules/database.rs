//! `database`: statements and commands that drop or empty what a database holds. The commands are the table `dropping`.

use super::dropping::{CALLS, CONSOLES, DRIVERS, DROPPING, SQL_CLIENTS};
use super::phrases::twin;
use super::sql::statement;
use super::{Context, Rule, forge, no_file, only_looks, path_of, task};
use crate::analysis::{Input, Invocation, UNKNOWN};
use crate::finding::{Objection, ask};
use crate::place::Zone;

pub(super) const RULE: Rule = Rule {
    id: "database",
    summary: "Dropping or emptying databases, schemas, tables and caches.",
    advice: "Look with a SELECT first, keep a WHERE, and let the person run it.",
    invocation: judge,
    file: no_file,
};

fn judge(invocation: &Invocation, context: &Context<'_>) -> Objection {
    // Most programs have nothing to do with databases: whether it is only a try is asked last.
    dropped(invocation).filter(|_| !only_looks(invocation) && !is_for_tests(invocation, context))
}

fn dropped(invocation: &Invocation) -> Objection {
    let name = twin(&invocation.name);
    if let Some(what) = invocation.code.as_deref().and_then(in_code) {
        return ask(format!("`{what}` cannot be undone"));
    }
    if let Some(phrase) = DROPPING.said(invocation) {
        return ask(
            format!("`{} {phrase}` empties the database", invocation.name).replace(" *`", "`"),
        );
    }
    if let Some(task) = task::empties(invocation) {
        return ask(format!(
            "`{task}` is what this project does to empty its database"
        ));
    }
    if CONSOLES.contains(&name) {
        let mut given = invocation.line();
        given.push('\n');
        given.push_str(fed(invocation).unwrap_or_default());
        if let Some(what) = in_code(&given) {
            return ask(format!("`{what}` cannot be undone"));
        }
    }
    if let Some(what) = SQL_CLIENTS
        .contains(&name)
        .then(|| of_client(invocation))
        .flatten()
    {
        return ask(what);
    }
    match name {
        "redis-cli" | "valkey-cli" | "keydb-cli" => redis(invocation),
        "nc" | "ncat" | "netcat" | "telnet" if fed(invocation).is_some_and(flushes) => {
            ask("this empties the cache, or what others take for a database")
        }
        "mongosh" | "mongo" | "mongoimport" => {
            let mut text = invocation.line();
            text.push_str(fed(invocation).unwrap_or_default());
            let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            let drops = [
                "dropDatabase(",
                ".drop(",
                "deleteMany({})",
                "remove({})",
                "--drop",
                "dropUser(",
            ];
            if drops.iter().any(|sign| text.contains(sign)) {
                ask("this drops a database or a collection")
            } else {
                None
            }
        }
        "bq" if invocation.words().first() == Some(&"rm") => {
            ask("this removes a data set or a table")
        }
        "curl" | "http" | "xh" | "wget" => {
            let line = invocation.line();
            let stores = [
                ":9200", "/_all", ":5984", ":8529", ":8086", ":6333", ":8983", ":7700", ":19530",
            ];
            let deletes =
                forge::deletes(invocation) && stores.iter().any(|store| line.contains(store));
            let sent = || {
                invocation
                    .arguments
                    .iter()
                    .find_map(|argument| statement(&argument.text))
            };
            if deletes || line.contains("_delete_by_query") || sent().is_some() {
                ask("this deletes an index or a database")
            } else {
                None
            }
        }
        _ => None,
    }
}

/// Judges a statement that a tool would run.
pub(crate) fn stated(text: &str) -> Objection {
    let what = statement(text)?;
    ask(format!("`{what}` cannot be undone"))
}

/// The text that a program is fed, where that is known.
fn fed(invocation: &Invocation) -> Option<&str> {
    match &invocation.input {
        Input::Text(text) => Some(text),
        _ => None,
    }
}

/// What code drops or empties: a call, or a statement in quotes.
fn in_code(code: &str) -> Option<String> {
    let dense: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if dense.contains(":memory:") {
        return None;
    }
    if let Some(call) = CALLS.iter().find(|call| dense.contains(*call)) {
        return Some(format!("{call}…)").replace("(…)", "(…)"));
    }
    DRIVERS
        .iter()
        .any(|driver| code.contains(driver))
        .then(|| code.split(['\'', '"', '`']).find_map(statement))
        .flatten()
}

/// What a client of a database is told that cannot be undone, or that only running it would tell.
fn of_client(invocation: &Invocation) -> Option<String> {
    let arguments = invocation.arguments.iter();
    let values = arguments.map(|argument| match argument.text.split_once('=') {
        Some((option, text)) if option.starts_with("--") => text,
        _ => argument.text.as_str(),
    });
    let given = values.chain(fed(invocation));
    if let Some(what) = given.clone().find_map(statement) {
        return Some(format!("`{what}` cannot be undone"));
    }
    // Statements that another client writes are as good as written here: `SELECT 'DROP TABLE ' || … | psql`.
    let upstream = invocation.upstream.to_uppercase();
    let written = [
        "DROP TABLE",
        "DROP DATABASE",
        "TRUNCATE ",
        "SQLFLUSH",
        "DELETE FROM",
    ];
    let search = ["GREP", "RG ", "SED "]
        .iter()
        .any(|search| upstream.starts_with(search));
    if !search && written.iter().any(|what| upstream.contains(what)) {
        return Some("what is written to this client drops or empties tables".to_owned());
    }
    let options = [
        "-c",
        "--command",
        "-e",
        "--execute",
        "-Q",
        "-q",
        "--query",
        "-tc",
        "-tAc",
        "-Ac",
    ];
    let unknown = invocation
        .value(&options)
        .is_some_and(|text| text.text.trim_start().starts_with(UNKNOWN));
    let is_client = !matches!(
        invocation.name.as_str(),
        "aws" | "gcloud" | "heroku" | "wrangler" | "prisma" | "supabase" | "bq"
    );
    (unknown && is_client)
        .then(|| "which statements this runs only running it would tell".to_owned())
}

/// `redis-cli`: emptying all of it, by a script, by its input, or by every key that it lists.
fn redis(invocation: &Invocation) -> Objection {
    let words = invocation.words();
    let scripts = words
        .iter()
        .any(|word| word.contains("call(") && flushes(word));
    if scripts || fed(invocation).is_some_and(flushes) {
        return ask("this empties the cache, or what others take for a database");
    }
    let deletes = words
        .iter()
        .any(|word| ["del", "unlink"].contains(&word.to_lowercase().as_str()));
    let listed = words.iter().any(|word| word.contains(UNKNOWN));
    let raw = || {
        invocation
            .arguments
            .iter()
            .any(|word| lists_keys(&word.raw))
    };
    if deletes && listed && (lists_keys(&invocation.upstream) || raw()) {
        return ask("this deletes every key that is listed");
    }
    None
}

fn lists_keys(text: &str) -> bool {
    text.contains("--scan") || text.to_lowercase().contains(" keys ")
}

fn flushes(text: &str) -> bool {
    let text = text.to_uppercase();
    ["FLUSHALL", "FLUSHDB", "FLUSH_ALL"]
        .iter()
        .any(|command| text.contains(command))
}

/// Whether it is about a database that only tests use, or that goes with a temporary file.
fn is_for_tests(invocation: &Invocation, context: &Context<'_>) -> bool {
    let is_test = |value: &str| matches!(value, "test" | "testing");
    let environment = |name: &str, value: &str| {
        is_test(value)
            && (name.ends_with("_ENV") || matches!(name, "--env" | "--environment" | "-e"))
    };
    let joined = invocation
        .arguments
        .iter()
        .filter_map(|argument| argument.text.split_once('='));
    let assigned = invocation
        .assigned
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    if joined
        .chain(assigned)
        .any(|(name, value)| environment(name, value))
        || invocation
            .value(&["-e", "--env", "--environment"])
            .is_some_and(|value| is_test(&value.text))
    {
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
        "psql" | "mysql" | "mariadb" | "pg_restore" => invocation
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
