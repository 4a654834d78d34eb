//! What every permit family can do.

use serde_json::Value;

use super::diff::PermitDiff;
use super::error::PermitError;

/// One side's rules of one family; the default is to permit nothing. How needs are judged is each family's own.
pub(super) trait Family: Default {
    /// Reads what stands under the family's name.
    fn parse(value: &Value, key: &str) -> Result<Self, PermitError>;

    /// Adds what `new` permits and these rules do not, and the other way round.
    fn compare(&self, new: &Self, diff: &mut PermitDiff);
}
