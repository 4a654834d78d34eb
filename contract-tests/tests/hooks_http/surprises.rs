//! Random paths and bodies never get anything but a valid answer.

use proptest::prelude::*;
use serde_json::{Value, json};
use sinew_contract_tests::client_output::{EVENTS, objections};
use sinew_contract_tests::exchange::post;
use sinew_contract_tests::test_server::TestServer;
use sinew_runtime::engine::Column;

use crate::{denying, quick};

/// Sends one request over TCP and one over the socket, and checks what the gate promises.
fn never_surprises(
    server: &TestServer,
    runtime: &tokio::runtime::Runtime,
    path: &str,
    sent: &[u8],
) {
    runtime.block_on(async {
        for unix in [false, true] {
            let connecting = if unix {
                server.connect_unix().await
            } else {
                server.connect().await
            };
            let mut connection = connecting.unwrap();
            connection
                .send(&post(path, &server.headers(), sent))
                .await
                .unwrap();
            let reply = connection.reply().await.unwrap();
            let named = path
                .strip_prefix("/hooks/")
                .unwrap()
                .split(['?', '#'])
                .next()
                .unwrap();
            let sent_event = serde_json::from_slice::<Value>(sent).ok();
            let sent_event = sent_event
                .as_ref()
                .and_then(|json| json["hook_event_name"].as_str());
            assert_eq!(reply.status, 200, "{path}");
            let json = reply.json().unwrap();
            let fits = |event: &str| objections(event, &json).is_empty();
            assert!(fits(named) || sent_event.is_some_and(fits), "{path} {json}");
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nothing_that_is_sent_gets_anything_but_a_valid_answer(
        requests in prop::collection::vec((path(), sent()), 1..4),
    ) {
        thread_local! {
            static SERVER: (tokio::runtime::Runtime, TestServer) = {
                let runtime = tokio::runtime::Runtime::new().unwrap();
                let server = {
                    let _inside = runtime.enter();
                    TestServer::start(&denying(Column::Deny), quick()).unwrap()
                };
                (runtime, server)
            };
        }
        SERVER.with(|(runtime, server)| {
            for (path, sent) in &requests {
                never_surprises(server, runtime, path, sent);
            }
        });
    }
}

/// Paths below `/hooks/`: events, near misses, percent codes, dots, emptiness.
fn path() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(EVENTS.to_vec()).prop_map(|event| format!("/hooks/{event}")),
        "[A-Za-z_]{0,80}".prop_map(|name| format!("/hooks/{name}")),
        "(%[0-9a-f]{2}|[a-zA-Z0-9._~!$&'()*+,;=:@/?{}|^-]){0,40}"
            .prop_map(|rest| format!("/hooks/{rest}")),
    ]
}

/// Bodies: random bytes, random JSON, and JSON that looks like an event.
fn sent() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..300),
        json_value().prop_map(|value| value.to_string().into_bytes()),
        (prop::sample::select(EVENTS.to_vec()), json_value()).prop_map(|(event, value)| {
            json!({"hook_event_name": event, "tool_input": value})
                .to_string()
                .into_bytes()
        }),
    ]
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::btree_map(".*", inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}
