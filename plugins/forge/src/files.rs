//! Tools for the files of the project as they are now: `search_code`, `read_file`, `list_files`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sinew_pdk::mcp::{Failure, McpServer, TextAndJson, failure};
use sinew_pdk::schema::{FsEntry, FsListRequest, FsMatch, FsReadRequest, FsSearchRequest};
use sinew_pdk::{EffectError, McpCall, fs_list, fs_read, fs_search};

use crate::file_text::FILE_BYTES;
use crate::look;
use crate::place::within_project;
use crate::text::{counted, more, one_line};

/// Matching lines that are shown where nobody says how many.
const MATCHES: u32 = 50;
/// Files and folders that are listed where nobody says how many.
const ENTRIES: u32 = 200;
/// Levels that are listed where nobody says how many.
const DEPTH: u32 = 2;

pub(crate) fn offer(server: McpServer) -> McpServer {
    server
        .tool(
            look(
                "search_code",
                "Finds lines in the project's files by a regular expression, or, with `literal`, by a text as it stands. What \
                 `.gitignore` leaves out is not searched. Narrow it with `path` and `globs` where there is more than `limit`. Then \
                 `read_file` with a match's `offset` shows what follows it.",
            ),
            search_code,
        )
        .tool(
            look(
                "read_file",
                "Reads a text file of the project, from its start or from a byte `offset`, up to `max_bytes`. Where it goes on, \
                 the answer says at which `offset`.",
            ),
            read_file,
        )
        .tool(
            look(
                "list_files",
                "Lists the files and folders of the project, or of a folder in it, down to `depth`. What `.gitignore` leaves out \
                 is not listed. Find files by name with `globs`, such as `**/*.toml` and a greater `depth`.",
            ),
            list_files,
        )
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Search {
    /// A regular expression in the syntax of Rust's `regex` crate, matched within a line: no look-around, no back-references.
    #[schemars(length(min = 1))]
    pattern: String,
    /// A file or a folder, absolute or relative to the project. Absent means the project.
    path: Option<String>,
    /// Globs as in a `.gitignore`, such as `*.rs`; `!` in front leaves out.
    #[serde(default)]
    globs: Vec<String>,
    /// Whether `pattern` is a text as it stands, and no expression.
    #[serde(default)]
    literal: bool,
    /// Whether upper and lower case are the same.
    #[serde(default)]
    ignore_case: bool,
    /// How many lines to show around each match. Absent means none.
    #[schemars(range(max = 20))]
    context: Option<u32>,
    /// How many matching lines to show at most. Absent means 50.
    #[schemars(range(min = 1, max = 500))]
    limit: Option<u32>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Read {
    /// The file, absolute or relative to the project.
    #[schemars(length(min = 1))]
    path: String,
    /// Where to begin, in bytes. Absent means at the start.
    offset: Option<u64>,
    /// How many bytes to read at most. Absent means 50000.
    #[schemars(range(min = 1, max = 200_000))]
    max_bytes: Option<u64>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct List {
    /// A folder, absolute or relative to the project. Absent means the project.
    path: Option<String>,
    /// Globs as in a `.gitignore`, such as `*.rs`; `!` in front leaves out.
    #[serde(default)]
    globs: Vec<String>,
    /// How many levels to list. Absent means 2.
    #[schemars(range(min = 1, max = 32))]
    depth: Option<u32>,
    /// How many files and folders to list at most. Absent means 200.
    #[schemars(range(min = 1, max = 2000))]
    limit: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
struct Found {
    matches: Vec<Match>,
    files_searched: u64,
    /// Whether there may be more.
    truncated: bool,
    /// Files and folders that were left out because they may not be read.
    withheld: u64,
}

#[derive(Serialize, JsonSchema)]
struct Match {
    /// The file, relative to what was searched; empty where that is the file.
    path: String,
    /// Number of the line, from 1.
    line: u64,
    /// Where the line begins, in bytes.
    offset: u64,
    text: String,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    before: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    after: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct Part {
    /// The file, absolute.
    path: String,
    text: String,
    /// Where the text begins, in bytes.
    offset: u64,
    /// Where the file goes on; absent at its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_offset: Option<u64>,
    total_bytes: u64,
}

#[derive(Serialize, JsonSchema)]
struct Listed {
    /// The folder, absolute.
    path: String,
    entries: Vec<Entry>,
    /// Whether there are more.
    truncated: bool,
    /// Files and folders that were left out because they may not be read.
    withheld: u64,
}

#[derive(Serialize, JsonSchema)]
struct Entry {
    /// Relative to the folder.
    path: String,
    /// `file`, `folder`, `link` or `other`.
    kind: String,
    /// Length of a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
}

fn search_code(call: &McpCall, asked: Search) -> Result<TextAndJson<Found>, Failure> {
    let found = fs_search(FsSearchRequest {
        path: within_project(call, asked.path.as_deref(), "path")?,
        pattern: asked.pattern,
        globs: asked.globs,
        literal: Some(asked.literal),
        ignore_case: Some(asked.ignore_case),
        context: asked.context,
        limit: Some(asked.limit.unwrap_or(MATCHES)),
        ..FsSearchRequest::default()
    })
    .map_err(|error| match error.code.as_str() {
        EffectError::CODE_INVALID_REQUEST if !asked.literal => {
            Failure::from(error).and("To search for a text as it stands, set `literal`.")
        }
        _ => error.into(),
    })?;
    let matches: Vec<_> = found.matches.into_iter().map(Match::from).collect();
    let mut lines = vec![format!(
        "{} in {}{}.{}",
        counted(matches.len(), "matching line"),
        counted(found.files_searched, "searched file"),
        more(found.truncated),
        withheld(found.withheld)
    )];
    lines.extend(matches.iter().flat_map(Match::lines));
    let told = Found {
        matches,
        files_searched: found.files_searched,
        truncated: found.truncated,
        withheld: found.withheld,
    };
    Ok(TextAndJson(lines.join("\n"), told))
}

fn read_file(call: &McpCall, asked: Read) -> Result<TextAndJson<Part>, Failure> {
    let path = within_project(call, Some(&asked.path), "path")?;
    let found = fs_read(FsReadRequest {
        offset: asked.offset,
        length: Some(asked.max_bytes.unwrap_or(FILE_BYTES)),
        ..FsReadRequest::from(&path)
    })?;
    let Some(text) = found.text else {
        return Err(failure(format!(
            "`{}` is no text; it has {} bytes. There is nothing in it to read.",
            one_line(&asked.path),
            found.total_bytes
        )));
    };
    let shown = match found.next_offset {
        Some(next) => format!(
            "{text}\n(cut: of {} bytes; it goes on at `offset` {next})",
            found.total_bytes
        ),
        None => text.clone(),
    };
    let told = Part {
        path: found.path,
        text,
        offset: found.offset,
        next_offset: found.next_offset,
        total_bytes: found.total_bytes,
    };
    Ok(TextAndJson(shown, told))
}

fn list_files(call: &McpCall, asked: List) -> Result<TextAndJson<Listed>, Failure> {
    let found = fs_list(FsListRequest {
        globs: asked.globs,
        depth: Some(asked.depth.unwrap_or(DEPTH)),
        skip_ignored: Some(true),
        limit: Some(asked.limit.unwrap_or(ENTRIES)),
        ..FsListRequest::from(&within_project(call, asked.path.as_deref(), "path")?)
    })?;
    let entries: Vec<_> = found.entries.into_iter().map(Entry::from).collect();
    let mut lines = vec![format!(
        "`{}`: {} listed{}.{}",
        one_line(&found.path),
        entries.len(),
        more(found.truncated),
        withheld(found.withheld)
    )];
    lines.extend(entries.iter().map(Entry::line));
    let told = Listed {
        path: found.path,
        entries,
        truncated: found.truncated,
        withheld: found.withheld,
    };
    Ok(TextAndJson(lines.join("\n"), told))
}

fn withheld(count: u64) -> String {
    match count {
        0 => String::new(),
        count => format!(" Left out, because you may not read them: {count}."),
    }
}

// === impl Match ===

impl From<FsMatch> for Match {
    fn from(found: FsMatch) -> Self {
        Self {
            path: found.path,
            line: found.line,
            offset: found.offset,
            text: found.text,
            before: found.before,
            after: found.after,
        }
    }
}

impl Match {
    /// As `grep` shows it: a colon after a match, a hyphen after what stands around it.
    fn lines(&self) -> Vec<String> {
        let path = one_line(&self.path);
        let first = self.line.saturating_sub(self.before.len() as u64);
        let around = |(line, text): (u64, &String)| format!("{path}-{line}-{text}");
        let mut lines: Vec<_> = (first..).zip(&self.before).map(around).collect();
        lines.push(format!("{path}:{}:{}", self.line, self.text));
        lines.extend((self.line + 1..).zip(&self.after).map(around));
        lines
    }
}

// === impl Entry ===

impl From<FsEntry> for Entry {
    fn from(entry: FsEntry) -> Self {
        Self {
            path: entry.path,
            kind: entry.kind,
            bytes: entry.bytes,
        }
    }
}

impl Entry {
    fn line(&self) -> String {
        let path = one_line(&self.path);
        match (self.kind.as_str(), self.bytes) {
            ("folder", _) => format!("{path}/"),
            (_, Some(bytes)) => format!("{path} ({bytes} bytes)"),
            (kind, None) => format!("{path} ({})", one_line(kind)),
        }
    }
}
