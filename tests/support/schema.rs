//! A walk along a JSON Schema (2020-12), as much of it as docs/report.schema.json uses. A keyword it does not know fails.

use serde_json::Value;

/// What of `value` does not fit, each with its place.
pub fn check(root: &Value, value: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    walk(root, root, value, "$", &mut wrong);
    wrong
}

fn walk(root: &Value, schema: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
    for (keyword, said) in schema.as_object().expect("a schema is an object") {
        let fits = match keyword.as_str() {
            "$schema" | "$id" | "$defs" | "title" | "description" => true,
            "$ref" => {
                let path = said.as_str().unwrap().strip_prefix('#').unwrap();
                walk(root, root.pointer(path).unwrap_or_else(|| panic!("{path} is not defined")), value, at, wrong);
                true
            }
            "type" => is(value, said.as_str().unwrap()),
            "const" => value == said,
            "enum" => said.as_array().unwrap().contains(value),
            "minimum" => value.as_f64().is_none_or(|n| n >= said.as_f64().unwrap()),
            "pattern" => value.as_str().is_none_or(|text| matches(said.as_str().unwrap(), text)),
            "required" => value.as_object().is_none_or(|object| {
                said.as_array().unwrap().iter().all(|name| object.contains_key(name.as_str().unwrap()))
            }),
            "properties" => {
                for (name, schema) in said.as_object().unwrap() {
                    if let Some(value) = value.get(name) {
                        walk(root, schema, value, &format!("{at}.{name}"), wrong);
                    }
                }
                true
            }
            "additionalProperties" => {
                assert_eq!(*said, false);
                let known = schema["properties"].as_object().unwrap();
                value.as_object().is_none_or(|object| object.keys().all(|name| known.contains_key(name)))
            }
            "items" => {
                for (n, value) in value.as_array().into_iter().flatten().enumerate() {
                    walk(root, said, value, &format!("{at}[{n}]"), wrong);
                }
                true
            }
            other => panic!("the walk knows no keyword {other}"),
        };
        if !fits {
            wrong.push(format!("{at}: {keyword} {said} does not fit {value}"));
        }
    }
}

fn is(value: &Value, kind: &str) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        other => panic!("the walk knows no type {other}"),
    }
}

/// The two patterns of the schema: an id, and a time.
fn matches(pattern: &str, text: &str) -> bool {
    let digits = |text: &str, from: usize, to: usize| {
        (from..=to).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    if let Some(letter) = pattern.strip_prefix('^').and_then(|p| p.strip_suffix("[0-9]{2,3}$")) {
        return text.strip_prefix(letter).is_some_and(|n| digits(n, 2, 3));
    }
    assert!(pattern.starts_with("^[0-9]{4}-"), "the walk knows no pattern {pattern}");
    let Some(time) = text.strip_suffix('Z') else { return false };
    let (whole, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let shape: String = whole.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    shape == "0000-00-00T00:00:00" && digits(fraction, 1, 9)
}
