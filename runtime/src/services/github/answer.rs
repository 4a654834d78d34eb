//! What an answer of GitHub's means.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::GithubError;
use super::exchange::Received;
use super::printable::printable;

/// Most reasons of one refusal that are repeated.
const REASONS_MAX: usize = 5;

/// How GitHub says no.
#[derive(Deserialize)]
struct Refusal {
    message: Option<String>,
    #[serde(default)]
    errors: Option<Vec<Value>>,
}

/// Reads an answer.
///
/// # Errors
///
/// `Unavailable` for what is no JSON or of another form: nobody who speaks GitHub's language is there.
pub(super) fn parsed<T: DeserializeOwned>(body: &[u8]) -> Result<T, GithubError> {
    serde_json::from_slice(body).map_err(|error| {
        // The error names types, places and fields, but can quote what it found.
        GithubError::Unavailable(format!(
            "what GitHub answered cannot be read: {}",
            printable(&error.to_string())
        ))
    })
}

/// What a refusal of GitHub's means for whoever asked for `subject`.
pub(super) fn refusal(received: &Received, subject: &str) -> GithubError {
    let said = said(&received.body);
    match received.status {
        301 | 302 | 307 | 308 => GithubError::NotFound(format!(
            "{subject} has another name at GitHub by now, or has moved"
        )),
        401 => GithubError::Unavailable(
            "GitHub does not accept the credentials: look at `[github]` and at the secret that it names"
                .to_owned(),
        ),
        403 | 451 => GithubError::Denied(format!("GitHub does not allow it for {subject}{said}")),
        404 | 410 => GithubError::NotFound(format!(
            "GitHub shows no {subject}: it is not there, or the credentials may not see it{said}"
        )),
        405 | 409 => GithubError::Conflict(format!("GitHub refuses it for {subject}{said}")),
        413 => GithubError::TooLarge(format!("it is too much for GitHub{said}")),
        400..=499 => GithubError::Invalid(format!("GitHub does not take it for {subject}{said}")),
        status => GithubError::Unavailable(format!("GitHub does not work: it answered {status}")),
    }
}

/// What GitHub gives for a reason, as the end of a sentence.
pub(super) fn said(body: &[u8]) -> String {
    // Whatever is no refusal in GitHub's own form says nothing that anybody has to read.
    let Ok(refusal) = serde_json::from_slice::<Refusal>(body) else {
        return String::new();
    };
    let reasons = refusal.errors.unwrap_or_default();
    let reasons = reasons.iter().take(REASONS_MAX).filter_map(reason);
    let parts: Vec<String> = refusal.message.into_iter().chain(reasons).collect();
    if parts.is_empty() {
        return String::new();
    }
    format!(": {}", printable(&parts.join("; ")))
}

/// A reason is a text, or an object that has one, or that names a field and what is wrong with it.
fn reason(value: &Value) -> Option<String> {
    let text = |name| value.get(name).and_then(Value::as_str);
    match (value.as_str(), text("message"), text("field"), text("code")) {
        (Some(said), ..) | (None, Some(said), ..) => Some(said.to_owned()),
        (None, None, Some(field), Some(code)) => {
            Some(format!("`{field}` {}", code.replace('_', " ")))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::exchange::Limits;
    use super::*;

    fn refused(status: u16, body: &str) -> GithubError {
        let received = Received {
            status,
            body: body.as_bytes().to_vec(),
            more: false,
            limits: Limits::default(),
        };
        refusal(&received, "`acme/api`")
    }

    #[test]
    fn a_refusal_carries_githubs_own_words_and_nothing_that_is_none() {
        let body = r#"{"message":"Validation Failed","errors":[{"resource":"Issue","field":"title","code":"missing_field"},
            {"message":"A pull request already exists"},"and this",{"odd":1},7],"documentation_url":"https://x"}"#;
        assert_eq!(
            refused(422, body).to_string(),
            "GitHub does not take it for `acme/api`: Validation Failed; `title` missing field; A pull request already exists; and this"
        );
        for body in [
            "<html>proxy</html>",
            "",
            "null",
            "[1]",
            r#"{"message":null}"#,
            r#"{"message":7}"#,
        ] {
            assert_eq!(
                refused(403, body).to_string(),
                "GitHub does not allow it for `acme/api`",
                "{body}"
            );
        }
        let long = format!(r#"{{"message":"{}"}}"#, "x".repeat(10_000));
        assert!(refused(409, &long).to_string().len() < 400);
    }

    #[test]
    fn what_is_of_another_form_is_no_answer() {
        for body in [&b"<html>"[..], b"{}", b"null", b"[1]", b"\xff", b""] {
            let error = parsed::<Vec<String>>(body).unwrap_err();
            assert!(matches!(error, GithubError::Unavailable(_)), "{error}");
        }
    }
}
