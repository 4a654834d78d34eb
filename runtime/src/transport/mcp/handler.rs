//! One view's answers to the protocol's requests.

#![expect(
    clippy::unused_async_trait_impl,
    reason = "the protocol's requests are asynchronous, and some are answered at once"
)]
#![expect(
    deprecated,
    reason = "logging, sampling, roots and single subscriptions are deprecated in the newest revision and spoken by every client of today"
)]

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::HeaderName;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CompleteRequestParams, CompleteResult, CustomRequest,
    CustomResult, ErrorCode, GetPromptRequestParams, GetPromptResponse, Implementation,
    ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult, ListToolsResult,
    PaginatedRequestParams, ReadResourceRequestParams, ReadResourceResponse, Reference,
    ServerCapabilities, ServerConfig, SetLevelRequestMethod, SetLevelRequestParams,
    SubscribeRequestParams, SubscriptionFilter, Tool, UnsubscribeRequestParams,
};
use rmcp::service::{NotificationContext, RequestContext, SubscriptionContext};
use rmcp::{ErrorData, RoleServer, ServerHandler};
use serde_json::{Map, Value, json};
use sinew_schema::McpLogRequestLevel;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::changes::{self, Subscribed};
use super::exchange::{Ended, GivesUp};
use super::pages::page;
use super::route::Mcp;
use super::words;
use crate::engine::{Catalog, McpAsked, McpView, Offered};

/// Where a client says which folder it works in.
pub(super) const FOLDER_HEADER: HeaderName = HeaderName::from_static("sinew-folder");

/// The methods that are answered in every era.
const METHODS: [&str; 10] = [
    "completion/complete",
    "prompts/get",
    "prompts/list",
    "resources/list",
    "resources/read",
    "resources/templates/list",
    "server/discover",
    "subscriptions/listen",
    "tools/call",
    "tools/list",
];

/// Those that only the eras with a session have.
const SESSION_METHODS: [&str; 5] = [
    "initialize",
    "logging/setLevel",
    "ping",
    "resources/subscribe",
    "resources/unsubscribe",
];

/// Answers the requests of one session, or one request where there are no sessions.
pub(super) struct Handler {
    pub(super) mcp: Arc<Mcp>,
    view: Arc<McpView>,
    /// What is known of a client that speaks raw messages, and so sends no headers.
    pub(super) raw: Option<Arc<RawClient>>,
    /// From which level on the session's client wants log; everything until it says so.
    pub(super) level: Arc<Mutex<McpLogRequestLevel>>,
    subscribed: Subscribed,
    /// Whether the session is told of changes already.
    told: AtomicBool,
    /// Cancelled when the last handler of the session is gone, or the server stops.
    ended: CancellationToken,
    _ends: Arc<DropGuard>,
}

/// A client that is connected by raw messages.
#[derive(Debug)]
pub(super) struct RawClient {
    pub(super) session: String,
    pub(super) folder: Option<PathBuf>,
}

// === impl Handler ===

impl Handler {
    pub(super) fn new(mcp: Arc<Mcp>, view: Arc<McpView>, raw: Option<RawClient>) -> Self {
        let ended = mcp.stopping.child_token();
        Self {
            _ends: Arc::new(ended.clone().drop_guard()),
            ended,
            mcp,
            view,
            raw: raw.map(Arc::new),
            level: Arc::new(Mutex::new(McpLogRequestLevel::Debug)),
            subscribed: Subscribed::default(),
            told: AtomicBool::new(false),
        }
    }

    /// One page of a list, and the cursor of the next: `all` finds what the view shows, and `shown` says it in the protocol's
    /// words.
    fn listed<T, R>(
        &self,
        request: Option<&PaginatedRequestParams>,
        all: impl Fn(&Catalog, &McpView) -> Vec<Offered<T>>,
        shown: impl Fn(&Offered<T>) -> Result<R, ErrorData>,
    ) -> Result<(Vec<R>, Option<String>), ErrorData> {
        let all = all(&self.mcp.engine.catalog(), &self.view);
        let (page, next) = page(all, request, self.mcp.settings.page_items)?;
        Ok((page.iter().map(shown).collect::<Result<_, _>>()?, next))
    }
}

fn no_resource(uri: &str) -> ErrorData {
    ErrorData::resource_not_found(
        format!("there is no resource `{uri}`"),
        Some(json!({ "uri": uri })),
    )
}

fn unknown(what: &str, name: &str) -> ErrorData {
    ErrorData::invalid_params(format!("there is no {what} `{name}`"), None)
}

/// A prompt's arguments, which are texts.
fn texts(arguments: Option<Map<String, Value>>) -> Result<Map<String, Value>, ErrorData> {
    let arguments = arguments.unwrap_or_default();
    match arguments.iter().find(|(_, value)| !value.is_string()) {
        None => Ok(arguments),
        Some((name, _)) => Err(ErrorData::invalid_params(
            format!("the argument `{name}` is no text"),
            None,
        )),
    }
}

