//! Ways out: names that change their minds, redirects inward, addresses in disguise, headers and URLs that two readers
//! read in two ways. A server on this machine's second address stands for everything that must not be reached.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use sinew_contract_tests::web_server::{Reply, WebServer};

use crate::net::{Net, rule};

/// The server that may be reached, at 127.0.0.1, and the one that may not, at 127.0.0.2, on the same port.
struct Street {
    outside: WebServer,
    inside: WebServer,
    port: u16,
    /// Where `/go` outside redirects to, and with which status.
    sign: Arc<Mutex<(u16, String)>>,
}

impl Street {
    fn new() -> Self {
        let sign: Arc<Mutex<(u16, String)>> = Arc::default();
        let read = Arc::clone(&sign);
        let outside = WebServer::start(Ipv4Addr::LOCALHOST, 0, move |seen| {
            let (status, to) = read.lock().unwrap().clone();
            match seen.target() {
                "/go" => Reply::redirect(status, &to),
                _ => Reply::ok("outside"),
            }
        })
        .unwrap();
        let port = outside.address.port();
        let inside = WebServer::start(Ipv4Addr::new(127, 0, 0, 2), port, |_| Reply::ok("inside"));
        Self {
            outside,
            inside: inside.unwrap(),
            port,
            sign,
        }
    }

    fn rules(&self) -> Value {
        json!([rule("a.test", self.port), rule("moved.test", self.port)])
    }

    fn url(&self) -> String {
        format!("http://a.test:{}/go", self.port)
    }
}

