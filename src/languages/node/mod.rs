//! Node.js: npm, Yarn, pnpm and Bun; servers, single-page applications, command-line tools and workspaces.

mod entrypoint;
mod framework;
mod manifest;
mod package_manager;
mod plan;
mod version;
mod workspace;

use std::rc::Rc;

pub use plan::front_end;

use crate::analysis::SourceEdit;
use crate::analysis::subprocesses::wanted;
use crate::catalog::NodeFramework;
use crate::catalog::node::{has, platform_function, start};
use crate::error::{Error, Result};
use crate::evidence::{Evidence, Fact};
use crate::languages::Language;
use crate::languages::node::entrypoint::compiler::{self, Compiled};
use crate::languages::node::entrypoint::imports::{self, MissingImports};
use crate::languages::node::entrypoint::nx::{self, Project};
use crate::languages::node::entrypoint::runner::is_development;
use crate::languages::node::entrypoint::script;
use crate::languages::node::entrypoint::source::{self, SourceFacts, Subject};
use crate::languages::node::entrypoint::steps::{Step, without_database};
use crate::languages::node::entrypoint::{Entrypoint, role};
use crate::languages::node::manifest::Package;
use crate::languages::node::package_manager::install::{self, Installations};
use crate::languages::node::package_manager::native_packages::{self, Needs};
use crate::languages::node::package_manager::{Kind, Manager, build_script};
use crate::languages::node::plan::facts::Facts;
use crate::languages::node::plan::front_end::FrontEnd;
use crate::languages::node::workspace::{Workspace, Workspaces};
use crate::path::{file_name, is_named, join, join_inside, parent, relative_to};
use crate::plan::{
    Answers, App, Application, BuildPlan, Choice, Command, Detection, NeededFiles, Question, Resolved, Role, Script,
    Variable, listen_question, unprivileged,
};
use crate::repo::Repo;
use crate::shell::{quote_all, value_of};
use crate::source::{Sources, Unread};

/// The language.
#[derive(Debug)]
pub struct Node;

impl Language for Node {
    fn name(&self) -> &'static str {
        "node"
    }

    fn title(&self) -> &'static str {
        "Node.js"
    }

    fn detect(&self, repo: &Repo) -> Detection {
        let mut detection = Detection::default();
        let mut applications: Vec<NodeApplication> = Vec::new();
        let mut delegations = Vec::new();
        let (sources, workspaces, installations) =
            (Sources::new(repo), Workspaces::new(repo), Installations::default());
        let is_manifest = |file: &&String| is_named(file, "package.json") && repo.is_asked_for(parent(file));
        for manifest in repo.files().iter().filter(is_manifest) {
            let folder = parent(manifest);
            match of_package(&sources, &workspaces, &installations, folder) {
                Ok((found, delegate)) => {
                    if found.is_empty() {
                        detection.problems.push((folder.to_owned(), nothing_to_start(manifest)));
                    }
                    applications.extend(found);
                    delegations.extend(delegate.map(|target| (folder, target)));
                }
                Err(error) => detection.problems.push((folder.to_owned(), error)),
            }
        }
        let built_by_nx = applications.iter().filter(|application| application.nx.is_some());
        let built_by_nx: Vec<String> = built_by_nx.map(|application| application.app.folder.clone()).collect();
        applications.retain(|application| application.nx.is_some() || !built_by_nx.contains(&application.app.folder));
        for (folder, target) in delegations {
            if applications.iter().any(|application| application.app.folder == target) {
                for application in
                    applications.iter_mut().filter(|application| is_below(&application.app.folder, folder))
                {
                    let is_target = application.app.folder == target;
                    application.app.role = if is_target { Role::Application } else { Role::Auxiliary };
                }
            }
        }
        let boxed = applications.into_iter().map(|application| Box::new(application) as Box<dyn Application>);
        detection.applications.extend(boxed);
        detection
    }
}

/// The applications of a package, and the folder of the one that its scripts hand over to.
fn of_package(
    sources: &Sources,
    workspaces: &Workspaces,
    installations: &Installations,
    folder: &str,
) -> Result<(Vec<NodeApplication>, Option<String>)> {
    let repo = sources.repo();
    let package = Package::read(repo, folder)?;
    let workspace = workspaces.of(&package);
    let projects = nx::projects(repo, &package);
    if projects.is_empty() {
        let delegate = script::delegate(repo, &package, &workspace);
        let application = NodeApplication::new(sources, installations, package, workspace)?;
        return Ok((application.into_iter().collect(), delegate));
    }
    let default = projects.iter().find(|project| project.is_default).map(|project| project.folder.clone());
    let applications = projects.into_iter();
    let applications = applications.map(|project| NodeApplication::of_nx(sources, installations, &workspace, project));
    Ok((applications.collect::<Result<_>>()?, default))
}

