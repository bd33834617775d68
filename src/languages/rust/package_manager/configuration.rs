//! `.cargo/config.toml`: what it changes about the build, as far as the image has to follow or to undo it.

use serde_json::Value;

use crate::catalog::rust_linkers;
use crate::evidence::{Evidence, Fact, Warning};
use crate::path::{join, parent};
use crate::repo::{Manifest, Repo};

/// What Cargo's configuration says.
#[derive(Debug, Default)]
pub struct Config {
    /// Debian packages of the linkers that it wants.
    pub packages: Vec<String>,
    /// The target that it builds for unless told otherwise.
    pub target: Option<Fact<String>>,
    /// Whether it wraps the compiler in a tool that the image lacks.
    pub wraps: bool,
    /// The registries that it names beside the public one.
    pub registries: Vec<Fact<String>>,
    /// The variables that it gives to the compiler.
    pub variables: Vec<String>,
    /// Where flags are given that only the nightly compiler takes.
    pub unstable: Option<Evidence>,
}

/// Reads the configuration of a folder and of those above it; the nearest wins.
pub fn read(repo: &Repo, folder: &str) -> Config {
    let mut config = Config::default();
    let mut place = folder;
    loop {
        let names = [".cargo/config.toml", ".cargo/config"];
        let document = names.iter().find_map(|name| repo.read_optional(&join(place, name)));
        if let Some(manifest) = document.and_then(|document| document.toml().ok()) {
            config.add(&manifest);
        }
        if place.is_empty() {
            return config;
        }
        place = parent(place);
    }
}

impl Config {
    fn add(&mut self, manifest: &Manifest) {
        self.target = self.target.take().or_else(|| manifest.text(&["build", "target"]));
        self.wraps |= ["rustc-wrapper", "rustc-workspace-wrapper"]
            .iter()
            .any(|key| manifest.text(&["build", key]).is_some_and(|fact| !fact.value.is_empty()));
        for name in manifest.names(&["registries"]).into_iter().filter(|name| *name != "crates-io") {
            self.registries.push(Fact::new(name.to_owned(), manifest.evidence(&["registries", name])));
        }
        let fetches = ["net", "git-fetch-with-cli"];
        if manifest.get(&fetches).and_then(Value::as_bool) == Some(true) && !self.packages.contains(&"git".to_owned()) {
            self.packages.push("git".to_owned());
        }
        self.variables.extend(manifest.names(&["env"]).into_iter().map(str::to_owned));
        let targets = manifest.names(&["target"]);
        let targets = targets.into_iter().filter(|target| target.contains("linux") || target.contains("unix"));
        let of_targets = targets.flat_map(|target| [["target", target, "rustflags"], ["target", target, "linker"]]);
        let mut flags = words(manifest.get(&["build", "rustflags"]));
        let mut unstable = is_unstable(&flags).then(|| manifest.evidence(&["build", "rustflags"]));
        for keys in of_targets {
            let stated = words(manifest.get(&keys));
            unstable = unstable.or_else(|| is_unstable(&stated).then(|| manifest.evidence(&keys)));
            flags.extend(stated);
        }
        for linker in rust_linkers() {
            if flags.iter().any(|flag| flag.contains(linker)) && !self.packages.contains(linker) {
                self.packages.push(linker.clone());
            }
        }
        let table = manifest.get(&["unstable"]).map(|_| manifest.evidence(&["unstable"]));
        self.unstable = self.unstable.take().or(unstable).or(table);
    }

    /// What the image does otherwise, and what the user must give to the build.
    pub fn warnings(&self) -> Vec<Warning> {
        let target = self.target.iter().map(|target| {
            Warning::new(format!("the project builds for `{}`; the image builds for its own platform", target.value))
                .at(target.evidence.clone())
                .hint("for a program that is linked statically, say `--runtime static`")
        });
        let registries = self.registries.iter().map(|registry| {
            Warning::new(format!("the registry `{}` may want a token", registry.value))
                .at(registry.evidence.clone())
                .hint("give it to the build: `docker build --secret id=cargo-credentials,src=$HOME/.cargo/credentials.toml`")
        });
        target.chain(registries).collect()
    }
}

/// Whether flags of the compiler are among those that only the nightly one takes.
fn is_unstable(flags: &[String]) -> bool {
    flags.iter().any(|flag| flag.starts_with("-Z"))
}

/// A text, or the texts of a list.
fn words(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => text.split_whitespace().map(str::to_owned).collect(),
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}
