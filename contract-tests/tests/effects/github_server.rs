//! A small GitHub with a memory: what is made in it is there afterwards. It can be told to misbehave, request by request.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use hyper::body::Frame;
use octocrab::jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

pub(crate) const TOKEN: &str = "ghp_canary0123456789";
pub(crate) const BOT: &str = "acme-bot";
pub(crate) const APP_ID: u64 = 7;
pub(crate) const INSTALLATION_ID: u64 = 70;
const PUBLIC_KEY: &[u8] = include_bytes!("../../github/app.pub.pem");

/// What the server does with one request instead of answering it.
#[derive(Debug, Clone)]
pub(crate) enum Trick {
    /// Answers with this status, these headers and this body, and does nothing.
    Answer(u16, &'static [(&'static str, &'static str)], String),
    /// Does it, and breaks the connection in the middle of the answer.
    BreakAfterDoing,
    /// Does it, and never answers.
    HangAfterDoing,
    /// Answers with so many bytes.
    Flood(usize),
    /// Shows nothing of what was made: as a list that lags does.
    Lag,
}

/// What is there.
#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) issues: Vec<Value>,
    pub(crate) comments: BTreeMap<u64, Vec<Value>>,
    pub(crate) pulls: Vec<Value>,
    /// By path; the content is a whole answer.
    pub(crate) contents: BTreeMap<String, Value>,
    pub(crate) blobs: BTreeMap<String, Vec<u8>>,
    /// Every request: `GET /path?query`.
    pub(crate) requests: Vec<String>,
    /// Every `Authorization` header.
    pub(crate) authorizations: Vec<Option<String>>,
    /// For the next requests whose line holds the text.
    pub(crate) tricks: VecDeque<(&'static str, Trick)>,
    /// Installation tokens that are good.
    pub(crate) minted: Vec<String>,
    /// When an installation token ends.
    pub(crate) token_ends: String,
    mints: u32,
}

/// The server. It ends when it is dropped.
pub(crate) struct GithubServer {
    address: SocketAddr,
    world: Arc<Mutex<World>>,
    _runtime: Runtime,
}

struct Asked {
    line: String,
    method: String,
    segments: Vec<String>,
    query: BTreeMap<String, String>,
    authorization: Option<String>,
    body: Value,
}

struct Answer {
    status: u16,
    body: Value,
    /// Whether there is a next page.
    more: bool,
    raw: Option<Vec<u8>>,
}

// === impl GithubServer ===

impl GithubServer {
    pub(crate) fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let world = Arc::new(Mutex::new(World {
            token_ends: "2099-01-01T00:00:00Z".to_owned(),
            ..World::default()
        }));
        let router = Router::new()
            .fallback(handle)
            .with_state(Arc::clone(&world));
        let listener = runtime
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self {
            address,
            world,
            _runtime: runtime,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    /// Misbehaves once, on the next request whose line holds `text`.
    pub(crate) fn trick(&self, text: &'static str, trick: Trick) {
        self.world().tricks.push_back((text, trick));
    }

    /// The requests since this was last asked.
    pub(crate) fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.world().requests)
    }
}

async fn handle(State(world): State<Arc<Mutex<World>>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let asked = Asked::new(&head.method, &head.uri, &head.headers, &body);
    let (trick, answer) = {
        let mut world = world.lock().unwrap();
        world.requests.push(asked.line.clone());
        world.authorizations.push(asked.authorization.clone());
        let at = world
            .tricks
            .iter()
            .position(|(text, _)| asked.line.contains(text));
        let trick = at
            .and_then(|at| world.tricks.remove(at))
            .map(|(_, trick)| trick);
        let does = !matches!(trick, Some(Trick::Answer(..) | Trick::Flood(_)));
        (trick, does.then(|| world.answer(&asked)))
    };
    let response = Response::builder().header(header::CONTENT_TYPE, "application/json");
    match (trick, answer) {
        (Some(Trick::Answer(status, headers, body)), _) => {
            let mut response = response.status(status);
            for (name, value) in headers {
                response = response.header(*name, *value);
            }
            response.body(Body::from(body)).unwrap()
        }
        (Some(Trick::Flood(bytes)), _) => response.body(Body::new(Flood(bytes))).unwrap(),
        (Some(Trick::BreakAfterDoing), _) => response.body(Body::new(Breaking(false))).unwrap(),
        (Some(Trick::HangAfterDoing), _) => std::future::pending().await,
        (Some(Trick::Lag), _) => response.body(Body::from("[]")).unwrap(),
        (None, Some(answer)) => {
            let mut response = response.status(StatusCode::from_u16(answer.status).unwrap());
            if answer.more {
                // Whoever follows it leaves the machine.
                response = response.header(
                    header::LINK,
                    "<https://elsewhere.invalid/?page=2>; rel=\"next\", <https://elsewhere.invalid/?page=9>; rel=\"last\"",
                );
            }
            let body = answer
                .raw
                .unwrap_or_else(|| serde_json::to_vec(&answer.body).unwrap());
            response.body(Body::from(body)).unwrap()
        }
        (None, None) => unreachable!("what is not tricked is answered"),
    }
}

