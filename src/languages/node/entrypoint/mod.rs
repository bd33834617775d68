//! What Node.js is given to start an application: a file of the repository, of the build, or of a framework.

pub mod compiler;
pub mod imports;
pub mod mode;
mod named_variables;
pub mod nx;
mod other_programs;
pub mod processes;
pub mod role;
pub mod runner;
pub mod script;
pub mod source;
pub mod steps;

use serde_json::Value;

use crate::analysis::other_case::OtherCase;
use crate::catalog::node::{has, runner, runs_another_file, start};
use crate::catalog::{NodeFramework, node_frameworks};
use crate::evidence::{Evidence, Fact};
use crate::languages::node::entrypoint::compiler::{
    State, leaves_endings, locate, locate_stated, looks_for_sources, source_of_output,
};
use crate::languages::node::entrypoint::imports::candidates;
use crate::languages::node::entrypoint::runner::{
    babel_node, is_development, managed, split, type_script, without_options,
};
use crate::languages::node::entrypoint::script::{Command, StartCommand};
use crate::languages::node::framework::{self, framework_of};
use crate::languages::node::manifest::Package;
use crate::languages::node::package_manager::build_script::build_script;
use crate::languages::node::workspace::Workspace;
use crate::path::{join, relative_to};
use crate::plan::Variable;
use crate::repo::Repo;
use crate::source::{Assignment, Coverage, Index, Place, Value as SourceValue};

/// What is started, or served.
#[derive(Debug, Clone)]
pub struct Entrypoint {
    /// Arguments for node, from the working folder; empty where files are served.
    pub arguments: Vec<String>,
    /// The working folder, from the package's; empty for that itself.
    pub folder: String,
    /// The variables that the script sets.
    pub environment: Vec<Variable>,
    /// Commands that the script runs before, as text.
    pub before: Vec<String>,
    /// The program that the script runs the file with; empty where no script does.
    pub runner: String,
    /// The framework that decides, if one does.
    pub framework: Option<&'static NodeFramework>,
    /// The line that says so.
    pub evidence: Evidence,
    /// Whether the file is there only after a build.
    pub is_built: bool,
    /// Whether development dependencies are needed to run it.
    pub needs_development: bool,
    /// Whether the package is a command-line tool.
    pub is_tool: bool,
    /// Whether a script for production starts it.
    pub is_scripted: bool,
    /// What the script starts beside the server, as text.
    pub beside: Vec<String>,
    /// The file as the script writes it, where it is called by other letters.
    pub other_case: Option<Fact<OtherCase>>,
    /// The start script, where it could not be followed and something else was found.
    pub instead_of: Option<Fact<String>>,
    /// The files of the servers that other scripts start, each with its line, where scripts alone say which there are.
    pub other_servers: Vec<Fact<String>>,
}

impl Entrypoint {
    /// Arguments for node, as a line of the repository says.
    fn new(arguments: Vec<String>, evidence: Evidence) -> Self {
        Self {
            arguments,
            folder: String::new(),
            environment: Vec::new(),
            before: Vec::new(),
            runner: String::new(),
            framework: None,
            evidence,
            is_built: false,
            needs_development: false,
            is_tool: false,
            is_scripted: false,
            beside: Vec::new(),
            other_case: None,
            instead_of: None,
            other_servers: Vec::new(),
        }
    }

    /// The file that is started, from the package's folder.
    pub fn file(&self) -> Option<String> {
        let mut words = self.arguments.iter();
        while let Some(word) = words.next() {
            if start().takes_value(word) {
                words.next();
            } else if !word.starts_with('-') && !runs_another_file(word) {
                return Some(join(&self.folder, word));
            }
        }
        None
    }

    /// The same for a member of a workspace, whose packages lie at the root: npm and Yarn put them there.
    pub fn of_member(mut self, package: &Package, workspace: &Workspace) -> Self {
        let up = relative_to(&workspace.root.folder, &package.folder);
        let is_member = up.starts_with("..");
        for word in self.arguments.iter_mut().filter(|word| is_member && runs_another_file(word)) {
            *word = format!("{up}/{word}");
        }
        self
    }

