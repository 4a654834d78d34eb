//! A child process and everything it starts: killed together.

use std::io;
use std::process::{Child, ExitStatus};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use rustix::io::Errno;
use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, waitid,
};
use tempfile::TempDir;
use tokio::sync::oneshot;

/// A process group that does not outlive this value.
#[derive(Debug)]
pub(super) struct Group {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    leader: Pid,
    /// Whether the leader was waited for: from then on its number may be somebody else's.
    reaped: Mutex<bool>,
}

impl Group {
    /// Watches a child that makes, or has made, a session of its own. When the child has ended, by itself or because it was
    /// killed, the rest of its group is killed, and `temporary` is removed.
    pub(super) fn watch(
        mut child: Child,
        temporary: TempDir,
    ) -> io::Result<(Self, oneshot::Receiver<io::Result<ExitStatus>>)> {
        let leader = i32::try_from(child.id())
            .ok()
            .and_then(Pid::from_raw)
            .ok_or_else(|| io::Error::other("the child has no number"))?;
        let shared = Arc::new(Shared {
            leader,
            reaped: Mutex::new(false),
        });
        let group = Self {
            shared: Arc::clone(&shared),
        };
        let (told, ended) = oneshot::channel();
        thread::Builder::new()
            .name("process".to_owned())
            .spawn(move || {
                shared.until_it_ends();
                let status = shared.end(&mut child);
                // Whoever asked may be gone.
                let _ = told.send(status);
                drop(temporary);
            })?;
        Ok((group, ended))
    }

    /// Kills everything in the group.
    pub(super) fn kill(&self) {
        self.shared.kill();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.shared.kill();
    }
}

impl Shared {
    /// Waits without taking the child's number away.
    fn until_it_ends(&self) {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while waitid(WaitId::Pid(self.leader), options).is_err_and(|errno| errno == Errno::INTR) {}
    }

    /// Kills what is left of the group, and takes the child's number away.
    fn end(&self, child: &mut Child) -> io::Result<ExitStatus> {
        let mut reaped = self.reaped.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = kill_process_group(self.leader, Signal::KILL);
        *reaped = true;
        child.wait()
    }

    fn kill(&self) {
        let reaped = self.reaped.lock().unwrap_or_else(PoisonError::into_inner);
        if *reaped {
            return;
        }
        // Before it has made its session there is no group of its number, and it has started nobody.
        let _ = kill_process(self.leader, Signal::KILL);
        let _ = kill_process_group(self.leader, Signal::KILL);
    }
}
