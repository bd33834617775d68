//! Where the parts of a manifest stand, in any of its notations.

use std::collections::BTreeMap;
use std::fmt;

use jsonc_parser::ast::Value;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

/// Where a value starts, in bytes, and those in it.
#[derive(Debug, Clone, Default)]
pub struct Place {
    start: usize,
    /// By the key in a table; the elements of a list by their numbers.
    inside: BTreeMap<String, Place>,
}

impl Place {
    /// The place of a value that starts here.
    pub fn new(start: usize, inside: BTreeMap<String, Self>) -> Self {
        Self { start, inside }
    }

    /// The place of a list.
    pub fn list(start: usize, elements: impl Iterator<Item = Self>) -> Self {
        Self::new(start, elements.enumerate().map(|(index, place)| (index.to_string(), place)).collect())
    }

    /// Where the value at a path of keys starts, in bytes; an element of a list is named by its number.
    pub fn offset(&self, keys: &[&str]) -> Option<usize> {
        keys.iter().try_fold(self, |place, key| place.inside.get(*key)).map(|place| place.start)
    }
}

/// The places of JSON text that is known to be valid.
pub fn json(text: &str) -> Place {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default());
    parsed.ok().and_then(|parsed| parsed.value).map(|value| of_json(&value)).unwrap_or_default()
}

fn of_json(value: &Value) -> Place {
    use jsonc_parser::common::Ranged;
    let start = value.range().start;
    match value {
        Value::Object(object) => {
            let inside = object.properties.iter().map(|it| (it.name.as_str().to_owned(), of_json(&it.value)));
            Place::new(start, inside.collect())
        }
        Value::Array(list) => Place::list(start, list.elements.iter().map(of_json)),
        _ => Place::new(start, BTreeMap::new()),
    }
}

/// The places of YAML text that is known to be valid: of a value in a table, that of its key.
pub fn yaml(text: &str) -> Place {
    serde_saphyr::from_str::<Spanned<Inside>>(text).map(of_yaml).unwrap_or_default()
}

/// What lies in a value of YAML.
struct Inside(BTreeMap<String, Place>);

fn of_yaml(Spanned { value, referenced, .. }: Spanned<Inside>) -> Place {
    Place::new(start_of(referenced), value.0)
}

fn start_of(place: serde_saphyr::Location) -> usize {
    place.span().byte_offset().and_then(|offset| usize::try_from(offset).ok()).unwrap_or_default()
}

impl<'de> Deserialize<'de> for Inside {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(InsideVisitor)
    }
}

struct InsideVisitor;

impl<'de> Visitor<'de> for InsideVisitor {
    type Value = Inside;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Inside, A::Error> {
        let mut inside = BTreeMap::new();
        while let Some((key, value)) = map.next_entry::<Spanned<String>, Spanned<Inside>>()? {
            inside.insert(key.value, Place::new(start_of(key.referenced), value.value.0));
        }
        Ok(Inside(inside))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Inside, A::Error> {
        let mut places = Vec::new();
        while let Some(element) = list.next_element()? {
            places.push(of_yaml(element));
        }
        Ok(Inside(Place::list(0, places.into_iter()).inside))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Inside, E> {
        Ok(Inside(BTreeMap::new()))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Inside, E> {
        Ok(Inside(BTreeMap::new()))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Inside, E> {
        Ok(Inside(BTreeMap::new()))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Inside, E> {
        Ok(Inside(BTreeMap::new()))
    }

    fn visit_str<E>(self, _: &str) -> Result<Inside, E> {
        Ok(Inside(BTreeMap::new()))
    }

    fn visit_unit<E>(self) -> Result<Inside, E> {
        Ok(Inside(BTreeMap::new()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Place, json, yaml};

    #[test]
    fn a_key_is_found_in_every_notation() {
        let text = "{\n \"a\": {\"x\": \"}\", \"b\": 1},\n \"engines\": {\n  \"node\": \">=20\", \"c\": [1, 2]}}";
        let places = json(text);
        assert_eq!(&text[places.offset(&["engines", "node"]).unwrap()..][..6], "\">=20\"");
        assert_eq!(&text[places.offset(&["engines", "c", "1"]).unwrap()..][..2], "2]");
        assert_eq!(places.offset(&["engines", "npm"]), None);
        let text = "a: 1\npackages:\n  - x\n  - {y: é, z: null}\n\"catalog\":\n  1: 2.5\n  react: &r 19\n  b: *r\n";
        let places = yaml(text);
        let at = |keys: &[&str]| &text[places.offset(keys).unwrap()..];
        assert!(at(&["catalog", "react"]).starts_with("react"));
        assert!(at(&["catalog"]).starts_with("\"catalog\""));
        assert!(at(&["packages", "1", "z"]).starts_with("z: null}"));
        assert!(at(&["packages", "0"]).starts_with("x\n") && at(&["catalog", "b"]).starts_with("b: *r"));
        assert_eq!(places.offset(&["catalog", "x"]), None);
    }

    #[test]
    fn the_places_of_many_keys_are_found_at_once() {
        // asked for one by one in the text, these would take minutes
        let keys: Vec<String> = (0..10_000).map(|number| format!("key{number}")).collect();
        let all = |places: &Place| keys.iter().all(|key| places.offset(&[key]).is_some());
        let lines = |quote: &str| keys.iter().map(|key| format!("{quote}{key}{quote}: 1")).collect::<Vec<_>>();
        assert!(all(&json(&format!("{{{}}}", lines("\"").join(",\n")))));
        assert!(all(&yaml(&lines("").join("\n"))));
    }
}