    /// A file that a build makes.
    pub fn built(file: String, evidence: Evidence) -> Self {
        Self { is_built: true, is_scripted: true, ..Self::new(vec![file], evidence) }
    }

    /// What a framework starts, or serves.
    pub fn of_framework(framework: Fact<&'static NodeFramework>) -> Self {
        let entry = Self::new(framework.value.start.clone(), framework.evidence);
        Self { framework: Some(framework.value), is_built: true, ..entry }
    }
}

/// Finds what is started; nothing where nothing can be established.
pub fn find(repo: &Repo, package: &Package) -> Option<Entrypoint> {
    if let Some(framework) = framework::configured(repo, package) {
        return Some(Entrypoint::of_framework(framework));
    }
    let (development, production): (Vec<StartCommand>, Vec<StartCommand>) =
        script::starting(repo, package).into_iter().partition(|found| start().is_for_development(&found.script));
    let scripted = |found: &[StartCommand]| found.iter().find_map(|found| from_script(repo, package, found));
    if let Some(mut entry) = scripted(&production) {
        // What package managers run before `start` by themselves.
        if let Some(first) =
            package.script("prestart").filter(|_| entry.evidence == package.evidence(&["scripts", "start"]))
        {
            let commands = script::parts(&first.value).into_iter().map(str::to_owned);
            entry.before.splice(0..0, commands);
        }
        return Some(Entrypoint { is_scripted: true, ..entry });
    }
    let mut entry = framework::depended_on(repo, package)
        .map(Entrypoint::of_framework)
        .or_else(|| from_manifest(repo, package).map(|entry| server_of_scripts(repo, package, &entry).unwrap_or(entry)))
        .or_else(|| scripted(&development))
        .or_else(|| from_source(repo, package))
        .or_else(|| scripted(&script::of_kind(repo, package)))?;
    if entry.framework.is_none() {
        entry.instead_of = package.script("start");
    }
    Some(entry)
}

