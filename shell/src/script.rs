//! Scripts: whole texts, and what stands within a substitution.

use sinew_schema::ShellScript;

use crate::reader::{Problem, Reader};
use crate::tree;

impl Reader<'_> {
    /// Reads everything.
    pub(crate) fn script(&mut self) -> Result<ShellScript, Problem> {
        let lexemes = self.lexemes(false)?;
        tree::script(lexemes)
    }

    /// Reads up to and with the `)` that closes what began at `start`. What is no script comes back as its text.
    pub(crate) fn substitution(
        &mut self,
        start: usize,
    ) -> Result<Result<ShellScript, String>, Problem> {
        let lexemes = self.lexemes(true)?;
        match tree::script(lexemes) {
            Ok(script) => Ok(Ok(script)),
            Err(problem) => {
                Self::can_retry(problem)?;
                Ok(Err(self.text[start..self.at].to_owned()))
            }
        }
    }
}
