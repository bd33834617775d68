//! A Python application: its facts, its questions, and its plan.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::analysis::Program;
use crate::analysis::backing_services::needs;
use crate::analysis::command_line::needed_arguments;
use crate::analysis::compose;
use crate::analysis::data_folders::{DataFolder, data_folders, loose_database, sampled_folders};
use crate::analysis::environment::variables;
use crate::analysis::local_services::{LocalService, local_services};
use crate::analysis::migrations::{Migrations, migrations, uncalled};
use crate::analysis::other_case::{self, other_case};
use crate::analysis::runtime_files::{Entry, absent_folders, databases, runtime_files, written_files};
use crate::analysis::settings_file::{self, read_at_start};
use crate::catalog;
use crate::catalog::python::is_of_python_2;
use crate::catalog::python::{frameworks, names, servers};
use crate::error::{Error, Result};
use crate::evidence::{Evidence, Fact, Warning};
use crate::languages::node::front_end::{self, FrontEnd};
use crate::languages::python::entrypoint::invocation::{self, Invocation};
use crate::languages::python::entrypoint::shell;
use crate::languages::python::entrypoint::{self, Context, Entrypoint};
use crate::languages::python::framework::{self, Django};
use crate::languages::python::manifest_file;
use crate::languages::python::package_manager::build_backend;
use crate::languages::python::package_manager::installation::{self, Installation};
use crate::languages::python::package_manager::lock::LockFiles;
use crate::languages::python::package_manager::{self, Installer, Project, legacy_pins};
use crate::languages::python::plan;
use crate::languages::python::plan::warnings;
use crate::languages::python::version;
use crate::languages::python::workspace;
use crate::path::{file_name, is_inside, join, parent, relative_to};
use crate::plan::NeededFiles;
use crate::plan::{
    Answers, App, Application, BuildPlan, Choice, FIRST_OPEN_PORT, Question, Resolved, Role, Source, is_ignored,
    listen_question, listen_warning, lost_database, needed_arguments_warning, needed_variables, unprivileged,
};
use crate::repo::Repo;
use crate::source::python::modules::{self, is_test_module};
use crate::source::python::syntax;
use crate::source::{self, Index, Language, Unread};

/// The runtime that has Python itself, for the one line that it has.
const WITH_PYTHON: &str = "distroless-python3";
/// The runtime that the interpreter of the build stage is copied to.
const WITH_C: &str = "distroless-cc";

/// All that is known of an application before it is asked about.
pub struct PythonApplication {
    app: App,
    project: Project,
    starts: Vec<Entrypoint>,
    /// Whether one of them was found; else it is a stand-in for what somebody says.
    has_start: bool,
    /// The files that the first of them loads.
    loaded: BTreeSet<String>,
    /// The files of all modules of the project.
    files: Vec<String>,
    version: Result<version::Choice>,
    installation: Installation,
    django: Option<Django>,
    warnings: Vec<Warning>,
    written: Vec<Fact<String>>,
    needed_files: NeededFiles,
    /// The databases in files, and other files that it writes, that the repository has.
    databases: Vec<Fact<String>>,
    /// The packages whose build makes the pages that it serves.
    front_ends: Vec<FrontEnd>,
    /// Folders of their sources that nothing else reads.
    unused_sources: Vec<String>,
    /// What the source uses of packages that are not installed by themselves.
    used: legacy_pins::Used,
    /// Variables that the program ends without.
    required: Vec<Fact<String>>,
    /// How the tables of its database are made, where it does not.
    migrations: Option<Migrations>,
    /// Arguments that it ends without, where a file of its own is started.
    needed_arguments: Vec<Fact<String>>,
    /// The programs that it starts.
    programs: Vec<Fact<String>>,
}