impl ServerHandler for Handler {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_tool_list_changed()
            .enable_prompts()
            .enable_prompts_list_changed()
            .enable_resources()
            .enable_resources_list_changed()
            .enable_resources_subscribe()
            .enable_logging()
            .enable_completions()
            .build();
        let mut info = ServerConfig::new(capabilities)
            .with_server_info(Implementation::new("sinew", env!("CARGO_PKG_VERSION")));
        let said = self.mcp.engine.catalog().instructions(&self.view);
        info.instructions = (!said.is_empty()).then(|| said.join("\n\n"));
        info
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let (tools, next) = self.listed(request.as_ref(), Catalog::tools, words::tool)?;
        let mut result = ListToolsResult::with_all_items(tools);
        result.next_cursor = next;
        Ok(result)
    }

    /// As much of a tool as the headers of its calls are checked against, which is done for every call.
    fn get_tool(&self, name: &str) -> Option<Tool> {
        let (loaded, own) = self.mcp.engine.mcp_tool(&self.view, name)?;
        let schema = Arc::clone(loaded.offer.input_schema(&own)?);
        Some(Tool::new(name.to_owned(), "", schema))
    }

    async fn call_tool(
        &self,
        params: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let (loaded, own) = self
            .mcp
            .engine
            .mcp_tool(&self.view, &params.name)
            .ok_or_else(|| unknown("tool", &params.name))?;
        let promises = loaded.offer.promises(&own);
        let asked = McpAsked::Tool {
            name: own,
            arguments: params.arguments.unwrap_or_default(),
        };
        let request = self.request(&context, loaded.manifest.name.clone(), asked);
        let brought = (params.input_responses, params.request_state);
        let what = format!("tools/call {}", params.name);
        let ended = self
            .answer(&context, request, &what, brought, |request| {
                self.mcp.engine.call_tool(request)
            })
            .await?;
        match ended {
            Ok(Ended::Done(result)) => Ok(words::result(&result, promises)?.into()),
            Ok(Ended::Asks(asks)) => Ok(asks.into()),
            Err(failure) => match words::call_failure(&failure, &params.name) {
                Some(result) => Ok(result.into()),
                None => Err(words::error(failure)),
            },
        }
    }

    async fn list_resources(
        &self,
        request: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let (resources, next) = self.listed(request.as_ref(), Catalog::resources, |resource| {
            words::item(&resource.item, None)
        })?;
        let mut result = ListResourcesResult::with_all_items(resources);
        result.next_cursor = next;
        Ok(result)
    }

    async fn list_resource_templates(
        &self,
        request: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        let (templates, next) =
            self.listed(request.as_ref(), Catalog::resource_templates, |template| {
                words::item(&template.item, None)
            })?;
        let mut result = ListResourceTemplatesResult::with_all_items(templates);
        result.next_cursor = next;
        Ok(result)
    }

    async fn read_resource(
        &self,
        params: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let missing = || no_resource(&params.uri);
        let plugin = self.mcp.engine.mcp_reader(&self.view, &params.uri);
        let asked = McpAsked::Read {
            uri: params.uri.clone(),
        };
        let request = self.request(&context, plugin.ok_or_else(missing)?, asked);
        let brought = (params.input_responses.clone(), params.request_state.clone());
        let what = format!("resources/read {}", params.uri);
        let ended = self
            .answer(&context, request, &what, brought, |request| {
                self.mcp.engine.read_resource(request)
            })
            .await?;
        match ended.map_err(words::error)? {
            Ended::Done(result) if result.contents.is_empty() => Err(missing()),
            Ended::Done(result) => Ok(words::contents(&result)?.into()),
            Ended::Asks(asks) => Ok(asks.into()),
        }
    }

    async fn list_prompts(
        &self,
        request: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        let (prompts, next) = self.listed(request.as_ref(), Catalog::prompts, |prompt| {
            words::item(&prompt.item, Some(&prompt.name))
        })?;
        let mut result = ListPromptsResult::with_all_items(prompts);
        result.next_cursor = next;
        Ok(result)
    }

    async fn get_prompt(
        &self,
        params: GetPromptRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let (loaded, own) = self
            .mcp
            .engine
            .mcp_prompt(&self.view, &params.name)
            .ok_or_else(|| unknown("prompt", &params.name))?;
        let asked = McpAsked::Prompt {
            name: own,
            arguments: texts(params.arguments)?,
        };
        let request = self.request(&context, loaded.manifest.name.clone(), asked);
        let brought = (params.input_responses, params.request_state);
        let what = format!("prompts/get {}", params.name);
        let ended = self
            .answer(&context, request, &what, brought, |request| {
                self.mcp.engine.get_prompt(request)
            })
            .await?;
        match ended.map_err(words::error)? {
            Ended::Done(result) => Ok(words::prompt(&result)?.into()),
            Ended::Asks(asks) => Ok(asks.into()),
        }
    }

    async fn complete(
        &self,
        params: CompleteRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        let (plugin, kind, name) = match &params.r#ref {
            Reference::Prompt(prompt) => {
                let found = self.mcp.engine.mcp_prompt(&self.view, &prompt.name);
                let (loaded, own) = found.ok_or_else(|| unknown("prompt", &prompt.name))?;
                (loaded.manifest.name.clone(), "prompt", own)
            }
            Reference::Resource(resource) => {
                let found = self.mcp.engine.mcp_template(&self.view, &resource.uri);
                let plugin = found.ok_or_else(|| unknown("resource template", &resource.uri))?;
                (plugin, "resource_template", resource.uri.clone())
            }
            _ => {
                return Err(ErrorData::invalid_params(
                    "there is no such reference",
                    None,
                ));
            }
        };
        let mut asked = Map::new();
        asked.insert(kind.to_owned(), name.into());
        asked.insert("argument".to_owned(), params.argument.name.into());
        asked.insert("value".to_owned(), params.argument.value.into());
        let others = params.context.and_then(|context| context.arguments);
        if let Some(others) = others.filter(|others| !others.is_empty()) {
            asked.insert("others".to_owned(), json!(others));
        }
        let _place = self.place()?;
        let request = self.request(&context, plugin, McpAsked::Complete(asked));
        let given_up = GivesUp(Arc::clone(&request.given_up));
        let completed = given_up
            .on(&context.ct, self.mcp.engine.complete(request))
            .await;
        words::completion(completed.map_err(words::error)?)
    }

    async fn set_level(
        &self,
        params: SetLevelRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        if Self::stateless(&context) {
            return Err(ErrorData::method_not_found::<SetLevelRequestMethod>());
        }
        *self.level.lock().unwrap_or_else(PoisonError::into_inner) = words::level(params.level);
        Ok(())
    }

    async fn subscribe(
        &self,
        params: SubscribeRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        if self
            .mcp
            .engine
            .mcp_reader(&self.view, &params.uri)
            .is_none()
        {
            return Err(no_resource(&params.uri));
        }
        let mut subscribed = self
            .subscribed
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if subscribed.len() >= changes::RESOURCES_MAX && !subscribed.contains(&params.uri) {
            return Err(ErrorData::new(
                words::BUSY,
                format!(
                    "a session subscribes to at most {} resources",
                    changes::RESOURCES_MAX
                ),
                None,
            ));
        }
        subscribed.insert(params.uri);
        Ok(())
    }

    async fn unsubscribe(
        &self,
        params: UnsubscribeRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        let mut subscribed = self
            .subscribed
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        subscribed.remove(&params.uri);
        Ok(())
    }

    /// Answers what the library could not read: a method that there is not, or parameters that are none of its method.
    async fn on_custom_request(
        &self,
        request: CustomRequest,
        context: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        let method = request.method.as_str();
        let known = METHODS.contains(&method)
            || (SESSION_METHODS.contains(&method) && !Self::stateless(&context));
        if !known {
            return Err(ErrorData::new(
                ErrorCode::METHOD_NOT_FOUND,
                request.method,
                None,
            ));
        }
        Err(ErrorData::invalid_params(
            format!("these are no parameters of `{}`", request.method),
            None,
        ))
    }

    fn accepted_subscription_filter(
        &self,
        requested: &SubscriptionFilter,
    ) -> Option<SubscriptionFilter> {
        let mut accepted = requested.clone();
        if let Some(resources) = &mut accepted.resource_subscriptions {
            resources.truncate(changes::RESOURCES_MAX);
        }
        Some(accepted)
    }

    async fn listen(&self, subscription: SubscriptionContext) -> Result<(), ErrorData> {
        let Ok(_place) = Arc::clone(&self.mcp.listeners).try_acquire_owned() else {
            return Err(ErrorData::new(words::BUSY, "too many clients listen", None));
        };
        let changes = self.mcp.engine.mcp_changes();
        changes::listen(&subscription, changes, &self.view, &self.mcp.stopping).await;
        Ok(())
    }

    async fn on_initialized(&self, context: NotificationContext<RoleServer>) {
        // A client may say more than once that it has begun.
        if self.told.swap(true, Ordering::Relaxed) {
            return;
        }
        tokio::spawn(changes::tell(
            context.peer,
            self.mcp.engine.mcp_changes(),
            McpView::clone(&self.view),
            Arc::clone(&self.subscribed),
            self.ended.clone(),
        ));
    }
}
