//! The client's own file, as far as it lists MCP servers: ours is looked at, put in and taken out. The client writes into this
//! file all the time, and much of what it holds is nobody's business; nothing else is touched.

use std::ops::Range;
use std::path::Path;

use jsonc_parser::ast::Object;
use serde_json::{Value, json};

use super::layout::{Layout, no_mark, root, span, taken};
use super::server::{SERVER_NAME, Server, ours};

/// Largest file that is read, in bytes: what was typed in every project may lie in it.
pub(in crate::cli) const SERVERS_BYTES_MAX: u64 = 32 << 20;

const SERVERS: &str = "mcpServers";
const PROJECTS: &str = "projects";

/// Whose list of servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum List<'a> {
    /// The person's, for every session.
    Person,
    /// That of the sessions in one folder.
    Folder(&'a str),
}

/// What was made around an entry, and goes with it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::cli) struct Made {
    /// The list.
    pub(in crate::cli) list: bool,
    /// The folder's own object.
    pub(in crate::cli) folder: bool,
    /// The object of all folders.
    pub(in crate::cli) folders: bool,
}

/// The file.
#[derive(Debug)]
pub(in crate::cli) struct Servers {
    text: String,
    value: Value,
}

// === impl List ===

impl<'a> List<'a> {
    /// The list of a folder, or of a person where there is none. None for a folder that JSON cannot name.
    pub(in crate::cli) fn of(folder: Option<&'a Path>) -> Option<Self> {
        match folder {
            None => Some(Self::Person),
            Some(folder) => folder.to_str().map(Self::Folder),
        }
    }

    /// The names on the way to our entry.
    fn path(self) -> Vec<&'a str> {
        match self {
            Self::Person => vec![SERVERS, SERVER_NAME],
            Self::Folder(folder) => vec![PROJECTS, folder, SERVERS, SERVER_NAME],
        }
    }
}

// === impl Made ===

impl Made {
    /// By how many objects are missing around the entry, counted from the inside.
    fn of(missing: usize) -> Self {
        Self {
            list: missing > 0,
            folder: missing > 1,
            folders: missing > 2,
        }
    }

    /// Whether the object so many levels around the entry was made for it.
    fn around(self, level: usize) -> bool {
        [self.list, self.folder, self.folders]
            .get(level)
            .is_some_and(|made| *made)
    }
}

// === impl Servers ===

impl Servers {
    /// Reads the file; an empty one lists nothing.
    ///
    /// # Errors
    /// Where it is not what the client could read, or an addition would not reach it.
    pub(in crate::cli) fn parse(text: &str) -> Result<Self, String> {
        no_mark(text)?;
        let text = if text.trim().is_empty() { "{}\n" } else { text };
        let servers = Self {
            text: text.to_owned(),
            value: serde_json::from_str(text)
                .map_err(|error| format!("it is not JSON: {error}"))?,
        };
        let root = root(&servers.text).ok_or("it is not a JSON object")?;
        unambiguous(&root, "")?;
        check_list(&root, "")?;
        if let Some(projects) = inner(&root, PROJECTS, "")? {
            unambiguous(projects, "projects.")?;
            for property in &projects.properties {
                let name = property.name.as_str();
                if let Some(project) = inner(projects, name, "projects.")? {
                    let at = format!("projects.{name}.");
                    unambiguous(project, &at)?;
                    check_list(project, &at)?;
                }
            }
        }
        Ok(servers)
    }

    /// The text, every byte that was not added or taken as it was.
    pub(in crate::cli) fn text(&self) -> &str {
        &self.text
    }

    /// Tells whether it says something.
    pub(in crate::cli) fn is_empty(&self) -> bool {
        self.value == json!({})
    }

    /// The entry of our name in a list.
    pub(in crate::cli) fn entry(&self, list: List<'_>) -> Option<&Value> {
        let mut found = &self.value;
        for name in list.path() {
            found = found.get(name)?;
        }
        Some(found)
    }