/// Reads the application in a folder; nothing where nothing in it can be started.
///
/// # Errors
/// When a manifest can't be read.
pub fn read(lock_files: &LockFiles, folder: &str, others: &[String]) -> Result<Option<PythonApplication>> {
    let repo = lock_files.repo();
    let project = package_manager::read(lock_files, folder)?;
    let is_package = build_backend::is_installable(repo, &project);
    let Found { modules, unread, django, mut starts } = find(repo, &project, is_package, others);
    take_stated_port(repo, folder, &mut starts);
    let has_start = !starts.is_empty();
    if !has_start {
        starts.extend(stand_in(repo, folder, &modules));
    }
    let Some(first) = starts.first() else { return Ok(None) };
    let work_folder = join(folder, &first.folder);
    if others.contains(&work_folder) {
        // the program of another project's folder, which this one starts with its own dependencies
        let others: Vec<String> = others.iter().filter(|other| **other != work_folder).cloned().collect();
        return read(lock_files, folder, &others);
    }
    let mut installation = installation::read(repo, &project, is_package);
    installation.unused.retain(|name| !modules.iter().any(|module| module.names_folder(name)));
    let imported = modules.iter().flat_map(|module| &module.imports);
    installation.imports_test = imported.flat_map(|(_, name)| name.split('.')).any(is_test_module);
    let below = |module: &modules::Module, inner: String| relative_to(&join(&module.root, &inner), folder);
    installation.source_folders =
        modules.iter().flat_map(|module| module.folders().into_iter().map(|it| below(module, it))).collect();
    let beside = beside(repo, folder, &installation);
    let program = reached(first, folder, &modules, &beside);
    refuse_python_2(repo, &program, &project)?;
    let front_ends = front_ends(repo, &program, folder);
    installation.context =
        workspace::common_folder(&installation.context, front_ends.iter().map(|it| it.root.as_str()));
    let identity = project.manifests.name().map(|name| name.value);
    let mut app = App {
        language: "python",
        name: identity.clone().or_else(|| folder_name(repo, folder)).unwrap_or_else(|| "app".into()),
        identity: identity.unwrap_or_default(),
        folder: folder.to_owned(),
        context: installation.context.clone(),
        role: if project.has_manifest() || django.is_some() { Role::Application } else { Role::Auxiliary },
        shape: first.shape.clone(),
        facts: Vec::new(),
        unread,
    };
    let version = version::choose(repo, &project, &work_folder);
    if let Ok(Resolved { value, source: Source::Detected(evidence) }) =
        version.as_ref().map(|choice| choice.line.clone())
    {
        app.note("version", &Fact::new(value, evidence));
    }
    note(&mut app, &project, first, has_start);
    let mut warnings = warnings::of_source(repo, &project, django.as_ref(), &modules, first);
    let programs = warnings::programs(&modules);
    let written = written(repo, folder, &app.name, &modules);
    let loose = loose(repo, &written, &program, [folder, &work_folder]);
    warnings.extend(loose.filter(|_| django.is_none()));
    let written = places(written, django.as_ref());
    app.note_all(&needs(&program, |name| Some(project.manifests.dependency(name)?.evidence.clone())));
    let required = variables(&program).into_iter().filter(|variable| variable.is_required);
    let required = required.map(|variable| Fact::new(variable.name, variable.evidence)).collect();
    let found = migrations(&program, repo, &[folder], |name| project.manifests.dependency(name).is_some());
    let migrations = found.map(|it| in_version(it, &project));
    warnings.extend(unmade_tables(&modules).filter(|_| migrations.is_none()));
    let needed_arguments = if first.invocation.starts_own() { needed_arguments(&program, None) } else { Vec::new() };
    if migrations.is_some() {
        app.note_all(&read_by_migrations(repo, folder, &program));
    }
    let databases = kept_files(repo, &program, (folder, &work_folder), &installation.context);
    let mut read = files_read(repo, &program, folder);
    read.extend(databases.iter().cloned());
    let needed_files = NeededFiles::new(repo, &installation.context, &read);
    let unused_sources = unused_sources(&front_ends, folder, &modules, &read);
    warnings.extend(front_ends.iter().flat_map(|it| it.warnings.iter().cloned()));
    warnings.extend(read_at_start(&program, repo, folder).iter().map(|fact| {
        let inside = relative_to(folder, &installation.context);
        settings_file::warning(fact, &plan::absolute(plan::TOP, &inside))
    }));
    warnings.extend(local_services(&program).iter().map(LocalService::warning));
    warnings.extend(other_case(&program, repo, folder, folder).iter().map(other_case::warning));
    let settings = django.as_ref().and_then(|django| django.settings.as_ref()).map(|settings| settings.value.as_str());
    warnings.extend(entrypoint::imports::warnings(repo, &project, &modules, first, settings));
    let used = legacy_pins::Used::of(&project, &modules);
    Ok(Some(PythonApplication {
        app,
        project,
        starts,
        has_start,
        files: modules.iter().map(|module| module.path().to_owned()).collect(),
        loaded: program.files.iter().map(|file| file.path().to_owned()).collect(),
        version,
        installation,
        django,
        warnings,
        written,
        needed_files,
        databases,
        front_ends,
        unused_sources,
        used,
        required,
        migrations,
        needed_arguments,
        programs,
    }))
}