fn from_script(repo: &Repo, package: &Package, found: &StartCommand) -> Option<Entrypoint> {
    let Command { environment, program, arguments, before, beside, folder } = found.command.clone();
    let program = program.rsplit('/').next().unwrap_or_default().to_owned();
    let entry = |arguments| {
        let entry = Entrypoint::new(arguments, found.evidence.clone());
        Entrypoint {
            environment: environment.clone(),
            before: before.clone(),
            beside: beside.clone(),
            runner: program.clone(),
            ..entry
        }
    };
    if let Some(runner) = runner(&program) {
        let (flags, file, mut rest) = split(&program, &arguments)?;
        let (file, is_managed) = managed(repo, package, &program, file);
        if is_managed {
            // What stands before `--` is for the process manager.
            let own = rest.iter().position(|word| word == "--").map_or(rest.len(), |index| index + 1);
            rest.drain(..own);
        }
        if is_managed && file.as_deref() == Some("node") {
            let command = Command { program: "node".into(), arguments: rest, environment, before, beside, folder };
            return from_script(repo, package, &StartCommand { command, ..found.clone() });
        }
        if program == "nodemon" {
            rest = without_options(rest);
        }
        let runs_files = file.is_some();
        let file = file
            .or_else(|| package.manifest.text(&["main"]).map(|main| main.value))
            .unwrap_or_else(|| "index.js".into());
        let file = join(&folder, &file);
        // Node.js itself is given the source: it is meant to run as it is.
        let runs_source = runner.runs_typescript && file.ends_with("ts");
        let (file, state) = if runs_source && repo.has(&join(&package.folder, &file)) {
            (file, State::TypeScript)
        } else if runs_files {
            locate(repo, package, &file)
        } else {
            locate_stated(repo, package, &file)?
        };
        let called = (state == State::Absent).then(|| in_other_case(repo, package, &file)).flatten();
        let other_case = called.as_ref().map(|name| Fact::new((file.clone(), name.clone()), found.evidence.clone()));
        let (file, state) = called.map_or((file, state), |name| locate(repo, package, &name));
        let loader = || {
            let source =
                source_of_output(repo, package, &file).filter(|source| leaves_endings(repo, package, source))?;
            let (words, is_development) = type_script(package, "");
            (!words.is_empty()).then_some((source, words, is_development))
        };
        if let Some((source, words, needs_development)) =
            Some(()).filter(|()| state == State::Built).and_then(|()| loader())
        {
            let words = flags.into_iter().chain(words).chain([relative_to(&source, &folder)]).chain(rest).collect();
            return Some(Entrypoint { folder, needs_development, ..entry(words) });
        }
        let by_babel = || babel_node(package, &program, &arguments).filter(|_| folder.is_empty());
        let (mut words, mut needs_development) = match state {
            State::Absent => return None,
            State::Source if let Some(found) = by_babel() => found,
            State::TypeScript => type_script(package, &program),
            State::Source | State::Built => (Vec::new(), false),
        };
        needs_development |= flags.iter().any(|flag| is_development(package, flag));
        words.splice(0..0, flags);
        let framework = framework_of(package, &file);
        words.push(relative_to(&file, &folder));
        words.extend(rest);
        let is_built = state == State::Built;
        return Some(Entrypoint { folder, framework, is_built, needs_development, other_case, ..entry(words) });
    }
    if program == "nx" {
        let (file, evidence) = nx::of_package(repo, package)?;
        return Some(Entrypoint { is_built: true, evidence, ..entry(vec![file]) });
    }
    if let Some(framework) = framework::started_by(package, &program) {
        let skip =
            usize::from(matches!(arguments.first().map(String::as_str), Some("start" | "dev" | "preview" | "serve")));
        let mut words = framework.start.clone();
        if !matches!(program.as_str(), "nest" | "vite" | "astro" | "nuxt") {
            words.extend(arguments.into_iter().skip(skip).filter(|word| word != "--turbo" && word != "--turbopack"));
        }
        return Some(Entrypoint { framework: Some(framework), is_built: !framework.output.is_empty(), ..entry(words) });
    }
    // Any other program of a dependency that node_modules/.bin links to; pnpm writes shell scripts there instead.
    let is_tool_of_static =
        node_frameworks().iter().any(|framework| framework.is_static && package.depends_on(&framework.dependency));
    let is_dependency = package.production_dependency(&program).is_some();
    if is_dependency
        && !is_tool_of_static
        && !repo.has(&join(&package.folder, "pnpm-lock.yaml"))
        && found.script.starts_with("start")
    {
        let mut words = vec![format!("node_modules/.bin/{program}")];
        words.extend(arguments);
        return Some(entry(words));
    }
    None
}

/// The file of the package that a script means but for the case of its letters, from the package's folder.
fn in_other_case(repo: &Repo, package: &Package, file: &str) -> Option<String> {
    let found =
        candidates(&join(&package.folder, file)).find_map(|path| repo.in_other_case(&path).map(str::to_owned))?;
    repo.has(&found).then(|| relative_to(&found, &package.folder))
}

fn from_manifest(repo: &Repo, package: &Package) -> Option<Entrypoint> {
    let programs = package.programs();
    let named: Vec<(Fact<String>, bool)> = programs
        .into_iter()
        .map(|(_, file)| (file, true))
        .chain(package.manifest.text(&["main"]).map(|file| (file, false)))
        .chain(exported(package).map(|file| (file, false)))
        .filter(|(fact, is_tool)| *is_tool || !only_exports(repo, package, &fact.value))
        .collect();
    named.into_iter().find_map(|(fact, is_tool)| {
        let found = from_file(repo, package, &fact.value, fact.evidence)?;
        Some(Entrypoint { is_tool, ..found })
    })
}

