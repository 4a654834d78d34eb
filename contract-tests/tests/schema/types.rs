//! What the generated and the hand-written types promise besides.

use serde_json::json;
use sinew_schema::{
    Answer, DecisionKind, EFFECTS, EffectError, EffectResult, GitGetBranchRequest,
    GitGetBranchResponse, GitLogRequest,
};

use super::{again, validator};

#[test]
fn a_typed_answer_looks_like_an_effect_result() {
    let branch = GitGetBranchResponse {
        branch: Some("main".to_owned()),
        ..GitGetBranchResponse::default()
    };
    let error = EffectError::new(EffectError::CODE_NOT_FOUND, "no repository at `/tmp`");
    for result in [Ok(branch), Err(error)] {
        let answer = Answer::from(result);
        let wire = serde_json::to_value(&answer).unwrap();
        assert_eq!(again::<EffectResult>(&wire).unwrap(), wire);
        assert_eq!(serde_json::from_value::<Answer<_>>(wire).unwrap(), answer);
    }
}

#[test]
fn a_request_of_one_string_is_made_from_that_string() {
    assert_eq!(GitGetBranchRequest::from("/repo").path, "/repo");
    let request = GitLogRequest {
        limit: Some(5),
        ..GitLogRequest::from(&String::from("/repo"))
    };
    assert_eq!(
        serde_json::to_value(request).unwrap(),
        json!({ "path": "/repo", "limit": 5 })
    );
}

#[test]
fn kinds_of_decisions_are_ordered_by_how_much_they_restrict() {
    let kinds = [
        DecisionKind::None,
        DecisionKind::Allow,
        DecisionKind::Ask,
        DecisionKind::Defer,
        DecisionKind::Deny,
    ];
    assert!(kinds.is_sorted());
}

#[test]
fn the_catalogue_is_written_as_its_schema_says() {
    let catalogue = serde_json::to_value(EFFECTS).unwrap();
    assert!(validator("EffectCatalogue").is_valid(&catalogue));
    assert_eq!(catalogue[0]["name"], "clock_now");
    assert_eq!(catalogue[0]["permit"], "none");
}
