//! Source that generators make and that is not kept in the repository.

use crate::catalog::go_generators;
use crate::evidence::Fact;
use crate::languages::go::workspace::module::Module;
use crate::languages::go::workspace::packages::Closure;
use crate::path::{join, relative_to};
use crate::plan::Command;
use crate::repo::Repo;
use crate::source::go::{is_left_out, is_source};

/// The commands that make what is missing, each with the line or file that says so; run in the module's folder.
pub fn commands(repo: &Repo, module: &Module, closure: &mut Closure, main: &Fact<String>) -> Vec<Fact<Command>> {
    let mut found = Vec::new();
    let templates = repo.files_under(&module.folder).filter_map(|path| Some((path, path.strip_suffix(".templ")?)));
    let unmade =
        templates.filter(|(path, _)| !is_left_out(path)).find(|(_, stem)| !repo.has(&format!("{stem}_templ.go")));
    if let (Some((path, _)), Some(version)) = (unmade, version(module, "github.com/a-h/templ")) {
        let command = Command::new(["go", "run", &format!("github.com/a-h/templ/cmd/templ@{version}"), "generate"]);
        found.push(Fact::new(command, crate::evidence::Evidence::file(path)));
    }
    let documented = closure.missing.iter().position(|import| import.value.ends_with("/docs"));
    if let (Some(index), Some(version)) =
        (documented, version(module, "github.com/swaggo/swag").filter(|version| is_current_swag(version)))
    {
        let missing = closure.missing.remove(index);
        let entry = relative_to(&main.evidence.path, &module.folder);
        let output = module.folder_of(&missing.value).unwrap_or_default();
        let output = relative_to(&output, &module.folder);
        let tool = format!("github.com/swaggo/swag/cmd/swag@{version}");
        let command = Command::new(["go", "run", &tool, "init", "--parseDependency", "--parseInternal"]).words([
            "--generalInfo",
            &entry,
            "--output",
            &output,
        ]);
        found.push(missing.map(|_| command));
    }
    for generator in go_generators() {
        let is_configured = repo.has(&join(&module.folder, &generator.settings)) && !closure.missing.is_empty();
        if let Some(version) = version(module, &generator.module).filter(|_| is_configured) {
            let missing = closure.missing.remove(0);
            let tool = format!("{}@{version}", generator.module);
            found.push(missing.map(|_| Command::new(["go", "run", &tool])));
            closure.missing.clear();
        }
    }
    if !closure.missing.is_empty() && has_directives(repo, module) {
        let missing = closure.missing.remove(0);
        // those that start a tool by Go need nothing but Go
        let tools = "^//go:generate go (run|tool) ";
        found.push(missing.map(|_| Command::new(["go", "generate", "-run", tools, "./..."])));
        closure.missing.clear();
    }
    found
}

/// Whether a source file says how to generate others by a tool in Go.
fn has_directives(repo: &Repo, module: &Module) -> bool {
    let sources = repo.files_under(&module.folder).filter(|path| is_source(path) && !is_left_out(path));
    let says = |line: &str| line.starts_with("//go:generate go run ") || line.starts_with("//go:generate go tool ");
    let mut documents = sources.filter_map(|path| repo.read_optional(path));
    documents.any(|document| document.lines().any(|(_, line)| says(line)))
}

/// The version of a required module, where it is one that a command line can hold.
fn version<'a>(module: &'a Module, path: &str) -> Option<&'a str> {
    let required = module.file.versions.iter().find(|(it, _)| it == path)?;
    let is_plain = required.1.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'));
    is_plain.then_some(required.1.as_str())
}

/// Before 1.8 the command and the library fit no Go that gets fixes.
fn is_current_swag(version: &str) -> bool {
    let minor = version.strip_prefix("v1.").and_then(|rest| rest.split('.').next()?.parse::<u32>().ok());
    minor.is_some_and(|minor| minor >= 8) || version.starts_with("v2.")
}