/// Migrations by the job that the version of the tool has which is installed.
fn in_version(found: Migrations, project: &Project) -> Migrations {
    let words = |text: String| Invocation::python(text.split(' ').map(str::to_owned).collect());
    let arguments = found.arguments.map(|text| words(text).for_versions(project).arguments.join(" "));
    Migrations { arguments, ..found }
}

/// That nothing calls the function which makes the tables of the database.
fn unmade_tables(modules: &[modules::Module]) -> Option<Warning> {
    let function = uncalled(&Program::of(modules.iter().map(modules::Module::index)))?;
    let message = format!("its database gets its tables by `{}`, which nothing calls", function.value);
    Some(Warning::new(message).at(function.evidence).hint("call it when the program starts, or run it once as a job"))
}

/// Notes what the project and what is started say.
fn note(app: &mut App, project: &Project, first: &Entrypoint, has_start: bool) {
    if let Some(installer) = project.installers.first() {
        app.note("package-manager", &Fact::new(installer.value.name(), installer.evidence.clone()));
    }
    if has_start {
        app.note("start", &Fact::new(first.invocation.text(), first.evidence.clone()));
    }
    if let Some((port, Some(evidence))) = &first.port {
        app.note("port", &Fact::new(*port, evidence.clone()));
    }
    if let Some(health) = &first.health {
        app.note("health", health);
    }
}

/// The modules of a project, and what of it can be started.
struct Found {
    modules: Vec<modules::Module>,
    unread: Unread,
    django: Option<Django>,
    starts: Vec<Entrypoint>,
}

/// Reads the modules of a project and finds what can be started: what lies among scripts, where usually tools are, if nothing else can.
fn find(repo: &Repo, project: &Project, is_package: bool, others: &[String]) -> Found {
    let folder = &project.manifests.folder;
    let (modules, unread) = modules::read(repo, folder, others);
    let django = framework::find(repo, folder, &modules).filter(|django| !others.contains(&django.root));
    let starts_in = |modules: &[modules::Module]| {
        let mut starts = entrypoint::find(&Context { repo, project, modules, django: django.as_ref() });
        starts.retain(|start| is_package || !start.is_tool);
        starts
    };
    let starts = starts_in(&modules);
    if !starts.is_empty() || is_package {
        return Found { modules, unread, django, starts };
    }
    let (all, unread_of_all) = modules::read_with_scripts(repo, folder, others);
    let mut starts = starts_in(&all);
    // one that finds its own modules from above the project's folder would not find them
    let is_from_above = |path: &str| {
        all.iter().any(|module| module.path() == path && !folder.is_empty() && module.uses(file_name(folder)))
    };
    starts.retain(|start| {
        let path = &start.evidence.path;
        names().programs.iter().any(|name| name == file_name(path)) && !is_from_above(path)
    });
    if starts.is_empty() {
        return Found { modules, unread, django, starts };
    }
    Found { modules: all, unread: unread_of_all, django, starts }
}

