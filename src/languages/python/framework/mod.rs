//! Django projects: their folder, settings, server modules and static files.

mod hosts;

use std::collections::BTreeMap;

use crate::analysis::Program;
use crate::analysis::environment::{Variable, variables};
use crate::catalog::python::names;
use crate::catalog::{Native, natives};
use crate::evidence::{Evidence, Fact};
use crate::path::{file_name, join, parent, relative_to};
use crate::repo::{Document, Repo};
use crate::source::python::modules::Module;
use crate::source::python::syntax;
use crate::source::{Index, Value};

/// A Django project.
#[derive(Debug, Clone)]
pub struct Django {
    /// The folder of `manage.py`, from the root of the repository.
    pub root: String,
    /// The settings module, and the file that names it.
    pub settings: Option<Fact<String>>,
    /// `module:object` for WSGI.
    pub wsgi: Option<Fact<String>>,
    /// `module:object` for ASGI.
    pub asgi: Option<Fact<String>>,
    /// The settings name a folder for collected static files.
    pub static_root: Option<Evidence>,
    /// There are files for browsers, and nothing but a proxy in front of the server would serve them: whose, and the line that names their
    /// address.
    pub unserved_files: Option<Fact<String>>,
    /// `DEBUG` is off and no host is allowed, so that every request is refused: the line, and the variable that tells others.
    pub refused_hosts: Option<Fact<Option<String>>>,
    /// The settings use a `SQLite` file, at this line.
    pub sqlite: Option<Evidence>,
    /// Variables that the settings need, with values for a build.
    pub build_environment: BTreeMap<String, String>,
    /// Several settings modules exist: the others.
    pub other_settings: Vec<String>,
    /// Parts of Django that the settings name and that need libraries.
    pub native_parts: Vec<&'static Native>,
}

/// The `manage.py` of a project with the settings that it names: of several the one beside its settings, nearest to the top.
fn managed(repo: &Repo, folder: &str, modules: &[Module]) -> Option<(Document, Fact<String>)> {
    let mut manages: Vec<(Document, Fact<String>)> = repo
        .files_under(folder)
        .filter(|path| {
            file_name(path) == "manage.py" && !crate::catalog::is_side_folder(&relative_to(parent(path), folder))
        })
        .filter_map(|path| {
            let document = repo.read_optional(path).filter(|document| document.text().contains("django"))?;
            let settings = settings_in(&document).or_else(|| only_settings(modules, parent(path)))?;
            Some((document, settings))
        })
        .collect();
    let holds = |folder: &str, settings: &str| {
        let place = join(folder, &settings.replace('.', "/"));
        repo.has(&format!("{place}.py")) || repo.has_folder(&place)
    };
    manages.sort_by_key(|(document, settings)| {
        let is_apart = !holds(parent(document.path()), &settings.value);
        (is_apart, document.path().matches('/').count())
    });
    manages.into_iter().next()
}