    /// Puts our entry into a list, in the place of the one that is there. Returns what else it had to make.
    pub(in crate::cli) fn put(&mut self, list: List<'_>, server: &Server) -> Made {
        let path = list.path();
        let Some(root) = root(&self.text) else {
            return Made::default();
        };
        let layout = Layout::of(&self.text, &root);
        let mut around = &root;
        let mut depth = 0;
        while depth + 1 < path.len()
            && let Some(inner) = around.get_object(path[depth])
        {
            around = inner;
            depth += 1;
        }
        let missing = path.len() - 1 - depth;
        let entry = layout.laid_out(server, &path[depth + 1..], depth + 1);
        let edit = match around.get(path[depth]) {
            Some(property) => (span(&property.value), entry),
            None => layout.added(around, depth, path[depth], &entry),
        };
        self.edit(edit);
        Made::of(missing)
    }

    /// Takes the entry of our name out of a list, and what was made for it and holds nothing else.
    pub(in crate::cli) fn take(&mut self, list: List<'_>, made: Made) {
        let path = list.path();
        let Some(root) = root(&self.text) else {
            return;
        };
        let mut objects = vec![&root];
        for name in &path[..path.len() - 1] {
            let Some(inner) = objects.last().and_then(|object| object.get_object(name)) else {
                return;
            };
            objects.push(inner);
        }
        let mut level = objects.len() - 1;
        while level > 0
            && objects[level].properties.len() == 1
            && made.around(objects.len() - 1 - level)
        {
            level -= 1;
        }
        if let Some(span) = taken(objects[level], path[level]) {
            self.edit((span, String::new()));
        }
    }

