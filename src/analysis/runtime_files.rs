//! Files and folders of the repository that a program reads when it runs.

use std::collections::BTreeMap;

use crate::analysis::Program;
use crate::analysis::data_folders;
use crate::analysis::files::{is_certificate, path, uses};
use crate::catalog::analysis::{FileUse, data};
use crate::evidence::{Evidence, Fact};
use crate::path::{is_inside, join, parent};
use crate::source::Value;

/// A file or folder that the program reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuntimeFile {
    /// Its path, from the root of the repository.
    pub path: String,
    /// Whether the path starts at the source file that names it, not at the working directory: where the source is
    /// compiled to another folder, it is read from there.
    pub is_beside_source: bool,
    /// The line that names it.
    pub evidence: Evidence,
}

/// What a repository has at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// A file.
    File,
    /// A folder with at least one file.
    Folder,
}

/// The files and folders that the program reads, and that the repository has, by path. What lies in a folder that is read as a
/// whole is not named again. `working` is the program's working directory, from the root of the repository.
pub fn runtime_files(program: &Program, working: &str, entry: impl Fn(&str) -> Option<Entry>) -> Vec<RuntimeFile> {
    let mut found: BTreeMap<String, RuntimeFile> = BTreeMap::new();
    let mut add = |path: crate::source::SourcePath, source: &str, evidence: Evidence| {
        let is_beside_source = path.base == Some(crate::source::Folder::Source);
        let Some(path) = path.in_repository(source, working).filter(|path| !path.is_empty()) else { return };
        // A pattern is read from the folder in front of it.
        let path = path.split("/*").next().unwrap_or_default().to_owned();
        if entry(&path).is_some() && path != working {
            found.entry(path.clone()).or_insert(RuntimeFile { path, is_beside_source, evidence });
        }
    };
    for used in uses(program) {
        if matches!(used.how, FileUse::ReadFile | FileUse::ReadFolder) {
            add(used.path, used.found.file.path(), used.found.evidence());
        }
    }
    for file in program.sources() {
        for named in file.files.iter().filter(|named| named.is_read_at_run_time) {
            if let Some(path) = named.path.path() {
                add(path, file.path(), file.evidence(&named.place));
            }
        }
        for text in file.texts.iter().filter(|text| is_certificate(&text.text)) {
            if let Some(path) = crate::source::Value::from(text.text.as_str()).path() {
                add(path, file.path(), file.evidence(&text.place));
            }
        }
    }
    let folders: Vec<String> = found.keys().filter(|path| entry(path) == Some(Entry::Folder)).cloned().collect();
    found.retain(|path, _| !folders.iter().any(|folder| folder != path && is_inside(path, folder)));
    found.into_values().collect()
}

/// The folders that the program reads as a whole, or sends a page of, and that the repository lacks: a build makes them.
/// `working` is the program's working directory, from the root of the repository.
pub fn absent_folders(program: &Program, working: &str, is_there: impl Fn(&str) -> bool) -> Vec<RuntimeFile> {
    let mut found: BTreeMap<String, RuntimeFile> = BTreeMap::new();
    for used in uses(program) {
        let source = used.found.file.path();
        let is_beside_source = used.path.base == Some(crate::source::Folder::Source);
        let Some(path) = used.path.in_repository(source, working) else { continue };
        let path = match used.how {
            FileUse::ReadFolder => path,
            FileUse::ReadFile if path.ends_with(".html") => parent(&path).to_owned(),
            _ => continue,
        };
        if !path.is_empty() && path != working && !is_there(&path) {
            let evidence = used.found.evidence();
            found.entry(path.clone()).or_insert(RuntimeFile { path, is_beside_source, evidence });
        }
    }
    for (path, evidence) in served_by_settings(program, working) {
        if !path.is_empty() && path != working && !is_there(&path) {
            found.entry(path.clone()).or_insert(RuntimeFile { path, is_beside_source: false, evidence });
        }
    }
    let folders: Vec<String> = found.keys().cloned().collect();
    found.retain(|path, _| !folders.iter().any(|folder| folder != path && is_inside(path, folder)));
    found.into_values().collect()
}

/// The folders that settings list to be served: `STATICFILES_DIRS = [BASE_DIR / "frontend/build"]`.
fn served_by_settings(program: &Program, working: &str) -> Vec<(String, Evidence)> {
    let mut found = Vec::new();
    for file in program.sources() {
        let named = file.named_values();
        let is_served = |path: &str| data().served.iter().any(|name| path.rsplit('.').next() == Some(name));
        for setting in named.into_iter().filter(|named| is_served(&named.path)) {
            let Value::List(items) = setting.value.resolved() else { continue };
            let paths = items.iter().filter_map(path).filter_map(|path| path.in_repository(file.path(), working));
            found.extend(paths.map(|path| (path, file.evidence(&setting.place))));
        }
    }
    found
}

/// The databases in files that the program names and the repository has, by path, from its root.
pub fn databases(program: &Program, working: &str, is_file: impl Fn(&str) -> bool) -> Vec<Fact<String>> {
    let mut found: BTreeMap<String, Evidence> = BTreeMap::new();
    for file in program.sources() {
        for text in &file.texts {
            let named = data_folders::database(&text.text).and_then(|path| crate::source::Value::from(path).path());
            let beside = named.as_ref().map(|path| join(parent(file.path()), &path.path));
            let path = named.and_then(|path| path.in_repository(file.path(), working));
            if let Some(path) = path.into_iter().chain(beside).find(|path| is_file(path)) {
                found.entry(path).or_insert_with(|| file.evidence(&text.place));
            }
        }
    }
    found.into_iter().map(|(path, evidence)| Fact::new(path, evidence)).collect()
}

