//! The file of settings that a program reads unless told otherwise, where the repository has none.

use crate::analysis::Program;
use crate::analysis::files::{Used, uses};
use crate::catalog::analysis::FileUse;
use crate::catalog::{file_names, secrets};
use crate::evidence::{Fact, Warning};
use crate::path::{file_name, is_inside, join, join_inside, parent, relative_to};
use crate::repo::Repo;
use crate::source::{Call, Import, Index, Language, Place, SourcePath};

/// A file of settings that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsFile {
    /// Its path: absolute, or from the working folder.
    pub path: String,
    /// One in the repository that it can be made from.
    pub sample: Option<String>,
    /// Whether the repository has it, and the image does not: it holds variables.
    pub is_left_out: bool,
}

/// Whether a flag, field or constant of this name, in lower-case words, holds the file of a program's own settings.
pub fn names_settings_file(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "conf",
        "config",
        "configfile",
        "configpath",
        "configuration",
        "settings",
        "default",
        "fallback",
        "file",
        "path",
        "filename",
        "flag",
        "name",
        "location",
    ];
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.iter().any(|word| word.starts_with("conf") || *word == "settings")
        && words.iter().all(|word| WORDS.contains(word))
}

/// The file at `path`, seen from `base`, unless it is there or is not one of settings.
pub fn absent(repo: &Repo, base: &str, path: &str) -> Option<SettingsFile> {
    let path = path.strip_prefix("./").unwrap_or(path);
    let name = file_name(path);
    let (stem, ending) = name.rsplit_once('.')?;
    let is_odd = |c: char| !(c.is_ascii_alphanumeric() || "/._-".contains(c));
    let is_placed = !path.starts_with('/') || path.starts_with("/etc/") || path.starts_with("/config/");
    let is_known = file_names().is_settings_ending(ending) || secrets().files.is_key(name);
    let is_one = !stem.is_empty() && is_known && !path.contains(is_odd) && !path.contains("..");
    if !is_one || !is_placed || repo.has(&join(base, path)) {
        return None;
    }
    let is_source = |file: &str| file == name || file.to_lowercase().contains(stem) && is_sample(file);
    let near = repo.files_under(base).filter(|file| file.matches('/').count() <= base.matches('/').count() + 2);
    let found = near.filter(|file| is_source(file_name(file)) && file.contains(ending));
    let sample = found.min_by_key(|file| file.matches('/').count()).map(str::to_owned);
    Some(SettingsFile { path: path.to_owned(), sample, is_left_out: false })
}

/// Whether a file of this name is one to copy and fill in.
fn is_sample(name: &str) -> bool {
    let name = name.to_lowercase();
    file_names().sample_words.iter().any(|word| name.contains(word))
}

/// The file of variables at `path`, seen from `base`, which no image holds; nothing for a sample of one, or one of another name
/// that is there.
pub fn of_variables(repo: &Repo, base: &str, path: &str) -> Option<SettingsFile> {
    let is_one = |name: &str| name.split('.').any(|part| part == "env");
    let full = join(base, path);
    let is_left_out = repo.has(&full);
    let is_hidden = file_name(path).starts_with(".env");
    if !is_one(file_name(path)) || is_sample(file_name(path)) || is_left_out && !is_hidden {
        return None;
    }
    let mut near = repo.names_in(parent(&full)).filter(|name| is_one(name) && is_sample(name));
    let sample = near.next().filter(|_| !is_left_out).map(|name| join(parent(&full), name));
    Some(SettingsFile { path: path.to_owned(), sample, is_left_out })
}

/// Whether a program of Go fills the fields of a type with what a file of settings says: what its source gives them may not stay.
pub fn fills_fields(program: &Program) -> bool {
    let fills =
        |call: &Call| call.name().starts_with("Unmarshal") || matches!(call.name(), "ReadConfig" | "DecodeFile");
    let mut sources = program.sources().filter(|file| Language::of(file.path()) == Some(Language::Go));
    sources.any(|file| file.calls.iter().any(fills))
}

/// Whether what stands in a place runs as soon as its module is loaded.
fn is_at_start(place: &Place) -> bool {
    !place.is_conditional && place.function.is_none()
}

