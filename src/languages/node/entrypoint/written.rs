//! Folders that the source writes: of databases and uploads, and those that it makes itself.

use std::collections::BTreeSet;

use crate::evidence::{Evidence, Fact};
use crate::languages::source::{Sources, compile};
use crate::path::{file_name, parent, relative_to};
use crate::pattern;

/// A path in the source: what it starts from, and what is written in quotes.
const PLACE: &str = r#"(?:(?:path\.)?(?:join|resolve)\(\s*(?:(process\.cwd\(\)|__dirname|import\.meta\.dirname)\s*,\s*)?)?["'`]([\w./-]+)["'`]"#;

/// Most folders that are named.
const MOST: usize = 4;

/// The folders, from the folder of the package, in the order of the files that name them.
pub fn folders(sources: &Sources, package: &str) -> Vec<Fact<String>> {
    let database = pattern!(
        r#"(?:(?:join|resolve)\(\s*(process\.cwd\(\)|__dirname|import\.meta\.dirname)\s*,\s*)?["'`]((?:/|\./)?[\w./-]*?/?[\w-]+\.(?:db|sqlite|sqlite3))["'`]"#
    );
    let set = compile(&format!(
        r"process\.env\.\w*(?:DIR|DIRECTORY|FOLDER)\b(?:[^\n;]{{0,60}}?(?:\|\||\?\?)|\s*\)?\s*\?[^;?]{{0,120}}?\s:)\s*{PLACE}"
    ));
    let uploads = compile(&format!(
        r"(?:\b(?:dest|destination|uploadDir|uploadsDir)\s*:\s*|\bcb\(\s*null\s*,\s*|mkdir(?:Sync|p)?\(\s*){PLACE}"
    ));
    let files = compile(&format!(r"(?:appendFile|writeFile|createWriteStream)(?:Sync)?\(\s*{PLACE}"));
    let schema =
        compile(&format!(r"(?:autoSchemaFile|schemaDestination|schemaFile)\s*:\s*(?:[^\n;]{{0,60}}?\|\|\s*)?{PLACE}"));
    let pick = |captures: &regex::Captures| {
        let base = captures.get(1).map(|base| base.as_str().to_owned());
        Some((base, captures[2].to_owned()))
    };
    // What is written by name is a file, whatever its name is.
    let pick_folder = |captures: &regex::Captures| pick(captures).map(|(base, path)| (base, parent(&path).to_owned()));
    let mut found = sources.find_all(database, pick);
    for pattern in [&uploads, &set] {
        found.extend(sources.find_all(pattern, pick));
    }
    for pattern in [&files, &schema] {
        found.extend(sources.find_all(pattern, pick_folder));
    }
    found.extend(made(sources));
    let mut kept: Vec<Fact<String>> = Vec::new();
    for fact in found {
        let Some(folder) = folder(&fact, package).filter(|folder| is_usable(folder)) else {
            continue;
        };
        if !kept.iter().any(|known| known.value == folder) {
            kept.push(Fact::new(folder, fact.evidence));
        }
    }
    kept.truncate(MOST);
    kept
}

/// A path with what it starts from, and where that is written.
type Place = Fact<(Option<String>, String)>;

/// What the program makes a folder of, where it has a name in the same file.
fn made(sources: &Sources) -> Vec<Place> {
    let named = compile(&format!(r"\b(?:const|let|var)\s+(\w+)\s*=\s*(?:[^\n;]{{0,80}}?(?:\|\||\?\?)\s*)?{PLACE}"));
    let mut places = Vec::new();
    for document in sources.documents() {
        let makes = pattern!(r"\bmkdir(?:Sync|p)?\(\s*(?:path\.)?(?:dirname\(\s*)?(\w+)\b");
        let names: BTreeSet<&str> = makes
            .captures_iter(document.text())
            .filter_map(|captures| captures.get(1).map(|name| name.as_str()))
            .collect();
        if names.is_empty() {
            continue;
        }
        for captures in named.captures_iter(document.text()).filter(|captures| names.contains(&captures[1])) {
            let base = captures.get(2).map(|base| base.as_str().to_owned());
            let evidence = document.evidence_at(captures.get(0).map_or(0, |whole| whole.start()));
            places.push(Fact::new((base, captures[3].to_owned()), evidence));
        }
    }
    places
}

/// The folder that a path is, or lies in, from the folder of the package; nothing where it leaves that.
fn folder(fact: &Place, package: &str) -> Option<String> {
    let (base, path) = &fact.value;
    if path.starts_with('/') {
        return Some(without_file(path).to_owned());
    }
    let start = match base.as_deref() {
        Some("__dirname" | "import.meta.dirname") => own_folder(&fact.evidence, package),
        _ => String::new(),
    };
    let mut parts: Vec<&str> = start.split('/').filter(|part| !part.is_empty()).collect();
    for part in without_file(path).split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// The folder of a source file, from the folder of the package.
fn own_folder(evidence: &Evidence, package: &str) -> String {
    let folder = relative_to(parent(&evidence.path), package);
    if folder == "." { String::new() } else { folder }
}

/// A path without the file at its end, which has an ending.
fn without_file(path: &str) -> &str {
    let name = file_name(path);
    if name.trim_start_matches('.').contains('.') { parent(path) } else { path.trim_end_matches('/') }
}

fn is_usable(folder: &str) -> bool {
    !matches!(folder, "" | "/" | "dist" | "build")
        && !folder.starts_with("/tmp")
        && !folder.starts_with("/dev")
        && !folder.contains("node_modules")
}
