//! A sign of life on whatever takes longer than a second.

use std::future::Future;
use std::io::{IsTerminal as _, Write as _};
use std::time::Duration;

/// What is quicker than this needs no words.
const PATIENCE: Duration = Duration::from_secs(1);

/// Waits for `work`, and says on a terminal what takes so long. Nothing is said where standard error is read by a program.
pub(crate) async fn during<T>(what: &str, work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    if let Ok(done) = tokio::time::timeout(PATIENCE, &mut work).await {
        return done;
    }
    let mut stderr = std::io::stderr();
    if stderr.is_terminal() {
        let _ = writeln!(stderr, "{what} …");
    }
    work.await
}
