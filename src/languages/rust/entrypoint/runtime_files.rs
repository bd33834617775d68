//! Files and folders that a program reads beside itself, and those that it writes.

use crate::analysis::compose;
use crate::analysis::data_folders::{self, DataFolder};
use crate::analysis::services::words;
use crate::analysis::{Found, Program};
use crate::catalog::{is_rust_read, rust_files};
use crate::evidence::{Evidence, Fact};
use crate::languages::rust::entrypoint::calls;
use crate::languages::rust::entrypoint::settings::{Setting, Settings, settings_of};
use crate::languages::rust::manifest::Cargo;
use crate::path::{file_name, is_inside, join, parent};
use crate::repo::Repo;
use crate::source::{Call, Folder, Index, Place, SourcePath};

/// At most this many data folders are kept.
const MOST_FOLDERS: usize = 4;

/// Files and folders that are there and that the source reads while it runs, or that an option or a setting names unless told
/// otherwise.
pub fn files(
    repo: &Repo,
    package: &Cargo,
    workspace: &Cargo,
    program: &Program,
    settings: &Settings,
) -> Vec<Fact<String>> {
    let mut found: Vec<Fact<String>> = Vec::new();
    let opened = reads(program).into_iter().filter(|(base, _)| *base != Folder::Package).map(|(_, fact)| fact);
    let named = opened.chain(defaults(program)).chain(texts(program)).chain(settings.paths());
    let named: Vec<Fact<String>> = named.chain(pairs(program)).chain(handed_on(program)).collect();
    for folder in [&package.folder, &workspace.folder] {
        for fact in &named {
            let Some(path) = present(repo, folder, &fact.value) else { continue };
            let is_covered = |known: &Fact<String>| is_inside(&path, &known.value);
            if !is_source(folder, &path) && !found.iter().any(is_covered) {
                found.retain(|known| !is_inside(&known.value, &path));
                found.push(Fact::new(path, fact.evidence.clone()));
            }
        }
        found.extend(rust_files().always.iter().map(|name| join(folder, name)).filter(|path| repo.has(path)).map(
            |path| {
                let evidence = Evidence::file(&path);
                Fact::new(path, evidence)
            },
        ));
    }
    found.sort_by(|a, b| a.value.cmp(&b.value));
    found.dedup_by(|a, b| a.value == b.value);
    found
}

/// A path that is there: a file, a folder without source, or the settings that `config/default` stands for.
fn present(repo: &Repo, folder: &str, path: &str) -> Option<String> {
    let path = join(folder, path);
    let is_code = |file: &str| file.ends_with(".rs") || file_name(file) == "Cargo.toml";
    if repo.has(&path) || repo.has_folder(&path) && !repo.files_under(&path).any(is_code) {
        return Some(path);
    }
    let endings = &rust_files().settings;
    let settings = endings.iter().map(|ending| format!("{path}.{ending}")).find(|path| repo.has(path))?;
    let above = parent(&settings);
    Some(if above == folder { settings } else { above.to_owned() })
}

/// What the build reads, not the program.
fn is_source(folder: &str, path: &str) -> bool {
    let inside = path.strip_prefix(folder).unwrap_or(path).trim_start_matches('/');
    let top = inside.split('/').next().unwrap_or_default();
    inside.is_empty()
        || matches!(inside, "src" | "tests" | "benches")
        || matches!(top, "target" | "Cargo.toml" | "Cargo.lock" | "build.rs" | ".env")
        || inside.ends_with(".rs")
        || inside.ends_with(".md")
}

/// Relative paths that the source opens, or hands to what serves them.
pub fn opened(program: &Program) -> Vec<Fact<String>> {
    reads(program).into_iter().map(|(_, fact)| fact).collect()
}

/// Files and folders that are there and that the source reads by the place of its package: the compiler puts that place into
/// the program, so they are sought there, wherever the program lies.
pub fn placed_files(repo: &Repo, parts: &[&Cargo], program: &Program) -> Vec<Fact<String>> {
    let mut found: Vec<Fact<String>> = Vec::new();
    for (_, fact) in reads(program).into_iter().filter(|(base, _)| *base == Folder::Package) {
        let holds = |part: &&&Cargo| is_inside(&fact.evidence.path, &part.folder);
        let Some(part) = parts.iter().filter(holds).max_by_key(|part| part.folder.len()) else { continue };
        let path = join(&part.folder, &fact.value);
        let is_there = repo.has(&path) || repo.has_folder(&path);
        if is_there && !is_source(&part.folder, &path) && !found.iter().any(|known| is_inside(&path, &known.value)) {
            found.retain(|known| !is_inside(&known.value, &path));
            found.push(Fact::new(path, fact.evidence));
        }
    }
    found
}

