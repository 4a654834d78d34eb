//! A client's messages: one per line, none longer than allowed.

use std::io;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};

/// Reads lines.
pub(super) struct Lines<R> {
    read: BufReader<R>,
    bytes_max: usize,
    /// What has come of a line so far.
    line: Vec<u8>,
    /// Whether the rest of a line that is too long is still to come.
    skipping: bool,
}

/// What came.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    Whole(Vec<u8>),
    TooLong,
}

// === impl Lines ===

impl<R: AsyncRead + Unpin> Lines<R> {
    pub(super) fn new(read: R, bytes_max: usize) -> Self {
        Self {
            read: BufReader::new(read),
            bytes_max,
            line: Vec::new(),
            skipping: false,
        }
    }

    /// Waits until nothing more comes; for ever, where something has come that is not read yet. Dropping the future loses
    /// nothing.
    pub(super) async fn closes(&mut self) {
        let more = !self.line.is_empty()
            || self
                .read
                .fill_buf()
                .await
                .is_ok_and(|read| !read.is_empty());
        if more {
            std::future::pending::<()>().await;
        }
    }

    /// The next line that is not empty; none at the end. Dropping the future loses nothing.
    pub(super) async fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            let read = self.read.fill_buf().await?;
            let (piece, ends) = match read.iter().position(|byte| *byte == b'\n') {
                Some(end) => (&read[..end], true),
                None => (read, false),
            };
            let length = piece.len() + usize::from(ends);
            let over = read.is_empty();
            if self.line.len() + piece.len() > self.bytes_max {
                self.skipping = true;
                self.line = Vec::new();
            } else if !self.skipping {
                self.line.extend_from_slice(piece);
            }
            self.read.consume(length);
            if !ends && !over {
                continue;
            }
            let line = std::mem::take(&mut self.line);
            if std::mem::take(&mut self.skipping) {
                return Ok(Some(Line::TooLong));
            }
            if !line.trim_ascii().is_empty() {
                return Ok(Some(Line::Whole(line)));
            }
            if over {
                return Ok(None);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes of this input, of lines of up to four bytes.
    async fn lines(input: &[u8]) -> Vec<Line> {
        let mut lines = Lines::new(input, 4);
        let mut all = Vec::new();
        while let Some(line) = lines.next().await.unwrap() {
            all.push(line);
        }
        all
    }

    #[tokio::test]
    async fn a_line_that_is_too_long_is_one_line() {
        let whole = |text: &str| Line::Whole(text.as_bytes().to_vec());
        let cases: [(&[u8], _); 6] = [
            (b"", vec![]),
            (
                b"abcd\n\n\xff\n",
                vec![whole("abcd"), Line::Whole(vec![255])],
            ),
            (b"abcde\nabcd", vec![Line::TooLong, whole("abcd")]),
            (b"a\nabcdefghij", vec![whole("a"), Line::TooLong]),
            (b"\r\n \nabcde\nfghij\n", vec![Line::TooLong, Line::TooLong]),
            (b"a\r\n", vec![whole("a\r")]),
        ];
        for (input, expected) in cases {
            assert_eq!(lines(input).await, expected, "{input:?}");
        }
    }

    #[tokio::test]
    async fn what_is_longer_than_a_read_is_counted() {
        let mut input = vec![b'x'; 100_000];
        input.extend_from_slice(b"\nab\n");
        let expected = [Line::TooLong, Line::Whole(b"ab".to_vec())];
        assert_eq!(lines(&input).await, expected);
    }
}
