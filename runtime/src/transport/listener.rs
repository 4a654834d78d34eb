//! Where the server listens.

use std::fs::{self, Permissions};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

/// How many connections may wait in the kernel while nobody accepts, as when one process hands over to the next. The
/// system may allow fewer.
const BACKLOG: i32 = 4_096;

/// Bound sockets: fresh ones, or those of the process before.
#[derive(Debug, Default)]
pub struct Listeners {
    /// The TCP listeners; usually one, on loopback.
    pub tcp: Vec<TcpListener>,
    /// The Unix socket.
    pub unix: Option<UnixListener>,
}

/// Why a socket cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The TCP address cannot be bound.
    #[error("listening on {address}")]
    Tcp {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// A service manager listens where others can connect.
    #[error("a socket was passed that listens on {0}; the gate listens on loopback addresses only")]
    NotLoopback(SocketAddr),
    /// The Unix socket cannot be bound.
    #[error("listening on the socket `{}`", path.display())]
    Unix {
        /// The socket's path.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}

// === impl Listeners ===

impl Listeners {
    /// Binds a TCP address and a Unix socket.
    ///
    /// The caller holds the state folder's lock: a socket file at `socket` is a dead process's and is replaced.
    ///
    /// # Errors
    /// When either cannot be bound.
    pub fn bind(address: SocketAddr, socket: &Path) -> Result<Self, ListenError> {
        Ok(Self {
            tcp: vec![bind_tcp(address)?],
            unix: Some(bind_unix(socket)?),
        })
    }

    /// Binds a Unix socket alone.
    ///
    /// The caller holds the state folder's lock.
    ///
    /// # Errors
    /// When it cannot be bound.
    pub fn bind_private(socket: &Path) -> Result<Self, ListenError> {
        Ok(Self {
            tcp: Vec::new(),
            unix: Some(bind_unix(socket)?),
        })
    }

    /// Keeps what the process before listened on, as far as it is what is wanted now, and binds the rest.
    ///
    /// Port 0 is content with any address. The caller holds the state folder's lock.
    ///
    /// # Errors
    /// When a socket cannot be bound.
    pub fn or_bind(self, address: SocketAddr, socket: &Path) -> Result<Self, ListenError> {
        let wanted = |listener: &TcpListener| {
            address.port() == 0 || listener.local_addr().is_ok_and(|bound| bound == address)
        };
        let tcp = if !self.tcp.is_empty() && self.tcp.iter().all(wanted) {
            self.tcp
        } else {
            vec![bind_tcp(address)?]
        };
        // A socket file elsewhere, or none, means that the one before listened at another path.
        let unix = match self.unix {
            Some(unix) if is_bound_at(&unix, socket) => unix,
            _ => bind_unix(socket)?,
        };
        Ok(Self {
            tcp,
            unix: Some(unix),
        })
    }

    /// Keeps what a service manager listens on for us, and binds what of the wanted it does not.
    ///
    /// The caller holds the state folder's lock.
    ///
    /// # Errors
    /// When a socket is open to others than it may be, or cannot be bound.
    pub fn and_bind(mut self, address: SocketAddr, socket: &Path) -> Result<Self, ListenError> {
        let addresses = self.addresses();
        if let Some(open) = addresses.iter().find(|bound| !bound.ip().is_loopback()) {
            return Err(ListenError::NotLoopback(*open));
        }
        if !addresses.contains(&address) && (address.port() != 0 || addresses.is_empty()) {
            self.tcp.insert(0, bind_tcp(address)?);
        }
        let kept = self.unix.take().filter(|unix| lies_at(unix, socket));
        self.unix = match kept {
            Some(unix) => Some(unix),
            None => Some(bind_unix(socket)?),
        };
        Ok(self)
    }

    /// Where it listens on TCP.
    #[must_use]
    pub fn addresses(&self) -> Vec<SocketAddr> {
        let addresses = self.tcp.iter().map(TcpListener::local_addr);
        addresses.filter_map(Result::ok).collect()
    }

    /// Returns the first TCP listener's address: with port 0 the system chose one.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        self.tcp.first()?.local_addr().ok()
    }

    /// Duplicates the sockets, for the process that takes over.
    ///
    /// # Errors
    /// When the system has no more descriptors.
    pub fn try_clone(&self) -> io::Result<Self> {
        let tcp = self.tcp.iter().map(TcpListener::try_clone);
        Ok(Self {
            tcp: tcp.collect::<io::Result<_>>()?,
            unix: self
                .unix
                .as_ref()
                .map(UnixListener::try_clone)
                .transpose()?,
        })
    }
}

/// Tells whether a socket was bound at this path, by [`bind_unix`] or by somebody else, and still lies there.
fn is_bound_at(unix: &UnixListener, path: &Path) -> bool {
    let bound = unix.local_addr().ok();
    let bound = bound.as_ref().and_then(|address| address.as_pathname());
    // The same folder may have another name for another process.
    let place = |path: &Path| {
        let folder = match path.parent()? {
            here if here.as_os_str().is_empty() => Path::new("."),
            folder => folder,
        };
        Some((fs::canonicalize(folder).ok()?, path.file_name()?.to_owned()))
    };
    let places = [path, &draft(path)].map(place);
    is_socket(path)
        && bound
            .and_then(place)
            .is_some_and(|bound| places.contains(&Some(bound)))
}

fn is_socket(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_socket())
}

/// The name under which a socket is bound, before it is moved to its place.
fn draft(path: &Path) -> PathBuf {
    let mut draft = path.as_os_str().to_owned();
    draft.push(".new");
    draft.into()
}

/// Tells whether a socket is the one at this path, and its owner's alone.
fn lies_at(unix: &UnixListener, path: &Path) -> bool {
    let named = unix.local_addr().ok();
    let named = named.as_ref().and_then(|address| address.as_pathname());
    let private = fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o777 == 0o600);
    private
        && named.is_some_and(|named| fs::canonicalize(named).ok() == fs::canonicalize(path).ok())
}

fn bind_tcp(address: SocketAddr) -> Result<TcpListener, ListenError> {
    let failed = |source| ListenError::Tcp { address, source };
    let listener = TcpListener::bind(address).map_err(failed)?;
    rustix::net::listen(&listener, BACKLOG).map_err(|error| failed(error.into()))?;
    Ok(listener)
}

/// Binds a Unix socket that only its owner can connect to, replacing a dead one at its path, and nothing else.
///
/// It is bound under another name and moved, so that there is never a moment in which others could connect, nor one
/// in which nobody can.
pub(super) fn bind_unix(path: &Path) -> Result<UnixListener, ListenError> {
    let failed = |source| ListenError::Unix {
        path: path.to_owned(),
        source,
    };
    let draft = draft(path);
    for path in [path, &draft] {
        match fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
            Ok(found) if !found.file_type().is_socket() => {
                let why = format!("`{}` is there and is no socket", path.display());
                return Err(failed(io::Error::new(io::ErrorKind::AlreadyExists, why)));
            }
            Ok(_) if UnixStream::connect(path).is_ok() => {
                let why = format!("somebody listens at `{}`", path.display());
                return Err(failed(io::Error::new(io::ErrorKind::AddrInUse, why)));
            }
            Ok(_) => {}
        }
    }
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let listener = UnixListener::bind(&draft).map_err(failed)?;
    rustix::net::listen(&listener, BACKLOG).map_err(|error| failed(error.into()))?;
    fs::set_permissions(&draft, Permissions::from_mode(0o600)).map_err(failed)?;
    fs::rename(&draft, path).map_err(failed)?;
    Ok(listener)
}
