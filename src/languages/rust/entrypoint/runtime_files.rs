//! Files and folders that a program reads beside itself, and those that it writes.

use crate::evidence::Fact;
use crate::languages::rust::entrypoint::command_line::Argument;
use crate::languages::rust::manifest::Cargo;
use crate::languages::source::{Sources, find_in};
use crate::path::{file_name, join};
use crate::pattern;
use crate::repo::Repo;

/// Files and folders that programs read beside themselves, by their usual names.
const BESIDE: &[&str] = &[
    "templates",
    "static",
    "assets",
    "public",
    "config",
    "configuration",
    "settings",
    "migrations",
    "conf",
    "views",
    "locales",
    "i18n",
    "resources",
    "www",
    "dist",
    "data",
    "Rocket.toml",
    "config.toml",
    "config.yaml",
    "config.yml",
    "config.json",
    "Config.toml",
    "settings.toml",
    "settings.yaml",
    "configuration.yaml",
    "configuration.yml",
    "log4rs.yml",
    "log4rs.yaml",
    "log4rs.toml",
    "App.toml",
    "Settings.toml",
    "default.toml",
];

/// Files and folders that are there and that the source reads while it runs, or that an argument names unless told otherwise.
pub fn files(
    repo: &Repo,
    package: &Cargo,
    workspace: &Cargo,
    code: &Sources,
    arguments: &[Argument],
) -> Vec<Fact<String>> {
    let mut found: Vec<Fact<String>> = Vec::new();
    for folder in [&package.folder, &workspace.folder] {
        for name in BESIDE {
            let path = join(folder, name);
            if is_there(repo, &path) && !found.iter().any(|known| known.value == path) {
                found.extend(by_usual_name(code, name, &path));
            }
        }
        let defaults = arguments.iter().filter_map(|it| Some(Fact::new(it.default.clone()?, it.evidence.clone())));
        let named = defaults.map(|fact| fact.map(|path| path.trim_start_matches("./").to_owned()));
        let named = named.filter(|fact| fact.value.contains('.'));
        for fact in opened(code).into_iter().chain(named).chain(composed(repo, folder, code)) {
            let path = join(folder, &fact.value);
            let is_covered =
                |known: &Fact<String>| path == known.value || path.starts_with(&format!("{}/", known.value));
            if is_there(repo, &path) && !is_source(folder, &path) && !found.iter().any(is_covered) {
                found.push(Fact::new(path, fact.evidence));
            }
        }
    }
    found
}

/// Whether a file is there, or a folder that holds neither packages nor source.
fn is_there(repo: &Repo, path: &str) -> bool {
    let is_code = |file: &str| file.ends_with(".rs") || file_name(file) == "Cargo.toml";
    repo.has(path) || repo.has_folder(path) && !repo.files_under(path).any(is_code)
}

/// What the build reads, not the program.
fn is_source(folder: &str, path: &str) -> bool {
    let inside = path.strip_prefix(folder).unwrap_or(path).trim_start_matches('/');
    let top = inside.split('/').next().unwrap_or_default();
    inside.is_empty()
        || inside.starts_with("..")
        || matches!(top, "src" | "tests" | "benches" | "target" | "Cargo.toml" | "Cargo.lock" | "build.rs" | ".env")
        || inside.ends_with(".rs")
        || inside.ends_with(".md")
}

fn by_usual_name(code: &Sources, name: &str, path: &str) -> Option<Fact<String>> {
    let needles = [format!("\"{name}\""), format!("\"{name}/"), format!("\"./{name}"), format!("/{name}\"")];
    let stem = name.split('.').next().unwrap_or(name);
    let is_settings = name.contains('.');
    let evidence = code.documents().iter().find_map(|document| {
        document.find_line(|line| {
            !is_compiled_in(line)
                && (needles.iter().any(|needle| line.contains(needle))
                    || is_settings && line.contains(&format!("\"{stem}\"")))
        })
    });
    let evidence = evidence.or_else(|| (name == "Rocket.toml").then(|| crate::evidence::Evidence::file(path)));
    evidence.map(|evidence| Fact::new(path.to_owned(), evidence))
}