/// What stands for the start of a project in which nothing is found to start: whoever runs it has to say what.
fn stand_in(repo: &Repo, folder: &str, modules: &[modules::Module]) -> Option<Entrypoint> {
    let manifest = manifest_file(repo, folder).filter(|_| !modules.is_empty())?;
    Some(Entrypoint::new(Invocation::python(Vec::new()), Evidence::file(manifest), "Python program"))
}

/// The files of the repository that the program writes, databases first, where the build context has them: what is left out of that is
/// made anew.
fn kept_files(repo: &Repo, program: &Program, (folder, work_folder): (&str, &str), context: &str) -> Vec<Fact<String>> {
    let mut found = databases(program, folder, |path| repo.has(path));
    for file in written_files(program, work_folder, |path| repo.has(path) && !is_ignored(&relative_to(path, context))) {
        if !found.iter().any(|known| known.value == file.value) {
            found.push(file);
        }
    }
    found
}

/// What the folder of a project is called.
fn folder_name(repo: &Repo, folder: &str) -> Option<String> {
    let named = Some(file_name(folder).to_owned()).filter(|name| !name.is_empty());
    named.or_else(|| repo.root().file_name().and_then(|name| name.to_str()).map(str::to_owned))
}

/// The folders of the sources of front ends that nothing else reads.
fn unused_sources(
    front_ends: &[FrontEnd],
    folder: &str,
    modules: &[modules::Module],
    read: &[Fact<String>],
) -> Vec<String> {
    let is_read = |place: &str| {
        modules.iter().any(|module| is_inside(module.path(), place))
            || read.iter().any(|it| is_inside(&it.value, place))
    };
    let inner = front_ends.iter().map(|it| &it.folder).filter(|place| *place != folder && is_inside(place, folder));
    inner.filter(|place| !is_read(place)).cloned().collect()
}

/// Refuses what runs on no Python that is maintained.
fn refuse_python_2(repo: &Repo, program: &Program, project: &Project) -> Result<()> {
    let import = of_python_2(repo, program, project);
    let import = import.map(|it| (format!("it imports `{}`", it.value), it.evidence));
    let written = || {
        let written = |file: &Index| Some(file.document().evidence_at(syntax::of_python_2(file.document().text())?));
        let evidence = program.sources().find_map(written)?;
        Some(("Python 3 can't read it".to_owned(), evidence))
    };
    let Some((reason, evidence)) = import.or_else(written) else { return Ok(()) };
    Err(Error::Unsupported {
        message: format!("the source is written for Python 2, which has ended: {reason}"),
        evidence: Some(evidence),
        hint: "port it to Python 3 first: https://docs.python.org/3/howto/pyporting.html".into(),
    })
}

/// An import that fails on every Python 3, wherever the program goes, of a module that neither the project nor a package has.
fn of_python_2(repo: &Repo, program: &Program, project: &Project) -> Option<Fact<String>> {
    let is_module = |path: &String| path.ends_with(".py");
    let folders: BTreeSet<&str> = repo.files().iter().filter(|path| is_module(path)).map(|path| parent(path)).collect();
    let is_own = |name: &str| {
        folders.iter().any(|folder| file_name(folder) == name || repo.has(&join(folder, &format!("{name}.py"))))
    };
    let is_listed = |name: &str| project.manifests.dependency(&name.to_lowercase()).is_some();
    program.sources().find_map(|file| {
        let imports = file.imports.iter().filter(|it| !it.is_type && !it.is_dynamic && !it.place.is_conditional);
        let mut named = imports.map(|it| (it.module.split('.').next().unwrap_or_default(), &it.place));
        let (name, place) = named.find(|(name, _)| is_of_python_2(name) && !is_own(name) && !is_listed(name))?;
        Some(file.fact(name.to_owned(), place))
    })
}

