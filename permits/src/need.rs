//! What has to be permitted before an effect may run.

use std::net::IpAddr;
use std::path::PathBuf;
use std::slice;

use super::{PushUrl, WebUrl};

/// What one effect is about to do, in canonical values.
///
/// `asked` is what the guest wrote: paths, and a URL where it named one. It is never judged; it is what a guest without
/// a permit is told about, so that a denial does not teach it where a path or a remote's name really leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// Nothing: logs, clock, randomness and the plugin's own input.
    None,
    /// To read a repository.
    GitRead {
        /// What the guest wrote.
        asked: Vec<String>,
        /// Every folder the repository reaches into: worktree, common directory, borrowed object stores.
        paths: Vec<PathBuf>,
    },
    /// To change a repository.
    GitWrite {
        /// What the guest wrote.
        asked: Vec<String>,
        /// Every folder the repository reaches into, and every other folder that is written.
        paths: Vec<PathBuf>,
        /// Full names of the references that are moved or checked out.
        refs: Vec<String>,
    },
    /// To send what a repository holds somewhere else; the repository has to be readable, too.
    GitPush {
        /// What the guest wrote.
        asked: Vec<String>,
        /// Every folder the repository reaches into.
        paths: Vec<PathBuf>,
        /// Where the push goes. `None` where that could not be found out: then the paths alone are judged, and the
        /// effect has nothing left to do but to say why.
        url: Option<PushUrl>,
        /// Full names of the references that are moved over there.
        refs: Vec<String>,
    },
    /// To look at a file or a folder.
    FsRead {
        /// What the guest wrote.
        asked: Vec<String>,
        /// The canonical path; for a folder that is listed or searched, whatever is found below is judged by itself.
        path: PathBuf,
    },
    /// To make, change or remove a file or a folder.
    FsWrite {
        /// What the guest wrote.
        asked: Vec<String>,
        /// The canonical path; for what does not exist yet, the canonical folder and the name in it.
        path: PathBuf,
    },
    /// To send a request over HTTP. Judged before a name is resolved, and once more for each address it resolves to and
    /// for each redirect.
    Net(NetNeed),
    /// To run a program.
    Process {
        /// What the guest wrote for `cwd`.
        asked: Vec<String>,
        /// The program and its arguments, as they are passed; the program is a bare name or an absolute path.
        argv: Vec<String>,
        /// The canonical working directory.
        cwd: PathBuf,
        /// The environment variables that it gets.
        env: Vec<Variable>,
    },
    /// To use GitHub for one repository.
    Github {
        /// `owner/name` in lower case.
        repository: String,
        /// What for, such as `issues.read`.
        right: &'static str,
    },
    /// To call a model.
    Llm {
        /// The model's name, as the operator's configuration lists it.
        model: String,
    },
    /// To run a container.
    Docker(DockerNeed),
    /// To ask a language server.
    Lsp {
        /// The server's name, as the operator's configuration lists it.
        server: String,
    },
    /// To ask the MCP client that waits.
    Mcp {
        /// What is asked, in the words of `MCP_ASKS`.
        asks: Vec<&'static str>,
    },
    /// To show something on the terminal of whoever runs the client.
    Tui,
    /// To send a message to another plugin or to one of its objects.
    Send(SendNeed),
}

/// What one HTTP request is about to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetNeed {
    /// The URL as the guest wrote it, and nothing for a redirect that a server wrote.
    pub asked: Vec<String>,
    /// The method, in upper case.
    pub method: String,
    /// Where it goes.
    pub url: WebUrl,
    /// The address that the host resolved to; `None` where only the URL is judged.
    pub address: Option<IpAddr>,
    /// Names of the secrets that are put into it.
    pub secrets: Vec<String>,
}

/// What one container is about to get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DockerNeed {
    /// The mounts as the guest wrote them.
    pub asked: Vec<String>,
    /// The image by its digest: `ci@sha256:…`.
    pub image: String,
    /// The folders of this machine that it gets.
    pub mounts: Vec<Mount>,
    /// The network it joins; `none` where it has none.
    pub network: String,
}