/// The first server that a script of any name starts, where what the manifest names is none: it loads nothing and listens nowhere.
fn server_of_scripts(repo: &Repo, package: &Package, stated: &Entrypoint) -> Option<Entrypoint> {
    let is_idle = |index: &Index| index.coverage == Coverage::Whole && !loads(index) && !listens(index);
    index_of(repo, package, &stated.file()?).filter(|index| !stated.is_tool && is_idle(index))?;
    let mut servers: Vec<Entrypoint> = Vec::new();
    for entry in script::all(repo, package).filter_map(|found| from_script(repo, package, &found)) {
        let is_known = servers.iter().any(|known| known.file() == entry.file());
        let index = entry.file().filter(|_| !is_known).and_then(|file| index_of(repo, package, &file));
        servers.extend(index.filter(listens).map(|_| entry));
    }
    let mut servers = servers.into_iter();
    let first = servers.next()?;
    let others = servers.filter_map(|other| Some(Fact::new(other.file()?, other.evidence)));
    Some(Entrypoint { is_scripted: true, other_servers: others.collect(), ..first })
}

/// What a file that is started says, or the source that it is made of.
fn index_of(repo: &Repo, package: &Package, file: &str) -> Option<Index> {
    let written = |file: &str| repo.read_optional(&join(&package.folder, file));
    let document = written(file).or_else(|| written(&source_of_output(repo, package, file)?))?;
    crate::source::read_bounded(document).ok()
}

/// Whether a file takes anything from others.
fn loads(index: &Index) -> bool {
    index.imports.iter().any(|import| !import.is_type)
        || index.calls.iter().any(|call| matches!(call.path.as_str(), "require" | "import"))
}

/// Whether a file calls what opens a port.
fn listens(index: &Index) -> bool {
    index.calls.iter().any(|call| has(&start().listens, call.name()))
}

/// A file that Node.js is given as it is, or as it is built.
fn from_file(repo: &Repo, package: &Package, file: &str, evidence: Evidence) -> Option<Entrypoint> {
    let (file, state) = locate_stated(repo, package, file)?;
    // made by nobody but the compiler, and of no use then
    if state == State::Built
        && build_script(package).is_none()
        && let Some(source) = source_of_output(repo, package, &file)
    {
        let (mut words, needs_development) = type_script(package, "");
        if !words.is_empty() && looks_for_sources(repo, package) {
            words.push(source);
            return Some(Entrypoint { needs_development, ..Entrypoint::new(words, evidence) });
        }
    }
    let (mut arguments, needs_development) =
        if state == State::TypeScript { type_script(package, "") } else { (Vec::new(), false) };
    arguments.push(file);
    Some(Entrypoint { is_built: state == State::Built, needs_development, ..Entrypoint::new(arguments, evidence) })
}

/// Whether a file gives something to who imports it and does nothing by itself: that of a library.
fn only_exports(repo: &Repo, package: &Package, file: &str) -> bool {
    let (file, _) = locate(repo, package, file);
    let document = repo.read_optional(&join(&package.folder, &file));
    let Some(index) = document.and_then(|document| crate::source::read_bounded(document).ok()) else { return false };
    let is_at_top = |place: &Place| place.function.is_none();
    let gives = |it: &Assignment| {
        let value = it.value.resolved();
        let is_object = matches!(value, SourceValue::Object(_));
        let is_function = matches!(value, SourceValue::Function(_));
        is_function && it.name == "default" || (is_function || is_object) && it.name == "module.exports"
    };
    let loads = index.imports.iter().any(|it| is_at_top(&it.place) && it.module.starts_with('.'));
    let calls = index.calls.iter().any(|call| is_at_top(&call.place) && call.path != "require");
    index.coverage == Coverage::Whole && index.assignments.iter().any(gives) && !loads && !calls
}

fn exported(package: &Package) -> Option<Fact<String>> {
    match package.manifest.get(&["exports"])? {
        Value::String(_) => package.manifest.text(&["exports"]),
        _ => None,
    }
}

/// A file with a usual name: one that listens wins.
fn from_source(repo: &Repo, package: &Package) -> Option<Entrypoint> {
    let files = start().files.iter().map(String::as_str);
    let is_program = |file: &&str| repo.has(&join(&package.folder, file)) && !only_exports(repo, package, file);
    let there: Vec<&str> = files.filter(is_program).collect();
    let is_server = |file: &&&str| index_of(repo, package, file).is_some_and(|index| listens(&index));
    let file = there.iter().find(is_server).or(there.first())?;
    from_file(repo, package, file, Evidence::file(join(&package.folder, file)))
}
