//! Paths in commands that people copy into a shell.

use std::path::Path;

/// A path as one word of a shell.
pub(super) fn word(path: &Path) -> String {
    let path = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@%,".contains(c);
    if !path.is_empty() && path.chars().all(plain) {
        path
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_of_a_shell() {
        for (path, expected) in [
            ("/home/me/api", "/home/me/api"),
            ("/home/me/my api", "'/home/me/my api'"),
            ("/it's", "'/it'\\''s'"),
            ("/a$(b)", "'/a$(b)'"),
        ] {
            assert_eq!(word(Path::new(path)), expected);
        }
    }
}
