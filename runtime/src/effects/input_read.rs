//! `input_read`: reads a part of the turn's own input as the client sent it.

use sinew_schema::{EffectError, InputReadRequest, InputReadResponse};

use super::error::{invalid, not_found};
use super::{Call, Effect, EffectLimits, Fields};
use crate::permits::Need;

#[derive(Debug)]
pub(super) struct InputRead {
    bytes_max: usize,
}

impl InputRead {
    pub(super) fn new(limits: &EffectLimits) -> Self {
        Self {
            bytes_max: limits.input_read_bytes_max,
        }
    }
}

impl Effect for InputRead {
    type Request = InputReadRequest;
    type Response = InputReadResponse;

    async fn need(&self, _: &Call<'_>, _: &mut Self::Request) -> Result<Need, EffectError> {
        Ok(Need::None)
    }

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        _: &Need,
    ) -> Result<Self::Response, EffectError> {
        let InputReadRequest {
            pointer,
            offset,
            length,
        } = request;
        if !is_pointer(&pointer) {
            return Err(invalid(
                "`pointer` is no JSON pointer: it is empty or starts with `/`, and `~` comes as `~0` or `~1`",
            ));
        }
        let text = call
            .host
            .input()
            .text(&pointer)
            .ok_or_else(|| not_found("the input has no value at `pointer`"))?;
        let start = usize::try_from(offset.unwrap_or(0)).ok().filter(|start| text.is_char_boundary(*start)).ok_or_else(
            || invalid("`offset` lies beyond the end or inside a character; take it from `next_offset`"),
        )?;
        let length = length
            .and_then(|length| usize::try_from(length).ok())
            .unwrap_or(usize::MAX)
            .min(self.bytes_max);
        let end = chunk_end(&text, start, length);
        Ok(InputReadResponse {
            text: text[start..end].to_owned(),
            total_bytes: text.len() as u64,
            next_offset: (end < text.len()).then_some(end as u64),
            extra: Fields::new(),
        })
    }
}

/// The last character boundary within `length` bytes of `start`, but at least one character further, so that a reader
/// who asks for single bytes gets on.
fn chunk_end(text: &str, start: usize, length: usize) -> usize {
    let end = text.floor_char_boundary(start.saturating_add(length));
    if end > start {
        end
    } else {
        text.ceil_char_boundary((start + 1).min(text.len()))
    }
}

/// RFC 6901, section 3.
fn is_pointer(text: &str) -> bool {
    (text.is_empty() || text.starts_with('/'))
        && text
            .split('~')
            .skip(1)
            .all(|after| after.starts_with(['0', '1']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_follow_the_rfc() {
        for (text, expected) in [
            ("", true),
            ("/", true),
            ("/a~0b~1c", true),
            ("a", false),
            ("/~", false),
            ("/~2", false),
            ("/a/~", false),
        ] {
            assert_eq!(is_pointer(text), expected, "`{text}`");
        }
    }

    #[test]
    fn chunks_end_on_characters_and_always_get_on() {
        let text = "aä€😀";
        for length in 1..12 {
            let (mut at, mut seen) = (0, String::new());
            while at < text.len() {
                let end = chunk_end(text, at, length);
                assert!(
                    end > at && (end - at <= length || text[at..end].chars().count() == 1),
                    "{length} from {at}"
                );
                seen.push_str(&text[at..end]);
                at = end;
            }
            assert_eq!(seen, text);
        }
        assert_eq!(chunk_end("", 0, 5), 0);
        assert_eq!(chunk_end(text, 0, usize::MAX), text.len());
    }
}
