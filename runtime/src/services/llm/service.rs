//! The service itself.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use reqwest::Client;
use reqwest::redirect::Policy;
use sinew_schema::{LlmCallRequest, LlmCallResponse, LlmUsage};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::check::check;
use super::dialect::Worded;
use super::exchange::{Letter, Reply, World};
use super::{Failure, LlmError, LlmModel, LlmSettings, Tokens, Worst};
use crate::services::backoff::Backoff;
use crate::services::secrets::{Secret, Secrets};
use crate::world::{Clock, Random};

/// Language models. Cloning shares the connections.
#[derive(Debug, Clone)]
pub struct LlmService {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    settings: LlmSettings,
    secrets: Secrets,
    /// Made when it is first needed: it reads the certificates of the machine, which there may be none of.
    client: OnceLock<Client>,
    in_flight: Semaphore,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

// === impl LlmService ===

impl LlmService {
    /// Prepares to call models; nothing is connected before it is needed.
    #[must_use]
    pub fn new(
        settings: LlmSettings,
        secrets: Secrets,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        let in_flight = Semaphore::new(settings.in_flight_max);
        Self {
            shared: Arc::new(Shared {
                settings,
                secrets,
                client: OnceLock::new(),
                in_flight,
                clock,
                random,
            }),
        }
    }

    /// Says what is wrong with a request whoever serves its model.
    ///
    /// # Errors
    ///
    /// `Invalid` alone.
    pub fn check(&self, request: &LlmCallRequest) -> Result<(), LlmError> {
        check(request)
    }

    /// The most that a call can cost. Nothing for a model that is not listed, since it is not called.
    #[must_use]
    pub fn worst(&self, request: &LlmCallRequest) -> Worst {
        let model = self.shared.settings.models.get(&request.model);
        model.map_or_else(Worst::default, |model| Worst::of(request, model))
    }

    /// Calls a model, more than once where that is safe, and until the deadline; `wait` is how long the caller waits at
    /// most. `request` is one that [`LlmService::check`] found nothing wrong with.
    ///
    /// # Errors
    ///
    /// See [`LlmError`]. After `InDoubt` and `Deadline` the call may have to be paid for.
    pub async fn call(
        &self,
        request: &LlmCallRequest,
        deadline: Instant,
        wait: Option<Duration>,
    ) -> Result<LlmCallResponse, LlmError> {
        let Shared {
            settings, clock, ..
        } = &*self.shared;
        let model = settings.models.get(&request.model).ok_or_else(|| {
            LlmError::NotFound(format!(
                "the operator's configuration lists no model `{}`",
                request.model.escape_debug()
            ))
        })?;
        let longest = wait.map_or(settings.timeout, |wait| wait.min(settings.timeout));
        let deadline = clock
            .instant()
            .checked_add(longest)
            .map_or(deadline, |end| end.min(deadline));
        let Worded { body, ignored } = Self::worded(request, model)?;
        let letter = self.letter(model, &body)?;
        let (reply, attempts) = self.answered(&letter, deadline).await?;
        let answer = model.provider.dialect.answer(&reply.body).ok_or_else(|| {
            letter
                .lost("cannot be read", reply.request_id.as_deref())
                .error
        })?;
        let worst = Worst::of(request, model);
        let (usage, usd_micros) = match answer.tokens {
            Some(tokens) => (usage(&tokens, None), model.prices.cost(&tokens)),
            None => (usage(&worst.tokens, Some(true)), worst.usd_micros),
        };
        Ok(LlmCallResponse {
            model: answer.model.unwrap_or_else(|| model.name.clone()),
            content: answer.content,
            stop_reason: answer.stop_reason,
            stop_sequence: answer.stop_sequence,
            usage,
            usd_micros,
            request_id: reply.request_id,
            attempts,
            ignored,
            extra: serde_json::Map::new(),
        })
    }

    /// A request in its provider's words, where the model writes as much as it is asked for.
    fn worded(request: &LlmCallRequest, model: &LlmModel) -> Result<Worded, LlmError> {
        if request.max_tokens > model.max_output_tokens {
            return Err(LlmError::TooLarge(format!(
                "`max_tokens` is {}, and the model `{}` writes at most {} tokens",
                request.max_tokens, request.model, model.max_output_tokens
            )));
        }
        model.provider.dialect.request(request, model)
    }

