//! `net_fetch`: what is sent, what comes back, and within which limits. Where it must not go is in `net_escapes`.

use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sinew_contract_tests::web_server::{Reply, Seen, WebServer};
use sinew_runtime::services::net::NetSettings;

use crate::net::{KEY, Net, rule, rule_with_secret};

fn server(answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> WebServer {
    WebServer::start(Ipv4Addr::LOCALHOST, 0, answer).unwrap()
}

fn here(server: &WebServer) -> Value {
    json!([rule("127.0.0.1", server.address.port())])
}

#[test]
pub(crate) fn net_fetch() {
    let server = server(|_| Reply::new(201, &["X-A: 1", "x-a: 2", "x-b: \u{fc}"], "done"));
    let net = Net::new();
    net.names.set("a.test", &[&["127.0.0.1"]]);
    let port = server.address.port();
    let answer = net
        .fetch(
            &json!([rule("a.test", port)]),
            &json!({
                "url": format!("HTTP://A.test:{port}/y?q=1#part"),
                "method": "post",
                "headers": [
                    { "name": "Content-Type", "value": "text/plain" },
                    { "name": "X-Own", "value": "mine" },
                ],
                "text": "bödy",
            }),
        )
        .unwrap();
    let url = format!("http://a.test:{port}/y?q=1");
    assert_eq!(
        answer,
        json!({
            "status": 201,
            "headers": [
                { "name": "connection", "value": "close" },
                { "name": "content-length", "value": "4" },
                { "name": "x-a", "value": "1" },
                { "name": "x-a", "value": "2" },
                { "name": "x-b", "value": "\u{fc}" },
            ],
            "text": "done",
            "url": url,
            "redirects": 0,
        })
    );
    let [seen] = <[Seen; 1]>::try_from(server.seen()).unwrap();
    assert_eq!(seen.line, "POST /y?q=1 HTTP/1.1");
    assert_eq!(seen.body, "bödy".as_bytes());
    let mut headers = String::new();
    for (name, value) in &seen.headers {
        writeln!(headers, "{name}: {value}").unwrap();
    }
    let expected = format!(
        "accept: */*\nuser-agent: sinew/{}\ncontent-type: text/plain\nx-own: mine\nhost: a.test:{port}\n\
         connection: close\naccept-encoding: identity\ncontent-length: 5\n",
        env!("CARGO_PKG_VERSION"),
    );
    assert_eq!(headers, expected);
    assert_eq!(net.names.asked(), ["a.test"], "it was looked up once");
}

#[test]
fn every_status_is_an_answer_and_a_body_that_is_no_text_is_base64() {
    let server = server(|seen| match seen.target() {
        "/404" => Reply::new(404, &[], "no"),
        "/500" => Reply::new(500, &[], ""),
        "/304" => Reply::new(304, &[], ""),
        "/binary" => Reply::new(200, &[], b"\xff\xfe"),
        _ => Reply::ok("yes"),
    });
    let net = Net::new();
    for (path, method, status, body) in [
        ("/404", "GET", 404, json!({ "text": "no" })),
        ("/500", "GET", 500, json!({ "text": "" })),
        ("/304", "GET", 304, json!({ "text": "" })),
        ("/binary", "GET", 200, json!({ "base64": "//4=" })),
        ("/", "OPTIONS", 200, json!({ "text": "yes" })),
        ("/", "DELETE", 200, json!({ "text": "yes" })),
    ] {
        let request = json!({ "url": server.url(path), "method": method });
        let answer = net.fetch(&here(&server), &request).unwrap();
        assert_eq!(answer["status"], status, "{path}");
        for field in ["text", "base64"] {
            assert_eq!(answer.get(field), body.get(field), "{path}");
        }
    }
}

#[test]
fn a_head_has_headers_and_no_body() {
    let server =
        server(|_| Reply::Bytes(b"HTTP/1.1 200 x\r\ncontent-length: 5000000\r\n\r\n".to_vec()));
    let request = json!({ "url": server.url("/"), "method": "HEAD" });
    let answer = Net::new().fetch(&here(&server), &request).unwrap();
    assert_eq!(answer["text"], "");
    assert_eq!(answer["headers"][0]["value"], "5000000");
}

#[test]
fn a_body_is_sent_as_it_stands() {
    let server = server(|seen| Reply::new(200, &[], &seen.body));
    let net = Net::new();
    for (body, expected) in [
        (
            json!({ "text": "${secret:ACME_KEY}" }),
            json!({ "text": "${secret:ACME_KEY}" }),
        ),
        (json!({ "base64": "//4=" }), json!({ "base64": "//4=" })),
        (json!({ "text": "" }), json!({ "text": "" })),
    ] {
        let mut request = json!({ "url": server.url("/"), "method": "PUT" });
        request
            .as_object_mut()
            .unwrap()
            .append(&mut body.as_object().unwrap().clone());
        let answer = net.fetch(&here(&server), &request).unwrap();
        assert_eq!(answer.get("text"), expected.get("text"));
        assert_eq!(answer.get("base64"), expected.get("base64"));
    }
}

#[test]
fn requests_that_contradict_themselves_are_never_sent() {
    let server = server(|_| Reply::ok("yes"));
    let net = Net::with(NetSettings {
        url_bytes_max: 200,
        request_bytes_max: 8,
        ..NetSettings::default()
    });
    let header = |name: &str, value: &str| json!({ "headers": [{ "name": name, "value": value }] });
    for (fields, code) in [
        (json!({ "method": "CONNECT" }), "invalid_request"),
        (json!({ "method": "TRACE" }), "invalid_request"),
        (json!({ "method": "GET /x" }), "invalid_request"),
        (json!({ "method": "GET\r\nhost: b" }), "invalid_request"),
        (json!({ "text": "a" }), "invalid_request"),
        (
            json!({ "method": "POST", "text": "a", "base64": "YQ==" }),
            "invalid_request",
        ),
        (
            json!({ "method": "POST", "base64": "YQ" }),
            "invalid_request",
        ),
        (
            json!({ "method": "POST", "text": "123456789" }),
            "too_large",
        ),
        (json!({ "redirects": "sometimes" }), "invalid_request"),
        (json!({ "wait_ms": 0 }), "invalid_request"),
        (json!({ "url": "" }), "invalid_request"),
        (json!({ "url": "a.test" }), "invalid_request"),
        (json!({ "url": "ftp://127.0.0.1/" }), "invalid_request"),
        (json!({ "url": "file:///etc/passwd" }), "invalid_request"),
        (
            json!({ "url": format!("http://127.0.0.1/{}", "a".repeat(200)) }),
            "too_large",
        ),
        (
            json!({ "url": server.url("/${secret:ACME_KEY}") }),
            "invalid_request",
        ),
        (
            json!({ "url": server.url("/?key=${secret:ACME_KEY}") }),
            "invalid_request",
        ),
        (header("Host", "b.test"), "invalid_request"),
        (header("Transfer-Encoding", "chunked"), "invalid_request"),
        (header("x", "a\r\nhost: b.test"), "invalid_request"),
        (header("x: y\r\nhost", "b.test"), "invalid_request"),
        (header("x", &"a".repeat(40 << 10)), "too_large"),
        (header("x", "${secret:}"), "invalid_request"),
        (
            json!({ "headers": vec![json!({ "name": "x", "value": "" }); 65] }),
            "too_large",
        ),
    ] {
        let mut request = json!({ "url": server.url("/") });
        request
            .as_object_mut()
            .unwrap()
            .append(&mut fields.as_object().unwrap().clone());
        assert_eq!(net.outcome(&here(&server), &request), code, "{fields}");
    }
    assert_eq!(server.seen(), []);
}

#[test]
fn answers_that_are_too_much_or_no_http_are_errors() {
    let chunked = |chunks: &str| {
        Reply::Bytes(format!("HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\n{chunks}").into())
    };
    let server = server(move |seen| match seen.target() {
        "/small" => Reply::ok("12345678"),
        "/large" => Reply::ok("123456789"),
        "/lies" => Reply::Hanging(b"HTTP/1.1 200 x\r\ncontent-length: 99999999999\r\n\r\n".into()),
        "/endless" => Reply::Endless(b"HTTP/1.1 200 x\r\n\r\n".into(), vec![b'x'; 4096]),
        "/endless-chunks" => Reply::Endless(
            b"HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\n".into(),
            b"1\r\nx\r\n".into(),
        ),
        "/endless-headers" => Reply::Endless(b"HTTP/1.1 200 x\r\n".into(), b"x-a: b\r\n".into()),
        "/endless-header" => Reply::Endless(b"HTTP/1.1 200 x\r\nx-a: ".into(), vec![b'x'; 4096]),
        "/endless-100" => Reply::Endless(Vec::new(), b"HTTP/1.1 100 x\r\n\r\n".into()),
        "/huge-chunk" => chunked("ffffffffffffffff\r\nx"),
        "/bad-chunk" => chunked("zz\r\nx"),
        "/cut" => Reply::Bytes(b"HTTP/1.1 200 x\r\ncontent-length: 8\r\n\r\n1234".into()),
        "/empty" => Reply::Bytes(Vec::new()),
        "/text" => Reply::Bytes(b"hello\r\n\r\n".into()),
        "/upgrade" => {
            Reply::Hanging(b"HTTP/1.1 101 x\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n".into())
        }
        "/two-lengths" => Reply::Bytes(
            b"HTTP/1.1 200 x\r\ncontent-length: 1\r\ncontent-length: 4\r\n\r\n1234".into(),
        ),
        _ => Reply::Hanging(Vec::new()),
    });
    let net = Net::with(NetSettings {
        response_bytes_max: 8,
        ..NetSettings::default()
    });
    for (path, expected) in [
        ("/small", "200"),
        ("/large", "too_large"),
        ("/lies", "too_large"),
        ("/endless", "too_large"),
        ("/endless-chunks", "too_large"),
        ("/endless-headers", "too_large"),
        ("/endless-header", "too_large"),
        ("/endless-100", "deadline"),
        ("/huge-chunk", "unavailable"),
        ("/bad-chunk", "unavailable"),
        ("/cut", "unavailable"),
        ("/empty", "unavailable"),
        ("/text", "unavailable"),
        ("/upgrade", "unavailable"),
        ("/two-lengths", "unavailable"),
        ("/silent", "deadline"),
    ] {
        let request = json!({ "url": server.url(path), "wait_ms": 2_000 });
        assert_eq!(net.outcome(&here(&server), &request), expected, "{path}");
    }
    let request = json!({ "url": server.url("/small"), "max_bytes": 7 });
    assert_eq!(net.outcome(&here(&server), &request), "too_large");
}

#[test]
fn what_is_compressed_is_returned_as_it_came() {
    // A thousandfold: 16 MiB of zeros in gzip begin like this; nobody here would notice the rest.
    let bomb = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xec, 0xc1];
    let server = server(move |_| Reply::new(200, &["content-encoding: gzip"], bomb));
    let net = Net::new();
    let port = server.address.port();
    let answer = net.fetch(&here(&server), &json!({ "url": server.url("/") }));
    assert_eq!(answer.unwrap()["base64"], "H4sIAAAAAAAAA+zB");
    assert_eq!(server.take()[0].header("accept-encoding"), Some("identity"));
    // In what is compressed no echoed secret could be seen.
    let request = json!({
        "url": server.url("/"),
        "headers": [{ "name": "authorization", "value": "${secret:ACME_KEY}" }],
    });
    let rules = json!([rule_with_secret("127.0.0.1", port)]);
    assert_eq!(net.outcome(&rules, &request), "unavailable");
}