/// Takes the port that a compose file publishes, where nothing but a default says one and the program can be told it.
fn take_stated_port(repo: &Repo, folder: &str, starts: &mut [Entrypoint]) {
    let Some(port) = compose::port(repo, folder).filter(|port| port.value >= FIRST_OPEN_PORT) else { return };
    for start in starts.iter_mut().filter(|start| matches!(start.port, Some((_, None))) && start.is_told_port()) {
        start.port = Some((port.value, Some(port.evidence.clone())));
    }
}

/// The modules of the projects beside this one that it is installed with.
fn beside(repo: &Repo, folder: &str, installation: &Installation) -> Vec<modules::Module> {
    let local = installation.local.iter().map(|it| &it.value);
    let places = installation.siblings.iter().chain(local).filter(|it| *it != folder);
    places.flat_map(|it| modules::read(repo, it, &[]).0).collect()
}

/// The modules that an entrypoint leads to, also in the projects beside this one that it is installed with.
fn reached(start: &Entrypoint, folder: &str, modules: &[modules::Module], beside: &[modules::Module]) -> Program {
    let work_folder = join(folder, &start.folder);
    let names = |module: &&modules::Module| {
        let is_file = |word: &str| join(&work_folder, word) == module.path();
        let is_target = |word: &String| word.split(':').next() == Some(module.name.as_str()) || is_file(word);
        let is_settings = start.environment.iter().any(|variable| variable.value == module.name);
        is_settings || module.path() == start.evidence.path || start.invocation.arguments.iter().any(is_target)
    };
    modules::read_ahead(&modules.iter().chain(beside).collect::<Vec<_>>());
    let mut reached: Vec<&modules::Module> = modules.iter().filter(names).collect();
    let mut next = 0;
    while let Some(module) = reached.get(next).copied() {
        next += 1;
        let imported = modules::imported(module, modules).chain(modules::imported(module, beside));
        for other in imported.chain(modules::named(module, modules)) {
            if !reached.iter().any(|known| known.path() == other.path()) {
                reached.push(other);
            }
        }
    }
    Program::of(reached.into_iter().map(modules::Module::index))
}

/// The variables that the job which migrates the database reads, and the program does not: those of `env.py`, beside which lies the
/// template of its migrations.
fn read_by_migrations(repo: &Repo, folder: &str, program: &Program) -> Vec<(&'static str, Fact<String>)> {
    let known = variables(program);
    let is_of_tool = |path: &&str| file_name(path) == "env.py" && repo.has(&join(parent(path), "script.py.mako"));
    let files = repo.files_under(folder).filter(is_of_tool).filter_map(|path| repo.read(path).ok());
    let job = Program::of(files.map(|document| Rc::new(source::read(document))));
    let own = variables(&job).into_iter().filter(|it| !known.iter().any(|known| known.name == it.name));
    own.map(|variable| ("variable", Fact::new(variable.name, variable.evidence))).collect()
}

/// The files that the program reads, where the repository has them.
fn files_read(repo: &Repo, program: &Program, folder: &str) -> Vec<Fact<String>> {
    let entry = |path: &str| {
        let folder = repo.has_folder(path).then_some(Entry::Folder);
        repo.has(path).then_some(Entry::File).or(folder)
    };
    let read = runtime_files(program, folder, entry).into_iter().map(|file| Fact::new(file.path, file.evidence));
    // variables are for whoever runs it
    let read = read.filter(|file| !file_name(&file.value).starts_with(".env"));
    read.collect()
}