    fn letter<'a>(
        &self,
        model: &'a LlmModel,
        body: &serde_json::Value,
    ) -> Result<Letter<'a>, LlmError> {
        let Shared {
            settings, secrets, ..
        } = &*self.shared;
        let provider = &model.provider;
        let body = body.to_string().into_bytes();
        if body.len() > settings.request_bytes_max {
            return Err(LlmError::TooLarge(format!(
                "the request has {} bytes, and at most {} are sent",
                body.len(),
                settings.request_bytes_max
            )));
        }
        let key = match &provider.key {
            None => None,
            Some(name) => Some(secrets.get(name).ok_or_else(|| {
                LlmError::Unavailable(format!(
                    "the key of the provider `{}` is missing",
                    provider.name
                ))
            })?),
        };
        let headers = provider
            .dialect
            .headers(key.as_ref().map(Secret::reveal))
            .ok_or_else(|| {
                LlmError::Unavailable(format!(
                    "the key of the provider `{}` cannot be sent",
                    provider.name
                ))
            })?;
        Ok(Letter {
            provider: &provider.name,
            url: provider.dialect.url(provider),
            headers,
            body,
            answer_bytes_max: settings.answer_bytes_max,
        })
    }

    /// Sends a letter until it is answered, and says how often it was sent.
    async fn answered(
        &self,
        letter: &Letter<'_>,
        deadline: Instant,
    ) -> Result<(Reply, u32), LlmError> {
        let Shared {
            settings,
            secrets,
            clock,
            random,
            ..
        } = &*self.shared;
        let world = World {
            client: self.client()?,
            secrets,
            clock: &**clock,
        };
        let backoff = Backoff {
            first: settings.backoff,
            most: settings.backoff_max,
        };
        let mut attempts = 0;
        loop {
            let turn = self.turn(deadline).await?;
            attempts += 1;
            let failure = match letter.send(&world, deadline).await {
                Ok(reply) => return Ok((reply, attempts)),
                Err(failure) => failure,
            };
            drop(turn);
            let pause = backoff.after(attempts, &**random);
            let Some(pause) = self.pause(&failure, attempts, pause, deadline) else {
                return Err(failure.error);
            };
            tracing::debug!(
                provider = letter.provider,
                attempts,
                "{}; once more in {pause:?}",
                failure.error
            );
            tokio::time::sleep(pause).await;
        }
    }

    fn client(&self) -> Result<&Client, LlmError> {
        let Shared {
            settings, client, ..
        } = &*self.shared;
        if let Some(client) = client.get() {
            return Ok(client);
        }
        // Whoever comes second finds it installed, which is all the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let made = Client::builder()
            .user_agent(concat!("sinew/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(settings.connect_timeout)
            // A redirect would carry the key to somebody whom nobody has judged.
            .redirect(Policy::none())
            // Where requests go stands in the configuration alone, not in the environment.
            .no_proxy()
            .build()
            .map_err(|error| {
                tracing::error!("models cannot be called: {error:?}");
                LlmError::Unavailable("TLS cannot be set up on this machine".to_owned())
            })?;
        Ok(client.get_or_init(|| made))
    }

    /// Waits for room among the requests that are under way. Nothing was sent yet.
    async fn turn(&self, deadline: Instant) -> Result<SemaphorePermit<'_>, LlmError> {
        let left = deadline.saturating_duration_since(self.shared.clock.instant());
        match tokio::time::timeout(left, self.shared.in_flight.acquire()).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(LlmError::Unavailable(
                "too many models are being called at once".to_owned(),
            )),
        }
    }

    /// How long to wait before the next attempt; `None` where there is none.
    fn pause(
        &self,
        failure: &Failure,
        attempts: u32,
        backoff: Duration,
        deadline: Instant,
    ) -> Option<Duration> {
        let Shared {
            settings, clock, ..
        } = &*self.shared;
        let pause = failure.retry_after.unwrap_or_default().max(backoff);
        let left = deadline.saturating_duration_since(clock.instant());
        let again = failure.again
            && attempts < settings.attempts_max
            && pause <= settings.backoff_max
            && pause < left;
        again.then_some(pause)
    }
}

fn usage(tokens: &Tokens, assumed: Option<bool>) -> LlmUsage {
    let some = |count: u64| (count > 0).then_some(count);
    LlmUsage {
        input_tokens: tokens.input,
        output_tokens: tokens.output,
        cache_read_tokens: some(tokens.cache_read),
        cache_write_tokens: some(tokens.cache_write.saturating_add(tokens.cache_write_long)),
        assumed,
        extra: serde_json::Map::new(),
    }
}