#[test]
fn time_is_up_for_the_patience_of_the_request_the_host_and_the_turn() {
    let server = server(|_| Reply::Hanging(Vec::new()));
    let patient = Net::new();
    let hasty = Net::with(NetSettings {
        timeout: Duration::from_millis(300),
        ..NetSettings::default()
    });
    let since = Instant::now();
    let url = server.url("/");
    let outcomes = [
        patient.outcome(&here(&server), &json!({ "url": url, "wait_ms": 300 })),
        hasty.outcome(&here(&server), &json!({ "url": url, "wait_ms": 60_000 })),
        hasty.outcome(&here(&server), &json!({ "url": url })),
    ];
    assert_eq!(outcomes, ["deadline", "deadline", "deadline"]);
    assert!(since.elapsed() < Duration::from_secs(20));
}

#[test]
fn redirects_are_followed_counted_and_returned() {
    let server = server(|seen| match seen.target() {
        "/one" => Reply::redirect(302, "/two"),
        "/two" => Reply::redirect(307, "three?q"),
        "/loop" => Reply::redirect(301, "/loop"),
        "/nowhere" => Reply::new(302, &[], "no location"),
        _ => Reply::ok(&format!("{} {}", seen.line, seen.body.len())),
    });
    let net = Net::with(NetSettings {
        redirects_max: 3,
        ..NetSettings::default()
    });
    let fetch = |fields: Value| {
        let mut request = json!({ "url": server.url("/one") });
        request
            .as_object_mut()
            .unwrap()
            .append(&mut fields.as_object().unwrap().clone());
        net.fetch(&here(&server), &request).unwrap()
    };
    let answer = fetch(json!({}));
    assert_eq!(answer["text"], "GET /three?q HTTP/1.1 0");
    assert_eq!(answer["url"], server.url("/three?q"));
    assert_eq!(answer["redirects"], 2);
    let answer = fetch(json!({ "method": "POST", "text": "1234" }));
    assert_eq!(
        answer["text"], "GET /three?q HTTP/1.1 0",
        "302 makes a GET of a POST"
    );
    let answer = fetch(json!({ "method": "PUT", "text": "1234" }));
    assert_eq!(answer["text"], "PUT /three?q HTTP/1.1 4");
    let answer = fetch(json!({ "redirects": "return" }));
    assert_eq!(
        (&answer["status"], &answer["redirects"]),
        (&json!(302), &json!(0))
    );
    assert_eq!(answer["text"], "moved");
    drop(server.take());
    let request = json!({ "url": server.url("/loop") });
    assert_eq!(net.outcome(&here(&server), &request), "unavailable");
    assert_eq!(server.take().len(), 4, "the first, and three redirects");
    let request = json!({ "url": server.url("/nowhere") });
    assert_eq!(net.outcome(&here(&server), &request), "302");
}

