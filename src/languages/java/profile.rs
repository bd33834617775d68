//! Which profiles are active although nobody names them.

use roxmltree::Node;

use crate::languages::java::pom::{child, text_of};
use crate::path::join;
use crate::repo::Repo;

/// The Java that a condition is compared with: the oldest that an image is built with.
const JDK: u32 = 17;

/// When a profile is active.
#[derive(Debug, PartialEq, Eq)]
pub enum Activation {
    /// Always, in an image.
    Active,
    /// Unless another one of its POM is.
    Default,
    /// When a file of the module that is built is there, or is not.
    File(FileCondition),
    /// Only when it is named.
    Inactive,
}

/// A file that must be there, or must not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileCondition {
    path: String,
    is_wanted: bool,
}

impl FileCondition {
    /// Whether it holds for the module in a folder; the names of files can't be other properties than the folder.
    pub fn holds(&self, repo: &Repo, folder: &str) -> bool {
        let path = ["${basedir}/", "${project.basedir}/"]
            .iter()
            .find_map(|start| self.path.strip_prefix(start))
            .unwrap_or(&self.path);
        let place = join(folder, path.trim_start_matches("./").trim_end_matches('/'));
        let is_there = repo.has(&place) || repo.has_folder(&place);
        !path.contains("${") && is_there == self.is_wanted
    }
}

/// The activation of a profile: all of its conditions must hold, as Maven has it since 3.2.2.
pub fn activation(profile: Node) -> Activation {
    let Some(activation) = child(profile, "activation") else { return Activation::Inactive };
    if text_of(activation, "activeByDefault") == "true" {
        return Activation::Default;
    }
    let jdk = child(activation, "jdk").map(|_| is_jdk(&text_of(activation, "jdk")));
    let property = child(activation, "property").map(|node| text_of(node, "name").starts_with('!'));
    let system = child(activation, "os").map(|node| is_linux(node));
    let conditions = [jdk, property, system];
    if conditions.contains(&Some(false)) {
        return Activation::Inactive;
    }
    if let Some(file) = child(activation, "file") {
        let exists = text_of(file, "exists");
        let is_wanted = !exists.is_empty();
        let path = if is_wanted { exists } else { text_of(file, "missing") };
        return if path.is_empty() {
            Activation::Inactive
        } else {
            Activation::File(FileCondition { path, is_wanted })
        };
    }
    if conditions.contains(&Some(true)) { Activation::Active } else { Activation::Inactive }
}

fn is_linux(system: Node) -> bool {
    let says = |name: &str, good: &[&str]| {
        let value = text_of(system, name).to_lowercase();
        match value.strip_prefix('!') {
            Some(other) => !good.contains(&other),
            None => value.is_empty() || good.contains(&value.as_str()),
        }
    };
    says("family", &["unix"]) && says("name", &["linux"]) && says("arch", &["amd64"])
}

/// `17`, `!1.8`, or a range: `[9,)`, `(,11]`, `[11,21)`.
fn is_jdk(text: &str) -> bool {
    if let Some(other) = text.strip_prefix('!') {
        return !is_jdk(other);
    }
    let major = |part: &str| {
        let part = part.trim().trim_matches(['[', ']', '(', ')']);
        let part = part.strip_prefix("1.").unwrap_or(part);
        part.split('.').next().and_then(|major| major.parse::<u32>().ok())
    };
    match text.split_once(',') {
        Some((low, high)) => {
            let above = major(low).is_none_or(|low_end| low_end <= JDK && (low.contains('[') || low_end < JDK));
            let below = major(high).is_none_or(|high_end| JDK <= high_end && (high.contains(']') || JDK < high_end));
            above && below
        }
        None => major(text) == Some(JDK),
    }
}
