//! Vectors as JSON, and hex.
use serde_json::Value;
use std::path::PathBuf;

/// Tests of a Wycheproof file, each with its group. Without the file: fails where CI=true, else says so and gives None.
pub fn official(name: &str) -> Option<Vec<(Value, Value)>> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../../shared/vectors");
    let folder = std::env::var("HAMMERWORK_VECTORS").ok().filter(|folder| !folder.is_empty());
    let path = PathBuf::from(folder.as_deref().unwrap_or(beside)).join("wycheproof").join(name);
    if !path.exists() {
        let message = format!("not run: {name}, since HAMMERWORK_VECTORS names no folder that has wycheproof/{name}");
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{message}");
        eprintln!("{message}");
        return None;
    }
    let file = read(path);
    let mut cases = Vec::new();
    for group in list(&file["testGroups"]) {
        cases.extend(list(&group["tests"]).iter().map(|test| (group.clone(), test.clone())));
    }
    assert_eq!(cases.len(), file["numberOfTests"].as_u64().unwrap() as usize);
    Some(cases)
}

/// A JSON file.
pub fn read(path: PathBuf) -> Value {
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap()
}

pub fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

pub fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no text {name} in {value}"))
}

/// Bytes of a field in hex.
pub fn bytes(value: &Value, name: &str) -> Vec<u8> {
    let hex = text(value, name);
    assert!(hex.is_ascii() && hex.len() % 2 == 0);
    (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap()).collect()
}