/// The paths that the source opens, each with the folder that it starts from.
fn reads(program: &Program) -> Vec<(Folder, Fact<String>)> {
    let mut found = Vec::new();
    for (file, call) in calls(program).filter(|(_, call)| is_rust_read(call.resolved())) {
        for argument in &call.arguments {
            let stated = program.follow(Found::argument(file, call, argument));
            let Some(path) = stated.value.path() else { continue };
            let base = path.base.unwrap_or(Folder::Working);
            let plain = from_working_folder(&path);
            found.extend(plain.map(|path| (base, stated.file.fact(path, &stated.place))));
        }
    }
    found
}

/// A relative path without the part that is a pattern; nothing for the folder itself and what lies above it.
fn from_working_folder(path: &SourcePath) -> Option<String> {
    let is_here = matches!(path.base, Some(Folder::Working | Folder::Package));
    let parts = path.path.split('/').take_while(|part| !part.contains(['*', '{', '?']));
    let plain = parts.collect::<Vec<_>>().join("/");
    let is_odd = plain.is_empty() || plain.starts_with("..") || plain.contains(|c: char| c.is_whitespace() || c == ':');
    (is_here && !is_odd).then_some(plain)
}

/// Files that options of the command line hold unless told otherwise.
fn defaults(program: &Program) -> Vec<Fact<String>> {
    let options = program.sources().flat_map(|file| file.options.iter().map(move |option| (file, option)));
    let texts = options.filter_map(|(file, option)| {
        let path = option.default.as_ref()?.path()?;
        Some(file.fact(from_working_folder(&path)?, &option.place))
    });
    texts.filter(|fact| fact.value.contains('.')).collect()
}

/// Files and folders that texts name as a program usually calls them: `"templates"`, `"static/index.html"`.
fn texts(program: &Program) -> Vec<Fact<String>> {
    let mut found = Vec::new();
    for file in program.sources() {
        for literal in file.texts.iter().filter(|literal| !is_compiled_in(file, &literal.place)) {
            let text = literal.text.trim_start_matches("./").trim_end_matches('/');
            let top = text.split('/').next().unwrap_or_default();
            let is_usual = rust_files().folders.iter().any(|name| name == top);
            let is_file = rust_files().settings.iter().any(|ending| text.ends_with(&format!(".{ending}")));
            if is_usual || is_file && !text.starts_with('/') {
                let path = SourcePath { base: Some(Folder::Working), path: text.to_owned() };
                let path = if is_usual { Some(top.to_owned()) } else { from_working_folder(&path) };
                found.extend(path.map(|path| file.fact(path, &literal.place)));
            }
        }
    }
    found
}

/// Files below a folder that a variable holds or a function is given: the one that reads them may have many such callers.
fn handed_on(program: &Program) -> Vec<Fact<String>> {
    let mut found = Vec::new();
    for file in program.sources() {
        let held = file.assignments.iter().map(|it| (&it.value, &it.place));
        let given = file.calls.iter().flat_map(|call| call.arguments.iter().map(|it| (&it.value, &call.place)));
        for (value, place) in held.chain(given).filter(|(_, place)| !is_compiled_in(file, place)) {
            let path = value.text().filter(|text| text.contains('/')).and(value.path());
            let path = path.and_then(|path| from_working_folder(&path)).filter(|path| file_name(path).contains('.'));
            found.extend(path.map(|path| file.fact(path, place)));
        }
    }
    found
}

/// Whether a text names a file that is compiled in.
fn is_compiled_in(file: &Index, place: &Place) -> bool {
    file.files.iter().any(|embedded| embedded.place.start <= place.start && place.end <= embedded.place.end)
}

/// Files in a folder of the user's settings that two constants name together: `"shop"` and `"shop.lua"`.
fn pairs(program: &Program) -> Vec<Fact<String>> {
    let constants = program.sources().flat_map(|file| file.assignments.iter().map(move |it| (file, it)));
    let texts = constants.filter(|(_, it)| it.is_constant).filter_map(|(file, it)| Some((file, it, it.value.text()?)));
    let is_name = |text: &str| !text.is_empty() && !text.contains(['/', ' ', ':']);
    let (files, folders): (Vec<_>, Vec<_>) =
        texts.filter(|(_, _, text)| is_name(text)).partition(|(_, _, text)| text.contains('.'));
    let named = folders.iter().flat_map(|(_, _, folder)| {
        files.iter().map(move |(file, constant, name)| file.fact(join(folder, name), &constant.place))
    });
    named.collect()
}