/// Finds the Django project of a Python project.
pub fn find(repo: &Repo, folder: &str, modules: &[Module]) -> Option<Django> {
    let (manage, manage_settings) = managed(repo, folder, modules)?;
    let root = parent(manage.path()).to_owned();
    let server = |name: &str, function: &str| {
        // a package of that name does as well: `asgi/__init__.py`
        let is_named = |path: &&str| {
            file_name(path) == format!("{name}.py")
                || file_name(path) == "__init__.py" && file_name(parent(path)) == name
        };
        let mut paths: Vec<&str> = repo.files_under(&root).filter(is_named).collect();
        paths.sort_by_key(|path| path.matches('/').count());
        paths.into_iter().find_map(|path| {
            if modules.iter().any(|module| module.path() == path && takes_what_is_absent(repo, module)) {
                return None;
            }
            let document = repo.read_optional(path)?;
            let line = document.find_stated(|line| line.contains(function) && line.contains('='))?;
            let object = line.value.split(['=', ':']).next()?.trim().to_owned();
            let module = relative_to(path, &root).trim_end_matches(".py").replace('/', ".");
            let module = module.trim_end_matches(".__init__");
            // what `application` is made of may have a name of its own
            let is_made = |line: &str| {
                line.starts_with("application =")
                    || line.starts_with("application:")
                    || line.contains("def application(")
            };
            let object = if document.find_line(is_made).is_none()
                && object.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            {
                object
            } else {
                "application".into()
            };
            Some((Fact::new(format!("{module}:{object}"), line.evidence), settings_in(&document)))
        })
    };
    let wsgi = server("wsgi", "get_wsgi_application");
    let asgi = server("asgi", "get_asgi_application")
        .or_else(|| server("asgi", "ProtocolTypeRouter"))
        .or_else(|| server("routing", "ProtocolTypeRouter"));
    // what serves decides; manage.py is often set to development
    let by_server = wsgi.as_ref().or(asgi.as_ref()).and_then(|(_, settings)| settings.clone());
    let settings = by_server.unwrap_or(manage_settings);
    let package = settings.value.rsplit_once('.').map_or("", |(package, _)| package).to_owned();
    let is_settings = |module: &&Module| {
        module.root == root
            && (module.name == settings.value
                || module.name.starts_with(&format!("{}.", settings.value))
                || module.name.starts_with(&format!("{package}.settings"))
                || module.name.contains("settings") && module.name.starts_with(&package) && !package.is_empty())
    };
    let own: Vec<&Module> = modules.iter().filter(is_settings).collect();
    let line = |needle: &str| {
        own.iter().find_map(|module| module.document.find_line(|line| line.trim_start().starts_with(needle)))
    };
    let sqlite = own.iter().find_map(|module| {
        module.document.find_line(|line| line.contains("sqlite3") && !line.trim_start().starts_with('#'))
    });
    let other_settings = own
        .iter()
        .map(|module| module.name.clone())
        .filter(|name| *name != settings.value && is_alternative(name))
        .collect();
    let mentions = |name: &str| own.iter().any(|module| says(&module.index(), name));
    let chosen = hosts::settings(&settings.value, &root, &own);
    let is_left = mentions("django.contrib.staticfiles") && !serves_files(modules, &chosen);
    let left = if is_left { owner_of_files(repo, &root, modules) } else { None };
    let native_parts = natives("python").iter().filter(|it| it.name.contains('.') && mentions(&it.name)).collect();
    let read = variables(&Program::of(own.iter().map(|module| module.index())));
    // the key may be absent by its own words, but Django takes no empty one
    let is_wanted = |it: &Variable| it.is_required || it.default.is_none() && it.name.contains("SECRET_KEY");
    let wanted = read.into_iter().filter(is_wanted).map(|variable| variable.name);
    let build_environment = wanted.map(|name| (name.clone(), dummy(&name))).collect();
    let stated = stated_application(&root, &chosen, modules);
    Some(Django {
        static_root: line("STATIC_ROOT"),
        unserved_files: left.and_then(|owner| Some(Fact::new(owner.to_owned(), line("STATIC_URL")?))),
        refused_hosts: hosts::refused(&chosen),
        sqlite,
        settings: Some(settings),
        wsgi: wsgi.map(|(target, _)| target),
        asgi: asgi
            .map(|(target, _)| target)
            .filter(|own| stated.as_ref().is_none_or(|it| it.value == own.value))
            .or(stated),
        root,
        build_environment,
        other_settings,
        native_parts,
    })
}

/// The object that `ASGI_APPLICATION` of the settings names, `shop.routing.application`, which Channels serve; not one that is made for
/// servers of the other kind.
fn stated_application(root: &str, settings: &[&Module], modules: &[Module]) -> Option<Fact<String>> {
    settings.iter().find_map(|module| {
        let index = module.index();
        let stated = index.assignments.iter().rfind(|it| it.name == "ASGI_APPLICATION")?;
        let (path, object) = stated.value.text()?.rsplit_once('.')?;
        let place = join(root, &path.replace('.', "/"));
        let is_it = |module: &&Module| module.path().trim_end_matches("/__init__.py").trim_end_matches(".py") == place;
        let named = modules.iter().find(is_it)?;
        let is_other = named.index().imports("django.core.wsgi");
        (!is_other).then(|| index.fact(format!("{path}:{object}"), &stated.place))
    })
}

/// Whether the project serves its static files itself, or from elsewhere; what Django itself serves, it serves for development only.
fn serves_files(modules: &[Module], settings: &[&Module]) -> bool {
    let of_debugging = names().debug_static_servers.iter().filter(|_| hosts::is_debugging(settings) != Some(false));
    let servers: Vec<&String> = names().static_servers.iter().chain(of_debugging).collect();
    modules.iter().any(|module| servers.iter().any(|name| says(&module.index(), name)))
}

/// Whose pages want static files: the project's own, or those of a package whose pages one of its modules shows.
fn owner_of_files<'a>(repo: &Repo, root: &str, modules: &[Module]) -> Option<&'a str> {
    let is_shown = |name: &str| modules.iter().any(|module| says(&module.index(), name));
    let of_package = || names().static_pages.iter().find(|(name, _)| is_shown(name)).map(|(_, owner)| owner.as_str());
    if has_files_of_browsers(repo, root) { Some("the project") } else { of_package() }
}

/// Whether a folder has static files for browsers.
fn has_files_of_browsers(repo: &Repo, root: &str) -> bool {
    repo.files_under(root).any(|path| path.split('/').any(|part| part == "static") && !path.ends_with(".py"))
}

