//! Which Rust: the newest release, unless the project wants a newer one than there is.

use crate::catalog::{image, maintained};
use crate::error::{Error, Result};
use crate::evidence::{Evidence, Fact, Warning};
use crate::languages::rust::manifest::Cargo;
use crate::path::join;
use crate::plan::{Choice, Question, Resolved};
use crate::repo::Repo;

/// What the project says about the toolchain.
#[derive(Debug, Default)]
pub struct Toolchain {
    /// The channel that `rust-toolchain.toml` pins.
    pub pinned: Option<Fact<String>>,
    /// The least release, from `rust-version`.
    pub least: Option<Fact<String>>,
    /// The files that would make rustup fetch another toolchain, from the workspace's root.
    pub files: Vec<String>,
}

/// Reads the toolchain file and `rust-version`.
pub fn read(repo: &Repo, package: &Cargo, workspace: &Cargo) -> Toolchain {
    let mut toolchain = Toolchain { least: package.package_field(workspace, "rust-version"), ..Toolchain::default() };
    for name in ["rust-toolchain.toml", "rust-toolchain"] {
        for folder in [&workspace.folder, &package.folder] {
            let path = join(folder, name);
            let Some(document) = repo.read_optional(&path) else {
                continue;
            };
            if !toolchain.files.contains(&path) {
                toolchain.files.push(path);
            }
            let stated = document.clone().toml().ok().and_then(|file| file.text(&["toolchain", "channel"]));
            let bare =
                || Some(document.find_stated(|line| is_channel(line.trim_end()))?.map(|it| it.trim_end().to_owned()));
            toolchain.pinned = toolchain.pinned.take().or(stated).or_else(bare);
        }
    }
    toolchain
}

/// Whether a line is the name of a channel and nothing else: `1.85.0`, `nightly-2026-01-01`.
fn is_channel(line: &str) -> bool {
    !line.is_empty() && line.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
}

impl Toolchain {
    /// Whether the project needs features that only the nightly compiler lets through.
    pub fn is_nightly(&self) -> bool {
        self.pinned.as_ref().is_some_and(|channel| channel.value.starts_with("nightly"))
    }

    /// What to say about a pin that the image does not follow; `unstable` are the features that only nightly lets through.
    pub fn warning(&self, version: &str, unstable: &[Fact<String>]) -> Option<Warning> {
        let Some(pinned) = &self.pinned else { return of_features(version, unstable) };
        let message = match pinned.value.as_str() {
            "stable" => return None,
            channel if self.is_nightly() => {
                let names: Vec<String> = unstable.iter().map(|fact| format!("`{}`", fact.value)).collect();
                let list = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
                format!(
                    "the project pins `{channel}`; the image builds with Rust {version} and lets unstable features through{list}"
                )
            }
            channel if number(channel) == number(version) => return None,
            channel => format!(
                "the project pins Rust {channel}, which gets no fixes any more; the image builds with Rust {version}"
            ),
        };
        Some(
            Warning::new(message)
                .at(pinned.evidence.clone())
                .hint("only the newest Rust is maintained, and it compiles what older ones did"),
        )
    }

    /// The question.
    ///
    /// # Errors
    /// When the project needs a newer Rust than any image has, or pins something that is no toolchain.
    pub fn question(&self) -> Result<Question> {
        let offered: Vec<String> = maintained("rust")
            .iter()
            .filter(|cycle| image("rust-build", &cycle.name).is_some())
            .map(|cycle| cycle.name.clone())
            .collect();
        let newest = offered.first().cloned().unwrap_or_default();
        let wrong = |fact: &Fact<String>, message: String| {
            let Evidence { path, line, .. } = fact.evidence.clone();
            Err(Error::Manifest {
                path,
                line,
                column: 1,
                message,
                hint: Some(format!("the newest release is {newest}; decide with `--version {newest}`")),
            })
        };
        for fact in self.least.iter().chain(&self.pinned) {
            let is_channel = ["stable", "beta", "nightly"].iter().any(|channel| fact.value.starts_with(channel));
            match number(&fact.value) {
                Some(wanted) if Some(wanted) > number(&newest) => {
                    return wrong(fact, format!("no maintained image has Rust {}", fact.value.escape_debug()));
                }
                None if !is_channel => {
                    return wrong(fact, format!("`{}` is no release of Rust", fact.value.escape_debug()));
                }
                _ => {}
            }
        }
        let default = match &self.least {
            Some(least) => Resolved::from(Fact::new(newest, least.evidence.clone())),
            None => Resolved::default(newest),
        };
        let choices = offered.iter().map(|name| Choice::new(name, "the newest release")).collect();
        Ok(Question::new("version", Some(default)).choices(choices))
    }
}

/// What to say about features that only nightly lets through, where nothing pins it.
fn of_features(version: &str, unstable: &[Fact<String>]) -> Option<Warning> {
    let first = unstable.first()?;
    let mut names: Vec<String> = Vec::new();
    for name in unstable.iter().map(|fact| format!("`{}`", fact.value)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let message = format!(
        "the source wants features that only a nightly Rust has: {}; the image builds with Rust {version} and lets them through",
        names.join(", ")
    );
    let hint = "a release may know them otherwise, or no more: do without them";
    Some(Warning::new(message).at(first.evidence.clone()).hint(hint))
}

/// Major and minor number.
fn number(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.split('.').map(str::parse::<u32>);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}
