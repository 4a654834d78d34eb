//! A GitHub App's installation: the token that stands for it, made from the app's private key and renewed in time.

use std::sync::Arc;

use jiff::Timestamp;
use octocrab::Octocrab;
use octocrab::auth::create_jwt;
use octocrab::models::AppId;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::sync::Mutex;

use super::access::no_client;
use super::answer::refusal;
use super::exchange::{Ask, Received, exchange};
use super::pace::Pace;
use super::request::BACKOFF;
use super::target::Target;
use super::{GithubError, GithubSettings};
use crate::services::secrets::Secret;
use crate::world::{Clock, Random};

/// A token is not used any more when it has this long to live, in microseconds.
const RENEWED_BEFORE_MICROS: i64 = 60_000_000;
/// How long a token is used whose end is not said: a tenth of what GitHub's live.
const LIFE_UNSAID_MICROS: i64 = 6 * 60_000_000;
/// The most bytes of an answer about an app.
const ANSWER_BYTES_MAX: usize = 256 << 10;

/// One installation of one app.
#[derive(Debug)]
pub(super) struct Application {
    app_id: u64,
    installation_id: u64,
    settings: Arc<GithubSettings>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    /// Held while a token is made, so that one is made and not one for each who waits.
    minted: Mutex<Option<Minted>>,
}

/// A token, and what it was made from.
#[derive(Debug)]
struct Minted {
    key: Secret,
    token: Secret,
    ends_unix_micros: i64,
}

#[derive(Deserialize)]
struct TokenAnswer {
    token: String,
    expires_at: Option<String>,
}

#[derive(Deserialize)]
struct AppAnswer {
    slug: String,
}

// === impl Application ===

impl Application {
    pub(super) fn new(
        app_id: u64,
        installation_id: u64,
        settings: Arc<GithubSettings>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        Self {
            app_id,
            installation_id,
            settings,
            clock,
            random,
            minted: Mutex::default(),
        }
    }

    /// The installation's token: the one there is, or a new one. Dropping the future changes nothing.
    pub(super) async fn token(
        &self,
        client: &Octocrab,
        key: &Secret,
        pace: &Pace,
    ) -> Result<Secret, GithubError> {
        let mut minted = self.minted.lock().await;
        let now = self.clock.unix_micros();
        if let Some(minted) = minted.as_ref()
            && minted.key == *key
            && minted.ends_unix_micros - RENEWED_BEFORE_MICROS > now
        {
            return Ok(minted.token.clone());
        }
        let id = self.installation_id.to_string();
        let target = Target::new(&["app", "installations", &id, "access_tokens"]);
        let received = self
            .as_app(client, key, pace, &Ask::post(target, json!({})))
            .await?;
        let answer: TokenAnswer = unquoted(&received.body)?;
        let token = checked(&answer.token, "GitHub's token for the app")?;
        *minted = Some(Minted {
            key: key.clone(),
            token: token.clone(),
            ends_unix_micros: answer
                .expires_at
                .and_then(|end| end.parse::<Timestamp>().ok())
                .map_or(now + LIFE_UNSAID_MICROS, Timestamp::as_microsecond),
        });
        Ok(token)
    }

    /// Forgets a token that GitHub does not accept.
    pub(super) async fn forget(&self) {
        *self.minted.lock().await = None;
    }

    /// The login under which the installation writes.
    pub(super) async fn login(
        &self,
        client: &Octocrab,
        key: &Secret,
        pace: &Pace,
    ) -> Result<String, GithubError> {
        let received = self
            .as_app(client, key, pace, &Ask::get(Target::new(&["app"])))
            .await?;
        let answer: AppAnswer = unquoted(&received.body)?;
        Ok(format!("{}[bot]", answer.slug))
    }

    /// Asks as the app itself, again where GitHub does not work: a second token or another look harms nothing.
    async fn as_app(
        &self,
        client: &Octocrab,
        key: &Secret,
        pace: &Pace,
        ask: &Ask,
    ) -> Result<Received, GithubError> {
        for attempt in 1..=self.settings.attempts_max {
            if attempt > 1 {
                tokio::time::sleep(BACKOFF.after(attempt - 1, &*self.random)).await;
            }
            if let Some(received) = self.once(client, key, pace, ask).await? {
                return Ok(received);
            }
        }
        Err(GithubError::Unavailable(
            "GitHub cannot be reached, or does not work".to_owned(),
        ))
    }

    /// Asks as the app itself, once. `None` where another time may help.
    async fn once(
        &self,
        client: &Octocrab,
        key: &Secret,
        pace: &Pace,
        ask: &Ask,
    ) -> Result<Option<Received>, GithubError> {
        let (app_id, pem) = (self.app_id, key.clone());
        // A signature takes milliseconds of computing.
        let signed = tokio::task::spawn_blocking(move || {
            let key = octocrab::EncodingKey::from_rsa_pem(pem.reveal().as_bytes()).ok()?;
            create_jwt(AppId(app_id), &key).ok()
        });
        let jwt = signed.await.ok().flatten().ok_or_else(|| {
            GithubError::Unavailable("`github.private_key` is no RSA private key in PEM".to_owned())
        })?;
        let client = client
            .user_access_token(jwt)
            .map_err(|error| no_client(&error))?;
        let exchanged = exchange(&client, ask, ANSWER_BYTES_MAX);
        let Ok(Ok(received)) = tokio::time::timeout(self.settings.request_timeout, exchanged).await
        else {
            return Ok(None);
        };
        if let Some(wait) = pace.note(&received) {
            return Err(GithubError::RateLimited(wait));
        }
        match received.status {
            200..=299 => Ok(Some(received)),
            500.. => Ok(None),
            401 => Err(GithubError::Unavailable(
                "GitHub does not accept the app's key: look at `github.app_id` and `github.private_key`"
                    .to_owned(),
            )),
            404 => Err(GithubError::Unavailable(format!(
                "GitHub knows no installation {} of the app: look at `github.installation_id`",
                self.installation_id
            ))),
            _ => Err(match refusal(&received, "the app's installation") {
                GithubError::Denied(message) | GithubError::Invalid(message) => {
                    GithubError::Unavailable(message)
                }
                other => other,
            }),
        }
    }
}

/// A token that can stand in a header.
pub(super) fn checked(token: &str, what: &str) -> Result<Secret, GithubError> {
    if !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(Secret::new(token))
    } else {
        Err(GithubError::Unavailable(format!("{what} is none")))
    }
}

/// Reads an answer that may hold a token: what is wrong with it is not told, since that could quote it.
fn unquoted<T: DeserializeOwned>(body: &[u8]) -> Result<T, GithubError> {
    serde_json::from_slice(body).map_err(|_| {
        GithubError::Unavailable("what GitHub answered about the app cannot be read".to_owned())
    })
}
