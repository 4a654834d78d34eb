//! What is not a hook: health, readiness, plugins.

use serde_json::json;
use sinew_contract_tests::exchange::Reply;
use sinew_contract_tests::scripted_gate::ScriptedGate;
use sinew_contract_tests::test_server::TestServer;
use sinew_runtime::engine::Column;

use crate::{denying, quick};

#[tokio::test(flavor = "multi_thread")]
async fn health_needs_no_token_and_readiness_turns_red() {
    async fn get(server: &TestServer, path: &str) -> Reply {
        let mut connection = server.connect().await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: anything\r\n\r\n");
        connection.send(request.as_bytes()).await.unwrap();
        connection.reply().await.unwrap()
    }
    let server = TestServer::start(&denying(Column::Deny), quick()).unwrap();
    assert_eq!(get(&server, "/healthz").await.status, 200);
    let reply = get(&server, "/readyz").await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json().unwrap()["status"], "ok");
    assert_eq!(get(&server, "/nowhere").await.status, 404);
    assert_eq!(get(&server, "/hooks/PreToolUse").await.status, 405);

    let server = TestServer::start(&ScriptedGate::unready(), quick()).unwrap();
    assert_eq!(get(&server, "/healthz").await.status, 200);
    let reply = get(&server, "/readyz").await;
    assert_eq!(reply.status, 503);
    assert_eq!(
        reply.json().unwrap(),
        json!({"status": "fail", "checks": [
            {"name": "plugins", "ok": false, "detail": "1 of 1 loaded"},
            {"name": "store", "ok": true, "detail": "writable"},
        ]})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_list_and_reload_plugins() {
    async fn ask(server: &TestServer, method: &str, path: &str, token: &str) -> Reply {
        let mut connection = server.connect().await.unwrap();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\n\r\n",
            server.address
        );
        connection.send(request.as_bytes()).await.unwrap();
        connection.reply().await.unwrap()
    }
    let server = TestServer::start(&denying(Column::Deny), quick()).unwrap();
    let admin = server.admin_token.as_str();
    let reply = ask(&server, "GET", "/v1/plugins", admin).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json().unwrap()["plugins"][0]["name"], "guard");
    let reload = |name| format!("/v1/plugins/{name}/reload");
    assert_eq!(
        ask(&server, "POST", &reload("guard"), admin).await.status,
        200
    );
    assert_eq!(
        ask(&server, "POST", &reload("nobody"), admin).await.status,
        404
    );
    let reply = ask(&server, "POST", &reload("broken"), admin).await;
    assert_eq!(reply.status, 409);
    assert_eq!(
        reply.json().unwrap(),
        json!({
            "type": "about:blank", "title": "Conflict", "status": 409, "code": "refused",
            "detail": "the new build of `broken` was refused: it has no entry point",
        })
    );
    let hook = server.hook_token.as_str();
    assert_eq!(
        ask(&server, "POST", &reload("guard"), hook).await.status,
        401
    );
    assert_eq!(ask(&server, "GET", "/v1/plugins", hook).await.status, 401);
}