/// The folder that the image is built from: that of the packages which are installed together, or the nearest one above it
/// that has all which a program takes from beside them.
fn context(repo: &Repo, package: &Package, workspace: &Workspace, entry: &Entrypoint, source: &SourceFacts) -> String {
    let root = &workspace.root.folder;
    let is_plain = entry.framework.is_none_or(|framework| framework.dependency == "@nestjs/core");
    if workspace.has_members() || !is_plain {
        return root.clone();
    }
    let front_ends = source.absent_folders.iter();
    let front_ends = front_ends.filter_map(|it| front_end::find_beside(repo, &it.value, Some(&package.folder)));
    let wanted = source.outside.iter().map(|fact| fact.value.clone()).chain(front_ends.map(|it| it.root));
    let wanted = wanted.chain(install::beside(repo, workspace));
    wanted.fold(root.clone(), |mut above, path| {
        while !is_below(&path, &above) {
            above.truncate(parent(&above).len());
        }
        above
    })
}

/// What the compiler leaves beside the sources and the compiled program looks for beside itself: the path and its place, from the
/// folder of the package.
fn left_behind(
    repo: &Repo,
    package: &Package,
    entry: &Entrypoint,
    source: &SourceFacts,
) -> Vec<Fact<(String, String)>> {
    let is_compiled = |path: &str| [".ts", ".mts", ".cts"].iter().any(|ending| path.ends_with(ending));
    // a folder of sources alone is made anew where the compiled program looks for it
    let is_of_sources = |path: &str| {
        let mut files = repo.files_under(path).peekable();
        files.peek().is_some() && files.all(is_compiled)
    };
    let moved = source.beside_sources.iter().filter(|fact| entry.is_built && is_compiled(&fact.evidence.path));
    let moved =
        moved.filter(|fact| is_below(&fact.value, &package.folder) && is_below(&fact.evidence.path, &package.folder));
    let moved = moved.filter_map(|fact| {
        let inside = |path: &str| relative_to(path, &package.folder);
        let (source, path) = (inside(&fact.evidence.path), inside(&fact.value));
        let output = compiler::output_of(repo, package, &source)?;
        let place = join_inside(parent(&output), &relative_to(&path, parent(&source)))?;
        let is_there = place == path
            || repo.has(&join(&package.folder, &place))
            || repo.has_folder(&join(&package.folder, &place));
        (!is_there && !is_compiled(&path) && !is_of_sources(&fact.value))
            .then(|| Fact::new((path, place), fact.evidence.clone()))
    });
    moved.collect()
}

/// The packages beside the server's own, in its build context, whose build makes the pages that it serves; none that its own
/// build script builds.
fn front_ends(repo: &Repo, package: &Package, context: &str, source: &SourceFacts) -> Vec<FrontEnd> {
    let script = build_script::build_script(package).and_then(|(name, _)| package.script(&name));
    let is_built = |folder: &str| {
        let name = relative_to(folder, &package.folder);
        script.as_ref().is_some_and(|script| script.value.contains(&name))
    };
    let mut found: Vec<FrontEnd> = Vec::new();
    for wanted in &source.absent_folders {
        let front_end = front_end::find_beside(repo, &wanted.value, Some(&package.folder));
        found.extend(front_end.filter(|it| is_below(&it.root, context) && !is_built(&it.folder)));
    }
    found
}