/// A folder or a file that a container gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// The canonical path on this machine.
    pub path: PathBuf,
    /// Whether the container may write there.
    pub writable: bool,
}

/// An environment variable that a program gets.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// What the guest sets it to; `None` where it is passed on as the host has it.
    pub value: Option<String>,
}

/// Who is sent what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendNeed {
    /// The plugin that the message reaches.
    pub plugin: String,
    /// The receiver's class, where the receiver is an object.
    pub class: Option<String>,
    /// The selector.
    pub selector: String,
}

// === impl Need ===

impl Need {
    /// A need to read a repository.
    #[must_use]
    pub fn git_read<P: Into<PathBuf>>(asked: &str, paths: impl IntoIterator<Item = P>) -> Self {
        Self::GitRead {
            asked: vec![asked.to_owned()],
            paths: paths.into_iter().map(Into::into).collect(),
        }
    }

    /// A need to change a repository.
    #[must_use]
    pub fn git_write<P: Into<PathBuf>, R: Into<String>>(
        asked: &str,
        paths: impl IntoIterator<Item = P>,
        refs: impl IntoIterator<Item = R>,
    ) -> Self {
        Self::GitWrite {
            asked: vec![asked.to_owned()],
            paths: paths.into_iter().map(Into::into).collect(),
            refs: refs.into_iter().map(Into::into).collect(),
        }
    }

    /// A need to push to `url`.
    #[must_use]
    pub fn git_push<P: Into<PathBuf>, R: Into<String>>(
        asked: &str,
        paths: impl IntoIterator<Item = P>,
        url: Option<PushUrl>,
        refs: impl IntoIterator<Item = R>,
    ) -> Self {
        Self::GitPush {
            asked: vec![asked.to_owned()],
            paths: paths.into_iter().map(Into::into).collect(),
            url,
            refs: refs.into_iter().map(Into::into).collect(),
        }
    }

    /// Adds to what the guest wrote itself.
    #[must_use]
    pub fn also_asked(mut self, also: &str) -> Self {
        match &mut self {
            Self::GitRead { asked, .. }
            | Self::GitWrite { asked, .. }
            | Self::GitPush { asked, .. }
            | Self::FsRead { asked, .. }
            | Self::FsWrite { asked, .. }
            | Self::Process { asked, .. }
            | Self::Net(NetNeed { asked, .. })
            | Self::Docker(DockerNeed { asked, .. }) => asked.push(also.to_owned()),
            Self::None
            | Self::Github { .. }
            | Self::Llm { .. }
            | Self::Lsp { .. }
            | Self::Mcp { .. }
            | Self::Tui
            | Self::Send(_) => {}
        }
        self
    }

    /// What the guest wrote.
    pub(super) fn asked(&self) -> &[String] {
        match self {
            Self::GitRead { asked, .. }
            | Self::GitWrite { asked, .. }
            | Self::GitPush { asked, .. }
            | Self::FsRead { asked, .. }
            | Self::FsWrite { asked, .. }
            | Self::Process { asked, .. }
            | Self::Net(NetNeed { asked, .. })
            | Self::Docker(DockerNeed { asked, .. }) => asked,
            Self::None
            | Self::Github { .. }
            | Self::Llm { .. }
            | Self::Lsp { .. }
            | Self::Mcp { .. }
            | Self::Tui
            | Self::Send(_) => &[],
        }
    }

    /// The folders that are judged for git, and the one path that is judged for files and programs.
    #[must_use]
    pub fn paths(&self) -> &[PathBuf] {
        match self {
            Self::GitRead { paths, .. }
            | Self::GitWrite { paths, .. }
            | Self::GitPush { paths, .. } => paths,
            Self::FsRead { path, .. } | Self::FsWrite { path, .. } => slice::from_ref(path),
            Self::Process { cwd, .. } => slice::from_ref(cwd),
            _ => &[],
        }
    }

    /// The references that are judged.
    #[must_use]
    pub fn refs(&self) -> &[String] {
        match self {
            Self::GitWrite { refs, .. } | Self::GitPush { refs, .. } => refs,
            _ => &[],
        }
    }
}
