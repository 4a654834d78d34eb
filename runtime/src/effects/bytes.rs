//! Bytes in the words of the contract, and back.

use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sinew_schema::EffectError;

use super::error::invalid;

/// A path as text, and as base64 where the text is not exact.
pub(super) fn path(bytes: &[u8]) -> (String, Option<String>) {
    match str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), None),
        Err(_) => (lossy(bytes), Some(STANDARD.encode(bytes))),
    }
}

pub(super) fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(super) fn lossy_path(path: &Path) -> String {
    lossy(path.as_os_str().as_bytes())
}

/// Content as text where it is UTF-8, and as base64 where it is not. Where content was cut, a character that the cut went
/// through is left out.
pub(super) fn text_or_base64(
    content: Vec<u8>,
    truncated: bool,
) -> (Option<String>, Option<String>) {
    match String::from_utf8(content) {
        Ok(text) => (Some(text), None),
        Err(error) => {
            let (valid, cut) = (
                error.utf8_error().valid_up_to(),
                error.utf8_error().error_len().is_none(),
            );
            let mut content = error.into_bytes();
            // Less than a character is no text, and leaving it out would be no way on.
            if !(truncated && cut) || valid == 0 {
                return (None, Some(STANDARD.encode(content)));
            }
            content.truncate(valid);
            (String::from_utf8(content).ok(), None)
        }
    }
}

/// What a guest sent as text or as base64; `names` are those of the two fields.
pub(super) fn content(
    text: Option<String>,
    base64: Option<String>,
    names: [&str; 2],
) -> Result<Option<Vec<u8>>, EffectError> {
    match (text, base64) {
        (None, None) => Ok(None),
        (Some(text), None) => Ok(Some(text.into_bytes())),
        (None, Some(base64)) => STANDARD
            .decode(base64)
            .map(Some)
            .map_err(|error| invalid(format!("`{}` is no standard base64: {error}", names[1]))),
        (Some(_), Some(_)) => Err(invalid(format!(
            "`{}` and `{}` exclude each other",
            names[0], names[1]
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_character_makes_no_text_binary() {
        let text = |bytes: &[u8], truncated| text_or_base64(bytes.to_vec(), truncated);
        assert_eq!(text("aä".as_bytes(), false), (Some("aä".to_owned()), None));
        assert_eq!(text(b"a\xc3", true), (Some("a".to_owned()), None));
        assert_eq!(text(b"\xc3", true), (None, Some("ww==".to_owned())));
        assert_eq!(text(b"a\xc3", false), (None, Some("YcM=".to_owned())));
        assert_eq!(text(b"a\xffb", true), (None, Some("Yf9i".to_owned())));
    }
}