/// Files of a folder's that two constants name together: `const FOLDER: &str = "shop"`, `const FILE: &str = "shop.lua"`.
fn composed(repo: &Repo, folder: &str, code: &Sources) -> Vec<Fact<String>> {
    let constant = pattern!(r#"\bconst\s+\w+\s*:\s*&(?:'static\s+)?str\s*=\s*"([\w.-]+)""#);
    let all = code.find_all(constant, |captures| Some(captures[1].to_owned()));
    let (files, folders): (Vec<_>, Vec<_>) = all.into_iter().partition(|fact| fact.value.contains('.'));
    let pairs = folders.iter().flat_map(|outer| files.iter().map(move |file| (outer, file)));
    let named = pairs.map(|(outer, file)| file.clone().map(|name| join(&outer.value, &name)));
    named.filter(|fact| repo.has(&join(folder, &fact.value))).collect()
}

fn is_compiled_in(line: &str) -> bool {
    line.contains("include_") || line.contains("embed") || line.contains("migrate!") || line.contains("#[folder")
}

/// Relative paths that the source opens, or hands to what serves them.
pub fn opened(code: &Sources) -> Vec<Fact<String>> {
    let pattern = pattern!(
        r#"(?:\bPath::new|PathBuf::from|\bopen|\bread\w*|Serve(?:Dir|File)::new|fs::(?:dir|file)|FileServer::\w+|\bFiles::new\(\s*"[^"]*"\s*,|StaticFilesEndpoint::new|StaticDir::new|Tera::new|File::with_name|\.join|static_files_dir|serve_dir|from_file)\(?\s*"(?:\./)?([\w][\w./-]*)""#
    );
    let mut found = code.find_all(pattern, |captures| Some(captures[1].trim_end_matches('/').to_owned()));
    found.retain(|fact| !fact.value.contains("..") && !is_compiled_in(&fact.evidence.quote));
    found
}

/// Folders that arguments, settings and the source name as written.
pub fn writable(repo: &Repo, code: &Sources, arguments: &[Argument], files: &[Fact<String>]) -> Vec<Fact<String>> {
    let kept =
        pattern!(r"^(?:\w*_)?(?:data|upload|uploads|storage|cache|db|database)_?(?:dir|path|folder|directory)?$");
    let folders = arguments.iter().filter(|argument| kept.is_match(&argument.name));
    let mut found: Vec<Fact<String>> =
        folders.filter_map(|argument| Some(Fact::new(argument.default.clone()?, argument.evidence.clone()))).collect();
    let called = pattern!(r#"create_dir(?:_all)?\(\s*"([^"]+)"|"sqlite:(?://)?([\w./-]+/)[\w-]+\.\w+"#);
    found.extend(code.find_all(called, |captures| {
        (1..captures.len()).find_map(|index| captures.get(index)).map(|found| found.as_str().to_owned())
    }));
    for file in files.iter().filter(|file| repo.has(&file.value)) {
        let setting =
            pattern!(r#"(?m)^\s*(?:upload|data|storage|cache)_?(?:path|dir|folder)?\s*[:=]\s*["']([^"'\n]+)["']"#);
        found.extend(
            repo.read_optional(&file.value)
                .and_then(|document| find_in(&document, setting, |captures| Some(captures[1].to_owned()))),
        );
    }
    let mut kept: Vec<Fact<String>> = Vec::new();
    for fact in found {
        let folder = fact.value.trim_start_matches("./").trim_end_matches('/').to_owned();
        let is_plain = !folder.is_empty()
            && !folder.contains("..")
            && folder != "."
            && !file_name(&folder).contains('.')
            && folder.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
        if is_plain && !folder.starts_with("/tmp") && !kept.iter().any(|known| known.value == folder) {
            kept.push(Fact::new(folder, fact.evidence));
        }
    }
    kept.truncate(4);
    kept
}