#[test]
fn no_cookie_is_kept() {
    let server = server(|seen| match seen.target() {
        "/login" => Reply::new(302, &["location: /in", "set-cookie: session=1"], ""),
        _ => Reply::ok("in"),
    });
    let net = Net::new();
    for path in ["/login", "/in"] {
        let answer = net.fetch(&here(&server), &json!({ "url": server.url(path) }));
        assert_eq!(answer.unwrap()["text"], "in");
    }
    assert_eq!(server.seen().len(), 3);
    assert!(
        server
            .seen()
            .iter()
            .all(|seen| seen.header("cookie").is_none())
    );
}

#[test]
fn a_secret_reaches_its_host_and_nobody_else() {
    let server = server(|seen| {
        let echo = seen.header("authorization").unwrap_or("nothing").to_owned();
        match seen.target() {
            "/elsewhere" => Reply::redirect(307, &format!("http://b.test:{}/echo", port_of(seen))),
            "/here" => Reply::redirect(307, "/echo"),
            "/tell" => Reply::redirect(302, &format!("/echo?{}", echo.replace(' ', "-"))),
            _ => Reply::new(
                200,
                &[&format!("x-echo: {echo}")],
                format!("you said {echo}"),
            ),
        }
    });
    let net = Net::new();
    let port = server.address.port();
    for name in ["a.test", "b.test"] {
        net.names.set(name, &[&["127.0.0.1"]]);
    }
    let rules = json!([rule_with_secret("a.test", port), rule("b.test", port)]);
    let fetch = |path: &str| {
        let request = json!({
            "url": format!("http://a.test:{port}{path}"),
            "headers": [{ "name": "Authorization", "value": "Bearer ${secret:ACME_KEY}" }],
        });
        net.fetch(&rules, &request)
    };
    for path in ["/echo", "/here"] {
        let answer = fetch(path).unwrap();
        assert_eq!(
            answer["text"], "you said Bearer ${secret:ACME_KEY}",
            "{path}"
        );
        let headers = answer["headers"].to_string();
        assert!(headers.contains("Bearer ${secret:ACME_KEY}"), "{headers}");
        let sent = format!("Bearer {}", KEY.1);
        assert!(
            server
                .take()
                .iter()
                .all(|seen| seen.header("authorization") == Some(sent.as_str()))
        );
    }
    assert_eq!(fetch("/elsewhere").unwrap()["text"], "you said nothing");
    let error = fetch("/tell").unwrap_err();
    assert_eq!(error.code, "unavailable");
    assert!(!error.message.contains("k3y"), "{error}");
}

