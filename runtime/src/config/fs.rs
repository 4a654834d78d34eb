//! `[fs]` as the file service uses it.

use super::written::Fs;
use crate::services::fs::FsSettings;

/// Deeper than this, a walk would hold more folders open than a process may.
const DEPTH_MAX: u32 = 256;

/// Fills in the defaults; the error is about `fs.depth`.
pub(super) fn settings(written: &Fs) -> Result<FsSettings, String> {
    let mut settings = FsSettings::default();
    if let Some(depth) = written.depth {
        if !(1..=DEPTH_MAX).contains(&depth) {
            return Err(format!("it is at least 1 and at most {DEPTH_MAX}"));
        }
        settings.depth_max = depth as usize;
    }
    if let Some(size) = written.text {
        settings.text_bytes_max = usize::try_from(size.as_u64()).unwrap_or(usize::MAX);
    }
    if let Some(size) = written.file {
        settings.file_bytes_max = size.as_u64();
    }
    if let Some(size) = written.search {
        settings.search_bytes_max = size.as_u64();
    }
    if let Some(files) = written.search_files {
        settings.search_files_max = files.into();
    }
    for (setting, written) in [
        (&mut settings.entries_max, written.entries),
        (&mut settings.visited_max, written.visited),
        (&mut settings.matches_max, written.matches),
        (&mut settings.threads, written.threads),
    ] {
        if let Some(written) = written {
            *setting = written as usize;
        }
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_counts_and_the_rest_is_usual() {
        let written: Fs = toml::from_str(
            "text = \"1KiB\"\nfile = \"2KiB\"\nsearch = \"3KiB\"\nsearch_files = 4\nentries = 5\nvisited = 6\nmatches = 7\ndepth = 8",
        )
        .unwrap();
        let expected = FsSettings {
            text_bytes_max: 1024,
            file_bytes_max: 2048,
            search_bytes_max: 3072,
            search_files_max: 4,
            entries_max: 5,
            visited_max: 6,
            matches_max: 7,
            depth_max: 8,
            ..FsSettings::default()
        };
        assert_eq!(settings(&written), Ok(expected));
        for depth in ["0", "257"] {
            let written: Fs = toml::from_str(&format!("depth = {depth}")).unwrap();
            assert!(settings(&written).is_err(), "{depth}");
        }
    }
}