/// The packages whose build makes the folders that the program serves and that are not there.
fn front_ends(repo: &Repo, program: &Program, folder: &str) -> Vec<FrontEnd> {
    let mut found: Vec<FrontEnd> = Vec::new();
    for wanted in absent_folders(program, folder, |path| repo.has(path) || repo.has_folder(path)) {
        let is_known = |front_end: &FrontEnd| found.iter().any(|it| it.wanted == front_end.wanted);
        found.extend(front_end::find_beside(repo, &wanted.path, None).filter(|it| !is_known(it)));
    }
    let is_served =
        |it: &FrontEnd| it.wanted.split('/').any(|part| names().static_folders.iter().any(|name| name == part));
    for sheet in front_end::assets(repo, &[folder]).into_iter().filter(is_served) {
        if !found.iter().any(|known| known.folder == sheet.folder) {
            found.push(sheet);
        }
    }
    found
}

/// Where the application writes: what its source and its compose file say.
fn written(repo: &Repo, folder: &str, name: &str, modules: &[modules::Module]) -> Vec<DataFolder> {
    let roots: BTreeSet<&str> = modules.iter().map(|module| module.root.as_str()).collect();
    let of_root = |root: &str| {
        let own = modules.iter().filter(|module| module.root == root).map(modules::Module::index);
        data_folders(&Program::of(own), root)
    };
    let from_source: Vec<DataFolder> = roots.into_iter().flat_map(of_root).collect();
    let all = Program::of(modules.iter().map(modules::Module::index));
    let sampled = sampled_folders(&all, repo, folder);
    let composed = compose::besides(compose::data_folders(repo, folder, name), &from_source);
    composed.into_iter().chain(from_source).chain(sampled).collect()
}

/// That the database of the program lies where no volume keeps it; of Django's, its settings say so.
fn loose(repo: &Repo, written: &[DataFolder], program: &Program, folders: [&str; 2]) -> Option<Warning> {
    let found = loose_database(written, |name| folders.iter().any(|folder| repo.has(&join(folder, name))))?;
    let is_of_program = Language::of(&found.evidence.path).is_none()
        || program.sources().any(|file| file.path() == found.evidence.path);
    let file = found.file.as_ref().filter(|_| is_of_program)?;
    Some(lost_database(file, found.setting.as_ref(), &found.evidence))
}

/// The folders alone, each once, with that of the database of Django.
fn places(written: Vec<DataFolder>, django: Option<&Django>) -> Vec<Fact<String>> {
    let written = written.into_iter().map(|folder| Fact::new(folder.path, folder.evidence));
    let database = django.and_then(|django| django.sqlite.clone()).map(|evidence| Fact::new(String::new(), evidence));
    let mut found: Vec<Fact<String>> = Vec::new();
    for fact in written.chain(database) {
        if !found.iter().any(|it| it.value == fact.value) {
            found.push(fact);
        }
    }
    found
}

impl Application for PythonApplication {
    fn app(&self) -> &App {
        &self.app
    }

    fn questions(&self, answers: &Answers) -> Result<Vec<Question>> {
        let mut questions = vec![self.version_question()?, self.installer_question()];
        questions.extend(legacy_pins::question(&self.project, self.installer(answers)));
        questions.push(self.start_question());
        let start = self.start(answers)?;
        if start.port.is_some() {
            let port = start.port.as_ref().map(|(port, evidence)| match evidence {
                Some(evidence) => {
                    let port = unprivileged(*port, start.is_told_port());
                    Resolved::new(port, Source::Detected(evidence.clone()))
                }
                None => Resolved::default(port.to_string()),
            });
            questions.push(Question::new("port", port).required(start.is_told_port()));
            let health = start.health.clone().map_or_else(|| Resolved::default("none".to_owned()), Resolved::from);
            questions.push(Question::new("health", Some(health)));
        }
        questions.extend(start.listen_edit.as_ref().map(listen_question));
        questions.extend(Self::runtime_question(answers, &start));
        Ok(questions)
    }

    fn programs(&self, _: &Answers) -> Vec<Fact<String>> {
        self.programs.clone()
    }