/// Whether `folder` is `above` or lies in it.
fn is_below(folder: &str, above: &str) -> bool {
    above.is_empty() || folder.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn nothing_to_start(manifest: &str) -> Error {
    Error::Unsupported {
        message: "nothing in the package can be started: no script, no `main` or `bin` that exists, no file with a usual name".into(),
        evidence: Some(Evidence::file(manifest)),
        hint: "add a `start` script to package.json, e.g. \"start\": \"node server.js\"".into(),
    }
}

/// What to do where nothing listens.
const LET_ANOTHER_LISTEN: &str =
    "a container runs what listens: let another file start the server, and name that in the `start` script";

/// The refusal of a package whose file only exports a function, for a platform to call or for the tool of one to serve: started, it
/// would end at once.
fn function_of_platform(sources: &Sources, package: &Package, entry: &Entrypoint) -> Option<Error> {
    let repo = sources.repo();
    let file = entry.file()?;
    let written = Some(file.clone()).filter(|file| repo.has(&join(&package.folder, file)));
    let source = written.or_else(|| compiler::source_of_output(repo, package, &file))?;
    let index = sources.get(&join(&package.folder, &source))?;
    let table = platform_function();
    let listens = index.calls.iter().any(|call| start().listens.iter().any(|name| name == call.name()));
    if listens {
        return None;
    }
    let is_of_platform = index.imports.iter().any(|import| table.packages.contains(&import.module));
    let is_handler = |name: &str| table.exports.iter().any(|export| name.rsplit('.').next() == Some(export));
    let given = index.assignments.iter().find(|it| is_handler(&it.name)).map(|it| it.place);
    let given = given.or_else(|| index.functions.iter().find(|it| is_handler(&it.name)).map(|it| it.place));
    if let Some(given) = given.filter(|_| is_of_platform) {
        return Some(Error::Unsupported {
            message: "it is a function that a platform calls: it exports a handler, and listens nowhere".into(),
            evidence: Some(index.evidence(&given)),
            hint: LET_ANOTHER_LISTEN.into(),
        });
    }
    // Bun serves what a file exports
    let is_exported = index.assignments.iter().any(|it| it.name == "default");
    let is_of_bun = || ["bun.lock", "bun.lockb"].iter().any(|name| repo.has(&join(&package.folder, name)));
    let script = package.script("dev").filter(|_| package.script("start").is_none() && is_exported && !is_of_bun())?;
    let tool = script.value.split_whitespace().map(file_name).next()?;
    has(&table.tools, tool).then(|| Error::Unsupported {
        message: format!(
            "only `{tool}`, the tool of a platform, serves it: it exports an application, and listens nowhere"
        ),
        evidence: Some(script.evidence.clone()),
        hint: LET_ANOTHER_LISTEN.into(),
    })
}

/// An application of Node.js.
#[derive(Debug)]
pub struct NodeApplication {
    pub(super) app: App,
    pub(super) package: Package,
    pub(super) workspace: Rc<Workspace>,
    pub(super) manager: Manager,
    pub(super) entry: Entrypoint,
    pub(super) source: SourceFacts,
    pub(super) needs: Needs,
    /// What the ignore file has to take in again.
    pub(super) needed_files: NeededFiles,
    /// The other packages whose build makes the pages that it serves.
    pub(super) front_ends: Vec<FrontEnd>,
    /// What the compiler leaves beside the sources and the compiled program looks for beside itself, and that place.
    pub(super) left_behind: Vec<Fact<(String, String)>>,
    /// The TypeScript that nothing reads once it is compiled.
    pub(super) compiled: Option<Compiled>,
    /// The imports that an image of production would not find.
    pub(super) missing_imports: MissingImports,
    pub(super) versions: Vec<Fact<String>>,
    pub(super) facts: Facts,
    /// Why it runs on Bun; nothing for what Node.js can run.
    pub(super) bun: Option<Evidence>,
    /// The folder of files that is served; nothing for a program.
    pub(super) assets: Option<Fact<String>>,
    /// The name by which Nx builds it; nothing where a script does.
    pub(super) nx: Option<String>,
}

impl NodeApplication {
    /// The application in a package; nothing where nothing can be started.
    pub fn new(
        sources: &Sources,
        installations: &Installations,
        package: Package,
        workspace: Rc<Workspace>,
    ) -> Result<Option<Self>> {
        let repo = sources.repo();
        if let Some(error) = framework::unsupported(repo, &package) {
            return Err(error);
        }
        let Some(entry) = entrypoint::find(repo, &package) else {
            return Ok(None);
        };
        if let Some(error) = function_of_platform(sources, &package, &entry) {
            return Err(error);
        }
        let assets = entry
            .framework
            .filter(|framework| framework.is_static)
            .map(|framework| framework::output_folder(repo, &package, framework));
        Self::assemble(sources, installations, package, workspace, entry, assets).map(Some)
    }

    /// An application that Nx builds, by the manifest at the root of its workspace.
    pub(super) fn of_nx(
        sources: &Sources,
        installations: &Installations,
        workspace: &Rc<Workspace>,
        project: Project,
    ) -> Result<Self> {
        let package = Package { folder: project.folder, manifest: workspace.root.manifest.clone() };
        let mut application =
            Self::assemble(sources, installations, package, Rc::clone(workspace), project.entry, project.assets)?;
        application.app.name.clone_from(&project.name);
        application.nx = Some(project.name);
        application.app.role = Role::Application;
        Ok(application)
    }

    fn assemble(
        sources: &Sources,
        installations: &Installations,
        package: Package,
        workspace: Rc<Workspace>,
        entry: Entrypoint,
        assets: Option<Fact<String>>,
    ) -> Result<Self> {
        let repo = sources.repo();
        let entry = entry.of_member(&package, &workspace);
        let others: Vec<&str> = workspace
            .members
            .iter()
            .map(|member| member.folder.as_str())
            .filter(|folder| *folder != package.folder)
            .collect();
        let file = entry.file();
        let file = file.as_deref();
        let subject = Subject {
            package: &package,
            needed: &workspace.needed_by(&package),
            others: &others,
            entry: file,
            is_served_by_framework: entry.framework.is_some_and(|framework| framework.port.is_some()),
            working: &join(&package.folder, &entry.folder),
        };
        let mut source = source::read(sources, &subject);
        let installation = installations.of(repo, &workspace);
        let manager = installation.manager.clone();
        let versions = version::stated(repo, &[&package.folder, &workspace.root.folder], &[&package, &workspace.root])?;
        let bun = on_bun(&manager, &entry, &source).filter(|_| assets.is_none());
        if bun.is_some() {
            source.serve_export();
        }
        let role = role::role(repo, &package, &workspace, &entry, &source, assets.is_some());
        let mut app = App {
            language: "node",
            name: package.name(),
            identity: package.identity(),
            folder: package.folder.clone(),
            context: context(repo, &package, &workspace, &entry, &source),
            role,
            shape: role::shape(&package, &entry, &source, assets.is_some()),
            facts: Vec::new(),
            unread: Unread::default(),
        };
        if let Some(version) = versions.first() {
            app.note("version", version);
        }
        if !manager.is_guess {
            app.note("package-manager", &manager.kind.clone().map(Kind::name));
        }
        if let Some(assets) = &assets {
            app.note("output", assets);
        } else {
            app.note("start", &Fact::new(quote_all(&entry.arguments), entry.evidence.clone()));
        }
        if let Some(port) = &source.listen.port {
            app.note("port", port);
        }
        if let Some(health) = &source.health {
            app.note("health", health);
        }
        app.note_all(&source.surroundings);
        let mut missing_imports = match file {
            Some(file) if assets.is_none() && entry.framework.is_none() => missing_imports(sources, &package, file),
            _ => MissingImports::default(),
        };
        let loads = source.drivers.iter().filter(|it| assets.is_none() && is_development(&package, &it.value));
        for driver in loads {
            if !missing_imports.development.iter().any(|known| known.value == driver.value) {
                missing_imports.development.push(driver.clone());
            }
        }
        let needed_files = NeededFiles::new(repo, &app.context, &source.needed_files);
        app.unread = sources.unread(&app.folder);
        let front_ends = front_ends(repo, &package, &app.context, &source);
        for front_end in &front_ends {
            let name = file_name(&front_end.folder).to_owned();
            app.note("front end", &Fact::new(name, front_end.evidence.clone()));
        }
        let is_alone = workspace.root.folder == package.folder;
        let left_behind = if is_alone { left_behind(repo, &package, &entry, &source) } else { Vec::new() };
        let compiled = entry.file().filter(|_| is_alone && entry.is_built && assets.is_none());
        let compiled = compiled.and_then(|file| compiler::compiled(sources, &package, &file));
        let needs = native_packages::needs(repo, &workspace, &package);
        let read = Facts::read(repo, &package, &workspace, installation);
        Ok(Self {
            app,
            package,
            workspace,
            manager,
            entry,
            source,
            needs,
            needed_files,
            front_ends,
            left_behind,
            compiled,
            missing_imports,
            versions,
            facts: read,
            bun,
            assets,
            nx: None,
        })
    }

    /// The command that builds the application, with the line that says so.
    fn build(&self, kind: Kind) -> Resolved<String> {
        if let Some(name) = &self.nx {
            let command = kind.exec(&["nx", "build", name]);
            return Resolved::from(Fact::new(command.text(), self.entry.evidence.clone()));
        }
        let needed = self.workspace.needed_by(&self.package);
        let mut commands: Vec<Command> = Vec::new();
        let mut evidence = None;
        for member in needed.iter().filter(|member| member.folder != self.package.folder) {
            if let Some((script, place)) = build_script::build_script(member) {
                commands.push(kind.run_in(member, &script));
                evidence = Some(place);
            }
        }
        let steps = self.steps();
        let at_build = steps.iter().position(|step| *step == Step::Build).unwrap_or_default();
        let (earlier, later) = steps.split_at(at_build);
        let add = |commands: &mut Vec<Command>, evidence: &mut Option<Evidence>, steps: &[Step]| {
            for command in steps.iter().filter_map(|step| step.command(kind)) {
                if !commands.contains(&command) {
                    commands.push(command);
                    evidence.get_or_insert_with(|| self.entry.evidence.clone());
                }
            }
        };
        add(&mut commands, &mut evidence, earlier);
        if let Some((script, place)) = build_script::build_script(&self.package) {
            let parts = build_script::partial_builds(&self.package);
            let scripts = if parts.contains(&script) { parts } else { vec![script] };
            for script in scripts {
                if self.is_left_to_nest(&script) {
                    commands.push(kind.exec(&["nest", "build"]));
                    continue;
                }
                match without_database(&self.package, &script, kind) {
                    Some((left, _)) if needed.is_empty() => commands.extend(left),
                    _ if needed.is_empty() => commands.push(kind.run(&script)),
                    _ => commands.push(kind.run_in(&self.package, &script)),
                }
            }
            evidence = Some(place);
        } else if self.entry.is_built && self.package.depends_on("typescript") {
            let folder = relative_to(&self.package.folder, &self.workspace.root.folder);
            let compiler = kind.exec(&["tsc"]);
            commands.push(if folder == "." { compiler } else { compiler.words(["--project", &folder]) });
            evidence = Some(self.entry.evidence.clone());
        }
        if let Some(place) = &self.source.serves_next
            && !self.facts.builds_next
        {
            commands.push(kind.exec(&["next", "build"]));
            evidence.get_or_insert_with(|| place.clone());
        }
        for (path, place) in self.left_behind.iter().map(|fact| &fact.value) {
            commands.push(Command::new(["mkdir", "-p"]).word(if parent(place).is_empty() {
                "."
            } else {
                parent(place)
            }));
            commands.push(Command::new(["cp", "-a", path, place]));
        }
        add(&mut commands, &mut evidence, later);
        match evidence {
            Some(evidence) => Resolved::from(Fact::new(Script::new(commands).text(), evidence)),
            None => Resolved::default("none".into()),
        }
    }

    /// Whether a script only compiles, where the compiler of Nest is there and has to: it alone makes imports from the package's
    /// folder relative, and Node.js finds no others.
    pub(super) fn is_left_to_nest(&self, script: &str) -> bool {
        let only_compiles = |text: &str| {
            let command = script::parse(text);
            command.is_some_and(|command| command.program == "tsc" && command.before.is_empty())
        };
        self.source.import_from_base.is_some()
            && self.facts.has_nest
            && self.package.script(script).is_some_and(|script| only_compiles(&script.value))
    }

    /// The framework whose output holds all that runs.
    pub(super) fn self_contained(&self) -> Option<&'static NodeFramework> {
        let framework = self.entry.framework.filter(|framework| framework.is_self_contained)?;
        (self.entry.arguments.first() == framework.start.first()).then_some(framework)
    }

    /// The variables that the build is given because it reads modules of the server, each with a value that stands for none.
    pub(super) fn placeholders(&self) -> Vec<Variable> {
        let is_read = self.entry.framework.is_some_and(|framework| framework.reads_server);
        if is_read { self.source.placeholders() } else { Vec::new() }
    }

    /// The steps of the start script before the server.
    pub(super) fn steps(&self) -> Vec<Step> {
        let mut steps = Step::all(&self.package, &self.entry.before);
        // A compiler without a build script runs in the build by itself.
        let is_compiler = |step: &Step| matches!(step, Step::Program(text) if text.starts_with("tsc"));
        steps.retain(|step| !(self.entry.is_built && is_compiler(step)));
        steps
    }

    fn port(&self) -> Resolved<String> {
        if self.entry.is_tool && !self.source.listens() {
            return Resolved::default("none".into());
        }
        let flag = value_of(&self.entry.arguments, &["-p", "--port"]).map(str::to_owned);
        let set = self
            .entry
            .environment
            .iter()
            .find(|variable| variable.name == "PORT")
            .map(|variable| variable.value.clone());
        if let Some(port) = flag.or(set).filter(|port| port.parse::<u16>().is_ok()) {
            return Resolved::from(Fact::new(port, self.entry.evidence.clone()));
        }
        let usual = self.entry.framework.and_then(|framework| framework.port);
        let decides = self
            .entry
            .framework
            .is_some_and(|framework| framework.dependency != "@nestjs/core" && !framework.start.is_empty());
        match (&self.source.listen.port, usual) {
            (Some(port), _) if !decides => {
                Resolved::from(port.clone().map(|port| unprivileged(port, self.source.port_variable().is_some())))
            }
            (_, Some(usual)) => Resolved::default(usual.to_string()),
            _ if self.source.port_variable().is_some()
                && let Some(port) = &self.source.composed_port =>
            {
                Resolved::from(port.clone().map(|port| unprivileged(port, true)))
            }
            _ if self.source.listens() || self.source.port_variable().is_some() => {
                let port = role::plain(&self.package).and_then(|framework| framework.port).unwrap_or(3000);
                Resolved::default(port.to_string())
            }
            _ => Resolved::default("none".into()),
        }
    }
}

