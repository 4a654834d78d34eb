//! What passes between a client and the engine while one request is answered: what is told on the way, and what is asked back.

#![expect(
    deprecated,
    reason = "logging, sampling and roots are deprecated in the newest revision and spoken by every client of today"
)]

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use axum::http::HeaderName;
use axum::http::request::Parts;
use rmcp::model::{
    InputRequest, InputRequiredResult, LoggingMessageNotificationParam, ProgressNotificationParam,
    ProgressToken,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer};
use serde_json::{Value, json};
use sinew_schema::McpLogRequestLevel;
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::sync::CancellationToken;

use super::client::{Client, Told};
use super::handler::{FOLDER_HEADER, Handler};
use super::route::session_of;
use super::words;
use crate::effects::Question;
use crate::engine::{McpAsked, McpEnd, McpFailure, McpRequest, McpResume, Nobody};
use crate::services::paths;
use crate::transport::hooks::trace_id;

/// The member of `_meta` in which a client names the tool's use.
const TOOL_USE_ID: &str = "claudecode/toolUseId";

/// The longest name of a session, and of a tool's use.
const NAME_BYTES_MAX: usize = 256;

/// What a client is told whose call outlasts the host.
const WENT_AWAY: &str = "the host went away while it answered; make the request again";

/// How long a client that reads slowly is waited for before it is told nothing more of its call.
const TELL_TIME_MAX: Duration = Duration::from_secs(5);

/// What one call came to, before it is written in its own result's form.
pub(super) enum Ended<T> {
    Done(T),
    Asks(InputRequiredResult),
}

/// Takes a request back when whoever waited for it is gone.
pub(super) struct GivesUp(pub(super) Arc<AtomicBool>);

impl Drop for GivesUp {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

// === impl GivesUp ===

impl GivesUp {
    /// Waits for the answer, and takes the request back when its client does meanwhile.
    pub(super) async fn on<T>(
        &self,
        taken_back: &CancellationToken,
        answer: impl Future<Output = T>,
    ) -> T {
        let mut answer = pin!(answer);
        tokio::select! {
            biased;
            answer = &mut answer => return answer,
            () = taken_back.cancelled() => self.0.store(true, Ordering::Release),
        }
        answer.await
    }
}

// === impl Handler ===

impl Handler {
    pub(super) fn place(&self) -> Result<OwnedSemaphorePermit, ErrorData> {
        Arc::clone(&self.mcp.calls)
            .try_acquire_owned()
            .map_err(|_| {
                ErrorData::new(
                    words::BUSY,
                    "too many requests are being answered; try again in a moment",
                    None,
                )
            })
    }

    /// Whether the request is of the era without sessions, in which a server never asks a client by a request of its own.
    pub(super) fn stateless(context: &RequestContext<RoleServer>) -> bool {
        context
            .protocol_version()
            .is_some_and(|version| !version.has_initialize())
    }

    /// The id of the session over HTTP that a request belongs to.
    fn session(context: &RequestContext<RoleServer>) -> Option<&str> {
        let head = context.extensions.get::<Parts>()?;
        session_of(&head.headers)
    }

