//! A program and where it runs, as a request.

use crate::ProcessRunRequest;

impl<A: AsRef<str>, S: AsRef<str> + ?Sized, const N: usize> From<([A; N], &S)>
    for ProcessRunRequest
{
    /// The argument list, the program first, and the working directory.
    fn from((argv, cwd): ([A; N], &S)) -> Self {
        Self {
            argv: argv.map(|argument| argument.as_ref().to_owned()).into(),
            cwd: cwd.as_ref().to_owned(),
            ..Self::default()
        }
    }
}