/// The imports that fail from the file that is started, or from the source that a compiler makes it of.
fn missing_imports(sources: &Sources, package: &Package, file: &str) -> MissingImports {
    let repo = sources.repo();
    let written = Some(file.to_owned()).filter(|file| repo.has(&join(&package.folder, file)));
    let is_compiled = written.is_none() && !build_script::bundles(package);
    let compiled = || compiler::source_of_output(repo, package, file).filter(|_| is_compiled);
    let mut missing = match written.or_else(compiled) {
        Some(source) => imports::missing(sources, package, &join(&package.folder, &source)),
        None => MissingImports::default(),
    };
    if is_compiled {
        missing.development.extend(imports::injected(sources, package));
    }
    missing
}

/// Why an application needs Bun: its API, or TypeScript that only Bun runs as it stands.
fn on_bun(manager: &Manager, entry: &Entrypoint, source: &SourceFacts) -> Option<Evidence> {
    if manager.kind.value != Kind::Bun && entry.runner != "bun" {
        return None;
    }
    let is_type_script = entry.arguments.iter().any(|word| word.ends_with(".ts") || word.ends_with(".tsx"));
    source.bun.clone().or_else(|| is_type_script.then(|| entry.evidence.clone()))
}

impl NodeApplication {
    /// The change of the source that lets others than the container itself be heard, where no variable does.
    fn listen_edit(&self) -> Option<&SourceEdit> {
        let loopback = self.source.listen.loopback.as_ref().filter(|_| self.assets.is_none())?;
        loopback.edit.as_ref()
    }
}