// === impl Asked ===

impl Asked {
    fn new(
        method: &axum::http::Method,
        uri: &axum::http::Uri,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Self {
        let url = url::Url::parse("http://x")
            .unwrap()
            .join(&uri.to_string())
            .unwrap();
        Self {
            line: format!("{method} {uri}"),
            method: method.to_string(),
            segments: url.path()[1..].split('/').map(str::to_owned).collect(),
            query: url.query_pairs().into_owned().collect(),
            authorization: headers
                .get(header::AUTHORIZATION)
                .map(|value| value.to_str().unwrap().to_owned()),
            body: serde_json::from_slice(body).unwrap_or_default(),
        }
    }

    fn filter(&self, name: &str, value: &Value) -> bool {
        match self.query.get(name).map(String::as_str) {
            None | Some("all") => true,
            Some(wanted) => value.as_str() == Some(wanted),
        }
    }
}

// === impl World ===

impl World {
    /// Adds an issue as somebody else would have made it.
    pub(crate) fn issue(&mut self, author: &str, body: &str) -> u64 {
        let number = self.next_number();
        self.issues.push(json!({
            "number": number, "title": format!("Issue {number}"), "state": "open", "user": { "login": author }, "body": body,
            "labels": [{ "name": "bug" }, "plain"], "assignees": [], "comments": 0, "created_at": "2026-08-03T12:05:00Z",
            "html_url": format!("https://github.com/acme/api/issues/{number}"),
        }));
        number
    }

    /// Adds an open pull request from a branch into `main`.
    pub(crate) fn pull(&mut self, author: &str, branch: &str, sha: &str) -> u64 {
        let number = self.next_number();
        self.pulls.push(json!({
            "number": number, "title": format!("Pull {number}"), "state": "open", "draft": false, "user": { "login": author },
            "body": null, "head": { "ref": branch, "sha": sha, "repo": { "full_name": "acme/api" } },
            "base": { "ref": "main", "sha": "0".repeat(40), "repo": { "full_name": "acme/api" } },
            "merged": false, "merged_at": null, "merge_commit_sha": "f".repeat(40),
        }));
        number
    }

    pub(crate) fn comment(&mut self, issue: u64, author: &str, body: &str) -> Value {
        let comments = self.comments.entry(issue).or_default();
        let comment = json!({ "id": issue * 10_000 + comments.len() as u64, "user": { "login": author }, "body": body });
        comments.push(comment.clone());
        let count = comments.len();
        for found in self
            .issues
            .iter_mut()
            .filter(|found| found["number"] == issue)
        {
            found["comments"] = count.into();
        }
        comment
    }

    fn next_number(&self) -> u64 {
        1 + (self.issues.len() + self.pulls.len()) as u64
    }

    fn answer(&mut self, asked: &Asked) -> Answer {
        let segments: Vec<&str> = asked.segments.iter().map(String::as_str).collect();
        let bearer = asked
            .authorization
            .as_deref()
            .and_then(|header| header.strip_prefix("Bearer "));
        if segments[0] == "app" {
            return if bearer.is_some_and(is_our_app) {
                self.app(&segments)
            } else {
                refused(401, "A JSON web token could not be decoded")
            };
        }
        let known = bearer.is_some_and(|token| {
            token == TOKEN || self.minted.iter().any(|minted| minted == token)
        });
        if (bearer.is_some() && !known) || (asked.method != "GET" && bearer.is_none()) {
            return refused(401, "Bad credentials");
        }
        let number = segments.get(4).and_then(|text| text.parse::<u64>().ok());
        match (asked.method.as_str(), segments.as_slice()) {
            ("GET", ["user"]) => ok(json!({ "login": BOT })),
            ("GET", ["repos", "acme", "api", "issues"]) => {
                let found = self.issues.iter().rev().filter(|issue| {
                    asked.filter("state", &issue["state"])
                        && asked.filter("creator", &issue["user"]["login"])
                });
                page(asked, found.cloned().collect())
            }
            ("POST", ["repos", "acme", "api", "issues"]) => {
                self.issue(Self::login(bearer), asked.body["body"].as_str().unwrap());
                let issue = self.issues.last_mut().unwrap();
                issue["title"] = asked.body["title"].clone();
                created(issue.clone())
            }
            ("GET", ["repos", "acme", "api", "issues", _]) => one(&self.issues, number),
            ("GET", ["repos", "acme", "api", "issues", _, "comments"]) => page(
                asked,
                self.comments
                    .get(&number.unwrap())
                    .cloned()
                    .unwrap_or_default(),
            ),
            ("POST", ["repos", "acme", "api", "issues", _, "comments"]) => {
                let number = number.unwrap();
                let login = Self::login(bearer);
                let comment = self.comment(number, login, asked.body["body"].as_str().unwrap());
                created(comment)
            }
            ("GET", ["repos", "acme", "api", "pulls"]) => {
                let found = self.pulls.iter().rev().filter(|pull| {
                    let label = format!("acme:{}", pull["head"]["ref"].as_str().unwrap());
                    asked.filter("state", &pull["state"])
                        && asked.filter("head", &label.into())
                        && asked.filter("base", &pull["base"]["ref"])
                });
                page(asked, found.cloned().collect())
            }
            ("POST", ["repos", "acme", "api", "pulls"]) => {
                let branch = asked.body["head"].as_str().unwrap();
                let same = |pull: &Value| pull["state"] == "open" && pull["head"]["ref"] == branch;
                if self.pulls.iter().any(same) {
                    return refused(422, "A pull request already exists");
                }
                self.pull(Self::login(bearer), branch, &"a".repeat(40));
                let pull = self.pulls.last_mut().unwrap();
                pull["body"] = asked.body["body"].clone();
                created(pull.clone())
            }
            ("GET", ["repos", "acme", "api", "pulls", _]) => one(&self.pulls, number),
            ("PUT", ["repos", "acme", "api", "pulls", _, "merge"]) => {
                let mut pulls = self.pulls.iter_mut();
                let Some(pull) = pulls.find(|pull| pull["number"].as_u64() == number) else {
                    return refused(404, "Not Found");
                };
                if pull["head"]["sha"] != asked.body["sha"] {
                    return refused(
                        409,
                        "Head branch was modified. Review and try the merge again.",
                    );
                }
                pull["merged"] = true.into();
                pull["state"] = "closed".into();
                pull["merged_at"] = "2026-08-04T12:00:00Z".into();
                pull["merge_commit_sha"] = "e".repeat(40).into();
                ok(json!({ "sha": "e".repeat(40), "merged": true, "message": "merged" }))
            }
            ("GET", ["repos", "acme", "api", "contents", path @ ..]) => {
                match self.contents.get(&path.join("/")) {
                    Some(content) => ok(content.clone()),
                    None => refused(404, "Not Found"),
                }
            }
            ("GET", ["repos", "acme", "api", "git", "blobs", blob]) => Answer {
                raw: self.blobs.get(*blob).cloned(),
                ..ok(Value::Null)
            },
            _ => refused(404, "Not Found"),
        }
    }

