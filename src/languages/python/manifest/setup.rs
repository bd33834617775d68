//! `setup.py` and `setup.cfg`, read without running them.

use ruff_python_ast::{Expr, Stmt};

use crate::evidence::{Evidence, Fact};
use crate::path::join;
use crate::repo::{Document, Repo};
use crate::source::python::syntax;

/// What the set-up files of a package say; what they compute is not known.
#[derive(Debug, Default)]
pub struct Setup {
    /// The files, `setup.py` first.
    pub files: Vec<String>,
    /// The package's name.
    pub name: Option<Fact<String>>,
    /// The range of Python versions.
    pub python: Option<Fact<String>>,
    /// The requirements; nothing where they are computed.
    pub requirements: Option<Vec<Fact<String>>>,
    /// The console commands: name and target.
    pub scripts: Vec<Fact<(String, String)>>,
    /// The tool by which the version comes from version control, normalised.
    pub version_from_git: Option<Fact<&'static str>>,
}

/// Whether a file of this name sets up a package; applications call modules of their own so, too.
pub fn is_manifest(repo: &Repo, path: &str) -> bool {
    let document = repo.read_optional(path);
    document.is_some_and(|it| ["setuptools", "distutils", "skbuild"].iter().any(|name| it.text().contains(name)))
}

/// Reads the set-up files in a folder; nothing where there are none.
pub fn read(repo: &Repo, folder: &str) -> Option<Setup> {
    let mut setup = Setup::default();
    let path = join(folder, "setup.py");
    if let Some(document) = repo.read_optional(&path).filter(|_| is_manifest(repo, &path)) {
        setup.files.push(document.path().to_owned());
        from_call(&document, &mut setup);
    }
    if let Some(document) = repo.read_optional(&join(folder, "setup.cfg")) {
        let declares = document.lines().any(|(_, line)| line.trim() == "[metadata]" || line.trim() == "[options]");
        if declares {
            setup.files.push(document.path().to_owned());
            from_ini(&document, &mut setup);
        }
    }
    (!setup.files.is_empty()).then_some(setup)
}

fn from_call(document: &Document, setup: &mut Setup) {
    let module = syntax::parse(document.text());
    let mut lists: Vec<(&str, &Expr)> = Vec::new();
    for statement in &module {
        if let Stmt::Assign(assign) = statement
            && let [Expr::Name(name)] = assign.targets.as_slice()
        {
            lists.push((name.id.as_str(), &assign.value));
        }
    }
    let resolve = |expr: &Expr| -> Option<Vec<Fact<String>>> {
        let expr = match expr {
            Expr::Name(name) => lists.iter().find(|(known, _)| *known == name.id.as_str())?.1,
            other => other,
        };
        let items: &[Expr] = match expr {
            Expr::List(list) => &list.elts,
            Expr::Tuple(tuple) => &tuple.elts,
            _ => return None,
        };
        items
            .iter()
            .map(|item| Some(Fact::new(syntax::text(item)?, document.evidence_at(syntax::start(item)))))
            .collect()
    };
    for call in syntax::calls(&module) {
        if !matches!(syntax::dotted(&call.func).as_deref(), Some("setup" | "setuptools.setup")) {
            continue;
        }
        for keyword in &call.arguments.keywords {
            let Some(name) = keyword.arg.as_ref() else { continue };
            let value = &keyword.value;
            let fact = || syntax::text(value).map(|text| Fact::new(text, document.evidence_at(syntax::start(value))));
            match name.as_str() {
                "name" => setup.name = fact(),
                "python_requires" => setup.python = fact(),
                "install_requires" => setup.requirements = resolve(value),
                "use_scm_version" | "setup_requires" if document.text().contains("setuptools_scm") => {
                    setup.version_from_git =
                        Some(Fact::new("setuptools-scm", document.evidence_at(syntax::start(value))));
                }
                "pbr" if value.is_boolean_literal_expr() => {
                    setup.version_from_git = Some(Fact::new("pbr", document.evidence_at(syntax::start(value))));
                }
                "entry_points" => scripts(document, value, setup),
                _ => {}
            }
        }
        if setup.requirements.is_none()
            && !call
                .arguments
                .keywords
                .iter()
                .any(|it| it.arg.as_ref().is_some_and(|name| name.as_str() == "install_requires"))
        {
            setup.requirements = Some(Vec::new());
        }
    }
}

fn scripts(document: &Document, value: &Expr, setup: &mut Setup) {
    let Expr::Dict(dict) = value else { return };
    for item in &dict.items {
        let is_console = item.key.as_ref().and_then(syntax::text).is_some_and(|key| key == "console_scripts");
        if let (true, Expr::List(list)) = (is_console, &item.value) {
            for entry in &list.elts {
                let Some(text) = syntax::text(entry) else { continue };
                push_script(&text, document.evidence_at(syntax::start(entry)), setup);
            }
        }
    }
}

fn push_script(text: &str, evidence: Evidence, setup: &mut Setup) {
    if let Some((name, target)) = text.split_once('=') {
        let pair = (name.trim().to_owned(), target.trim().to_owned());
        if !pair.0.is_empty() && !pair.1.is_empty() {
            setup.scripts.push(Fact::new(pair, evidence));
        }
    }
}

fn from_ini(document: &Document, setup: &mut Setup) {
    let (mut section, mut key) = (String::new(), String::new());
    for (number, line) in document.lines() {
        let bare = line.split(" #").next().unwrap_or_default();
        let trimmed = bare.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        let evidence = Evidence::new(document.path(), number, line);
        let value = if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.clone_into(&mut section);
            key.clear();
            continue;
        } else if bare.starts_with(char::is_whitespace) {
            trimmed.to_owned()
        } else {
            let (name, value) = trimmed.split_once(['=', ':']).unwrap_or((trimmed, ""));
            name.trim().clone_into(&mut key);
            value.trim().to_owned()
        };
        match (section.as_str(), key.as_str()) {
            ("options", "install_requires") => {
                let list = setup.requirements.get_or_insert_default();
                if !value.is_empty() {
                    list.push(Fact::new(value, evidence));
                }
            }
            ("metadata", "name") if setup.name.is_none() => setup.name = Some(Fact::new(value, evidence)),
            ("options", "python_requires") if setup.python.is_none() => setup.python = Some(Fact::new(value, evidence)),
            ("options.entry_points" | "entry_points", "console_scripts") => push_script(&value, evidence, setup),
            _ => {}
        }
    }
}
