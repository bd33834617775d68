//! How the project itself builds its program: tags and linker variables from its Makefile, release and task files.

pub mod cgo;
pub mod generators;
pub mod makefile;
pub mod private_modules;

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::evidence::Fact;
use crate::languages::go::package_manager::makefile::{COMPUTED, Command, commands};
use crate::languages::go::package_manager::private_modules::private;
use crate::languages::go::workspace::module::Module;
use crate::path::{join, parent, relative_to};
use crate::repo::{Document, Repo};
use crate::source::go::is_source;

/// Files that say how a project is built.
const FILES: &[&str] = &[
    "Makefile",
    "makefile",
    "GNUmakefile",
    ".goreleaser.yml",
    ".goreleaser.yaml",
    "goreleaser.yml",
    "goreleaser.yaml",
    "Taskfile.yml",
    "Taskfile.yaml",
    "justfile",
    "Justfile",
    "build.sh",
    "scripts/build.sh",
    ".promu.yml",
    "nixpacks.toml",
];
/// Targets that build what people run.
const PRIMARY: &[&str] = &["", "build", "all", "default", "compile", "binary", "bin", "install"];
/// Tags for other builds than the one that is shipped.
const OTHER_TAGS: &[&str] = &[
    "test",
    "tests",
    "integration",
    "e2e",
    "dev",
    "development",
    "debug",
    "race",
    "tools",
    "windows",
    "darwin",
    "unit",
    "mock",
    "functional",
    "netgo",
    "osusergo",
    "static_build",
];

