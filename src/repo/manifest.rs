//! JSON, TOML and YAML manifests behind one view: a value, and the line that any of its parts stands on.

use std::sync::OnceLock;

use serde_json::Value;

use crate::error::{Error, Result};
use crate::evidence::{Evidence, Fact};
use crate::repo::place::{self, Place};
use crate::repo::{Document, toml};

/// The notation that a manifest is written in, and where its parts stand, by a parser: those of a text that is only read
/// for its values are not looked for.
#[derive(Debug, Clone)]
enum Notation {
    Json(OnceLock<Place>),
    Toml(Place),
    Yaml(OnceLock<Place>),
}

/// A parsed manifest that still knows its text.
#[derive(Debug, Clone)]
pub struct Manifest {
    document: Document,
    value: Value,
    notation: Notation,
}

impl Manifest {
    pub(super) fn json(document: Document) -> Result<Self> {
        match serde_json::from_str(document.text()) {
            Ok(value) => Ok(Self { document, value, notation: Notation::Json(OnceLock::new()) }),
            Err(error) => {
                let line = u32::try_from(error.line().max(1)).unwrap_or(u32::MAX);
                let column = u32::try_from(error.column().max(1)).unwrap_or(u32::MAX);
                let text = error.to_string();
                let message = text.split(" at line ").next().unwrap_or(&text).to_lowercase();
                let message = if document.text().trim().is_empty() { "the file is empty".into() } else { message };
                let path = document.path().to_owned();
                Err(Error::Manifest { path, line, column, message, hint: Some("the file must be valid JSON".into()) })
            }
        }
    }

    pub(super) fn toml(document: Document) -> Result<Self> {
        match toml::parse(document.text()) {
            Ok((value, place)) => Ok(Self { document, value, notation: Notation::Toml(place) }),
            Err(error) => {
                let offset = error.span().map_or(0, |span| span.start);
                let message = error.message().lines().next().unwrap_or("it is not valid").to_lowercase();
                Err(document.error_at(offset, message, Some("the file must be valid TOML".into())))
            }
        }
    }

    pub(super) fn yaml(document: Document) -> Result<Self> {
        match serde_saphyr::from_str::<Value>(document.text()) {
            Ok(value) => Ok(Self { document, value, notation: Notation::Yaml(OnceLock::new()) }),
            Err(error) => {
                let text = error.to_string();
                let message = text.lines().next().unwrap_or("it is not valid").to_lowercase();
                Err(document.error_at(0, message, Some("the file must be valid YAML".into())))
            }
        }
    }

    /// The text that it was read from.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The path, relative to the root of the repository.
    pub fn path(&self) -> &str {
        self.document.path()
    }

    /// The whole value.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The value at a path of keys.
    pub fn get(&self, keys: &[&str]) -> Option<&Value> {
        keys.iter().try_fold(&self.value, |value, key| value.get(key))
    }

    /// The line that the value at a path of keys stands on; the first line where the place is not known.
    pub fn evidence(&self, keys: &[&str]) -> Evidence {
        self.document.evidence_at(self.offset(keys).unwrap_or(0))
    }

    /// The text at a path of keys; nothing where it is absent or null.
    ///
    /// # Errors
    /// [`Error::Manifest`] when something other than text stands there.
    pub fn string(&self, keys: &[&str]) -> Result<Option<Fact<String>>> {
        match self.get(keys) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(Fact::new(text.clone(), self.evidence(keys)))),
            Some(_) => Err(self.error(keys, "a string")),
        }
    }

    /// The text at a path of keys; nothing where something else or nothing stands there.
    pub fn text(&self, keys: &[&str]) -> Option<Fact<String>> {
        self.string(keys).ok().flatten()
    }

    /// The names in the table at a path of keys, in the order of the file.
    pub fn names(&self, keys: &[&str]) -> Vec<&str> {
        self.get(keys)
            .and_then(Value::as_object)
            .map(|table| table.keys().map(String::as_str).collect())
            .unwrap_or_default()
    }

    /// The texts of the list at a path of keys; other elements are left out.
    pub fn strings(&self, keys: &[&str]) -> Vec<&str> {
        self.get(keys)
            .and_then(Value::as_array)
            .map(|list| list.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default()
    }

    /// The error that something else than `expected` stands at a path of keys.
    pub fn error(&self, keys: &[&str], expected: &str) -> Error {
        let message = format!("expected {expected} at `{}`", keys.join("."));
        self.document.error_at(self.offset(keys).unwrap_or(0), message, None)
    }

    /// Where the value at a path of keys starts, in bytes; an element of a list is named by its number.
    pub fn offset(&self, keys: &[&str]) -> Option<usize> {
        let text = self.document.text();
        let places = match &self.notation {
            Notation::Json(places) => places.get_or_init(|| place::json(text)),
            Notation::Toml(places) => places,
            Notation::Yaml(places) => places.get_or_init(|| place::yaml(text)),
        };
        places.offset(keys)
    }
}
