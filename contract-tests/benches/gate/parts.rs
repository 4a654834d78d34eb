//! The parts everything is compared with: axum alone, and axum with a bare Extism plugin behind it.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use extism::{
    CompiledPlugin, CurrentPlugin, Function, Manifest, Plugin, PluginBuilder, UserData, Val,
    ValType, Wasm,
};
use sinew_schema::EFFECTS;
use wasmtime::{Config, InstanceAllocationStrategy};

use crate::timing::{Span, Timing};

/// A guest, and how it is called.
#[derive(Clone)]
pub(crate) struct Guest {
    pub(crate) wasm: Vec<u8>,
    pub(crate) entry_point: &'static str,
    /// What the entry point gets.
    pub(crate) envelope: String,
}

/// Serves axum that answers with the body it got, until the process ends. Returns where.
pub(crate) async fn echo() -> SocketAddr {
    serve(Router::new().route("/", post(|body: Bytes| async { body }))).await
}

/// Serves the baseline: each request is a fresh instance of the guest on a blocking thread, with wasmtime's default pool.
pub(crate) async fn baseline(guest: &Guest) -> SocketAddr {
    let (compiled, guest) = (Arc::new(compile(guest)), Arc::new(guest.clone()));
    let answer = move |_: Bytes| {
        let (compiled, guest) = (Arc::clone(&compiled), Arc::clone(&guest));
        async move {
            let called = tokio::task::spawn_blocking(move || fresh(&compiled, &guest));
            called.await.expect("the guest answers")
        }
    };
    serve(Router::new().route("/", post(answer))).await
}

/// Serves it on a free port.
pub(crate) async fn serve(router: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    let address = listener.local_addr().expect("the listener has an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Calls of one used instance, in this process.
pub(crate) fn used_calls(guest: &Guest, span: Span) -> Timing {
    let mut plugin = Plugin::new_from_compiled(&compile(guest)).expect("an instance");
    call(&mut plugin, guest);
    Timing::of(span, || drop(call(&mut plugin, guest)))
}

/// Calls of fresh instances, made and dropped around each, in this process.
pub(crate) fn fresh_calls(guest: &Guest, span: Span) -> Timing {
    let compiled = compile(guest);
    fresh(&compiled, guest);
    Timing::of(span, || drop(fresh(&compiled, guest)))
}

fn fresh(compiled: &CompiledPlugin, guest: &Guest) -> Vec<u8> {
    let mut plugin = Plugin::new_from_compiled(compiled).expect("an instance");
    call(&mut plugin, guest)
}

fn call(plugin: &mut Plugin, guest: &Guest) -> Vec<u8> {
    let output = plugin.call::<&str, &[u8]>(guest.entry_point, &guest.envelope);
    output.expect("the guest answers").to_vec()
}

fn compile(guest: &Guest) -> CompiledPlugin {
    let mut config = Config::new();
    config.allocation_strategy(InstanceAllocationStrategy::pooling());
    let functions = EFFECTS.iter().map(|effect| {
        let (parameters, results) = ([ValType::I64], [ValType::I64]);
        Function::new(effect.name, parameters, results, UserData::new(()), answer)
    });
    PluginBuilder::new(Manifest::new([Wasm::data(guest.wasm.as_slice())]))
        .with_functions(functions)
        .with_cache_disabled()
        .with_wasmtime_config(config)
        .compile()
        .expect("the guest compiles")
}

/// What a host function can do no less than: read its argument and hand out an answer.
fn answer(
    plugin: &mut CurrentPlugin,
    inputs: &[Val],
    outputs: &mut [Val],
    _: UserData<()>,
) -> Result<(), extism::Error> {
    let request: Vec<u8> = plugin.memory_get_val(&inputs[0])?;
    let answer = if request.is_empty() {
        &b"{}"[..]
    } else {
        br#"{"status":"ok","value":{"unix_ms":1792000000000,"rfc3339":"2026-10-14T17:46:40.000Z"}}"#
    };
    plugin.memory_set_val(&mut outputs[0], answer)
}