/// Folders that the source writes, that its compose file keeps, and that options, variables and settings name for what is kept.
pub fn data_folders(
    repo: &Repo,
    folder: &str,
    program: &Program,
    files: &[Fact<String>],
    composed: Vec<DataFolder>,
) -> Vec<Fact<String>> {
    let own = written(repo, folder, program);
    let composed = compose::besides(composed, &own);
    let written = own.into_iter().chain(composed);
    let written = written.map(|folder| Fact::new(folder.path, folder.evidence));
    let mut found: Vec<Fact<String>> = written.collect();
    for file in program.sources() {
        let options = file.options.iter().filter(|option| is_data_folder(&option.name));
        found.extend(options.filter_map(|it| Some(file.fact(it.default.as_ref()?.known_text()?, &it.place))));
        let reads =
            file.environment.iter().filter(|read| is_data_folder(&read.variable) && names_place(&read.variable));
        found.extend(reads.filter_map(|it| Some(file.fact(it.default.as_ref()?.known_text()?, &it.place))));
    }
    let of_logs = log_settings(program).into_iter().map(|path| path.map(|path| join(folder, &path)));
    let of_logs: Vec<Fact<String>> = of_logs.filter(|it| !files.iter().any(|file| file.value == it.value)).collect();
    for file in files.iter().chain(&of_logs).filter(|file| repo.has(&file.value)) {
        let stated = settings_of(repo, &file.value);
        let evidence = Evidence::file(&file.value);
        found.extend(log_folders(&stated).into_iter().map(|folder| Fact::new(folder, evidence.clone())));
        let folders = stated.iter().filter(|it| is_data_folder(&it.key)).filter_map(|it| it.value.as_str());
        found.extend(folders.map(|folder| Fact::new(folder.to_owned(), evidence.clone())));
    }
    let mut kept: Vec<Fact<String>> = Vec::new();
    for fact in found {
        let folder = fact.value.trim_start_matches("./").trim_end_matches('/').to_owned();
        let is_plain = !folder.is_empty()
            && !folder.contains("..")
            && folder != "."
            && !file_name(&folder).contains('.')
            && folder.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
        if is_plain && !is_inside(&folder, "/tmp") && !kept.iter().any(|known| is_inside(&folder, &known.value)) {
            kept.push(Fact::new(folder, fact.evidence));
        }
    }
    kept.truncate(MOST_FOLDERS);
    kept
}

/// The files of settings of logs that the source names, which may lie in a folder that is read as a whole.
fn log_settings(program: &Program) -> Vec<Fact<String>> {
    let is_read = |call: &Call| rust_files().logs.iter().any(|table| table.readers.iter().any(|it| it == call.name()));
    let named = calls(program).filter(|(_, call)| is_read(call)).filter_map(|(file, call)| {
        let path = call.positional(0)?.path().filter(|path| path.base == Some(Folder::Working))?;
        Some(file.fact(path.path, &call.place))
    });
    named.collect()
}

/// The folders of the files that settings say logs are written to: `{ kind: file, path: logs/shop.log }`.
fn log_folders(settings: &[Setting]) -> Vec<String> {
    let text = |key: &str| settings.iter().find(|known| known.key == key).and_then(|known| known.value.as_str());
    let mut found = Vec::new();
    for table in &rust_files().logs {
        let paths = settings.iter().filter_map(|Setting { key, value, .. }| {
            let above =
                key.strip_suffix(table.file.as_str()).filter(|above| above.is_empty() || above.ends_with('.'))?;
            let kind = text(&format!("{above}{}", table.key))?;
            table.kinds.iter().any(|known| known == kind).then_some(value.as_str()?)
        });
        found.extend(paths.map(|path| parent(path).to_owned()));
    }
    found
}

/// Whether a name is that of a folder for what is kept: `data_dir`, `UPLOAD_PATH`, `storage`.
fn is_data_folder(name: &str) -> bool {
    let words = words(name);
    let table = rust_files();
    let is_kept = words.iter().any(|word| table.kept.contains(word));
    is_kept && words.last().is_some_and(|last| table.kept.contains(last) || table.places.contains(last))
}

/// Whether the last word of a name is that of a place: `DATA_DIR`, not `DATABASE`.
fn names_place(name: &str) -> bool {
    words(name).last().is_some_and(|last| rust_files().places.contains(last))
}

/// What the source itself writes: folders that it makes, databases in a file, settings with their defaults. The working
/// folder has an empty path. The address of a database in a file may stand in a sample of the variables in `folder`.
pub fn written(repo: &Repo, folder: &str, program: &Program) -> Vec<DataFolder> {
    let sampled = data_folders::sampled_folders(program, repo, folder);
    data_folders::data_folders(program, "").into_iter().chain(sampled).collect()
}
