//! Findings that are known: an old repository starts with all of its own, and hears of new ones alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::check::{Finding, SettingsError};

/// The findings that are known, with how often each is there. Lines do not count: they move.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    findings: Vec<Known>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Known {
    file: String,
    rule: String,
    message: String,
    count: usize,
}

impl Baseline {
    /// All of these findings.
    pub fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        let mut counts: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
        for finding in findings {
            *counts.entry((&finding.file, finding.rule, &finding.message)).or_default() += 1;
        }
        let known = |((file, rule, message), count): ((&str, &str, &str), usize)| Known {
            file: file.to_owned(),
            rule: rule.to_owned(),
            message: message.to_owned(),
            count,
        };
        Self { findings: counts.into_iter().map(known).collect() }
    }

    /// Reads a file of known findings.
    ///
    /// # Errors
    /// Where it is none.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        serde_json::from_str(text)
            .map_err(|error| SettingsError::new(format!("it is no list of known findings: {error}")))
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        format!("{text}\n")
    }

    /// Leaves only findings that are not known, each as often as there are more of it.
    pub fn strike(&mut self, findings: &mut Vec<Finding>) {
        findings.retain(|finding| {
            let known = self.findings.iter_mut().find(|known| {
                known.count > 0
                    && known.file == finding.file
                    && known.rule == finding.rule
                    && known.message == finding.message
            });
            known.is_none_or(|known| {
                known.count -= 1;
                false
            })
        });
    }
}