/// Whether a module ends as soon as it is imported: it takes from a package of the project what that does not have. A package that says
/// something itself may have anything, and what a generator makes is there later.
fn takes_what_is_absent(repo: &Repo, module: &Module) -> bool {
    let index = module.index();
    let at_once = index.imports.iter().filter(|it| !it.is_type && !it.is_dynamic && !it.place.is_conditional);
    let mut taken = at_once.flat_map(|import| import.names.iter().map(move |(name, _)| (&import.module, name)));
    taken.any(|(package, name)| {
        let folder = join(&module.root, &package.replace('.', "/"));
        let init = repo.read_optional(&join(&folder, "__init__.py"));
        let is_silent = init.is_none_or(|document| document.text().trim().is_empty());
        let place = join(&folder, name);
        let is_made = name == "*" || name.starts_with('_') || name.contains("_pb2");
        let is_there = || repo.has(&format!("{place}.py")) || repo.has_folder(&place);
        let is_package = || !package.starts_with('.') && repo.files_under(&folder).any(syntax::is_python_file);
        let is_module = || repo.has(&format!("{folder}.py"));
        !package.is_empty() && !is_made && is_silent && is_package() && !is_module() && !is_there()
    })
}

/// Whether a file names something: a module that it imports, a name that it takes from one, a setting that it assigns, a text that begins
/// so, or what it passes to a call.
fn says(file: &Index, name: &str) -> bool {
    let is_passed = |value: &Value| matches!(value, Value::Name(passed) if passed == name);
    file.imports.iter().any(|it| it.module.starts_with(name) || it.names.iter().any(|(exported, _)| exported == name))
        || file.texts.iter().any(|text| text.text.starts_with(name))
        || file.assignments.iter().any(|assignment| assignment.name == name)
        || file.calls.iter().any(|call| call.arguments.iter().any(|argument| is_passed(&argument.value)))
}

/// The settings module of a project that names none: the one for production, else the one that holds the rest.
fn only_settings(modules: &[Module], root: &str) -> Option<Fact<String>> {
    let order = ["production", "prod", "settings", "base", "common", "default"];
    let place = |module: &Module| {
        let last = module.name.rsplit('.').next().unwrap_or_default();
        order.iter().position(|name| *name == last)
    };
    let settings = modules.iter().filter(|module| {
        module.root == root && module.name.contains("settings") && module.document.text().contains('=')
    });
    let best = settings.filter_map(|module| Some((place(module)?, module))).min_by_key(|(place, _)| *place)?.1;
    Some(Fact::new(best.name.clone(), Evidence::file(best.path())))
}

fn is_alternative(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default();
    matches!(last, "production" | "prod" | "development" | "dev" | "local" | "staging")
}

/// The settings module that a file sets as its default.
fn settings_in(document: &Document) -> Option<Fact<String>> {
    if !document.text().contains("DJANGO_SETTINGS_MODULE") {
        return None;
    }
    let statements = syntax::parse(document.text());
    let set = syntax::calls(&statements).into_iter().find_map(|call| {
        let function = syntax::dotted(&call.func)?;
        let [name, value] = call.arguments.args.as_ref() else {
            return None;
        };
        let sets = function.ends_with("setdefault") && syntax::text(name).as_deref() == Some("DJANGO_SETTINGS_MODULE");
        let value = syntax::text(value).filter(|_| sets)?;
        Some(Fact::new(value, document.evidence_at(usize::from(call.range_start))))
    });
    set.or_else(|| {
        let line = document.find_stated(|line| line.contains("DJANGO_SETTINGS_MODULE") && line.contains('='))?;
        let value = line.value.rsplit('=').next()?.trim().trim_matches(['"', '\'']).to_owned();
        let is_module = value.contains('.') && value.chars().all(|c| c.is_ascii_alphanumeric() || "._".contains(c));
        is_module.then(|| Fact::new(value, line.evidence))
    })
}

/// A value that lets settings load in a build; it is no secret and reaches no image.
fn dummy(name: &str) -> String {
    let has = |part: &str| name.contains(part);
    let value = if has("DATABASE") && has("URL") || name == "DB_URL" {
        "sqlite:////tmp/build.sqlite3"
    } else if has("REDIS") || has("CACHE_URL") || has("BROKER") {
        "redis://localhost:6379/0"
    } else if name.ends_with("URL") || name.ends_with("URI") || has("DSN") {
        "http://localhost"
    } else if has("HOST") || has("DOMAIN") {
        "localhost"
    } else if ["PORT", "TIMEOUT", "SIZE", "COUNT", "NUM", "AGE", "DAYS", "SECONDS", "DEBUG"]
        .iter()
        .any(|part| has(part))
    {
        "0"
    } else {
        "only-for-this-build-step"
    };
    value.to_owned()
}

impl Django {
    /// Where `manage.py` is, from the folder of the project.
    pub fn folder(&self, project: &str) -> String {
        let folder = relative_to(&self.root, project);
        if folder == "." { String::new() } else { folder }
    }

    /// The path of `manage.py`, from the root of the repository.
    pub fn manage(&self) -> String {
        join(&self.root, "manage.py")
    }
}
