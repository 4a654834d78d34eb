//! Searching the content of files, line by line.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Instant;

use grep_regex::{RegexMatcher, RegexMatcherBuilder};
use grep_searcher::{
    BinaryDetection, Searcher, SearcherBuilder, Sink, SinkContext, SinkContextKind, SinkMatch,
};
use rustix::fs::OFlags;

use super::asking::Asking;
use super::error::Doing as _;
use super::folder::Folder;
use super::ignored::Ignored;
use super::walk::{Globs, Step, Walk};
use super::{FsError, FsService, FsSettings, Kind};
use crate::services::threads::Wanted;
use crate::world::{Clock as _, SystemClock};

const DOING: &str = "search the file";

/// Longest line that is searched; a file with a longer one is left at it.
const LINE_BYTES_MAX: usize = 1 << 20;

/// How large a compiled pattern may be.
const PATTERN_BYTES_MAX: usize = 4 << 20;

/// What to look for.
#[derive(Debug, Clone, Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a switch that people know from grep"
)]
pub struct SearchQuery {
    /// A regular expression, or a text.
    pub pattern: String,
    /// Whether the pattern is a text.
    pub literal: bool,
    /// Whether case does not matter.
    pub ignore_case: bool,
    /// Whether only whole words match.
    pub word: bool,
    /// In which files.
    pub globs: Vec<String>,
    /// Whether also in ignored ones.
    pub include_ignored: bool,
    /// Lines to return around each match.
    pub context: usize,
    /// The most matches.
    pub matches_max: Option<usize>,
    /// The most matches of one file.
    pub matches_per_file_max: Option<usize>,
    /// When to stop and return what there is.
    pub until: Option<Instant>,
}

/// A line that matches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Match {
    /// The file's path, relative to the folder that was searched.
    pub path: PathBuf,
    /// The line's number, from 1.
    pub line: u64,
    /// Where the line begins, in bytes.
    pub offset: u64,
    /// The line, cut where it is too long.
    pub text: String,
    /// Whether it was.
    pub text_truncated: bool,
    /// The lines before it.
    pub before: Vec<String>,
    /// The lines after it.
    pub after: Vec<String>,
}

/// Which limit ended a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchLimit {
    /// As many matches as are returned.
    Matches,
    /// As many files as are searched.
    Files,
    /// As many bytes as are read.
    Bytes,
    /// As many bytes as are returned.
    Output,
    /// As many entries as are looked at.
    Entries,
    /// The time.
    Time,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Searched {
    /// The lines that match.
    pub matches: Vec<Match>,
    /// How many files were searched.
    pub files: u64,
    /// How many bytes were read.
    pub bytes: u64,
    /// How many files could not be searched to their end.
    pub skipped: u64,
    /// How many entries were left out because they may not be read.
    pub withheld: u64,
    /// The limit that was reached.
    pub limit: Option<SearchLimit>,
}

impl FsService {
    /// Searches a file, or the files in a folder. `permitted` is asked about each entry below.
    ///
    /// # Errors
    ///
    /// `NotFound`, `Invalid` for a pattern or a glob that is none, `Conflict` for what is neither file nor folder and where
    /// a link came into the way.
    pub async fn search(
        &self,
        place: PathBuf,
        query: SearchQuery,
        permitted: impl FnMut(&Path) -> bool + Send,
        deadline: Instant,
    ) -> Result<Searched, FsError> {
        self.asking(deadline, permitted, move |settings, wanted, asking| {
            Search::new(settings, wanted, &query)?.at(&place, asking)
        })
        .await
    }
}

struct Search<'a> {
    settings: &'a FsSettings,
    wanted: &'a Wanted,
    query: &'a SearchQuery,
    matcher: RegexMatcher,
    searcher: Searcher,
    matches_max: usize,
    output_bytes: usize,
    found: Searched,
}

impl<'a> Search<'a> {
    fn new(
        settings: &'a FsSettings,
        wanted: &'a Wanted,
        query: &'a SearchQuery,
    ) -> Result<Self, FsError> {
        let matcher = RegexMatcherBuilder::new()
            .fixed_strings(query.literal)
            .case_insensitive(query.ignore_case)
            .word(query.word)
            .line_terminator(Some(b'\n'))
            .size_limit(PATTERN_BYTES_MAX)
            .dfa_size_limit(PATTERN_BYTES_MAX)
            .build(&query.pattern)
            .map_err(|error| FsError::Invalid(format!("the pattern cannot be used: {error}")))?;
        let searcher = SearcherBuilder::new()
            .line_number(true)
            .before_context(query.context)
            .after_context(query.context)
            .binary_detection(BinaryDetection::quit(0))
            .bom_sniffing(false)
            .heap_limit(Some(LINE_BYTES_MAX))
            .build();
        let most = query.matches_max.unwrap_or(usize::MAX);
        Ok(Self {
            settings,
            wanted,
            query,
            matcher,
            searcher,
            matches_max: most.min(settings.matches_max),
            output_bytes: 0,
            found: Searched::default(),
        })
    }

    fn at(mut self, place: &Path, asking: &Asking) -> Result<Searched, FsError> {
        let (around, name) = Folder::around(place, self.settings.opening)?;
        match Kind::of(&around.status(name).doing(DOING)?) {
            Kind::File => {
                let (file, _) = around.file(name, OFlags::RDONLY, DOING)?;
                self.file(file, Path::new(""))?;
            }
            Kind::Folder => self.tree(&around.sub(name)?, place, asking)?,
            Kind::Link => return Err(FsError::of(DOING, rustix::io::Errno::LOOP)),
            Kind::Other => return Err(FsError::no_file(DOING)),
        }
        Ok(self.found)
    }

