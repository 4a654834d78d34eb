//! How entries are written inside a frame of the journal.
//!
//! The number of entries (4 bytes, big-endian), then for each: the length of the chain's name (4), the name, the length of
//! the body (4), the body.

use crate::store::Entry;

/// Writes entries one after another. Bodies and names of 4 GiB and more are cut; limits far below keep them from coming here.
pub(super) fn encode_entries(entries: &[Entry]) -> Vec<u8> {
    let mut bytes = length(entries.len()).to_vec();
    for part in entries
        .iter()
        .flat_map(|entry| [entry.chain.as_bytes(), &entry.body])
    {
        bytes.extend(length(part.len()));
        bytes.extend(part);
    }
    bytes
}

/// Reads entries back; `None` when the bytes are not exactly some entries.
pub(super) fn decode_entries(mut bytes: &[u8]) -> Option<Vec<Entry>> {
    let count = take_length(&mut bytes)?;
    let mut entries = Vec::new();
    for _ in 0..count {
        let chain = String::from_utf8(take_part(&mut bytes)?.to_vec()).ok()?;
        let body = take_part(&mut bytes)?.to_vec();
        entries.push(Entry { chain, body });
    }
    bytes.is_empty().then_some(entries)
}

fn length(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes()
}

fn take_length(bytes: &mut &[u8]) -> Option<usize> {
    let (length, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    usize::try_from(u32::from_be_bytes(*length)).ok()
}

fn take_part<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = take_length(bytes)?;
    let (part, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_read_back_and_no_prefix_of_them_does() {
        let entry = |chain: &str, body: &str| Entry {
            chain: chain.to_owned(),
            body: body.into(),
        };
        let entries = vec![
            entry("gate", "{}"),
            entry("", ""),
            entry("guard/session:1", "{\"a\":1}"),
        ];
        let bytes = encode_entries(&entries);
        assert_eq!(decode_entries(&bytes), Some(entries));
        assert!((0..bytes.len()).all(|cut| decode_entries(&bytes[..cut]).is_none()));
        assert_eq!(decode_entries(&[&bytes[..], &[0]].concat()), None);
    }
}