/// Names that lead inside, by what their lookups answer, and what comes of the first fetch and of the second.
/// What it is called, what its name resolves to each time, and what is answered.
type Name = (
    &'static str,
    &'static [&'static [&'static str]],
    [&'static str; 2],
);

const NAMES: &[Name] = &[
    ("is at home outside", &[&["127.0.0.1"]], ["200", "200"]),
    (
        "moves in after its first lookup",
        &[&["127.0.0.1"], &["127.0.0.2"]],
        ["200", "denied"],
    ),
    (
        "moves out after its first lookup",
        &[&["127.0.0.2"], &["127.0.0.1"]],
        ["denied", "200"],
    ),
    (
        "has one address inside",
        &[&["127.0.0.1", "127.0.0.2"]],
        ["denied", "denied"],
    ),
    (
        "has one address outside",
        &[&["127.0.0.2", "127.0.0.1"]],
        ["denied", "denied"],
    ),
    (
        "has a second address inside that does not answer",
        &[&["127.0.0.1", "10.0.0.1"]],
        ["denied", "denied"],
    ),
    (
        "has a public address and one inside",
        &[&["93.184.215.14", "127.0.0.2"]],
        ["denied", "denied"],
    ),
    ("has no address", &[&[]], ["unavailable", "unavailable"]),
    (
        "is itself in IPv6 clothes",
        &[&["::ffff:127.0.0.1"]],
        ["200", "200"],
    ),
    (
        "is inside in IPv6 clothes",
        &[&["::ffff:127.0.0.2"]],
        ["denied", "denied"],
    ),
    (
        "is inside as an old IPv6 address",
        &[&["::127.0.0.2"]],
        ["denied", "denied"],
    ),
    (
        "is inside behind NAT64",
        &[&["64:ff9b::7f00:2"]],
        ["denied", "denied"],
    ),
    (
        "is inside behind a local NAT64",
        &[&["64:ff9b:1::7f00:2"]],
        ["denied", "denied"],
    ),
    (
        "is inside behind 6to4",
        &[&["2002:7f00:2::1"]],
        ["denied", "denied"],
    ),
    (
        "is inside behind Teredo",
        &[&["2001:0:7f00:2::1"]],
        ["denied", "denied"],
    ),
    ("is any address", &[&["0.0.0.0"]], ["denied", "denied"]),
    ("is any IPv6 address", &[&["::"]], ["denied", "denied"]),
    ("is this machine in IPv6", &[&["::1"]], ["denied", "denied"]),
    (
        "is the cloud's metadata",
        &[&["169.254.169.254"]],
        ["denied", "denied"],
    ),
    (
        "is the cloud's metadata in IPv6",
        &[&["fd00:ec2::254"]],
        ["denied", "denied"],
    ),
    ("is link-local", &[&["fe80::1"]], ["denied", "denied"]),
    ("is private", &[&["192.168.0.1"]], ["denied", "denied"]),
    (
        "is behind a carrier's NAT",
        &[&["100.64.0.1"]],
        ["denied", "denied"],
    ),
    (
        "is a multicast group",
        &[&["224.0.0.1"]],
        ["denied", "denied"],
    ),
    (
        "is broadcast",
        &[&["255.255.255.255"]],
        ["denied", "denied"],
    ),
];

#[test]
fn a_name_that_leads_inside_is_not_followed() {
    let street = Street::new();
    let net = Net::new();
    for (name, lookups, expected) in NAMES {
        net.names.set("a.test", lookups);
        let request = json!({ "url": format!("http://a.test:{}/", street.port) });
        let outcomes = [0, 1].map(|_| net.outcome(&street.rules(), &request));
        assert_eq!(outcomes, *expected, "a name that {name}");
        assert_eq!(net.names.asked(), ["a.test"; 2], "a name that {name}");
    }
    let many = vec!["127.0.0.1"; 40];
    let many: Vec<String> = (0..many.len()).map(|i| format!("127.0.1.{i}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    net.names.set("a.test", &[&many]);
    let request = json!({ "url": format!("http://a.test:{}/", street.port) });
    assert_eq!(net.outcome(&street.rules(), &request), "unavailable");
    assert_eq!(street.inside.seen(), []);
}

/// Where the server outside sends a request that was permitted, what comes of it, and which names are looked up after its
/// own. `#` stands for the port.
const REDIRECTS: &[(&str, &str, &[&str])] = &[
    ("http://a.test:#/x", "200", &["a.test"]),
    ("/x", "200", &["a.test"]),
    ("http://moved.test:#/x", "denied", &["moved.test"]),
    ("//moved.test:#/x", "denied", &["moved.test"]),
    ("http://127.0.0.2:#/", "denied", &[]),
    ("//127.0.0.2:#/", "denied", &[]),
    ("http://127.2:#/", "denied", &[]),
    ("http://0x7f000002:#/", "denied", &[]),
    ("http://0177.0.0.2:#/", "denied", &[]),
    ("http://2130706434:#/", "denied", &[]),
    ("http://[::ffff:127.0.0.2]:#/", "denied", &[]),
    ("http://[::ffff:7f00:2]:#/", "denied", &[]),
    ("http://[64:ff9b::127.0.0.2]:#/", "denied", &[]),
    ("http://[::1]:#/", "denied", &[]),
    ("http://0:#/", "denied", &[]),
    ("http://169.254.169.254/latest/meta-data/", "denied", &[]),
    ("http://metadata.google.internal/", "denied", &[]),
    ("http://localhost:#/", "denied", &[]),
    ("http://unknown.test:#/", "denied", &[]),
    ("http://a.test:1/", "denied", &[]),
    ("http://a.test/", "denied", &[]),
    ("https://a.test:#/", "denied", &[]),
    ("http://a.test.:#/", "unavailable", &[]),
    ("http://a.test@127.0.0.2:#/", "unavailable", &[]),
    ("http://127.0.0.2:#\\@a.test:#/", "unavailable", &[]),
    ("http://a.test:#\\.127.0.0.2/", "unavailable", &[]),
    ("http:127.0.0.2:#/", "200", &["a.test"]),
    ("file:///etc/passwd", "unavailable", &[]),
    ("gopher://127.0.0.2:#/x", "unavailable", &[]),
    ("data:text/plain,inside", "unavailable", &[]),
    ("http://", "unavailable", &[]),
    ("/%2e%2e%2fx", "unavailable", &[]),
];

#[test]
fn a_redirect_that_leads_inside_is_not_followed() {
    let street = Street::new();
    let net = Net::new();
    net.names.set("a.test", &[&["127.0.0.1"]]);
    net.names.set("moved.test", &[&["127.0.0.2"]]);
    let port = street.port.to_string();
    for status in [301, 302, 303, 307, 308] {
        for (to, expected, asked) in REDIRECTS {
            *street.sign.lock().unwrap() = (status, to.replace('#', &port));
            for method in ["GET", "POST"] {
                let request = json!({ "url": street.url(), "method": method });
                let case = format!("{status} {method} {to}");
                // A server that says nothing legible has had the request all the same.
                let expected = match (method, *expected) {
                    ("POST", "unavailable") => "in_doubt",
                    (_, expected) => expected,
                };
                assert_eq!(net.outcome(&street.rules(), &request), expected, "{case}");
                assert_eq!(net.names.asked()[1..], **asked, "{case}");
            }
        }
    }
    assert_eq!(street.inside.seen(), []);
}

#[test]
fn a_name_that_moves_in_between_two_hops_is_not_followed() {
    let street = Street::new();
    let net = Net::new();
    *street.sign.lock().unwrap() = (302, "/x".to_owned());
    for (lookups, expected) in [
        (&[&["127.0.0.1"][..], &["127.0.0.2"]], "denied"),
        (&[&["127.0.0.1"][..], &["127.0.0.1", "127.0.0.2"]], "denied"),
        (&[&["127.0.0.1"][..], &["127.0.0.1"]], "200"),
    ] {
        net.names.set("a.test", lookups);
        let request = json!({ "url": street.url() });
        assert_eq!(
            net.outcome(&street.rules(), &request),
            expected,
            "{lookups:?}"
        );
    }
    assert_eq!(street.inside.seen(), []);
}

/// A rule for every host, and one for a path and a method: what is judged is what is sent.
#[test]
fn a_redirect_is_judged_by_host_path_method_and_port_like_any_request() {
    let street = Street::new();
    let net = Net::new();
    net.names.set("a.test", &[&["127.0.0.1"]]);
    net.names.set("b.test", &[&["127.0.0.1"]]);
    let mut narrow = rule("a.test", street.port);
    narrow["path"] = json!("/go");
    let mut other = rule("b.test", street.port);
    other["path"] = json!("/open/*");
    other["methods"] = json!(["GET"]);
    let rules = json!([narrow, other]);
    for (method, status, to, expected) in [
        ("GET", 302, "/elsewhere", "denied"),
        ("GET", 302, "http://b.test:#/open/x", "200"),
        ("GET", 302, "http://b.test:#/closed/x", "denied"),
        ("GET", 302, "http://b.test:#/open/../closed/x", "denied"),
        ("GET", 302, "http://b.test:#/open/x/y", "denied"),
        ("POST", 303, "http://b.test:#/open/x", "200"),
        ("POST", 307, "http://b.test:#/open/x", "denied"),
        ("PUT", 302, "http://b.test:#/open/x", "denied"),
    ] {
        *street.sign.lock().unwrap() = (status, to.replace('#', &street.port.to_string()));
        let request = json!({ "url": street.url(), "method": method });
        assert_eq!(
            net.outcome(&rules, &request),
            expected,
            "{method} {status} {to}"
        );
    }
}

/// URLs and headers that lead inside, or would if somebody on the way read them in another way. `#` stands for the port.
/// What it is called, its headers, and the error.
type Asked = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
);

const REQUESTS: &[Asked] = &[
    ("http://a.test:#/", &[], "200"),
    ("http://A.TEST:#/", &[], "200"),
    ("http://\u{ff41}.test:#/", &[], "200"),
    ("http://moved.test:#/", &[], "denied"),
    ("http://127.0.0.2:#/", &[], "denied"),
    ("http://127.0.0.1:#/", &[], "denied"),
    ("http://127.2:#/", &[], "denied"),
    ("http://0x7f.2:#/", &[], "denied"),
    ("http://2130706434:#/", &[], "denied"),
    ("http://[::ffff:127.0.0.2]:#/", &[], "denied"),
    ("http://\u{2460}27.0.0.2:#/", &[], "denied"),
    ("http://a.test.:#/", &[], "invalid_request"),
    ("http://xa.test:#/", &[], "denied"),
    ("http://a.test.moved.test:#/", &[], "denied"),
    ("http://a.test:1/", &[], "denied"),
    ("https://a.test:#/", &[], "denied"),
    ("http://a.test:#@127.0.0.2:#/", &[], "invalid_request"),
    ("http://127.0.0.2:#\\@a.test:#/", &[], "invalid_request"),
    ("http://127.0.0.2:#/@a.test:#/", &[], "denied"),
    ("http://127.0.0.2:# /@a.test:#/", &[], "invalid_request"),
    ("http://a.test:#\t.127.0.0.2/", &[], "invalid_request"),
    (
        "http://a.test:#/\r\nhost: moved.test",
        &[],
        "invalid_request",
    ),
    ("http://a.test\u{0}.moved.test:#/", &[], "invalid_request"),
    ("http://a.test%00.moved.test:#/", &[], "invalid_request"),
    (
        "http://a.test:#/http://moved.test:#/",
        &[],
        "invalid_request",
    ),
    ("http://a.test:#//moved.test:#/", &[], "invalid_request"),
    ("http://a.test:#/?http://moved.test:#/", &[], "200"),
    ("http://a.test:#/#@moved.test:#/", &[], "200"),
    ("http://a.test:#/%2e%2e/x", &[], "invalid_request"),
    ("http://a.test:#/x%2f..%2fy", &[], "invalid_request"),
    (
        "http://a.test:#/",
        &[("Host", "moved.test")],
        "invalid_request",
    ),
    (
        "http://a.test:#/",
        &[("host\t", "moved.test")],
        "invalid_request",
    ),
    (
        "http://a.test:#/",
        &[(":authority", "moved.test")],
        "invalid_request",
    ),
    (
        "http://a.test:#/",
        &[("X-Forwarded-Host", "moved.test")],
        "200",
    ),
    (
        "http://a.test:#/",
        &[("Proxy-Connection", "keep-alive")],
        "invalid_request",
    ),
    (
        "http://a.test:#/",
        &[("Connection", "upgrade")],
        "invalid_request",
    ),
    ("http://a.test:#/", &[("Upgrade", "h2c")], "invalid_request"),
    (
        "http://a.test:#/",
        &[("Transfer-Encoding", "chunked")],
        "invalid_request",
    ),
    (
        "http://a.test:#/",
        &[("Content-Length", "100")],
        "invalid_request",
    ),
    (
        "http://a.test:#/",
        &[("x", "a\r\n\r\nGET http://moved.test/ HTTP/1.1")],
        "invalid_request",
    ),
    (
        "http://a.test:#/",
        &[("x\r\nhost", "moved.test")],
        "invalid_request",
    ),
    ("http://a.test:#/", &[("x", "a\u{0}b")], "invalid_request"),
];

#[test]
fn what_can_be_read_in_two_ways_is_not_sent() {
    let street = Street::new();
    let net = Net::new();
    net.names.set("a.test", &[&["127.0.0.1"]]);
    net.names.set("moved.test", &[&["127.0.0.2"]]);
    let port = street.port.to_string();
    for (url, headers, expected) in REQUESTS {
        // The last one of two `#` beside each other is a fragment's.
        let url = url
            .replace("/#", "/\u{1}")
            .replace('#', &port)
            .replace('\u{1}', "#");
        let headers: Vec<Value> = headers
            .iter()
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        let request = json!({ "url": url, "headers": headers });
        assert_eq!(
            net.outcome(&street.rules(), &request),
            *expected,
            "{url:?} {headers:?}"
        );
        for seen in street.outside.take() {
            assert_eq!(
                seen.header("host"),
                Some(&*format!("a.test:{port}")),
                "{url:?}"
            );
            assert!(seen.target().starts_with('/'), "{url:?}: {}", seen.line);
            assert_eq!(
                seen.headers
                    .iter()
                    .filter(|(name, _)| name == "host")
                    .count(),
                1
            );
        }
        net.names.asked();
    }
    assert_eq!(street.inside.seen(), []);
}

#[test]
fn a_name_is_not_looked_up_before_its_url_is_permitted() {
    let street = Street::new();
    let net = Net::new();
    net.names.set("told.test", &[&["127.0.0.1"]]);
    for url in [
        "http://told.test/",
        "http://the-password-is-xyz.told.test/",
        "https://told.test/",
    ] {
        assert_eq!(
            net.outcome(&street.rules(), &json!({ "url": url })),
            "denied"
        );
    }
    assert_eq!(net.names.asked(), [""; 0]);
}

#[test]
fn a_rule_for_every_host_reaches_no_private_address() {
    let street = Street::new();
    let net = Net::new();
    let mut every = rule("**", street.port);
    every.as_object_mut().unwrap().remove("private");
    for (name, address) in [
        ("a.test", "127.0.0.1"),
        ("b.test", "127.0.0.2"),
        ("c.test", "10.0.0.1"),
    ] {
        net.names.set(name, &[&[address]]);
        for host in [name, address] {
            let request = json!({ "url": format!("http://{host}:{}/", street.port) });
            assert_eq!(net.outcome(&json!([every]), &request), "denied", "{host}");
        }
    }
    assert_eq!(
        (street.outside.seen(), street.inside.seen()),
        (vec![], vec![])
    );
}
