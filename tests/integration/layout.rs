//! The layout that a reader relies on: a language is one name in three places, files are short, templates and views fit.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use dockgen::languages::{self, LANGUAGES};
use dockgen::plan::{Answers, Config, Defaults, QUESTIONS, Resolved, Source};
use dockgen::repo::Repo;
use dockgen::{plan, render};

use crate::support::{Example, examples, root};

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push(path);
        }
    }
}

#[test]
fn a_language_is_one_name_in_three_places() {
    for language in LANGUAGES {
        let name = language.name();
        assert!(
            root().join("src/languages").join(name).join("mod.rs").is_file(),
            "src/languages/{name}/mod.rs is missing"
        );
        assert!(root().join("templates").join(name).is_dir(), "templates/{name}/ is missing");
        let count = examples().iter().filter(|example| example.name.starts_with(&format!("{name}-"))).count();
        assert!(count >= 3, "{name} has {count} examples, three are the least");
    }
    let names: Vec<&str> = LANGUAGES.iter().map(|language| language.name()).collect();
    for folder in ["src/languages", "templates"] {
        for entry in std::fs::read_dir(root().join(folder)).unwrap().flatten().filter(|entry| entry.path().is_dir()) {
            let found = entry.file_name().into_string().unwrap();
            assert!(
                found == "_shared" || names.contains(&found.as_str()),
                "{folder}/{found} belongs to no language in LANGUAGES"
            );
        }
    }
}

#[test]
fn source_files_are_short() {
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    let mut lengths: Vec<(usize, &PathBuf)> =
        files.iter().map(|path| (std::fs::read_to_string(path).unwrap().lines().count(), path)).collect();
    lengths.sort();
    let (median, _) = lengths[lengths.len() / 2];
    assert!(median < 150, "the median source file has {median} lines");
    let long: Vec<_> = lengths.iter().filter(|(lines, _)| *lines > 400).collect();
    assert!(long.is_empty(), "longer than 400 lines: {long:?}");
}

/// The view that an example's plan gives, with the name of its template.
fn view(example: &Example) -> (&'static str, BTreeSet<String>) {
    let copy = example.copy(|_| true);
    let (repo, folder) = Repo::open(&copy.path().join(&example.path)).unwrap();
    let mut flags = Answers::default();
    for pair in example.arguments.chunks(2) {
        flags.set(pair[0].trim_start_matches("--"), Resolved::new(pair[1].clone(), Source::Flag));
    }
    let app = plan::choose(languages::detect(&repo), &folder, copy.path(), &flags, &mut Defaults).unwrap();
    let answers = plan::resolve(app.as_ref(), &flags, &Config::default(), &mut Defaults).unwrap();
    let plan = app.plan(&answers).unwrap();
    render::render(app.app(), &answers, &plan).unwrap();
    (plan.template, plan.view.keys().cloned().collect())
}

/// No field is carried along for nothing: each is read by a template of its language.
#[test]
fn every_field_of_a_view_is_used_by_a_template() {
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for template in render::names().unwrap() {
        let folder = template.split('/').next().unwrap().to_owned();
        used.entry(folder).or_default().extend(render::variables(template).unwrap());
    }
    let mut seen = BTreeSet::new();
    for example in examples() {
        let (template, fields) = view(&example);
        seen.insert(template);
        let language = template.split('/').next().unwrap();
        let unused: Vec<_> = fields
            .iter()
            .filter(|field| !used[language].contains(*field) && !used["_shared"].contains(*field))
            .collect();
        assert!(unused.is_empty(), "{}: no template of {language} uses {unused:?}", example.name);
    }
    let without: Vec<_> =
        render::names().unwrap().into_iter().filter(|name| !seen.contains(name) && !is_partial(name)).collect();
    assert!(without.is_empty(), "no example is made from {without:?}");
}

/// A partial is included by others and makes no file of its own.
fn is_partial(template: &str) -> bool {
    template.split('/').any(|part| part.starts_with('_'))
}

#[test]
fn every_question_has_a_key_of_its_own() {
    let keys: BTreeSet<&str> = QUESTIONS.iter().map(|question| question.key).collect();
    assert_eq!(keys.len(), QUESTIONS.len());
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for part in text.split("Question::new(\"").skip(1) {
            let key = part.split('"').next().unwrap();
            assert!(keys.contains(key), "{}: `{key}` is in no row of QUESTIONS", file.display());
        }
    }
}
