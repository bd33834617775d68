//! Files that a program finds through its configuration.

use crate::evidence::Fact;
use crate::languages::go::files::{DATA, Files, ending, is_secret, relative};
use crate::languages::go::module::is_source;
use crate::languages::go::packages::{Closure, Packages};
use crate::languages::go::source::ENVIRONMENT_FILE;
use crate::path::join;
use crate::repo::{Document, Repo};

/// Configuration that viper and godotenv find by name.
pub fn configured(packages: &mut Packages, closure: &Closure, files: &mut Files) {
    let repo = packages.repo();
    let mut folders = Vec::new();
    let mut names = Vec::new();
    for folder in &closure.folders {
        for source in &packages.package(folder).sources {
            for literal in &source.literals {
                match literal.function() {
                    "AddConfigPath" => {
                        folders.extend(relative(&literal.value).or_else(|| (literal.value == ".").then(String::new)));
                    }
                    "SetConfigName" => names.push(packages.fact(source, literal.line, literal.value.clone())),
                    "SetConfigFile" | "Load" | "ReadConfig" | "Overload"
                        if literal.value.trim_start_matches("./") == ".env" =>
                    {
                        files.empty.push(packages.fact(source, literal.line, ".env".into()));
                    }
                    _ => {}
                }
            }
            let loads = source.imports.iter().any(|import| import.value == "github.com/joho/godotenv");
            let call =
                source.calls.iter().find(|call| loads && call.name == ENVIRONMENT_FILE && call.arguments.is_empty());
            if let Some(call) = call {
                files.empty.push(packages.fact(source, call.line, ".env".into()));
            }
        }
    }
    files.empty.truncate(1);
    if folders.is_empty() {
        folders.push(String::new());
    }
    for name in names {
        for folder in &folders {
            for ending in ["yaml", "yml", "json", "toml", "ini", "properties", "env"] {
                let path = join(&join(&files.base, folder), &format!("{}.{ending}", name.value));
                if repo.has(&path) && !is_secret(&path) && !files.read.iter().any(|it| path.starts_with(&it.value)) {
                    files.read.push(Fact::new(path, name.evidence.clone()));
                }
            }
        }
    }
}

/// The settings that the program reads.
pub fn settings(repo: &Repo, files: &Files) -> Vec<Document> {
    let is_settings = |path: &&str| {
        matches!(ending(path), "yml" | "yaml" | "toml" | "ini" | "env" | "conf" | "json") && repo.has(path)
    };
    let paths = files.read.iter().map(|fact| fact.value.as_str()).filter(is_settings);
    paths.filter_map(|path| repo.read_optional(path)).filter(|document| document.text().len() < 65536).collect()
}

/// Files and folders that the settings name which the program reads.
pub fn named_in_settings(repo: &Repo, files: &mut Files) {
    for document in settings(repo, files) {
        for (line, text) in document.lines() {
            let Some((_, value)) = text.split_once(['=', ':']) else {
                continue;
            };
            let Some(path) = relative(value.trim().trim_matches(['"', '\''])).filter(|path| !is_secret(path)) else {
                continue;
            };
            let full = join(&files.base, &path);
            let holds_data = repo.files_under(&full).any(|file| !is_source(file));
            let is_named = repo.has(&full) && DATA.contains(&ending(&full))
                || path.contains('/') && repo.has_folder(&full) && holds_data;
            let is_new = !files.read.iter().any(|it| it.value == full || full.starts_with(&format!("{}/", it.value)));
            if is_named && is_new {
                files.read.push(Fact::new(full, document.evidence_line(line)));
            }
        }
    }
}