    fn plan(&self, answers: &Answers) -> Result<BuildPlan> {
        let start = self.start(answers)?;
        let installer = self.installer(answers);
        let python = answers.get("version").unwrap_or(version::preferred());
        let copies_interpreter = answers.get("runtime") == Some(WITH_C);
        let mut warnings = self.warnings.clone();
        if let Ok(version) = &self.version
            && version.line.value == python
        {
            warnings.extend(version.warnings.iter().cloned());
        }
        warnings.extend(start.warnings.iter().cloned());
        let loopback = start.loopback.as_ref();
        warnings.extend(loopback.map(|evidence| listen_warning(answers, evidence, start.listen_edit.as_ref())));
        if self.starts.len() > 1
            && answers.resolved("start").is_some_and(|answer| !matches!(answer.source, Source::Flag | Source::Prompt))
        {
            // what the same file offers besides is another way to start the same
            let others = self.starts.iter().skip(1).filter(|other| other.evidence.path != start.evidence.path);
            // and a server that this one takes in is the one that it runs
            let others = others.filter(|other| other.port.is_none() || !self.loaded.contains(&other.evidence.path));
            let others: Vec<String> = others.take(3).map(|other| format!("`{}`", other.invocation.text())).collect();
            let message = format!("there is more than one thing to start; the others are {}", others.join(", "));
            let warning = Warning::new(message).at(start.evidence.clone()).hint("say which with `--start`");
            warnings.extend(Some(warning).filter(|_| !others.is_empty()));
        }
        let mut plan = plan::plan(&plan::Input {
            app: &self.app,
            project: &self.project,
            installation: &self.installation,
            installer,
            start: &start,
            django: self.django.as_ref(),
            python,
            copies_interpreter,
            port: answers.some("port").and_then(|port| port.parse().ok()),
            health: answers.some("health"),
            answers,
            written: &self.written,
            databases: &self.databases,
            front_ends: &self.front_ends,
            unused_sources: &self.unused_sources,
            used: &self.used,
        })?;
        warnings.extend(needed_variables(&self.required, &plan.last.environment));
        let missing: Vec<Fact<String>> =
            self.needed_arguments.iter().filter(|fact| !start.invocation.gives(&fact.value)).cloned().collect();
        warnings.extend(needed_arguments_warning(&missing, None));
        plan.warnings.splice(0..0, warnings);
        plan.migrations.clone_from(&self.migrations);
        plan.warnings.extend(self.needed_files.warnings.iter().cloned());
        plan.ignore.extend(self.needed_files.exceptions.clone());
        Ok(plan)
    }
}

impl PythonApplication {
    /// Whether something is found that could be started.
    pub fn has_start(&self) -> bool {
        self.has_start
    }

    /// Whether it depends on a framework or a server, so that something is meant to be started.
    pub fn is_served(&self) -> bool {
        let mut packages = frameworks().iter().map(|it| &it.package).chain(servers().iter().map(|it| &it.package));
        packages.any(|package| self.project.manifests.dependency(package).is_some())
    }

    /// Whether it is known what to install: something says so, or what is started needs nothing.
    pub fn has_dependencies(&self) -> bool {
        self.project.installer() != Installer::None || !self.starts[0].invocation.listens()
    }

    /// The installer of these answers.
    fn installer(&self, answers: &Answers) -> Installer {
        let named = answers.get("package-manager").and_then(|name| {
            self.project.installers.iter().map(|installer| installer.value).find(|installer| installer.name() == name)
        });
        named.unwrap_or_else(|| self.project.installer())
    }

    fn version_question(&self) -> Result<Question> {
        let version = self.version.as_ref().map_err(|error| match error {
            Error::Unsupported { message, evidence, hint } => {
                Error::Unsupported { message: message.clone(), evidence: evidence.clone(), hint: hint.clone() }
            }
            other => Error::Defect(other.to_string()),
        })?;
        let choices = version.allowed.iter().map(|line| {
            let end = catalog::cycle("python", line).and_then(|cycle| cycle.end_of_life.clone()).unwrap_or_default();
            Choice::new(line, format!("security fixes until {end}"))
        });
        Ok(Question::new("version", Some(version.line.clone())).choices(choices.collect()))
    }

