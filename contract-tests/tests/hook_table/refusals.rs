//! What the gate refuses before a plugin is asked: bodies it does not read, callers it does not know.

use serde_json::{Value, json};
use sinew_contract_tests::daemon::{Daemon, Installation};
use sinew_contract_tests::exchange::{Connection, Reply, post};
use sinew_contract_tests::gate_cells;
use sinew_contract_tests::probe_plugin::ProbePlugin;

use crate::{
    Findings, INSTANCES, UNKNOWN, asking, body, denying, events, gate_record, ledger,
    no_slot_is_lost, optional, positions,
};

/// One way to be refused: the word in the ledger, and the sentence.
struct Refusal {
    word: &'static str,
    says: &'static str,
}

const TOKEN: Refusal = Refusal {
    word: "token",
    says: "sinew: this hook's bearer token is missing or wrong; check the `Authorization` header in the client's settings",
};
const TOO_LARGE: Refusal = Refusal {
    word: "too_large",
    says: "sinew: this event is larger than the gate accepts (`limits.body`)",
};
const UNREADABLE: Refusal = Refusal {
    word: "unreadable",
    says: "sinew: this event is not a JSON object with a `hook_event_name`",
};
const MISMATCH: Refusal = Refusal {
    word: "event_mismatch",
    says: "sinew: the event in this hook's URL is not the event it was sent for; check its URL in the client's settings",
};
const PATH: Refusal = Refusal {
    word: "path",
    says: "sinew: the hook's URL does not end in an event's name",
};

/// What it is called, how it is refused, and what is sent: headers and body.
type Case<'a> = (
    &'a str,
    &'static Refusal,
    &'a [(&'static str, String)],
    &'a [u8],
);

/// A case that was tried, for the look at the ledger.
struct Tried {
    case: String,
    event: Option<&'static str>,
    refusal: &'static Refusal,
    reply: Reply,
}

async fn refuses(plugin: Option<ProbePlugin>) {
    let plugins: Vec<_> = plugin.clone().into_iter().collect();
    let Some(installation) = Installation::new(INSTANCES, &plugins).unwrap() else {
        return;
    };
    let daemon = installation.serve(0).await.unwrap();
    let column = |event: &str| {
        plugin.as_ref().map_or("none", |plugin| {
            (plugin.on_failure)(if event == UNKNOWN { "" } else { event })
        })
    };
    let mut findings = Findings::default();
    let mut tried = Vec::new();
    let large = vec![b' '; 33 << 20];
    for event in events() {
        let sent = body(event, "refused", &json!({"do": "none"}));
        let path = format!("/hooks/{event}");
        let stranger = daemon.headers_with("somebody-else");
        let nameless: Vec<_> = daemon
            .headers()
            .into_iter()
            .filter(|(name, _)| *name != "authorization")
            .collect();
        let operator = daemon.headers_with(&daemon.admin_token);
        let headers = daemon.headers();
        let cases: [Case<'_>; 9] = [
            ("wrong token", &TOKEN, &stranger, &sent),
            ("no token", &TOKEN, &nameless, &sent),
            ("another role's token", &TOKEN, &operator, &sent),
            ("33 MiB", &TOO_LARGE, &headers, &large),
            (
                "JSON that breaks off",
                &UNREADABLE,
                &headers,
                &sent[..sent.len() - 1],
            ),
            ("no JSON", &UNREADABLE, &headers, b"\xff\xfe"),
            ("no object", &UNREADABLE, &headers, b"[1]"),
            ("no body", &UNREADABLE, &headers, b""),
            ("33 MiB and a wrong token", &TOKEN, &stranger, &large),
        ];
        for (name, refusal, headers, body) in cases {
            // Once is enough for what costs as much as this.
            if name == "33 MiB and a wrong token" && event != "PreToolUse" {
                continue;
            }
            let case = format!("{event} × {name}");
            let reply = daemon.post(&path, headers, body).await.unwrap();
            let expected = gate_cells::failure(event, column(event), refusal.says);
            findings.answer(&case, event, &expected, &reply);
            tried.push(Tried {
                case,
                event: Some(event),
                refusal,
                reply,
            });
        }
    }
    mismatches(&mut findings, &mut tried, &daemon, &column).await;
    if plugin.is_some() {
        no_slot_is_lost(&mut findings, &daemon).await;
    }
    for Tried {
        case,
        event,
        refusal,
        reply,
    } in &tried
    {
        let detail = format!("{}: {}", refusal.word, refusal.says);
        let positions = positions(reply);
        gate_record(&installation.state(), case, &positions, |row| {
            row.kind == "gate"
                && row.text("/what") == "refused"
                && row.text("/event") == event.unwrap_or_default()
                && row.text("/detail") == detail
        })
        .await;
    }
    // Each case has a record of its own, and there are no others.
    daemon.terminate().await.unwrap();
    let records = ledger(&installation.state())
        .into_values()
        .filter(|row| row.text("/what") == "refused");
    findings.same("records", tried.len(), records.count());
    findings.none();
}

/// The event in the path is another than the body's, or none: the stricter of both columns answers.
async fn mismatches(
    findings: &mut Findings,
    tried: &mut Vec<Tried>,
    daemon: &Daemon,
    column: &impl Fn(&str) -> &'static str,
) {
    let rank = |column: &&str| ["none", "ask", "deny"].iter().position(|one| one == column);
    let send = async |path: &str, body: &[u8]| {
        let mut connection = Connection::tcp(daemon.address).await.unwrap();
        let request = post(path, &daemon.headers(), body);
        connection.send(&request).await.unwrap();
        connection.reply().await.unwrap()
    };
    for event in events().filter(|event| *event != "PreToolUse") {
        let case = format!("{event} × another event's path");
        let mismatch = body(event, "mismatch", &Value::Null);
        let reply = send("/hooks/PreToolUse", &mismatch).await;
        let strictest = [column(event), column("PreToolUse")]
            .into_iter()
            .max_by_key(rank);
        let expected = gate_cells::failure(event, strictest.unwrap(), MISMATCH.says);
        findings.answer(&case, event, &expected, &reply);
        tried.push(Tried {
            case,
            event: Some(event),
            refusal: &MISMATCH,
            reply,
        });
    }
    for path in ["/hooks/", "/hooks/no-event", "/hooks/Pre/ToolUse"] {
        let case = format!("{path} × no event in the path");
        let reply = send(path, &body("PreToolUse", "no event", &Value::Null)).await;
        let strictest = events().map(column).max_by_key(rank).unwrap();
        let expected = gate_cells::failure("*", strictest, PATH.says);
        findings.answer(&case, UNKNOWN, &expected, &reply);
        tried.push(Tried {
            case,
            event: None,
            refusal: &PATH,
            reply,
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_denied_where_somebody_guards() {
    refuses(Some(denying())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_asked_about_where_the_guard_says_so() {
    refuses(Some(asking())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_goes_by_where_nobody_guards() {
    refuses(Some(optional())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_goes_by_where_nobody_is_subscribed() {
    refuses(None).await;
}
