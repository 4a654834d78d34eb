//! Sockets that a service manager listens on for this process (systemd's socket activation, `LISTEN_FDS`).

use listenfd::ListenFd;

use super::StartError;
use crate::transport::Listeners;

/// Takes the sockets that were passed; none where nobody passed any. Call it before any thread is started: it takes what
/// it read out of the environment, so that no child process believes they are its own.
///
/// # Errors
/// Something else was passed than listening sockets.
pub fn activated() -> Result<Option<Listeners>, StartError> {
    let mut passed = ListenFd::from_env();
    let mut listeners = Listeners::default();
    for index in 0..passed.len() {
        if let Ok(Some(tcp)) = passed.take_tcp_listener(index) {
            listeners.tcp.push(tcp);
        } else {
            let unix = passed.take_unix_listener(index);
            listeners.unix = unix.map_err(StartError::Activation)?;
        }
    }
    Ok((passed.len() > 0).then_some(listeners))
}
