//! Sending a request until it is answered, or until that is no use.

use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::SemaphorePermit;

use super::answer::{parsed, refusal};
use super::exchange::{Ask, Broken, Received, exchange};
use super::service::Errand;
use super::target::Target;
use super::{GithubError, GithubService};
use crate::services::backoff::Backoff;

/// How long to wait before a request is sent again.
pub(super) const BACKOFF: Backoff = Backoff {
    first: Duration::from_millis(200),
    most: Duration::from_secs(10),
};

/// What became of one attempt.
enum Attempt {
    Answered(Received),
    Broken(Broken),
    /// Time was up after it may have been sent.
    LateSent,
}

#[derive(Deserialize)]
struct UserAnswer {
    login: String,
}

impl GithubService {
    /// Sends a request and reads its answer.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        errand: &mut Errand,
        ask: &Ask,
    ) -> Result<T, GithubError> {
        let received = self.send(errand, ask).await?;
        parsed(&received.body).map_err(|error| {
            if ask.writes() {
                in_doubt(errand, "it answered something that cannot be read")
            } else {
                error
            }
        })
    }

    /// Sends a request. A read is repeated where that may help; a write only where it was certainly not done.
    ///
    /// # Errors
    ///
    /// What GitHub refuses, in our words; `InDoubt` for a write of which nobody knows what came.
    pub(super) async fn send(
        &self,
        errand: &mut Errand,
        ask: &Ask,
    ) -> Result<Received, GithubError> {
        let shared = &self.shared;
        let (mut attempt, mut renewed) = (0, false);
        loop {
            attempt += 1;
            let last = attempt >= shared.settings.attempts_max;
            shared.pace.wait(errand.deadline).await?;
            let attempted = self.attempt(errand, ask).await?;
            let (why, done) = match attempted {
                Attempt::Answered(received) => {
                    if let Some(wait) = shared.pace.note(&received) {
                        // It was refused, so it may be sent again, by a write, too. The wait is at the loop's head.
                        if last {
                            return Err(GithubError::RateLimited(wait));
                        }
                        continue;
                    }
                    match received.status {
                        200..=299 => return Ok(received),
                        401 if !renewed && shared.access.renew().await => {
                            renewed = true;
                            continue;
                        }
                        status @ 500.. => (format!("it answered {status}"), ask.writes()),
                        _ => return Err(refusal(&received, &errand.subject)),
                    }
                }
                Attempt::Broken(Broken::TooLarge) if !ask.writes() => {
                    return Err(GithubError::TooLarge(format!(
                        "GitHub's answers about {} are longer than the {} bytes that are read",
                        errand.subject, shared.settings.answer_bytes_max
                    )));
                }
                Attempt::Broken(Broken::NotSent) => ("it cannot be reached".to_owned(), false),
                Attempt::Broken(Broken::Sent | Broken::TooLarge) => {
                    ("the connection broke".to_owned(), ask.writes())
                }
                Attempt::LateSent if ask.writes() => ("the time was up".to_owned(), true),
                Attempt::LateSent => return Err(GithubError::Deadline),
            };
            if done {
                return Err(in_doubt(errand, &why));
            }
            if last {
                return Err(GithubError::Unavailable(format!(
                    "GitHub does not work: {why}"
                )));
            }
            let pause = BACKOFF.after(attempt, &*shared.random);
            errand.in_time(tokio::time::sleep(pause)).await?;
        }
    }

    /// Waits for the right to write: one writes at a time. Whoever changes anything begins with it.
    ///
    /// # Errors
    ///
    /// `Unavailable` for nobody, before anything is asked.
    pub(super) async fn lane(&self, errand: &Errand) -> Result<SemaphorePermit<'_>, GithubError> {
        if !self.shared.access.is_anybody() {
            return Err(GithubError::Unavailable(
                "there are no credentials for GitHub, so nothing can be changed there: the operator sets `[github] token`, or `app_id`, `installation_id` and `private_key`"
                    .to_owned(),
            ));
        }
        acquired(errand.in_time(self.shared.lane.acquire()).await?)
    }

    /// The login under which things are made.
    pub(super) async fn login(&self, errand: &mut Errand) -> Result<String, GithubError> {
        let access = &self.shared.access;
        if let Some(login) = errand.in_time(access.login(&self.shared.pace)).await?? {
            return Ok(login);
        }
        let subject = std::mem::replace(&mut errand.subject, "the account".to_owned());
        let asked: Result<UserAnswer, _> =
            self.ask(errand, &Ask::get(Target::new(&["user"]))).await;
        errand.subject = subject;
        match asked {
            Ok(user) => {
                access.found_login(&user.login).await;
                Ok(user.login)
            }
            Err(GithubError::Denied(_) | GithubError::NotFound(_)) => Err(GithubError::Unavailable(
                "GitHub does not tell this token whose it is: the operator sets `[github] login`".to_owned(),
            )),
            Err(error) => Err(error),
        }
    }

    async fn attempt(&self, errand: &mut Errand, ask: &Ask) -> Result<Attempt, GithubError> {
        let shared = &self.shared;
        let slot = acquired(errand.in_time(shared.slots.acquire()).await?)?;
        let caller = errand.in_time(shared.access.caller(&shared.pace)).await??;
        let bytes_max = errand.bytes_left;
        let exchanged = tokio::time::timeout(
            shared.settings.request_timeout,
            exchange(&caller.client, ask, bytes_max),
        );
        let attempted = match errand.in_time(exchanged).await {
            Err(_) => Attempt::LateSent,
            Ok(Err(_)) => Attempt::Broken(Broken::Sent),
            Ok(Ok(Err(broken))) => Attempt::Broken(broken),
            Ok(Ok(Ok(mut received))) => {
                errand.bytes_left -= received.body.len();
                received.body = shared.access.redacted(received.body, caller.token.as_ref());
                Attempt::Answered(received)
            }
        };
        drop(slot);
        Ok(attempted)
    }
}

fn acquired(
    permit: Result<SemaphorePermit<'_>, tokio::sync::AcquireError>,
) -> Result<SemaphorePermit<'_>, GithubError> {
    // Nobody closes a semaphore of ours.
    permit.map_err(|_| GithubError::Unavailable("the service has stopped".to_owned()))
}

fn in_doubt(errand: &Errand, why: &str) -> GithubError {
    GithubError::InDoubt(format!(
        "it was sent to GitHub for {}, and may have been done: {why}",
        errand.subject
    ))
}
