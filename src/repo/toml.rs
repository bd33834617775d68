//! TOML, parsed once: its value, and where each part of it starts.

use std::collections::BTreeMap;

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

use crate::repo::place::Place;

/// Parses a text.
///
/// # Errors
/// When it is no TOML.
pub fn parse(text: &str) -> Result<(Value, Place), Error> {
    let table = DeTable::parse(text)?;
    let start = table.span().start;
    let (value, inside) = read_table(table.get_ref());
    Ok((value, Place::new(start, inside)))
}

fn read(value: &Spanned<DeValue>) -> (Value, Place) {
    let start = value.span().start;
    let plain = |value: Value| (value, Place::new(start, BTreeMap::new()));
    match value.get_ref() {
        DeValue::String(text) => plain(Value::String(text.to_string())),
        DeValue::Integer(number) => {
            let number = i64::from_str_radix(number.as_str(), number.radix());
            plain(number.map_or(Value::Null, Value::from))
        }
        DeValue::Float(number) => plain(number.as_str().parse::<f64>().map_or(Value::Null, Value::from)),
        DeValue::Boolean(truth) => plain(Value::Bool(*truth)),
        DeValue::Datetime(time) => plain(Value::String(time.to_string())),
        DeValue::Array(list) => {
            let (values, places): (Vec<Value>, Vec<Place>) = list.iter().map(read).unzip();
            (Value::Array(values), Place::list(start, places.into_iter()))
        }
        DeValue::Table(table) => {
            let (value, inside) = read_table(table);
            (value, Place::new(start, inside))
        }
    }
}

fn read_table(table: &DeTable) -> (Value, BTreeMap<String, Place>) {
    let mut fields = serde_json::Map::new();
    let mut inside = BTreeMap::new();
    for (key, value) in table {
        let key = key.get_ref().to_string();
        let (value, place) = read(value);
        fields.insert(key.clone(), value);
        inside.insert(key, place);
    }
    (Value::Object(fields), inside)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn every_value_and_its_place_are_read_at_once() {
        let text = "[project]\nname = \"x\"\nkeys = [1, 0x10]\n[tool.uv]\npackage = true\n[[bin]]\nname = \"a\"\n[[bin]]\nname = \"b\"\n";
        let (value, place) = parse(text).unwrap();
        assert_eq!(value["project"]["keys"], serde_json::json!([1, 16]));
        let at = |keys: &[&str]| text[place.offset(keys).unwrap()..].lines().next().unwrap();
        assert_eq!(at(&["tool", "uv", "package"]), "true");
        assert_eq!(at(&["project", "keys", "1"]), "0x10]");
        assert_eq!(at(&["bin", "1", "name"]), "\"b\"");
        assert!(place.offset(&["tool", "pip"]).is_none() && place.offset(&["project", "name", "x"]).is_none());
    }

    #[test]
    fn what_is_no_toml_is_refused_at_its_place() {
        let error = parse("[project]\nname = \n").unwrap_err();
        assert!(error.span().is_some_and(|span| span.start >= 10), "{error:?}");
        assert!(parse("a = 1\na = 2\n").is_err());
    }
}