/// The files of settings that modules read as soon as they are loaded, and that are not there: whoever runs the program has
/// them. `working` is the program's working folder, from the root of the repository.
pub fn read_at_start(program: &Program, repo: &Repo, working: &str) -> Vec<Fact<SettingsFile>> {
    let (mut paths, mut modules): (Vec<Fact<String>>, Vec<Fact<SettingsFile>>) = (Vec::new(), Vec::new());
    let mut data: Vec<Fact<SettingsFile>> = Vec::new();
    let used = uses(program);
    let is_read = |used: &&Used| used.how == FileUse::ReadFile && is_at_start(&used.call.place) && !used.call.is_caught;
    let is_of_python = |used: &Used| Language::of(used.caller.path()) == Some(Language::Python);
    let is_written = |path: &SourcePath| used.iter().any(|it| it.how == FileUse::WriteFile && it.path == *path);
    for used in used.iter().filter(is_read).filter(|used| !is_written(&used.path)) {
        let path = used.path.in_repository(used.found.file.path(), working);
        let Some(path) = path.map(|path| Fact::new(path, used.found.evidence())) else { continue };
        // most reads of JavaScript hand their failure to a callback or a promise, which may go on
        let file = absent_data(repo, working, &path.value).filter(|_| is_of_python(used));
        data.extend(file.map(|file| Fact::new(file, path.evidence.clone())));
        paths.push(path);
    }
    for file in program.sources() {
        let is_file = |import: &&Import| import.module.starts_with('.') && import.module.ends_with(".json");
        let at_start = file.imports.iter().filter(|import| is_at_start(&import.place));
        for import in at_start.clone().filter(is_file) {
            paths.push(file.fact(join(parent(file.path()), &import.module), &import.place));
        }
        modules
            .extend(at_start.filter_map(|import| Some(file.fact(sampled_module(file, import, repo)?, &import.place))));
    }
    for file in program.sources() {
        let named = file.files.iter().filter(|named| named.is_read_at_run_time);
        let paths_of_it =
            named.filter_map(|named| Some((named.path.path()?.in_repository(file.path(), working)?, &named.place)));
        paths.extend(paths_of_it.map(|(path, place)| file.fact(path, place)));
        paths.extend(beside_a_sample(file, repo, working));
    }
    let mut found: Vec<Fact<SettingsFile>> = Vec::new();
    for used in
        uses(program).into_iter().filter(|used| used.how == FileUse::ReadVariables && !used.call.place.is_conditional)
    {
        let path = used.path.in_repository(used.found.file.path(), working).filter(|path| is_inside(path, working));
        let file = path.and_then(|path| of_variables(repo, working, &relative_to(&path, working)));
        if let Some(file) = file.filter(|file| !found.iter().any(|known| known.value == *file)) {
            found.push(Fact::new(file, used.found.evidence()));
        }
    }
    for module in modules.into_iter().filter(|module| is_inside(&module.value.path, working)) {
        let module = module.map(|it| SettingsFile { path: relative_to(&it.path, working), ..it });
        if !found.iter().any(|known| known.value == module.value) {
            found.push(module);
        }
    }
    for path in paths.into_iter().filter(|path| is_inside(&path.value, working)) {
        let file = absent(repo, working, &relative_to(&path.value, working));
        if let Some(file) = file.filter(|file| !found.iter().any(|known| known.value == *file)) {
            found.push(Fact::new(file, path.evidence));
        }
    }
    data.retain(|file| !found.iter().any(|known| known.value.path == file.value.path));
    found.extend(data);
    found
}

/// A file of data that is read and not there, in a folder of the application; what is built there is no data.
fn absent_data(repo: &Repo, working: &str, path: &str) -> Option<SettingsFile> {
    let inside = relative_to(path, working);
    let first = inside.split_once('/').map(|(first, _)| first);
    let is_placed = is_inside(path, working) && first.is_none_or(|first| repo.has_folder(&join(working, first)));
    let is_plain = inside.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c)) && !inside.contains("..");
    let (stem, ending) = file_name(&inside).rsplit_once('.')?;
    let is_built = matches!(ending, "html" | "css" | "env") || Language::of(path).is_some();
    let is_absent = !repo.has(path) && !repo.has_folder(path);
    let file = SettingsFile { path: inside.clone(), sample: None, is_left_out: false };
    // a hidden file is no data: `.env.local` holds variables
    let is_shown = !stem.is_empty() && !stem.starts_with('.');
    (is_placed && is_plain && is_shown && !is_built && is_absent).then_some(file)
}