impl Application for NodeApplication {
    fn app(&self) -> &App {
        &self.app
    }

    fn questions(&self, answers: &Answers) -> Result<Vec<Question>> {
        let manager = if self.manager.is_guess {
            let kind = if self.bun.is_some() { Kind::Bun } else { self.manager.kind.value };
            Resolved::default(kind.name().to_owned())
        } else {
            Resolved::from(self.manager.kind.clone().map(|kind| kind.name().to_owned()))
        };
        let kind = Kind::from_name(answers.get("package-manager").unwrap_or(&manager.value));
        let choices = Kind::ALL.iter().map(|kind| Choice::new(kind.name(), &kind.row().description)).collect();
        let mut questions = Vec::new();
        if self.bun.is_none() {
            questions.push(version::question(&self.versions)?.question);
        }
        questions.extend([
            Question::new("package-manager", Some(manager)).choices(choices),
            Question::new("build", Some(self.build(kind))),
        ]);
        if self.assets.is_some() {
            questions.push(Question::new("port", Some(Resolved::default("8080".into()))));
            return Ok(questions);
        }
        let start = format!("{} {}", if self.bun.is_some() { "bun" } else { "node" }, quote_all(plan::start(self)));
        questions.push(Question::new("start", Some(Resolved::from(Fact::new(start, self.entry.evidence.clone())))));
        questions.push(Question::new("port", Some(self.port())));
        questions.extend(self.listen_edit().map(listen_question));
        if answers.some("port").is_some() {
            let health =
                self.source.health.clone().map_or_else(|| Resolved::default("none".to_owned()), Resolved::from);
            questions.push(Question::new("health", Some(health)));
        }
        Ok(questions)
    }

    fn programs(&self, _: &Answers) -> Vec<Fact<String>> {
        wanted(&self.source.subprocesses)
    }

    fn plan(&self, answers: &Answers) -> Result<BuildPlan> {
        plan::plan(self, answers)
    }
}