    /// The file with nothing in it but our entries in these lists: all of it that may be shown.
    pub(in crate::cli) fn shown(&self, lists: &[List<'_>]) -> String {
        let mut shown = json!({});
        for list in lists {
            if let Some(entry) = self.entry(*list).filter(|entry| ours(entry).is_some()) {
                let mut place = &mut shown;
                for name in list.path() {
                    place = &mut place[name];
                }
                *place = entry.clone();
            }
        }
        format!("{shown:#}\n")
    }

    fn edit(&mut self, (span, text): (Range<usize>, String)) {
        self.text.replace_range(span, &text);
        // It was JSON, and what was put in is.
        self.value = serde_json::from_str(&self.text).unwrap_or_default();
    }
}

/// An object in an object, where there is one.
fn inner<'a, 'b>(
    object: &'b Object<'a>,
    name: &str,
    at: &str,
) -> Result<Option<&'b Object<'a>>, String> {
    let Some(property) = object.get(name) else {
        return Ok(None);
    };
    let inner = property.value.as_object();
    inner
        .map(Some)
        .ok_or_else(|| format!("`{at}{name}` is not an object"))
}

fn check_list(object: &Object<'_>, at: &str) -> Result<(), String> {
    match inner(object, SERVERS, at)? {
        Some(servers) => unambiguous(servers, &format!("{at}{SERVERS}.")),
        None => Ok(()),
    }
}

/// Refuses an object in which a name stands twice: nobody knows which of them counts.
fn unambiguous(object: &Object<'_>, at: &str) -> Result<(), String> {
    let mut names: Vec<&str> = object
        .properties
        .iter()
        .map(|property| property.name.as_str())
        .collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(format!("`{at}{}` stands there twice", pair[0])),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The file as the client writes it, and as others might.
    const WRITTEN: &[&str] = &[
        "{}\n",
        "{\n  \"numStartups\": 7,\n  \"mcpServers\": {},\n  \"projects\": {\n    \"/srv/api\": {\n      \"allowedTools\": [],\n      \"mcpServers\": {}\n    }\n  },\n  \"userID\": \"x\"\n}",
        "{\n  \"numStartups\": 7,\n  \"projects\": {},\n  \"tipsHistory\": {\n    \"a\": 1\n  }\n}",
        "{\n  \"mcpServers\": {\n    \"other\": {\n      \"type\": \"stdio\",\n      \"command\": \"x\"\n    }\n  },\n  \"projects\": {\n    \"/srv/web\": {\n      \"mcpServers\": {\n        \"other\": {}\n      }\n    },\n    \"/srv/api\": {\n      \"history\": [],\n      \"mcpServers\": {\n        \"other\": {}\n      }\n    }\n  }\n}\n",
        "{\n\t\"a\": 1.50,\n\t\"mcpServers\": {\n\t\t\"other\": { \"command\" : \"x\" }\n\t}\n}\n",
        "{\"a\":1,\"mcpServers\":{},\"projects\":{\"/srv/api\":{\"mcpServers\":{}}}}",
        "{\"a\":1}",
        "{\"mcpServers\":{\"other\":{}}}",
        "{\r\n  \"é\": \"\\u00e9\"\r\n}\r\n",
    ];

    fn server() -> Server {
        Server {
            program: "/opt/sinew".into(),
            config: Some("/srv/a \"b\".toml".into()),
            state: None,
        }
    }

    #[test]
    fn what_was_put_in_is_taken_out_byte_for_byte() {
        for text in WRITTEN {
            for list in [
                List::Person,
                List::Folder("/srv/api"),
                List::Folder("/a \"b\""),
            ] {
                let mut servers = Servers::parse(text).unwrap();
                let made = servers.put(list, &server());
                let now = servers.text();
                let mut servers = Servers::parse(now).unwrap();
                assert_eq!(servers.entry(list), Some(&server().value()), "{now}");
                servers.take(list, made);
                assert_eq!(servers.text(), *text, "by way of {now}");
            }
        }
    }

    #[test]
    fn it_is_laid_out_as_the_client_would() {
        for text in &WRITTEN[..4] {
            let mut servers = Servers::parse(text).unwrap();
            servers.put(List::Person, &server());
            servers.put(List::Folder("/srv/api"), &server());
            servers.put(List::Folder("/srv/new"), &server());
            // But for the order of the names, which is the file's own.
            let value: Value = serde_json::from_str(servers.text()).unwrap();
            let pretty = format!("{value:#}");
            let sorted = |text: &str| {
                let mut lines: Vec<_> = text
                    .trim()
                    .lines()
                    .map(|line| line.trim_end_matches(',').to_owned())
                    .collect();
                lines.sort();
                lines
            };
            assert_eq!(sorted(servers.text()), sorted(&pretty));
        }
    }

    #[test]
    fn what_others_added_around_it_stays() {
        let list = List::Folder("/srv/api");
        let mut servers = Servers::parse("{}").unwrap();
        let made = servers.put(list, &server());
        let now = servers
            .text()
            .replace("\"sinew\"", "\"theirs\": {},\n \"sinew\"");
        let mut servers = Servers::parse(&now).unwrap();
        servers.take(list, made);
        let left: Value = serde_json::from_str(servers.text()).unwrap();
        assert_eq!(
            left,
            json!({"projects": {"/srv/api": {"mcpServers": {"theirs": {}}}}})
        );
    }

    #[test]
    fn nothing_but_our_own_entries_is_shown() {
        let text =
            "{\"key\": \"s3cret\", \"mcpServers\": {\"other\": {\"env\": {\"T\": \"s3cret\"}}}}";
        let mut servers = Servers::parse(text).unwrap();
        servers.put(List::Person, &server());
        servers.put(List::Folder("/a"), &server());
        let shown = servers.shown(&[List::Person, List::Folder("/a"), List::Folder("/b")]);
        let ours = json!({"mcpServers": {"sinew": server().value()}});
        let all = json!({"mcpServers": ours["mcpServers"], "projects": {"/a": ours}});
        assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), all);
    }

    #[test]
    fn what_an_addition_would_not_reach_is_refused() {
        for text in [
            "{\"projects\": ",
            "[]",
            "{} // mine",
            "{\"mcpServers\": []}",
            "{\"mcpServers\": {}, \"mcpServers\": {}}",
            "{\"projects\": []}",
            "{\"projects\": {\"/a\": 1}}",
            "{\"projects\": {\"/a\": {\"mcpServers\": null}}}",
            "{\"projects\": {\"/a\": {\"mcpServers\": {\"x\": {}, \"x\": {}}}}}",
        ] {
            assert!(Servers::parse(text).is_err(), "{text}");
        }
    }
}
