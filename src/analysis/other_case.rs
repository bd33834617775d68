//! Files that a program names by other letters than they are called by: only some file systems take one for the other.

use std::collections::BTreeMap;

use crate::analysis::Program;
use crate::analysis::files::uses;
use crate::catalog::analysis::{FileUse, data};
use crate::evidence::{Fact, Warning};
use crate::path::is_inside;
use crate::repo::Repo;
use crate::source::{Call, Index, Place};

/// How many templates are looked for.
const MOST_TEMPLATES: usize = 1000;

/// A file as the source writes it, and as it is called.
pub type OtherCase = (String, String);

/// The files, folders and templates that the program names in another case than the repository has them. `working` is the
/// program's working folder, `folder` that of its package, both from the root of the repository.
pub fn other_case(program: &Program, repo: &Repo, working: &str, folder: &str) -> Vec<Fact<OtherCase>> {
    let mut found: Vec<Fact<OtherCase>> = Vec::new();
    let mut add = |fact: Fact<OtherCase>| {
        if !found.iter().any(|known| known.value == fact.value) {
            found.push(fact);
        }
    };
    for used in uses(program).into_iter().filter(|used| matches!(used.how, FileUse::ReadFile | FileUse::ReadFolder)) {
        let path = used.path.in_repository(used.found.file.path(), working);
        let path = path.filter(|path| !path.is_empty() && path != working && is_inside(path, folder));
        if let Some(path) = path
            && let Some(name) = repo.in_other_case(&path)
        {
            add(Fact::new((path.clone(), name.to_owned()), used.found.evidence()));
        }
    }
    let mut named: BTreeMap<&str, (&Index, Place)> = BTreeMap::new();
    for (file, text, place) in program.sources().flat_map(templates) {
        if named.len() < MOST_TEMPLATES {
            named.entry(text).or_insert((file, place));
        }
    }
    let files = if named.is_empty() { Vec::new() } else { template_files(repo, folder) };
    for (text, (file, place)) in named {
        if let Some(name) = template_in_other_case(&files, text) {
            add(file.fact((text.to_owned(), name.to_owned()), &place));
        }
    }
    found
}

/// The templates that a file names: `res.render("home")`, `template_name = "shop/list.html"`.
fn templates(file: &Index) -> impl Iterator<Item = (&Index, &str, Place)> {
    let is_page = |call: &&Call| data().pages.iter().any(|name| call.name() == name);
    let calls = file.calls.iter().filter(is_page);
    let passed = calls.flat_map(|call| call.arguments.iter().filter_map(|it| Some((it.value.text()?, call.place))));
    let is_setting = |name: &str| data().page_settings.iter().any(|known| name.rsplit('.').next() == Some(known));
    let set = file.assignments.iter().filter(move |it| is_setting(&it.name));
    let set = set.filter_map(|it| Some((it.value.text()?, it.place)));
    passed.chain(set).map(move |(text, place)| (file, text, place))
}

/// A file of the repository that is a template: its path, and that in small letters.
type TemplateFile<'a> = (&'a str, String);

/// The templates below a folder.
fn template_files<'a>(repo: &'a Repo, folder: &str) -> Vec<TemplateFile<'a>> {
    let is_template =
        |path: &str| path.rsplit_once('.').is_some_and(|(_, ending)| data().templates.contains(&ending.to_lowercase()));
    repo.files_under(folder).filter(|path| is_template(path)).map(|path| (path, path.to_lowercase())).collect()
}

/// The template that a name means but for the case of its letters, with or without its ending; nothing where one is called so.
fn template_in_other_case<'a>(files: &[TemplateFile<'a>], text: &str) -> Option<&'a str> {
    let wanted = text.trim_start_matches("./").trim_start_matches('/');
    let ends = |path: &str, name: &str| {
        let is_end = |path: &str| path.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
        is_end(path) || path.rsplit_once('.').is_some_and(|(stem, _)| is_end(stem))
    };
    let lower = Some(wanted.to_lowercase()).filter(|wanted| !wanted.is_empty())?;
    let mut in_other_case = None;
    for (path, in_small) in files {
        if ends(path, wanted) {
            return None;
        }
        if ends(in_small, &lower) {
            in_other_case = Some(*path);
        }
    }
    in_other_case
}

/// That a system with a file system of its own letters finds no such file.
pub fn warning(fact: &Fact<OtherCase>) -> Warning {
    let (written, name) = &fact.value;
    Warning::new(format!("`{written}` is called `{name}` in the repository: Linux tells them apart"))
        .at(fact.evidence.clone())
        .hint("write it as the file is called")
}

#[cfg(test)]
mod tests {
    use super::other_case;
    use crate::analysis::files::tests::program;
    use crate::repo::Repo;

    #[test]
    fn only_what_differs_in_its_letters_alone_is_named() {
        let folder = tempfile::tempdir().unwrap();
        for file in
            ["views/Home.ejs", "views/user/list.ejs", "Public/app.css", "templates/Shop/index.html", "data.json"]
        {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let (repo, _) = Repo::open(folder.path()).unwrap();
        let found = |language: &str, text: &str| {
            let all = other_case(&program(language, text), &repo, "", "");
            all.into_iter().map(|fact| format!("{} {}", fact.value.0, fact.value.1)).collect::<Vec<_>>()
        };
        for (language, text, expected) in [
            ("javascript", "app.get('/', (req, res) => res.render('home'))", "home views/Home.ejs"),
            (
                "javascript",
                "app.get('/', (req, res) => res.render('User/list.ejs', {}))",
                "User/list.ejs views/user/list.ejs",
            ),
            ("javascript", "reply.view('/views/home.ejs')", "/views/home.ejs views/Home.ejs"),
            ("javascript", "import express from 'express'; app.use(express.static('public'))", "public Public"),
            ("javascript", "import fs from 'fs'; fs.readFileSync('Data.json')", "Data.json data.json"),
            (
                "python",
                "def home(request):\n    return render(request, 'shop/index.html')\n",
                "shop/index.html templates/Shop/index.html",
            ),
            (
                "python",
                "class Home(TemplateView):\n    template_name = 'Shop/Index.html'\n",
                "Shop/Index.html templates/Shop/index.html",
            ),
        ] {
            assert_eq!(found(language, text), [expected], "{text}");
        }
        for (language, text) in [
            ("javascript", "res.render('Home'); res.render('user/list'); res.render('none')"),
            (
                "javascript",
                "import express from 'express'; app.use(express.static('Public')); app.use(express.static('dist'))",
            ),
            ("javascript", "log('home'); page.render(home)"),
            ("python", "render_template('Shop/index.html')\nlog('shop/index.html')\n"),
        ] {
            assert!(found(language, text).is_empty(), "{text}");
        }
    }
}