static TAGS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"-tags[= ]+["']?([A-Za-z0-9_.,\- ]+?)["']?(?:\s+-|\s+\.|\s*$|["'])"#).ok());
static SET: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"-X[ =]+["']?([A-Za-z0-9_./\-]+\.[A-Za-z0-9_]+)=("[^"]*"|'[^']*'|[^\s"']+)"#).ok());

/// What is taken over from them.
#[derive(Debug, Clone, Default)]
pub struct BuildSettings {
    /// Build tags.
    pub tags: Option<Fact<Vec<String>>>,
    /// Build tags that only `go run` is given: for developing, most often.
    pub run_tags: Option<Fact<Vec<String>>>,
    /// Variables that the linker sets to a fixed text: `main.Mode=prod`.
    pub sets: Vec<Fact<String>>,
    /// The variable that the linker sets to the version.
    pub version: Option<Fact<String>>,
    /// The programs that a release is made of.
    pub released: Vec<Fact<ReleasedProgram>>,
    /// The patterns of modules that no public proxy has.
    pub private: Option<Fact<String>>,
}

/// A program of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleasedProgram {
    /// The folder of its `package main`, from the root of the repository.
    pub folder: String,
    /// What the program is called; empty where it is not said.
    pub name: String,
}

/// Reads what the files at the module's folder say, and those above it; above the build context, what names the folder.
pub fn read(repo: &Repo, module: &Module) -> BuildSettings {
    let mut recipe = BuildSettings { private: private(repo, module), ..BuildSettings::default() };
    let mut folder = module.folder.as_str();
    let mut is_above = false;
    loop {
        for name in FILES {
            let Some(document) = repo.read_optional(&join(folder, name)) else { continue };
            if name.contains("goreleaser") {
                recipe.take_release(document, module);
            } else {
                let commands = commands(&document).into_iter();
                let commands =
                    commands.filter(|it| !is_above || is_given(&it.text, &relative_to(&module.folder, folder)));
                recipe.take(&document, &commands.collect::<Vec<_>>(), module);
            }
        }
        is_above |= folder == module.context;
        if folder.is_empty() {
            return recipe;
        }
        folder = parent(folder);
    }
}

/// Whether a command goes to a folder, or is given something in it: `cd backend && …`, `go -C backend …`.
fn is_given(text: &str, folder: &str) -> bool {
    let is_end = |c: char| c.is_whitespace() || "\"'();&|=".contains(c);
    text.split(is_end).any(|word| {
        let word = word.strip_prefix("./").unwrap_or(word);
        word.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// Whether a command compiles the project's own programs.
fn builds(text: &str) -> bool {
    let compiles = text.contains("go build") || text.contains("go install") && !text.contains('@');
    compiles || text.contains("-tags=") && !text.contains("go run")
}

fn has_tags(text: &str) -> bool {
    !tags(text).is_empty()
}

fn tags(text: &str) -> Vec<String> {
    let text = text.replace(COMPUTED, "");
    let Some(found) = TAGS.as_ref().and_then(|pattern| pattern.captures(&text)) else {
        return Vec::new();
    };
    let tags = found[1].split([',', ' ']).filter(|tag| !tag.is_empty() && !OTHER_TAGS.contains(tag));
    tags.map(str::to_owned).collect()
}

impl BuildSettings {
    fn take(&mut self, document: &Document, commands: &[Command], module: &Module) {
        let primary = |command: &&Command| {
            builds(&command.text) && (PRIMARY.contains(&command.target.as_str()) || command.target == module.name())
        };
        // where the usual target builds without tags, those of another target are for another build
        let is_plain =
            commands.iter().any(|it| primary(&it)) && !commands.iter().filter(primary).any(|it| has_tags(&it.text));
        for command in commands {
            let text = command.text.as_str();
            if text.contains("go test") || text.contains("go vet") || text.contains("golangci") {
                continue;
            }
            let evidence = || document.evidence_line(command.line);
            let builds = builds(text) && !is_plain && !command.is_conditional;
            let slot = if builds { &mut self.tags } else { &mut self.run_tags };
            if let (true, None) = (builds || text.contains("go run"), &slot) {
                let tags: Vec<String> = tags(text);
                if !tags.is_empty() {
                    *slot = Some(Fact::new(tags, evidence()));
                }
            }
            for found in SET.iter().flat_map(|pattern| pattern.captures_iter(text)) {
                let (name, value) = (&found[1], found[2].trim_matches(['"', '\'']));
                let package = name.rsplit_once('.').map_or("", |(package, _)| package);
                if package != "main" && module.folder_of(package).is_none() {
                    continue;
                }
                let is_fixed = !value.is_empty()
                    && value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/'));
                let is_version = name.to_lowercase().ends_with("version");
                if is_fixed && !is_version && !command.is_conditional {
                    let set = format!("{name}={value}");
                    if !self.sets.iter().any(|it| it.value.split('=').next() == Some(name)) {
                        self.sets.push(Fact::new(set, evidence()));
                    }
                } else if is_version && self.version.is_none() {
                    self.version = Some(Fact::new(name.to_owned(), evidence()));
                }
            }
        }
    }

    /// Takes the programs that a release is made of, and how those of the module are compiled.
    fn take_release(&mut self, document: Document, module: &Module) {
        let folder = parent(document.path()).to_owned();
        let Ok(manifest) = document.yaml() else { return };
        let builds = manifest.get(&["builds"]).and_then(Value::as_array);
        let mut commands = Vec::new();
        for build in builds.into_iter().flatten() {
            let text = |key: &str| build.get(key).and_then(Value::as_str).unwrap_or_default();
            let place = join(&folder, text("dir").trim_start_matches("./"));
            let main = text("main").trim_start_matches("./");
            let inside = if is_source(main) { parent(main) } else { main.trim_end_matches(['/', '.']) };
            let released = ReleasedProgram { folder: join(&place, inside), name: text("binary").to_owned() };
            if relative_to(&released.folder, &module.folder).starts_with("..") {
                continue;
            }
            let line = |needle: &str| manifest.document().find(needle).map_or(1, |evidence| evidence.line);
            commands.push(Command {
                line: ["tags", "flags"].into_iter().find_map(|key| Some(line(texts(build, key).first()?))).unwrap_or(1),
                text: release_command(build),
                target: String::new(),
                is_conditional: false,
            });
            let evidence = manifest.document().find(if main.is_empty() { "builds" } else { main });
            let is_new = !self.released.iter().any(|it| it.value.folder == released.folder);
            self.released.extend(evidence.filter(|_| is_new).map(|evidence| Fact::new(released, evidence)));
        }
        self.take(manifest.document(), &commands, module);
    }

    /// The tags alone.
    pub fn tag_names(&self) -> Vec<String> {
        self.tags.as_ref().map(|tags| tags.value.clone()).unwrap_or_default()
    }
}

/// The texts of a key: a list of them, or one alone.
fn texts<'a>(build: &'a Value, key: &str) -> Vec<&'a str> {
    match build.get(key) {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(texts)) => texts.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// What a release runs for one build.
fn release_command(build: &Value) -> String {
    let tags = texts(build, "tags");
    let tags = if tags.is_empty() { String::new() } else { format!(" -tags={} .", tags.join(",")) };
    format!("go build {}{tags} {}", texts(build, "flags").join(" "), texts(build, "ldflags").join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipe(text: &str, module: &Module) -> BuildSettings {
        let document = Document::new("Makefile", text);
        let mut recipe = BuildSettings::default();
        recipe.take(&document, &commands(&document), module);
        recipe
    }

    #[test]
    fn a_command_names_the_folder_that_it_goes_to() {
        for text in
            ["cd backend && go build .", "go -C ./backend build", "(cd backend; make)", "go build ./backend/cmd"]
        {
            assert!(is_given(text, "backend"), "{text}");
        }
        for text in ["cd backend-old && go build .", "go build -tags backends .", "go build ./tools"] {
            assert!(!is_given(text, "backend"), "{text}");
        }
    }

    #[test]
    fn tags_and_variables_are_taken_over() {
        let module = Module { locals: vec![("a.b/c".into(), String::new())], ..Module::default() };
        let text = "test:\n\tgo test -tags integration ./...\nrun:\n\tgo run -tags seed ./cmd/app\n\tCGO_ENABLED=0 go build -tags migrate ./cmd/app\ndist:\n\tgo build -ldflags=\"-s -w -X main.Mode=prod -X a.b/c/version.Version=$(VERSION) -X other/x.Y=z\" -o x app.go\n";
        let recipe_of_dist = recipe(text, &module);
        assert_eq!(recipe_of_dist.tag_names(), ["migrate"]);
        assert_eq!(recipe_of_dist.run_tags.unwrap().value, ["seed"]);
        assert_eq!(recipe_of_dist.sets.iter().map(|it| it.value.as_str()).collect::<Vec<_>>(), ["main.Mode=prod"]);
        assert_eq!(recipe_of_dist.version.unwrap().value, "a.b/c/version.Version");

        let usual = recipe(&text.replace("dist:", "build:"), &module);
        assert!(usual.tag_names().is_empty(), "the usual target builds without tags");
    }

    #[test]
    fn lists_of_tags_are_split() {
        for (text, tags) in [
            ("go build -tags=sqlite,fts5 .", vec!["sqlite", "fts5"]),
            ("go build -tags 'a b' -o x .", vec!["a", "b"]),
            ("go build -tags $(TAGS) .", vec![]),
        ] {
            assert_eq!(recipe(text, &Module::default()).tag_names(), tags, "{text}");
        }
    }
}
