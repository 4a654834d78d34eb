//! Verification: is what is there what was written, and is all of it there?
//!
//! `notes` judges the checkpoints by themselves and against each other, `records` the log against the checkpoints and
//! against what the store derives from it. Where old records were dropped, all three begin with the signed stub that stands
//! for them. What verification cannot see: a record that no checkpoint covers yet can be
//! taken away or changed together with its chain, and whoever owns both the key and every copy of the checkpoints can make
//! a consistent other history. Copies of the checkpoints elsewhere are what helps against both.

mod notes;
mod records;

use serde::Serialize;

use super::stub::StubNote;
use super::{LedgerError, PublicKey};
use crate::store::{Log, StoreError, Stub};

/// What to verify against.
#[derive(Debug, Clone)]
pub struct Verification {
    /// The key that the checkpoints have to be signed with.
    pub key: PublicKey,
    /// Files of checkpoints.
    pub files: Vec<Notes>,
    /// How many findings of each sort are reported; more are counted.
    pub findings_max: usize,
    /// How many rows are read at a time.
    pub page: usize,
}

/// A file of checkpoints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notes {
    /// What to call it in findings.
    pub label: String,
    /// What it holds.
    pub text: String,
    /// Whether it is the one that the ledger itself writes, which has to hold all checkpoints from the first on. Any other
    /// may be a part of it.
    pub own: bool,
}

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The position that it is about, or the size for a checkpoint.
    pub position: Option<u64>,
    /// What is wrong, for people.
    pub detail: String,
}

/// What verification found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// How many records there were ever.
    pub size: u64,
    /// How many of them were dropped because they were old. A signed stub stands for them.
    pub dropped: u64,
    /// How many chains there are.
    pub chains: u64,
    /// How many payloads are there and unchanged.
    pub payloads: u64,
    /// How many payloads were erased.
    pub payloads_erased: u64,
    /// How many checkpoints are signed, linked and agree with the records.
    pub checkpoints: u64,
    /// How many records those cover.
    pub covered: u64,
    /// How many records no checkpoint covers yet.
    pub uncovered: u64,
    /// What is there and is not what was written.
    pub integrity: Vec<Finding>,
    /// What was there and is missing.
    pub completeness: Vec<Finding>,
    /// Findings past the limit.
    pub unlisted: u64,
    /// What is no failure but worth knowing.
    pub remarks: Vec<String>,
}

/// Verifies a log. A finding is not an error: errors are for what kept verification from its work.
///
/// # Errors
/// [`LedgerError::Store`] when the store cannot be read for a reason other than what it holds.
pub fn verify(log: &dyn Log, verification: &Verification) -> Result<Report, LedgerError> {
    let mut run = Run {
        verification,
        report: Report::default(),
    };
    let stub = run.stub(log)?;
    let stated = run.notes(log, run.report.dropped)?;
    run.records(log, stub, &stated)?;
    run.payloads(log)?;
    run.report.uncovered = run.report.size.saturating_sub(run.report.covered);
    Ok(run.report)
}

/// One verification under way.
struct Run<'a> {
    verification: &'a Verification,
    report: Report,
}

// === impl Report ===

impl Report {
    /// Says whether nothing is wrong.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.integrity.is_empty() && self.completeness.is_empty()
    }
}

// === impl Run ===

impl Run<'_> {
    fn altered(&mut self, position: Option<u64>, detail: impl Into<String>) {
        note(
            &mut self.report.integrity,
            &mut self.report.unlisted,
            self.verification.findings_max,
            position,
            detail.into(),
        );
    }

    fn missing(&mut self, position: Option<u64>, detail: impl Into<String>) {
        note(
            &mut self.report.completeness,
            &mut self.report.unlisted,
            self.verification.findings_max,
            position,
            detail.into(),
        );
    }

    /// Turns what cannot be right into a finding; other failures go up.
    fn readable<T>(
        &mut self,
        position: Option<u64>,
        what: &str,
        read: Result<T, StoreError>,
    ) -> Result<Option<T>, LedgerError> {
        match read {
            Ok(value) => Ok(Some(value)),
            Err(StoreError::Corrupt(detail)) => {
                self.altered(position, format!("{what} cannot be read: {detail}"));
                Ok(None)
            }
            Err(other) => Err(other.into()),
        }
    }

    /// Judges the stub. One that nobody signed stands for nothing: then the records it hides are missing.
    fn stub(&mut self, log: &dyn Log) -> Result<Option<Stub>, LedgerError> {
        let stub = log.stub();
        let Some(stub) = self
            .readable(None, "the stub of dropped records", stub)?
            .flatten()
        else {
            return Ok(None);
        };
        if let Err(problem) = StubNote::verify(&stub, &self.verification.key) {
            self.altered(
                Some(stub.size()),
                format!("the stub of dropped records {problem}"),
            );
            return Ok(None);
        }
        self.report.dropped = stub.size();
        Ok(Some(stub))
    }

    fn payloads(&mut self, log: &dyn Log) -> Result<(), LedgerError> {
        let mut after = 0;
        loop {
            let page = log.payloads(after, self.verification.page);
            let Some(page) = self.readable(None, "a payload", page)? else {
                return Ok(());
            };
            let Some(last) = page.last() else {
                return Ok(());
            };
            after = last.number;
            for payload in page {
                match (&payload.content, payload.intact()) {
                    (None, _) => self.report.payloads_erased += 1,
                    (Some(_), true) => self.report.payloads += 1,
                    (Some(_), false) => {
                        let digest = hex::encode(payload.digest);
                        self.altered(
                            None,
                            format!("payload {digest} is not what its digest names"),
                        );
                    }
                }
            }
        }
    }
}

fn note(
    findings: &mut Vec<Finding>,
    unlisted: &mut u64,
    max: usize,
    position: Option<u64>,
    detail: String,
) {
    // The first of each sort is always listed: an empty list means that nothing was found.
    if findings.len() < max.max(1) {
        findings.push(Finding { position, detail });
    } else {
        *unlisted += 1;
    }
}