    fn tree(&mut self, folder: &Folder, place: &Path, asking: &Asking) -> Result<(), FsError> {
        let mut walk = Walk {
            settings: self.settings,
            wanted: self.wanted,
            asking,
            place,
            globs: Globs::new(place, &self.query.globs)?,
            depth_max: usize::MAX,
            visited: 0,
            withheld: 0,
            cut: false,
        };
        let ignored = (!self.query.include_ignored)
            .then(|| Ignored::above(place, self.settings, asking))
            .transpose()?;
        walk.through(folder, Path::new(""), ignored.as_ref(), &mut |found| {
            if self.late() {
                self.found.limit = Some(SearchLimit::Time);
                return Ok(Step::Stop);
            }
            if found.kind != Kind::File || !found.asked_for || found.name == ".git" {
                return Ok(Step::On);
            }
            if self.found.files >= self.settings.search_files_max {
                self.found.limit = Some(SearchLimit::Files);
                return Ok(Step::Stop);
            }
            let Ok((file, _)) = found.folder.file(found.name, OFlags::RDONLY, DOING) else {
                // It is another thing by now, or closed to us.
                self.found.skipped += 1;
                return Ok(Step::On);
            };
            self.file(file, found.path)
        })?;
        self.found.withheld = walk.withheld;
        if walk.cut && self.found.limit.is_none() {
            self.found.limit = Some(SearchLimit::Entries);
        }
        Ok(())
    }

    fn late(&self) -> bool {
        let until = self.query.until;
        until.is_some_and(|until| SystemClock.instant() >= until)
    }

    /// Searches one file.
    fn file(&mut self, file: File, path: &Path) -> Result<Step, FsError> {
        self.found.files += 1;
        let mut metered = Metered {
            file,
            read: 0,
            most: self
                .settings
                .search_bytes_max
                .saturating_sub(self.found.bytes),
            until: self.query.until,
            wanted: self.wanted,
            stopped: None,
        };
        let mut lines = Lines {
            path,
            settings: self.settings,
            found: &mut self.found,
            before: Vec::new(),
            in_file: 0,
            in_file_max: self.query.matches_per_file_max.unwrap_or(usize::MAX),
            matches_max: self.matches_max,
            output_bytes: &mut self.output_bytes,
        };
        let searched = self
            .searcher
            .search_reader(&self.matcher, &mut metered, &mut lines);
        self.found.bytes += metered.read;
        match (metered.stopped, searched) {
            (Some(limit), _) => self.found.limit = Some(limit),
            (None, Ok(())) => {}
            (None, Err(_)) => {
                // Whether anybody still waits is one reason; a line that is too long is another.
                self.wanted.check()?;
                self.found.skipped += 1;
            }
        }
        Ok(match self.found.limit {
            Some(_) => Step::Stop,
            None => Step::On,
        })
    }
}

/// A file that is read until there is a reason not to.
struct Metered<'a> {
    file: File,
    read: u64,
    most: u64,
    until: Option<Instant>,
    wanted: &'a Wanted,
    stopped: Option<SearchLimit>,
}

impl Read for Metered<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.wanted.check().is_err() {
            return Err(io::Error::other("nobody waits any more"));
        }
        if self
            .until
            .is_some_and(|until| SystemClock.instant() >= until)
        {
            self.stopped = Some(SearchLimit::Time);
        } else if self.read >= self.most {
            self.stopped = Some(SearchLimit::Bytes);
        }
        if self.stopped.is_some() {
            return Err(io::Error::other("a limit was reached"));
        }
        let count = self.file.read(buffer)?;
        self.read += count as u64;
        Ok(count)
    }
}

/// Keeps the lines of one file that match.
struct Lines<'a> {
    path: &'a Path,
    settings: &'a FsSettings,
    found: &'a mut Searched,
    /// Lines before the next match.
    before: Vec<String>,
    in_file: usize,
    in_file_max: usize,
    matches_max: usize,
    output_bytes: &'a mut usize,
}

impl Lines<'_> {
    /// A line as text, and whether it was cut.
    fn text(&mut self, line: &[u8]) -> (String, bool) {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let text = String::from_utf8_lossy(&line[..line.len().min(self.settings.line_bytes_max)]);
        *self.output_bytes += text.len();
        (text.into_owned(), line.len() > self.settings.line_bytes_max)
    }
}

impl Sink for Lines<'_> {
    type Error = io::Error;

    fn matched(&mut self, _: &Searcher, line: &SinkMatch<'_>) -> io::Result<bool> {
        // One more than is returned: only then is it known that there is more.
        if self.in_file >= self.in_file_max {
            return Ok(false);
        }
        if self.found.matches.len() >= self.matches_max {
            self.found.limit = Some(SearchLimit::Matches);
            return Ok(false);
        }
        if *self.output_bytes >= self.settings.text_bytes_max {
            self.found.limit = Some(SearchLimit::Output);
            return Ok(false);
        }
        self.in_file += 1;
        let (text, text_truncated) = self.text(line.bytes());
        self.found.matches.push(Match {
            path: self.path.to_path_buf(),
            line: line.line_number().unwrap_or_default(),
            offset: line.absolute_byte_offset(),
            text,
            text_truncated,
            before: std::mem::take(&mut self.before),
            after: Vec::new(),
        });
        Ok(true)
    }

    fn context(&mut self, _: &Searcher, line: &SinkContext<'_>) -> io::Result<bool> {
        let (text, _) = self.text(line.bytes());
        match line.kind() {
            SinkContextKind::After => {
                if let Some(last) = self.found.matches.last_mut() {
                    last.after.push(text);
                }
            }
            _ => self.before.push(text),
        }
        Ok(true)
    }
}
