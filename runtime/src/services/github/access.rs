//! As whom GitHub is asked.

use std::sync::Arc;

use octocrab::Octocrab;
use tokio::sync::{Mutex, OnceCell};

use super::application::{Application, checked};
use super::pace::Pace;
use super::{GithubCredentials, GithubError, GithubSettings};
use crate::services::secrets::{Secret, Secrets};
use crate::world::{Clock, Random};

/// The client, and the credentials it asks with. Secrets are looked up for every request, so that a changed one counts at
/// once.
#[derive(Debug)]
pub(super) struct Access {
    settings: Arc<GithubSettings>,
    secrets: Secrets,
    /// Made when it is first needed: it reads the machine's root certificates, which takes longer than a start may.
    client: OnceCell<Octocrab>,
    application: Option<Application>,
    login: Mutex<Option<(Secret, String)>>,
}

/// A client that is somebody.
pub(super) struct Caller {
    pub(super) client: Octocrab,
    /// What it is somebody by, to be hidden in whatever comes back.
    pub(super) token: Option<Secret>,
}

// === impl Access ===

impl Access {
    pub(super) fn new(
        settings: Arc<GithubSettings>,
        secrets: Secrets,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        let application = match &settings.credentials {
            GithubCredentials::App {
                app_id,
                installation_id,
                ..
            } => Some(Application::new(
                *app_id,
                *installation_id,
                Arc::clone(&settings),
                clock,
                random,
            )),
            GithubCredentials::None | GithubCredentials::Token { .. } => None,
        };
        Self {
            settings,
            secrets,
            client: OnceCell::new(),
            application,
            login: Mutex::default(),
        }
    }

    /// Whether anything can be written.
    pub(super) fn is_anybody(&self) -> bool {
        self.settings.credentials != GithubCredentials::None
    }

    /// The client for the next request.
    pub(super) async fn caller(&self, pace: &Pace) -> Result<Caller, GithubError> {
        let client = self.client().await?;
        let token = match (&self.application, self.secret()?) {
            (_, None) => {
                return Ok(Caller {
                    client: client.clone(),
                    token: None,
                });
            }
            (None, Some((name, secret))) => checked(
                secret.reveal(),
                &format!("the secret `{name}`, as a token,"),
            )?,
            (Some(application), Some((_, key))) => application.token(client, &key, pace).await?,
        };
        let client = client
            .user_access_token(token.reveal())
            .map_err(|error| no_client(&error))?;
        Ok(Caller {
            client,
            token: Some(token),
        })
    }

    /// Forgets what GitHub no longer accepts. Whether there is anything to try again with.
    pub(super) async fn renew(&self) -> bool {
        match &self.application {
            Some(application) => {
                application.forget().await;
                true
            }
            None => false,
        }
    }

    /// The login that was found out for the present credentials, or for an app's the one that GitHub says. `None` where
    /// it has to be asked for with a token.
    pub(super) async fn login(&self, pace: &Pace) -> Result<Option<String>, GithubError> {
        if let Some(login) = &self.settings.login {
            return Ok(Some(login.clone()));
        }
        let Some((_, secret)) = self.secret()? else {
            return Ok(None);
        };
        if let Some((found_for, login)) = self.login.lock().await.as_ref()
            && *found_for == secret
        {
            return Ok(Some(login.clone()));
        }
        let Some(application) = &self.application else {
            return Ok(None);
        };
        let login = application
            .login(self.client().await?, &secret, pace)
            .await?;
        self.found_login(&login).await;
        Ok(Some(login))
    }

    /// Remembers a login for the present credentials.
    pub(super) async fn found_login(&self, login: &str) {
        if let Ok(Some((_, secret))) = self.secret() {
            *self.login.lock().await = Some((secret, login.to_owned()));
        }
    }

    /// What may be read by whoever asked: nothing of ours that GitHub may have sent back.
    pub(super) fn redacted(&self, body: Vec<u8>, token: Option<&Secret>) -> Vec<u8> {
        let mut body = match self.secrets.redact(&body) {
            std::borrow::Cow::Borrowed(_) => body,
            std::borrow::Cow::Owned(redacted) => redacted,
        };
        if let Some(token) = token {
            blot_out(&mut body, token.reveal().as_bytes());
        }
        body
    }

    fn secret(&self) -> Result<Option<(&str, Secret)>, GithubError> {
        let name = match &self.settings.credentials {
            GithubCredentials::None => return Ok(None),
            GithubCredentials::Token { secret } => secret,
            GithubCredentials::App { private_key, .. } => private_key,
        };
        match self.secrets.get(name) {
            Some(secret) => Ok(Some((name, secret))),
            None => Err(GithubError::Unavailable(format!(
                "the secret `{name}`, which `[github]` names, is not there"
            ))),
        }
    }

    async fn client(&self) -> Result<&Octocrab, GithubError> {
        self.client
            .get_or_try_init(|| async {
                Octocrab::builder()
                    .base_uri(self.settings.base_url.to_string())
                    .map_err(|error| no_client(&error))?
                    .set_connect_timeout(Some(self.settings.connect_timeout))
                    .build()
                    .map_err(|error| no_client(&error))
            })
            .await
    }
}

pub(super) fn no_client(error: &octocrab::Error) -> GithubError {
    tracing::error!("no client for GitHub: {error}");
    GithubError::Unavailable(
        "no client for GitHub could be made; the server's log says why".to_owned(),
    )
}

/// Overwrites every occurrence of `needle`.
fn blot_out(body: &mut [u8], needle: &[u8]) {
    let mut at = 0;
    while let Some(found) = body
        .get(at..)
        .and_then(|rest| rest.windows(needle.len()).position(|part| part == needle))
    {
        body[at + found..at + found + needle.len()].fill(b'*');
        at += found + needle.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_comes_back_is_blotted_out() {
        let mut body = b"ghs_a ghs_abc, ghs_abcghs_abc".to_vec();
        blot_out(&mut body, b"ghs_abc");
        assert_eq!(body, b"ghs_a *******, **************");
        blot_out(&mut [], b"ghs_abc");
    }
}
