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
        for entry in std::fs::read_dir(root().join(folder)).unwrap().flatten() {
            let found = entry.file_name().into_string().unwrap();
            assert!(
                ["_shared", "_blocks", "mod.rs"].contains(&found.as_str()) || names.contains(&found.as_str()),
                "{folder}/{found} belongs to no language in LANGUAGES"
            );
        }
    }
}

/// The layers of the program: a module may use those of the rows above its own, and none of its own row but itself.
const LAYERS: &[&[&str]] = &[
    &["path", "pattern", "text"],
    &["evidence"],
    &["error"],
    &["repo", "shell", "dockerfile", "catalog"],
    &["source"],
    &["analysis"],
    &["plan"],
    &["languages"],
    &["render"],
    &["check"],
    &["output", "container", "registry"],
    &["cli"],
];

/// The code of a file without its unit tests and comments.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let is_comment = |line: &&str| line.trim_start().starts_with("//");
    text.lines().filter(|line| !is_comment(line)).collect::<Vec<_>>().join("\n")
}

/// The modules below `prefix` that a text names by `prefix::module` or in a group behind `prefix::{`.
fn modules_named(text: &str, prefix: &str) -> BTreeSet<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut found = BTreeSet::new();
    for (start, _) in text.match_indices(prefix) {
        if text[..start].ends_with(is_name) {
            continue;
        }
        let rest = &text[start + prefix.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            found.insert(rest.split(|c| !is_name(c)).next().unwrap_or_default().to_owned());
            continue;
        };
        let mut depth = 1;
        let mut start = 0;
        for (index, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 || depth == 1 && c == ',' {
                let name = group[start..index].trim();
                found.insert(name.split(|c| !is_name(c)).next().unwrap_or_default().to_owned());
                start = index + 1;
            }
            if depth == 0 {
                break;
            }
        }
    }
    found
}

#[test]
fn a_module_uses_only_the_layers_above_its_own() {
    let layer = |module: &str| LAYERS.iter().position(|layer| layer.contains(&module));
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    let mut wrong = Vec::new();
    for file in files {
        let inside = file.strip_prefix(root().join("src")).unwrap();
        let first = inside.iter().next().unwrap().to_str().unwrap();
        let own = first.strip_suffix(".rs").unwrap_or(first);
        if own == "lib" || own == "main" {
            continue;
        }
        let own_layer = layer(own).unwrap_or_else(|| panic!("`{own}` is in no row of LAYERS"));
        for used in modules_named(&code(&file), "crate::") {
            if used != own && layer(&used).is_some_and(|used| used >= own_layer) {
                wrong.push(format!("{} uses {used}", inside.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "against the order of LAYERS: {wrong:#?}");
}

/// What a file or folder of a language may be called.
const ROOMS: &[&str] =
    &["mod", "manifest", "workspace", "version", "package_manager", "entrypoint", "framework", "plan"];

#[test]
fn a_language_has_only_the_rooms_of_the_design() {
    for language in LANGUAGES {
        for entry in std::fs::read_dir(root().join("src/languages").join(language.name())).unwrap().flatten() {
            let name = entry.path().file_stem().unwrap().to_str().unwrap().to_owned();
            assert!(ROOMS.contains(&name.as_str()), "{}/{name} is none of {ROOMS:?}", language.name());
        }
    }
}

/// Files of a language, by their module's path within it.
fn modules_of(language: &str) -> BTreeMap<String, PathBuf> {
    let folder = root().join("src/languages").join(language);
    let mut files = Vec::new();
    sources(&folder, &mut files);
    let name = |file: &Path| {
        let inside = file.strip_prefix(&folder).unwrap().with_extension("");
        inside.to_str().unwrap().trim_end_matches("/mod").replace('/', "::")
    };
    files.into_iter().map(|file| (name(&file), file)).collect()
}

#[test]
fn no_two_rooms_of_a_language_use_each_other() {
    for language in LANGUAGES {
        let prefix = format!("crate::languages::{}::", language.name());
        let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (module, file) in modules_of(language.name()) {
            let own = module.split("::").next().unwrap_or_default().to_owned();
            if own != "mod" {
                uses.entry(own.clone()).or_default().extend(modules_named(&code(&file), &prefix));
            }
        }
        // what a room reaches over others; it may not reach itself
        for room in uses.keys() {
            let mut reached: BTreeSet<String> = BTreeSet::new();
            let mut open: Vec<String> = uses[room].iter().filter(|used| *used != room).cloned().collect();
            while let Some(next) = open.pop() {
                if reached.insert(next.clone()) {
                    open.extend(uses.get(&next).into_iter().flatten().filter(|used| **used != next).cloned());
                }
            }
            assert!(!reached.contains(room), "{}: `{room}` uses {reached:?}, which use it", language.name());
        }
    }
}

#[test]
fn a_group_of_imports_names_its_modules() {
    let text = "use crate::{plan::{Answers, Question}, repo::Repo};\nuse crate::error::Error;\nmy_crate::other::x";
    let named = modules_named(text, "crate::");
    assert_eq!(named, ["error", "plan", "repo"].map(str::to_owned).into());
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
    let answers =
        plan::resolve(app.as_ref(), &flags, &Config::read(&repo, &app.app().folder).unwrap(), &mut Defaults).unwrap();
    let plan = plan::plan(app.as_ref(), &answers).unwrap();
    render::render(app.app(), &plan).unwrap();
    (plan.recipe.template(), plan.fields().keys().cloned().collect())
}

/// No field is carried along for nothing: each is read by a template of its language.
#[test]
fn every_field_of_a_view_is_used_by_a_template() {
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let templates = render::Templates::embedded();
    for template in templates.names() {
        let folder = template.split('/').next().unwrap().to_owned();
        used.entry(folder).or_default().extend(templates.variables(template).unwrap());
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
        templates.names().into_iter().filter(|name| !seen.contains(name) && !is_partial(name)).collect();
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