/// The module that a file imports and only a sample stands for: `require("./secret")` beside `secret-example.js`.
fn sampled_module(file: &Index, import: &Import, repo: &Repo) -> Option<SettingsFile> {
    let is_script = |ending: &str| matches!(ending, "js" | "cjs" | "mjs" | "ts" | "json");
    let stated = join_inside(parent(file.path()), &import.module).filter(|_| import.module.starts_with('.'))?;
    let (folder, name) = (parent(&stated), file_name(&stated));
    let stem = name.rsplit_once('.').filter(|(_, ending)| is_script(ending)).map_or(name, |(stem, _)| stem);
    let names: Vec<&str> = repo.names_beginning(folder, stem).collect();
    let is_it = |other: &&str| *other == name || other.strip_prefix(stem).is_some_and(|rest| rest.starts_with('.'));
    if names.iter().any(is_it) && !names.iter().filter(|other| is_it(other)).all(|other| is_sample(other))
        || repo.has_folder(&stated)
    {
        return None;
    }
    let sample = names.iter().find(|other| {
        let (own, ending) = other.rsplit_once('.').unwrap_or((other, ""));
        let rest = own.strip_prefix(stem).map(|rest| rest.trim_start_matches(['-', '_', '.']));
        is_script(ending) && rest.is_some_and(|rest| !rest.is_empty() && is_sample(rest))
    })?;
    let ending = sample.rsplit('.').next().unwrap_or_default();
    Some(SettingsFile {
        path: join(folder, &format!("{stem}.{ending}")),
        sample: Some(join(folder, sample)),
        is_left_out: false,
    })
}

/// The files that a module names as soon as it is loaded and the repository has a sample of in their place: `config.toml` beside `config.example.toml`.
fn beside_a_sample(file: &Index, repo: &Repo, working: &str) -> Vec<Fact<String>> {
    let own = parent(file.path());
    let folders = [working, own, parent(own)];
    let named = file.texts.iter().filter(|literal| is_at_start(&literal.place)).filter_map(|literal| {
        let path = folders.iter().find_map(|folder| {
            let absent = absent(repo, folder, &literal.text)?;
            let path = join(folder, &absent.path);
            let sample = absent.sample?;
            let is_beside = parent(&sample) == parent(&path) && file_name(&sample) != file_name(&path);
            is_beside.then_some(path)
        })?;
        Some(file.fact(path, &literal.place))
    });
    named.collect()
}