/// The files that calls of the program write by their names and the repository has, by path, from its root.
pub fn written_files(program: &Program, working: &str, is_file: impl Fn(&str) -> bool) -> Vec<Fact<String>> {
    let mut found: BTreeMap<String, Evidence> = BTreeMap::new();
    for used in uses(program).into_iter().filter(|used| used.how == FileUse::WriteFile) {
        let path = used.path.in_repository(used.found.file.path(), working);
        if let Some(path) = path.filter(|path| is_file(path)) {
            found.entry(path).or_insert_with(|| used.found.evidence());
        }
    }
    found.into_iter().map(|(path, evidence)| Fact::new(path, evidence)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::files::tests::program;

    #[test]
    fn a_database_of_the_repository_is_named_and_any_other_is_not() {
        let text = "open('data/shop.db'); open('sqlite:///src/x.sqlite3'); open('none.db'); log('src/x.txt')";
        let is_file = |path: &str| ["data/shop.db", "src/x.sqlite3", "src/x.txt"].contains(&path);
        let found = databases(&program("javascript", text), "", is_file);
        let paths: Vec<&str> = found.iter().map(|fact| fact.value.as_str()).collect();
        assert_eq!(paths, ["data/shop.db", "src/x.sqlite3"]);
    }

    #[test]
    fn a_file_of_the_repository_is_written_where_a_call_opens_it_for_that() {
        let written = |text: &str| -> Vec<String> {
            let found = written_files(&program("python", text), "", |path| path == "shop.log");
            found.into_iter().map(|fact| fact.value).collect()
        };
        assert_eq!(written("open('shop.log', 'a')"), ["shop.log"]);
        assert_eq!(written("import logging\nlogging.basicConfig(filename='shop.log')"), ["shop.log"]);
        assert!(written("open('shop.log')").is_empty(), "it is only read");
        assert!(written("open('other.log', 'a')").is_empty(), "it is made by the program");
        assert!(written("open('/shop.log', 'a')").is_empty(), "it lies elsewhere");
    }

    fn found(text: &str) -> Vec<String> {
        let entry = |path: &str| match path {
            "certs" | "src/views" | "public" => Some(Entry::Folder),
            "certs/x.pem" | "config.json" | "src/data.json" | "public/a.txt" => Some(Entry::File),
            _ => None,
        };
        let files = runtime_files(&program("javascript", text), "", entry);
        files.into_iter().map(|file| format!("{}{}", if file.is_beside_source { "~" } else { "" }, file.path)).collect()
    }

    #[test]
    fn what_is_read_and_there_is_named_from_where_it_starts() {
        let fs = "import fs from 'fs'; import path from 'path'; ";
        let cases: [(&str, &[&str]); 13] = [
            ("fs.readFileSync('certs/x.pem')", &["certs/x.pem"]),
            ("fs.readFileSync('./config.json', 'utf8')", &["config.json"]),
            ("fs.readFileSync(path.join(__dirname, 'data.json'))", &["~src/data.json"]),
            ("fs.readFileSync(path.join(__dirname, '..', 'config.json'))", &["~config.json"]),
            ("fs.readFileSync(new URL('../config.json', import.meta.url))", &["~config.json"]),
            ("const file = path.resolve('config.json'); fs.readFileSync(file)", &["config.json"]),
            ("https.createServer({ key: fs.readFileSync(`certs/x.pem`) })", &["certs/x.pem"]),
            ("load('certs/x.pem')", &["certs/x.pem"]),
            ("fs.readFileSync('absent.json')", &[]),
            ("fs.readFileSync('/etc/hosts')", &[]),
            ("fs.readFileSync('../config.json')", &[]),
            ("fs.readdirSync('public'); fs.readFileSync('public/a.txt')", &["public"]),
            ("// fs.readFileSync('config.json')\nconst a = \"fs.readFileSync('config.json')\"", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(found(&format!("{fs}{text}")), expected, "{text}");
        }
    }

    #[test]
    fn folders_that_a_build_makes_are_absent_and_served() {
        let cases: [(&str, &[&str]); 6] = [
            ("app.use(express.static(path.join(__dirname, '../client/build')))", &["client/build"]),
            ("app.use(express.static('web/dist')); res.sendFile(path.resolve('web/dist/index.html'))", &["web/dist"]),
            ("res.sendFile(path.resolve(__dirname, '..', 'client', 'dist', 'index.html'))", &["client/dist"]),
            ("app.use(express.static('public'))", &[]),
            ("fs.readFileSync('absent/data.json')", &[]),
            ("fs.mkdirSync('uploads')", &[]),
        ];
        for (text, expected) in cases {
            let text = format!("import fs from 'fs'; import path from 'path'; import express from 'express'; {text}");
            let found = absent_folders(&program("javascript", &text), "", |path| path == "public");
            assert_eq!(found.into_iter().map(|file| file.path).collect::<Vec<_>>(), expected, "{text}");
        }
    }

    #[test]
    fn every_ending_of_a_certificate_is_known() {
        for ending in &data().certificates {
            assert!(is_certificate(&format!("certs/a.{ending}")), "{ending}");
            assert!(
                !is_certificate(ending)
                    && !is_certificate(&format!(".{ending}"))
                    && !is_certificate(&format!("a.{ending}s")),
                "{ending}"
            );
        }
    }
}