    fn app(&mut self, segments: &[&str]) -> Answer {
        let installation = INSTALLATION_ID.to_string();
        if segments == ["app"] {
            return ok(json!({ "slug": "acme-app" }));
        }
        if segments != ["app", "installations", &installation, "access_tokens"] {
            return refused(404, "Not Found");
        }
        self.mints += 1;
        let token = format!("ghs_canary{:04}", self.mints);
        self.minted.push(token.clone());
        ok(json!({ "token": token, "expires_at": self.token_ends }))
    }

    fn login(bearer: Option<&str>) -> &'static str {
        match bearer {
            Some(TOKEN) => BOT,
            _ => "acme-app[bot]",
        }
    }
}

/// Whether a token is one that our app signed, and that GitHub would take: it lives at most ten minutes.
fn is_our_app(token: &str) -> bool {
    let validation = Validation::new(Algorithm::RS256);
    let key = DecodingKey::from_rsa_pem(PUBLIC_KEY).unwrap();
    decode::<Value>(token, &key, &validation).is_ok_and(|token| {
        let second = |name: &str| token.claims[name].as_i64().unwrap();
        token.claims["iss"] == APP_ID && second("exp") - second("iat") <= 10 * 60
    })
}

fn ok(body: Value) -> Answer {
    Answer {
        status: 200,
        body,
        more: false,
        raw: None,
    }
}

fn created(body: Value) -> Answer {
    Answer {
        status: 201,
        ..ok(body)
    }
}

fn refused(status: u16, message: &str) -> Answer {
    Answer {
        status,
        ..ok(json!({ "message": message, "documentation_url": "https://docs.github.com/rest" }))
    }
}

fn one(all: &[Value], number: Option<u64>) -> Answer {
    match all.iter().find(|one| one["number"].as_u64() == number) {
        Some(one) => ok(one.clone()),
        None => refused(404, "Not Found"),
    }
}

fn page(asked: &Asked, all: Vec<Value>) -> Answer {
    let number = |name, usual| {
        asked
            .query
            .get(name)
            .map_or(usual, |text| text.parse::<usize>().unwrap())
    };
    let (size, page) = (number("per_page", 30), number("page", 1));
    let more = all.len() > size * page;
    let items: Vec<Value> = all.into_iter().skip(size * (page - 1)).take(size).collect();
    Answer {
        more,
        ..ok(items.into())
    }
}

/// A body that begins and never ends well.
struct Breaking(bool);

impl hyper::body::Body for Breaking {
    type Data = Bytes;
    type Error = std::io::Error;
    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(Some(Err(std::io::Error::other("broken on purpose"))));
        }
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"{\"number\":")))))
    }
}

/// A body of so many bytes, all of them spaces.
struct Flood(usize);

impl hyper::body::Body for Flood {
    type Data = Bytes;
    type Error = std::io::Error;
    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        static SPACES: [u8; 1 << 16] = [b' '; 1 << 16];
        if self.0 == 0 {
            return Poll::Ready(None);
        }
        let length = self.0.min(SPACES.len());
        self.0 -= length;
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&SPACES[..length])))))
    }
}