/// That the program may not start without it; `run_folder` is its working folder in the image.
pub fn warning(fact: &Fact<SettingsFile>, run_folder: &str) -> Warning {
    let SettingsFile { path, sample, is_left_out } = &fact.value;
    let target = if path.starts_with('/') { path.clone() } else { format!("{run_folder}/{path}") };
    let start = sample.as_ref().map(|sample| format!(", made from `{sample}`")).unwrap_or_default();
    let hint =
        format!("give it to the container{start}: `docker run --volume \"$PWD/{}:{target}:ro\"`", file_name(path));
    let state = if *is_left_out { "it is left out of the image" } else { "there is none" };
    Warning::new(format!("it reads `{path}` unless told otherwise, and {state}: it may not start without"))
        .at(fact.evidence.clone())
        .hint(hint)
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::{names_settings_file, read_at_start};
    use crate::analysis::Program;
    use crate::repo::{Document, Repo};

    fn missing(files: &[&str], path: &str, text: &str) -> Vec<(String, Option<String>)> {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            std::fs::create_dir_all(folder.path().join(file).parent().unwrap()).unwrap();
            std::fs::write(folder.path().join(file), "").unwrap();
        }
        let (repo, _) = Repo::open(folder.path()).unwrap();
        let file = Rc::new(crate::source::read(Document::new(path, text)));
        let found = read_at_start(&Program::of([file]), &repo, "");
        found.into_iter().map(|fact| (fact.value.path, fact.value.sample)).collect()
    }

    #[test]
    fn a_file_that_only_a_sample_stands_for_is_missing() {
        let text = "PLACE = HERE.parent / 'config.toml'\n";
        let sample = Some("config.example.toml".to_owned());
        assert_eq!(missing(&["config.example.toml"], "src/config.py", text), [("config.toml".to_owned(), sample)]);
        for files in
            [&["config.example.toml", "config.toml"][..], &["other.example.toml"], &["docs/config.example.toml"], &[]]
        {
            assert!(missing(files, "src/config.py", text).is_empty(), "{files:?}");
        }
    }

    #[test]
    fn data_that_is_read_at_start_and_not_there_is_missing() {
        let of = |files: &[&str], text: &str| -> Vec<String> {
            missing(files, "shop.py", text).into_iter().map(|(path, _)| path).collect()
        };
        assert_eq!(of(&[], "names = open('names.txt').read()"), ["names.txt"]);
        assert_eq!(of(&["data/x"], "import pandas as pd\ntable = pd.read_csv('data/table.csv')"), ["data/table.csv"]);
        for (files, text) in [
            (&["names.txt"][..], "names = open('names.txt').read()"),
            (&[], "def names():\n    return open('names.txt').read()"),
            (&[], "try:\n    names = open('names.txt').read()\nexcept FileNotFoundError:\n    names = ''"),
            (&[], "import os\nif os.path.exists('names.txt'):\n    names = open('names.txt').read()"),
            (&[], "open('names.txt', 'w').write('')\nnames = open('names.txt').read()"),
            (&[], "page = open('pages/index.txt').read()"),
            (&[], "page = open('index.html').read()"),
            (&[], "lines = open('.env.local').read()"),
            (&[], "import pandas as pd\ntable = pd.read_csv('https://shop.example/table.csv')"),
        ] {
            assert!(of(files, text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_module_that_only_a_sample_stands_for_and_a_key_are_missing() {
        let text = "const secret = require('../config/secret'); const key = fs.readFileSync('config/private.pem')";
        let of = |files: &[&str]| missing(files, "src/login.js", &format!("const fs = require('fs'); {text}"));
        let key = ("config/private.pem".to_owned(), None);
        let module = ("config/secret.js".to_owned(), Some("config/secret-example.js".to_owned()));
        assert_eq!(of(&["config/secret-example.js"]), [module, key.clone()]);
        for files in [
            &["config/secret-example.js", "config/secret.js"][..],
            &["config/secret-example.js", "config/secret.ts"],
            &["config/secret-example.js", "config/secret/index.js"],
            &["config/other-example.js"],
            &["config/secretary.js"],
            &[],
        ] {
            assert_eq!(of(files), std::slice::from_ref(&key), "{files:?}");
        }
        assert!(
            missing(&["config/private.pem"], "src/login.js", "require('fs').readFileSync('config/private.pem')")
                .is_empty()
        );
        let later = "const fs = require('fs'); function f() { fs.readFileSync('config/private.pem') }";
        assert!(missing(&[], "src/login.js", later).is_empty());
    }

    #[test]
    fn the_secrets_of_streamlit_are_a_file() {
        let text = "import streamlit as st\n\nurl = st.secrets['URL']\n";
        assert_eq!(missing(&[], "app.py", text), [(".streamlit/secrets.toml".to_owned(), None)]);
        assert!(missing(&[".streamlit/secrets.toml"], "app.py", text).is_empty());
        assert!(missing(&[], "app.py", "import streamlit as st\n\nst.title('secrets')\n").is_empty());
    }

    #[test]
    fn only_a_programs_own_settings_are_named_so() {
        for name in ["config", "default config path", "conf_file", "default configuration file path"] {
            assert!(names_settings_file(name), "{name}");
        }
        for name in ["alibaba cloud config file", "confirm", "file", "kube config"] {
            assert!(!names_settings_file(name), "{name}");
        }
    }
}
