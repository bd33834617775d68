//! How the project itself builds its program: tags and linker variables from its Makefile, release and task files.

pub mod cgo;
pub mod generators;
pub mod private_modules;

use serde_json::Value;

use crate::catalog::go_build_files;
use crate::evidence::Fact;
use crate::languages::go::package_manager::private_modules::private;
use crate::languages::go::workspace::module::Module;
use crate::path::{join, parent, relative_to};
use crate::plan::model::go::LinkedValue;
use crate::repo::{Document, Repo};
use crate::shell::makefile::{COMPUTED, Command, commands, flags};
use crate::source::go::is_source;

/// What is taken over from the files that say how a project is built.
#[derive(Debug, Clone, Default)]
pub struct BuildSettings {
    /// Build tags.
    pub tags: Option<Fact<Vec<String>>>,
    /// Build tags that only `go run` is given: for developing, most often.
    pub run_tags: Option<Fact<Vec<String>>>,
    /// Variables that the linker sets to a fixed text.
    pub sets: Vec<Fact<LinkedValue>>,
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
        for name in &go_build_files().files {
            let Some(document) = repo.read_optional(&join(folder, name)) else { continue };
            if name.contains("goreleaser") {
                recipe.take_release(document, module);
            } else {
                let commands = commands(document.path(), document.text()).into_iter();
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
    let flags = flags(&text.replace(COMPUTED, ""));
    let stated = flags.iter().enumerate().find_map(|(index, flag)| match flag.split_once("-tags") {
        Some(("" | "-", "")) => flags.get(index + 1).map(String::as_str),
        Some((before, rest)) if before.is_empty() || before.ends_with(['-', '=']) => rest.strip_prefix('='),
        _ => None,
    });
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_.,- ".contains(c);
    let stated = stated.filter(|tags| tags.chars().all(is_plain)).unwrap_or_default();
    let other = &go_build_files().other_tags;
    let tags = stated.split([',', ' ']).filter(|tag| !tag.is_empty() && !other.iter().any(|known| known == tag));
    tags.map(str::to_owned).collect()
}

/// The variables that the linker is told to set, each with its value as it is written: `-X main.Mode=prod`.
fn linked_values(text: &str) -> Vec<(String, String)> {
    let flags = flags(text);
    let stated = flags.iter().enumerate().filter_map(|(index, flag)| match flag.as_str() {
        "-X" => flags.get(index + 1).map(String::as_str),
        other => other.strip_prefix("-X="),
    });
    let is_name = |name: &str| {
        let is_path = |c: char| c.is_ascii_alphanumeric() || "_./-".contains(c);
        let (package, variable) = name.rsplit_once('.').unwrap_or(("", name));
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        !package.is_empty() && !variable.is_empty() && variable.chars().all(is_word) && package.chars().all(is_path)
    };
    let split = stated.filter_map(|set| set.split_once('=')).filter(|(name, _)| is_name(name));
    split.map(|(name, value)| (name.to_owned(), value.trim_matches(['"', '\'']).to_owned())).collect()
}

impl BuildSettings {
    fn take(&mut self, document: &Document, commands: &[Command], module: &Module) {
        let primary = |command: &&Command| {
            let is_usual = command.target.is_empty() || go_build_files().targets.contains(&command.target);
            builds(&command.text) && (is_usual || command.target == module.name())
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
            for (name, value) in linked_values(text) {
                let package = name.rsplit_once('.').map_or("", |(package, _)| package);
                if package != "main" && module.folder_of(package).is_none() {
                    continue;
                }
                let is_fixed = !value.is_empty()
                    && value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/'));
                let is_version = name.to_lowercase().ends_with("version");
                if is_fixed && !is_version && !command.is_conditional {
                    if !self.sets.iter().any(|set| set.value.name == name) {
                        self.sets.push(Fact::new(LinkedValue { name, value }, evidence()));
                    }
                } else if is_version && self.version.is_none() {
                    self.version = Some(Fact::new(name, evidence()));
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
        recipe.take(&document, &commands(document.path(), document.text()), module);
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
        let sets: Vec<_> = recipe_of_dist.sets.iter().map(|set| (&*set.value.name, &*set.value.value)).collect();
        assert_eq!(sets, [("main.Mode", "prod")]);
        assert_eq!(recipe_of_dist.version.unwrap().value, "a.b/c/version.Version");

        let usual = recipe(&text.replace("dist:", "build:"), &module);
        assert!(usual.tag_names().is_empty(), "the usual target builds without tags");
    }

    #[test]
    fn lists_of_tags_are_split() {
        for (text, tags) in [
            ("go build -tags=sqlite,fts5 .", vec!["sqlite", "fts5"]),
            ("go build -tags 'a b' -o x .", vec!["a", "b"]),
            ("GOFLAGS=-tags=sqlite", vec!["sqlite"]),
            ("FLAGS=\"-v -tags=sqlite\"", vec!["sqlite"]),
            ("go build -tags $(TAGS) .", vec![]),
            ("go build -tags \"netgo $(TAGS)\" .", vec![]),
            ("go build -o my-tags=x .", vec![]),
        ] {
            assert_eq!(recipe(text, &Module::default()).tag_names(), tags, "{text}");
        }
    }

    #[test]
    fn values_for_the_linker_are_read_through_all_quotes() {
        for (text, expected) in [
            ("go build -ldflags=\"-s -w -X main.a=1 -X 'b/c.d=2 3'\"", vec![("main.a", "1"), ("b/c.d", "2 3")]),
            ("go build -ldflags '-X=main.a=\"1\"' .", vec![("main.a", "1")]),
            ("LDFLAGS := -X main.a=$(shell date +%s)", vec![("main.a", "$(shell date +%s)")]),
            ("curl -X POST=1 -X .=2 x", vec![]),
        ] {
            let found = linked_values(text);
            let found: Vec<_> = found.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn every_row_of_the_table_counts_and_others_do_not() {
        let table = go_build_files();
        for tag in &table.other_tags {
            assert!(tags(&format!("go build -tags={tag} .")).is_empty(), "{tag}");
            assert_eq!(tags(&format!("go build -tags={tag}x .")).len(), 1, "{tag}");
        }
        for target in &table.targets {
            let plain = |target: &str| {
                let text = format!("release:\n\tgo build -tags=a .\n{target}:\n\tgo build .\n");
                recipe(&text, &Module::default()).tag_names().is_empty()
            };
            assert!(plain(target) && !plain(&format!("{target}-x")), "{target}");
        }
        let folder = tempfile::tempdir().unwrap();
        for name in &table.files {
            let text = match name.as_str() {
                name if name.contains("goreleaser") => "builds:\n  - tags: [a]\n",
                _ => "go build -tags=a .\n",
            };
            let read = |name: &str| {
                let path = folder.path().join(name);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(&path, text).unwrap();
                let (repo, _) = Repo::open(folder.path()).unwrap();
                let found = super::read(&repo, &Module::default()).tag_names();
                std::fs::remove_file(&path).unwrap();
                found
            };
            assert_eq!((read(name), read(&format!("{name}.x"))), (vec!["a".to_owned()], Vec::new()), "{name}");
        }
    }
}