    /// From which level on the client of a request wants log: what the request says in the newest era, the session's
    /// level in the others.
    fn level(&self, context: &RequestContext<RoleServer>) -> Option<McpLogRequestLevel> {
        if Self::stateless(context) {
            return context.meta.log_level().map(words::level);
        }
        Some(*self.level.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts a request to the engine together.
    pub(super) fn request(
        &self,
        context: &RequestContext<RoleServer>,
        plugin: String,
        asked: McpAsked,
    ) -> McpRequest {
        let head = context.extensions.get::<Parts>();
        let header = |name: &HeaderName| head?.headers.get(name)?.to_str().ok();
        let session = Self::session(context)
            .map(|id| format!("mcp-{id}"))
            .or_else(|| Some(self.raw.as_ref()?.session.clone()));
        let folder = header(&FOLDER_HEADER)
            .map(paths::from_header)
            .or_else(|| self.raw.as_ref()?.folder.clone());
        let tool_use_id = context.meta.get(TOOL_USE_ID).and_then(Value::as_str);
        let short = |name: &String| name.len() <= NAME_BYTES_MAX;
        McpRequest {
            plugin,
            asked,
            tool_use_id: tool_use_id.map(str::to_owned).filter(short),
            session: session.filter(short),
            folder,
            client: context.client_info().as_ref().map(words::client),
            trace_id: head.and_then(|head| trace_id(&head.headers)),
            deadline: self.mcp.clock.instant() + self.mcp.settings.call_time_max,
            caller: Arc::new(Nobody),
            given_up: Arc::default(),
            cut: self.mcp.cut.clone(),
            answers: BTreeMap::new(),
            resume: None,
        }
    }

    /// Has the engine answer a request, tells the client what there is to tell meanwhile, and asks it what the plugin asks.
    pub(super) async fn answer<T, F>(
        &self,
        context: &RequestContext<RoleServer>,
        mut request: McpRequest,
        what: &str,
        brought: (Option<BTreeMap<String, Value>>, Option<String>),
        run: impl Fn(McpRequest) -> F,
    ) -> Result<Result<Ended<T>, McpFailure>, ErrorData>
    where
        F: Future<Output = Result<McpEnd<T>, McpFailure>> + Send,
    {
        let _place = self.place()?;
        let _held = Self::session(context).and_then(|id| self.mcp.sessions.hold(id));
        let (answers, state) = brought;
        request.answers = answers.unwrap_or_default();
        request.resume = state
            .map(|state| self.mcp.seal.open(what, &state))
            .transpose()?;
        loop {
            let (client, token, mut waiting) = Client::new(context, self.level(context));
            request.caller = Arc::new(client);
            request.given_up = Arc::default();
            request.deadline = self.mcp.clock.instant() + self.mcp.settings.call_time_max;
            let given_up = GivesUp(Arc::clone(&request.given_up));
            let mut running = Box::pin(run(request.clone()));
            let mut listens = true;
            let end = loop {
                tokio::select! {
                    biased;
                    Some(told) = waiting.recv() => {
                        listens = listens && self.tell(context, token.as_ref(), told).await;
                    }
                    () = context.ct.cancelled(), if !given_up.0.load(Ordering::Acquire) => {
                        given_up.0.store(true, Ordering::Release);
                    }
                    end = &mut running => break end,
                    () = self.mcp.cut.cancelled() => return Err(went_away()),
                }
            };
            while let Ok(told) = waiting.try_recv() {
                listens = listens && self.tell(context, token.as_ref(), told).await;
            }
            let (questions, resume) = match end {
                Ok(McpEnd::Done(value)) => return Ok(Ok(Ended::Done(value))),
                Ok(McpEnd::Asks { questions, resume }) => (questions, resume),
                // It was not the client that took it back.
                Err(failure) if failure.is_cancelled() && self.mcp.stopping.is_cancelled() => {
                    return Err(went_away());
                }
                Err(failure) => return Ok(Err(failure)),
            };
            if Self::stateless(context) {
                return Ok(Ok(Ended::Asks(self.ask_back(
                    what,
                    &questions,
                    resume.as_ref(),
                )?)));
            }
            request.answers = self.ask(context, &questions).await?;
            request.resume = resume;
        }
    }

    /// Tells the client something; returns whether it still listens.
    async fn tell(
        &self,
        context: &RequestContext<RoleServer>,
        token: Option<&ProgressToken>,
        told: Told,
    ) -> bool {
        let sending = async {
            match (told, token) {
                (Told::Progress(progress), Some(token)) => {
                    let mut said = ProgressNotificationParam::new(
                        token.clone(),
                        progress.progress.as_f64().unwrap_or_default(),
                    );
                    said.total = progress.total.and_then(|total| total.as_f64());
                    said.message = progress.message;
                    context.peer.notify_progress(said).await
                }
                (Told::Progress(_), None) => Ok(()),
                (Told::Log(line), _) => {
                    let level = words::logging_level(line.level);
                    let mut said = LoggingMessageNotificationParam::new(level, line.data);
                    said.logger = line.logger;
                    context.peer.notify_logging_message(said).await
                }
            }
        };
        matches!(
            tokio::time::timeout(TELL_TIME_MAX, sending).await,
            Ok(Ok(()))
        )
    }

    /// The questions as the result that asks them, in the era without sessions.
    fn ask_back(
        &self,
        what: &str,
        questions: &[Question],
        resume: Option<&McpResume>,
    ) -> Result<InputRequiredResult, ErrorData> {
        let requests = questions
            .iter()
            .map(|question| Ok((question.key.clone(), asked(question)?)))
            .collect::<Result<_, ErrorData>>()?;
        let state = resume
            .map(|resume| self.mcp.seal.seal(what, resume))
            .transpose()?;
        Ok(InputRequiredResult::new(Some(requests), state))
    }

    /// Asks a client that waits, one question after the other, in the eras with a session.
    async fn ask(
        &self,
        context: &RequestContext<RoleServer>,
        questions: &[Question],
    ) -> Result<BTreeMap<String, Value>, ErrorData> {
        let mut answers = BTreeMap::new();
        for question in questions {
            let asking = async {
                match asked(question)? {
                    InputRequest::Elicitation(request) => {
                        let answer = context.peer.create_elicitation(request.params).await;
                        answer.map(|answer| json!(answer)).map_err(unanswered)
                    }
                    InputRequest::CreateMessage(request) => {
                        let answer = context.peer.create_message(request.params).await;
                        answer.map(|answer| json!(answer)).map_err(unanswered)
                    }
                    InputRequest::ListRoots(_) => {
                        let answer = context.peer.list_roots().await;
                        answer.map(|answer| json!(answer)).map_err(unanswered)
                    }
                    _ => Err(unanswered("there is no such question")),
                }
            };
            let answer = tokio::select! {
                () = context.ct.cancelled() => return Err(unanswered("the call was taken back")),
                // A person takes longer than a restart may.
                () = self.mcp.stopping.cancelled() => return Err(went_away()),
                answer = tokio::time::timeout(self.mcp.settings.answer_time_max, asking) => answer,
            };
            let answer = answer.unwrap_or_else(|_| Err(unanswered("it took too long")))?;
            if !question.is_answered_by(&answer) {
                return Err(unanswered("what it said does not fit the question"));
            }
            answers.insert(question.key.clone(), answer);
        }
        Ok(answers)
    }
}

fn asked(question: &Question) -> Result<InputRequest, ErrorData> {
    words::question(question).map_err(|why| ErrorData::internal_error(why, None))
}

fn went_away() -> ErrorData {
    ErrorData::internal_error(WENT_AWAY, None)
}

fn unanswered(why: impl std::fmt::Display) -> ErrorData {
    ErrorData::internal_error(
        format!("the client did not answer what the call asked it: {why}"),
        None,
    )
}
