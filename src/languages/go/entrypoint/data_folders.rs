//! Folders that a program writes: what its calls and settings name, and what its texts and files of settings keep data in.

use std::collections::BTreeMap;

use crate::analysis::Program;
use crate::analysis::compose;
use crate::analysis::data_folders::{DataFolder, data_folders, database, sampled_folders};
use crate::analysis::files::how_used;
use crate::analysis::texts::{TextUse, texts};
use crate::catalog::analysis::{FileUse, data};
use crate::catalog::go_files;
use crate::evidence::Fact;
use crate::languages::go::entrypoint::listen::is_of_tag;
use crate::languages::go::entrypoint::runtime_files::{Files, ending, is_secret, outermost, relative, settings};
use crate::path::{file_name, join, parent};
use crate::repo::Repo;
use crate::source::go::is_source;
use crate::source::{Call, Language};

/// Files of the repository that the program reads and writes: databases, and what settings name for its data. They are its own in
/// the image, and so is the folder of a database, which has a journal beside it.
pub fn kept_files(program: &Program, repo: &Repo, embedded: &[String], files: &mut Files) {
    for folder in data_folders(program, &files.base) {
        let Some(name) = &folder.file else { continue };
        let path = join(&files.base, &join(&folder.path, name));
        let is_embedded = embedded.iter().any(|place| *place == path || path.starts_with(&format!("{place}/")));
        if folder.path.starts_with('/') || !repo.has(&path) || is_embedded || is_secret(&path) || is_source(&path) {
            continue;
        }
        if database(name).is_some() && folder.path.is_empty() {
            files.written_here.get_or_insert_with(|| Fact::new(name.clone(), folder.evidence.clone()));
        } else if database(name).is_some() {
            files.written.push(Fact::new(folder.path.clone(), folder.evidence.clone()));
        }
        files.read.retain(|known| known.value != path);
        files.kept.push(Fact::new(path, folder.evidence));
    }
}

/// Folders that the program writes, with those that its compose file keeps.
pub fn written(program: &Program, repo: &Repo, composed: Vec<DataFolder>, files: &mut Files) {
    let mut found: BTreeMap<String, Fact<String>> = BTreeMap::new();
    let sampled = sampled_folders(program, repo, &files.base);
    let own = data_folders(program, &files.base);
    let composed = compose::besides(composed, &own);
    for folder in own.into_iter().chain(sampled).chain(composed) {
        // a file that is there is read, and a hidden folder is below one that is not said
        let file = folder.file.as_ref().map(|file| join(&files.base, &join(&folder.path, file)));
        // a path in an embedded file system starts like an absolute one
        let is_embedded = folder.path.strip_prefix('/').is_some_and(|inner| repo.has_folder(&join(&files.base, inner)));
        if file.is_some_and(|file| repo.has(&file)) || is_embedded || folder.path.starts_with('.') {
            continue;
        }
        let evidence = folder.evidence;
        if folder.path.is_empty() {
            let name = folder.file.unwrap_or_else(|| ".".into());
            files.written_here.get_or_insert_with(|| Fact::new(name, evidence));
        } else {
            found.entry(folder.path.clone()).or_insert_with(|| Fact::new(folder.path, evidence));
        }
    }
    let is_read = |text: &TextUse| repo.has(&join(&files.base, text.text())) && text.call.is_some_and(only_reads);
    for text in program.sources().flat_map(texts).filter(|text| !is_compared(text) && !is_read(text)) {
        let fact = |value: String| text.file.fact(value, &text.literal.place);
        if let Some(file) = database_above(text.text()) {
            files.written_here.get_or_insert_with(|| fact(file.to_owned()));
        } else if let Some(folder) = kept(text.text()) {
            found.entry(folder.clone()).or_insert_with(|| fact(folder));
        }
    }
    for file in program.sources() {
        for (default, place) in file.assignments.iter().filter_map(|it| Some((it.value.known_text()?, &it.place))) {
            let kept = kept(&default).filter(|_| is_of_tag(file, place));
            found.extend(kept.map(|folder| (folder.clone(), file.fact(folder, place))));
        }
    }
    for document in settings(repo, files) {
        if let Some(root) =
            document.lines().find_map(|(line, text)| Some(Fact::new(root(text)?, document.evidence_line(line))))
        {
            found.insert(root.value.clone(), root);
            continue;
        }
        for (line, text) in document.lines() {
            for place in text.split(|c: char| !is_of_path(c)).filter_map(kept_in_settings) {
                let full = join(&files.base, &place);
                // what is there already, or starts like this, is read
                if !repo.files_under(parent(&full)).any(|file| file.starts_with(&full)) {
                    let evidence = document.evidence_line(line);
                    found.entry(place.clone()).or_insert_with(|| Fact::new(place, evidence));
                }
            }
        }
    }
    found.retain(|place, _| place.starts_with('/') || !repo.files_under(&join(&files.base, place)).any(is_source));
    found.extend(files.written.drain(..).map(|folder| (folder.value.clone(), folder)));
    files.written = outermost(found);
}

