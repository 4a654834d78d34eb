//! The ledger of a state folder as rows, read beside the process that writes it.

use std::path::Path;

use anyhow::Result;
use serde_json::Value;
use sinew_runtime::config::Places;
use sinew_runtime::store::{Log as _, SqliteReader};

/// How many rows are read at a time.
const PAGE: usize = 1_000;

/// One record.
#[derive(Debug, Clone)]
pub struct Row {
    /// Where it stands in the ledger.
    pub position: u64,
    /// Its chain.
    pub chain: String,
    /// What kind of record it is.
    pub kind: String,
    /// What it says.
    pub value: Value,
}

/// Reads every record from `position` on.
///
/// # Errors
/// When the store cannot be read, or a record is no JSON.
pub fn rows(state: &Path, mut position: u64) -> Result<Vec<Row>> {
    let reader = SqliteReader::open(&Places::new(state).database())?;
    let mut rows = Vec::new();
    loop {
        let page = reader.records(position, PAGE)?;
        let Some(last) = page.last() else {
            return Ok(rows);
        };
        position = last.position + 1;
        for record in page {
            let mut body: Value = serde_json::from_slice(&record.body)?;
            rows.push(Row {
                position: record.position,
                chain: record.chain,
                kind: body["kind"].as_str().unwrap_or_default().to_owned(),
                value: body["value"].take(),
            });
        }
    }
}

// === impl Row ===

impl Row {
    /// A text in the record; empty where there is none.
    #[must_use]
    pub fn text(&self, pointer: &str) -> &str {
        self.value
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }
}
