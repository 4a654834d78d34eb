//! The GitHub service: issues, pull requests, checks and files at GitHub, or at a GitHub Enterprise server.
//!
//! Every request goes through one place (`request.rs`), which knows the limits: GitHub's own on how much may be asked,
//! the turn's deadline, and how large an answer may be. Answers are read into types of ours that hold what is used, since
//! real answers lack what a full model demands. Addresses in answers are never followed: the next page is a number that
//! is counted here, and a repository that has moved is an error that says so.
//!
//! A read is repeated where that may help and there is time. A write is repeated only where it is certain that it was
//! not done: no connection was made, or GitHub refused it for coming too often. Otherwise it is in doubt, and what is
//! made carries a marker (`marker.rs`) by which whoever asks again finds it.

mod access;
mod answer;
mod application;
mod body;
mod checks;
mod comments;
mod contents;
mod error;
mod exchange;
mod issues;
mod marker;
mod merge;
mod once;
mod pace;
mod pages;
mod printable;
mod pulls;
mod repository;
mod request;
mod reviews;
mod service;
mod settings;
mod target;

pub use body::Body;
pub use checks::{Check, CheckKind, Checks};
pub use comments::{Comment, NewComment};
pub use contents::{RemoteFile, RemoteFileQuery};
pub use error::GithubError;
pub use issues::{Account, Issue, IssueQuery, Label, NewIssue};
pub use marker::{Key, Marker};
pub use merge::{Merge, MergeMethod, Merged};
pub use once::Created;
pub use pages::Listed;
pub use pulls::{NewPull, Pull, PullQuery};
pub use repository::RepositoryName;
pub use reviews::Review;
pub use service::GithubService;
pub use settings::{BaseUrl, BaseUrlError, GithubCredentials, GithubSettings};
