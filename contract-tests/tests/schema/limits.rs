//! The limits that the schema sets for requests hold for the types, exactly where validation draws them.

use serde_json::{Value, json};
use sinew_schema::{EffectError, LimitError, Limited, for_each_effect};

use super::{definitions, examples, validator};

type Check = fn(&Value) -> Result<(), LimitError>;

macro_rules! checks {
    ($([$name:ident $effect:ident $request:ident $response:ident])*) => {
        &[$((stringify!($request), |value| {
            serde_json::from_value::<sinew_schema::$request>(value.clone()).unwrap().check_limits()
        })),*]
    };
}
const CHECKS: &[(&str, Check)] = for_each_effect!(checks);

fn check(request: &str) -> Check {
    CHECKS.iter().find(|(name, _)| *name == request).unwrap().1
}

/// An example of what a list holds, where that is an object.
fn an_item(list: &Value) -> Option<Value> {
    if list["items"]["type"] == "object" {
        return Some(json!({}));
    }
    let name = list["items"]["$ref"].as_str()?.rsplit('/').next()?;
    examples(&definitions()[name]).first().cloned()
}

/// Values at a limit, and one step beyond it.
fn around(schema: &Value, current: &Value) -> Vec<Value> {
    let repeated = |count: u64| {
        let item = current.get(0).cloned().or_else(|| an_item(schema));
        let item = item.unwrap_or_else(|| json!("a"));
        Value::from_iter(std::iter::repeat_n(item, usize::try_from(count).unwrap()))
    };
    let text = |count: u64| {
        json!(
            "refs/"
                .chars()
                .cycle()
                .take(usize::try_from(count).unwrap())
                .collect::<String>()
        )
    };
    let mut values = Vec::new();
    for (keyword, bound) in schema.as_object().unwrap() {
        let steps = bound
            .as_u64()
            .map_or(0..0, |bound| bound.saturating_sub(1)..bound + 2);
        match keyword.as_str() {
            "minimum" | "maximum" => values.extend(steps.map(Value::from)),
            "minLength" | "maxLength" => values.extend(steps.map(text)),
            "minItems" | "maxItems" => values.extend(steps.map(repeated)),
            _ => {}
        }
    }
    values
}

#[test]
fn the_types_refuse_what_validation_refuses() {
    let mut refused = 0;
    for (name, check) in CHECKS {
        let schema = &definitions()[*name];
        let validator = validator(name);
        for (property, schema) in schema["properties"].as_object().into_iter().flatten() {
            for example in examples(&definitions()[*name]) {
                for value in around(schema, &example[property]) {
                    let mut request = example.clone();
                    request[property] = value;
                    let verdict = check(&request);
                    assert_eq!(
                        verdict.is_ok(),
                        validator.is_valid(&request),
                        "{name}: {request}"
                    );
                    if let Err(error) = verdict {
                        assert_eq!(error.pointer, format!("/{property}"), "{name}");
                        refused += 1;
                    }
                }
            }
        }
    }
    assert!(refused > 30, "only {refused} values were refused");
}

#[test]
fn every_example_keeps_the_limits() {
    for (name, check) in CHECKS {
        for example in examples(&definitions()[*name]) {
            check(example).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}

#[test]
fn a_broken_limit_names_the_value_and_what_it_has_to_be() {
    let error = check("RandomBytesRequest")(&json!({ "length": 65537 })).unwrap_err();
    let error = EffectError::from(error);
    assert_eq!(error.code, EffectError::CODE_TOO_LARGE);
    assert_eq!(error.message, "`/length` has to be at most 65536");

    let refs = json!([{ "source": "a", "target": "refs/heads/a" }, { "source": "b", "target": "heads/b" }]);
    let push = json!({ "path": "/repo", "remote": "origin", "refs": refs });
    assert!(!validator("GitPushRequest").is_valid(&push));
    let error = EffectError::from(check("GitPushRequest")(&push).unwrap_err());
    assert_eq!(error.code, EffectError::CODE_INVALID_REQUEST);
    assert_eq!(error.message, "`/refs/1/target` has to begin with `refs/`");
}