    fn installer_question(&self) -> Question {
        let default = self.project.installers.first().map_or_else(
            || Resolved::default(Installer::None.name().to_owned()),
            |installer| Resolved::new(installer.value.name().to_owned(), Source::Detected(installer.evidence.clone())),
        );
        let mut choices: Vec<Choice> =
            self.project.installers.iter().map(|it| Choice::new(it.value.name(), it.evidence.place())).collect();
        if choices.is_empty() {
            choices.push(Choice::new(Installer::None.name(), "nothing is installed"));
        }
        Question::new("package-manager", Some(default)).choices(choices)
    }

    fn start_question(&self) -> Question {
        if !self.has_start {
            return Question::new("start", None);
        }
        let default = self
            .starts
            .first()
            .map(|start| Resolved::new(start.invocation.text(), Source::Detected(start.evidence.clone())));
        let choices = self.starts.iter().take(8).map(|start| Choice::new(start.invocation.text(), start.shape.clone()));
        Question::new("start", default).choices(choices.collect())
    }

    /// Nothing is to be asked where the family's image has the very interpreter.
    fn runtime_question(answers: &Answers, start: &Entrypoint) -> Option<Question> {
        let version = answers.get("version").unwrap_or(version::preferred());
        let family = answers.family();
        if family != catalog::families()[0].name {
            return None;
        }
        let has_interpreter = catalog::runtime(family, "python", version).is_some();
        let mut choices = Vec::new();
        if has_interpreter && start.invocation.program.ends_with("/python") {
            choices.push(Choice::new(WITH_PYTHON, "distroless Python: the interpreter of Debian"));
        }
        choices.push(Choice::new(WITH_C, "distroless cc with the interpreter of the official image copied in"));
        Some(Question::new("runtime", Some(Resolved::default(choices[0].value.clone()))).choices(choices))
    }

    /// What is started by these answers: a candidate, or what the user says.
    fn start(&self, answers: &Answers) -> Result<Entrypoint> {
        let first = self.starts[0].clone();
        let Some(text) = answers.get("start") else {
            return Ok(first);
        };
        if let Some(start) = self.starts.iter().find(|start| start.invocation.text() == text) {
            return Ok(start.clone());
        }
        let bad = || Error::BadAnswer {
            key: "start".into(),
            value: text.to_owned(),
            message: "it is no command that can be started without a shell".into(),
            hint: "name a program and its arguments, e.g. `--start 'uvicorn main:app'` or `--start 'python main.py'`"
                .into(),
        };
        let command = shell::words(text, &shell::Variables::new()).ok_or_else(bad)?;
        let invocation = invocation::resolve(&command.words, &self.project).ok_or_else(bad)?;
        let mut start = Entrypoint { warnings: Vec::new(), added: None, health: None, ..first };
        start.port = invocation::stated_port(&invocation)
            .map(|port| (port, None))
            .or_else(|| invocation.listens().then_some((8000, None)))
            .or(start.port);
        start
            .environment
            .extend(command.environment.iter().map(|(name, value)| crate::plan::Variable::new(name, value)));
        start.is_tool = false;
        start.invocation = invocation.for_versions(&self.project);
        // what is found to start may run in a folder of its own, and people name things from the project's
        if !self.has(&start.invocation, &start.folder) && self.has(&start.invocation, "") {
            start.folder.clear();
        }
        Ok(start)
    }

    /// Whether a command names a file or a module of the project, seen from a folder below the project's.
    fn has(&self, invocation: &Invocation, folder: &str) -> bool {
        let folder = join(&self.project.manifests.folder, folder);
        let is_there = |word: &String| {
            let module = word.split(':').next().unwrap_or_default().replace('.', "/");
            [word.clone(), format!("{module}.py"), format!("{module}/__init__.py")]
                .iter()
                .any(|name| self.files.contains(&join(&folder, name)))
        };
        invocation.arguments.iter().any(is_there)
    }
}