/// The port in the `Host` header.
fn port_of(seen: &Seen) -> &str {
    seen.header("host")
        .and_then(|host| host.rsplit(':').next())
        .unwrap_or_default()
}

#[test]
fn a_secret_that_is_not_listed_or_not_known_stops_everything_before_a_lookup() {
    let server = server(|_| Reply::ok("yes"));
    let net = Net::new();
    let port = server.address.port();
    net.names.set("a.test", &[&["127.0.0.1"]]);
    let mut unknown = rule("a.test", port);
    unknown["secrets"] = json!(["OTHER"]);
    for (rules, secret) in [
        (json!([rule("a.test", port)]), "ACME_KEY"),
        (
            json!([rule("a.test", port), rule_with_secret("b.test", port)]),
            "ACME_KEY",
        ),
        (json!([rule_with_secret("a.test", port)]), "OTHER"),
        (json!([unknown]), "OTHER"),
    ] {
        let request = json!({
            "url": format!("http://a.test:{port}/"),
            "headers": [{ "name": "x-key", "value": format!("${{secret:{secret}}}") }],
        });
        assert_eq!(net.outcome(&rules, &request), "denied", "{rules}");
    }
    assert_eq!(net.names.asked(), [""; 0]);
    assert_eq!(server.seen(), []);
}
