//! What a project wants of the rules: `[check]` of `dockgen.toml`, and the file of another checker.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::check::{Finding, RULES, Rule, Severity};
use crate::dockerfile::Glob;

/// How a rule is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not at all.
    Off,
    /// Its findings are notes.
    Note,
    /// Its findings are warnings.
    Warning,
    /// Its findings are errors.
    Error,
}

/// What a project wants of the rules.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Settings {
    /// The level of rules, by their names here or elsewhere.
    pub rules: BTreeMap<String, Level>,
    /// The registries that images may come from; any where it is empty. A `*` stands for anything but `/`.
    pub registries: Vec<String>,
    /// The labels that an image must have.
    pub required_labels: Vec<String>,
    /// What makes the status 1.
    pub fail_on: Option<Severity>,
    /// The file of findings that are known, relative to the file that this was read from.
    pub baseline: Option<String>,
    /// What holds for some Dockerfiles alone.
    pub paths: Vec<PathSettings>,
    /// Whether the program `shellcheck` is asked, where it is there: what it finds depends on the machine.
    #[serde(skip)]
    pub asks_shellcheck: bool,
}

/// What holds for the Dockerfiles that a pattern matches; what it does not say is as for all.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PathSettings {
    /// The pattern, as in `.dockerignore`.
    pub path: String,
    /// The level of rules.
    #[serde(default)]
    pub rules: BTreeMap<String, Level>,
    /// The registries that images may come from.
    pub registries: Option<Vec<String>>,
    /// The labels that an image must have.
    pub required_labels: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    check: Settings,
}

/// The file of another checker.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct Hadolint {
    ignored: Vec<String>,
    #[serde(rename = "trustedRegistries")]
    trusted_registries: Vec<String>,
    failure_threshold: Option<String>,
    r#override: BTreeMap<String, Vec<String>>,
}

/// Why a file of settings can't be used: lower case, without a full stop.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SettingsError(String);

impl SettingsError {
    pub(super) fn new(message: String) -> Self {
        Self(message)
    }
}

impl Settings {
    /// Reads `[check]` of a `dockgen.toml`.
    ///
    /// # Errors
    /// Where it is no TOML, has a key that there is not, or names a rule that there is not.
    pub fn from_toml(text: &str) -> Result<Self, SettingsError> {
        let file: File = toml::from_str(text).map_err(|error| SettingsError(error.message().to_owned()))?;
        let names = file.check.paths.iter().flat_map(|it| it.rules.keys()).chain(file.check.rules.keys());
        for name in names {
            if !RULES.iter().any(|rule| rule.is_called(name)) {
                return Err(SettingsError(format!("there is no rule `{name}`{}", meant(name))));
            }
        }
        Ok(file.check)
    }

    /// Reads a `.hadolint.yaml`; rules that are not here are passed over.
    ///
    /// # Errors
    /// Where it is no YAML, or not of this form.
    pub fn from_hadolint(text: &str) -> Result<Self, SettingsError> {
        let file: Hadolint = serde_saphyr::from_str(text).map_err(|error| SettingsError(error.to_string()))?;
        let mut settings = Self { registries: file.trusted_registries, ..Self::default() };
        for (level, names) in file.r#override {
            let Some(level) = level_of(&level) else { continue };
            settings.rules.extend(names.into_iter().map(|name| (name, level)));
        }
        settings.rules.extend(file.ignored.into_iter().map(|name| (name, Level::Off)));
        settings.fail_on = file.failure_threshold.as_deref().and_then(level_of).and_then(Level::severity);
        Ok(settings)
    }

    /// Everything that there is, at its own level.
    pub fn everything() -> Self {
        let optional = RULES.iter().filter(|rule| rule.is_optional);
        let own = |rule: &&Rule| (rule.name.to_owned(), Level::from(rule.severity));
        Self { rules: optional.map(own).collect(), ..Self::default() }
    }

    /// Whether a rule is to be run for a Dockerfile.
    pub(super) fn runs(&self, rule: &Rule, path: &str) -> bool {
        match self.level(rule.name, None, rule, path) {
            Some(level) => level != Level::Off,
            None => !rule.is_optional || rule.also.iter().any(|name| self.rules.contains_key(*name)),
        }
    }

    /// Gives a finding the level that the project wants; false where it wants none.
    pub(super) fn apply(&self, finding: &mut Finding, rule: &Rule, path: &str) -> bool {
        match self.level(rule.name, finding.code.as_deref(), rule, path).map(Level::severity) {
            Some(Some(severity)) => finding.severity = severity,
            Some(None) => return false,
            None => {}
        }
        true
    }

    /// The level of a rule; `code` is the one of its names elsewhere that a finding has.
    fn level(&self, name: &str, code: Option<&str>, rule: &Rule, path: &str) -> Option<Level> {
        let of = |rules: &BTreeMap<String, Level>| {
            let elsewhere = || match code {
                Some(code) => rules.get(code),
                // A rule with several names elsewhere is more than any of them.
                None if rule.also.len() == 1 => rules.get(rule.also[0]),
                None => None,
            };
            rules.get(name).or_else(elsewhere).copied()
        };
        self.of_path(path).find_map(|it| of(&it.rules)).or_else(|| of(&self.rules))
    }

    /// What holds for a Dockerfile alone, the last that the project says of it first.
    fn of_path(&self, path: &str) -> impl Iterator<Item = &PathSettings> {
        self.paths.iter().rev().filter(move |it| Glob::new(&it.path).matches(path))
    }

    /// The registries that the images of a Dockerfile may come from; any where it is empty.
    pub(super) fn registries(&self, path: &str) -> &[String] {
        self.of_path(path).find_map(|it| it.registries.as_ref()).unwrap_or(&self.registries)
    }

    /// The labels that the image of a Dockerfile must have.
    pub(super) fn required_labels(&self, path: &str) -> &[String] {
        self.of_path(path).find_map(|it| it.required_labels.as_ref()).unwrap_or(&self.required_labels)
    }
}

impl Level {
    fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Note => Some(Severity::Note),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}

impl From<Severity> for Level {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Error,
            Severity::Warning => Self::Warning,
            Severity::Note => Self::Note,
        }
    }
}

/// A level by its name here or elsewhere.
fn level_of(name: &str) -> Option<Level> {
    match name {
        "error" => Some(Level::Error),
        "warning" => Some(Level::Warning),
        "info" | "style" | "note" => Some(Level::Note),
        "ignore" | "none" => Some(Level::Off),
        _ => None,
    }
}

/// What a misspelt name of a rule may have meant, as the end of a sentence.
pub(super) fn meant(name: &str) -> String {
    let near = RULES.iter().find(|rule| crate::text::is_near(rule.name, name));
    near.map_or_else(String::new, |rule| format!("; did you mean `{}`", rule.name))
}