/// Whether a call reads a file and does nothing else with it.
fn only_reads(call: &Call) -> bool {
    how_used(Language::Go, call) == Some(FileUse::ReadFile)
}

/// Whether a text is only compared with another, or is the route of a server.
fn is_compared(text: &TextUse) -> bool {
    go_files().compared.iter().any(|name| name == text.function())
}

fn is_of_path(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-')
}

/// A database in a folder above the working folder.
fn database_above(text: &str) -> Option<&str> {
    let path = database(text)?;
    let name = file_name(path);
    (path.trim_start_matches("./").starts_with("../") && !name.contains("test")).then_some(path)
}

/// The folder of a path whose first part says that data is kept there: `./logs/app.log`, `/var/opt/shop`.
fn kept(text: &str) -> Option<String> {
    // `/var/opt` is there for nothing but a program's own data
    if text.strip_prefix("/var/opt/").is_some_and(|rest| !rest.is_empty() && rest.chars().all(is_of_path)) {
        return Some(text.trim_end_matches('/').to_owned());
    }
    // a home is the user's own, and what starts so is the end of a name that is put together
    let path = relative(text).filter(|path| !path.starts_with(['~', '_']) && !is_source(path))?;
    // what is asked for behind a name without an ending is a page: `media/song?format=%s`
    if text.contains('?') && ending(&path).is_empty() {
        return None;
    }
    is_kept(&path, text.starts_with("./") || path.contains('/'))
}

/// The folder of a path in the settings, such as `logs/app.log`, whose name says that data is kept there.
fn kept_in_settings(text: &str) -> Option<String> {
    let path = relative(text).filter(|path| path.contains('/') && !text.starts_with('/'))?;
    is_kept(&path, true)
}

/// The folder that a line of the settings puts the others below: `RuntimeRootPath = runtime/`.
fn root(line: &str) -> Option<String> {
    let (key, value) = line.split_once(['=', ':'])?;
    let path = relative(value.trim().trim_matches(['"', '\'']))?;
    data().roots.iter().any(|root| root == key.trim()).then(|| path.trim_end_matches('/').to_owned())
}

fn is_kept(path: &str, looks_like_path: bool) -> Option<String> {
    let first = path.split('/').next().unwrap_or_default();
    let folder = if ending(path).is_empty() { path } else { parent(path) };
    (looks_like_path && go_files().kept.iter().any(|name| name == first)).then(|| folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_keeps_data_and_longer_ones_do_not() {
        let table = go_files();
        for name in &table.kept {
            assert_eq!(kept(&format!("./{name}/x.log")), Some(name.clone()));
            assert_eq!(kept_in_settings(&format!("{name}/x")), Some(format!("{name}/x")));
            assert!(kept(name).is_none() && kept(&format!("{name}x/y")).is_none(), "{name}");
        }
        for name in &table.compared {
            let compared = |name: &str| {
                let text = format!("package main\nvar x = s.{name}(\"logs/x\")\n");
                let index = crate::source::read(crate::repo::Document::new("main.go", text));
                texts(&index).iter().all(is_compared)
            };
            assert!(compared(name) && !compared(&format!("{name}Else")), "{name}");
        }
        for name in &data().roots {
            assert_eq!(root(&format!("{name} = runtime/")), Some("runtime".to_owned()));
            assert_eq!(
                (root(&format!("{name}s = runtime/")), root(&format!("{name} = /srv/x"))),
                (None, None),
                "{name}"
            );
        }
        assert_eq!(kept("/var/opt/shop/"), Some("/var/opt/shop".to_owned()));
        assert_eq!((kept("/var/opt/"), kept("~/logs/x"), kept("_data/x")), (None, None, None));
        assert_eq!((kept("data/a?of=%s"), kept("data/a.db?mode=rw")), (None, Some("data".to_owned())));
        assert_eq!((database_above("../x.db"), database_above("x.db")), (Some("../x.db"), None));
    }
}
