//! A package that can be started or served, with its questions.

use crate::catalog::NodeFramework;
use crate::error::Result;
use crate::evidence::{Evidence, Fact};
use crate::languages::node::before::{Step, without_database};
use crate::languages::node::entry::{self, Entry};
use crate::languages::node::facts::Facts;
use crate::languages::node::manager::{self, KINDS, Kind, Manager};
use crate::languages::node::native::{self, Needs};
use crate::languages::node::nx::Project;
use crate::languages::node::package::Package;
use crate::languages::node::source::{self, SourceFacts};
use crate::languages::node::workspace::Workspace;
use crate::languages::node::{assets, built, plan, refused, role, version};
use crate::path::relative_to;
use crate::pattern;
use crate::plan::{Answers, App, Application, BuildPlan, Choice, Question, Resolved, Role, Variable};
use crate::repo::Repo;
use crate::shell::quote;

/// An application of Node.js.
#[derive(Debug)]
pub struct NodeApplication {
    pub(super) app: App,
    pub(super) package: Package,
    pub(super) workspace: Workspace,
    pub(super) manager: Manager,
    pub(super) entry: Entry,
    pub(super) source: SourceFacts,
    pub(super) needs: Needs,
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
    pub fn new(repo: &Repo, package: Package, workspace: Workspace) -> Result<Option<Self>> {
        if let Some(error) = refused::reason(repo, &package) {
            return Err(error);
        }
        let Some(entry) = entry::find(repo, &package) else {
            return Ok(None);
        };
        let assets = entry
            .framework
            .filter(|framework| framework.is_static)
            .map(|framework| assets::folder(repo, &package, framework));
        Self::assemble(repo, package, workspace, entry, assets).map(Some)
    }

    /// An application that Nx builds, by the manifest at the root of its workspace.
    pub(super) fn of_nx(repo: &Repo, workspace: &Workspace, project: Project) -> Result<Self> {
        let package = Package { folder: project.folder, manifest: workspace.root.manifest.clone() };
        let mut application = Self::assemble(repo, package, workspace.clone(), project.entry, project.assets)?;
        application.app.name.clone_from(&project.name);
        application.nx = Some(project.name);
        application.app.role = Role::Application;
        Ok(application)
    }

    fn assemble(
        repo: &Repo,
        package: Package,
        workspace: Workspace,
        entry: Entry,
        assets: Option<Fact<String>>,
    ) -> Result<Self> {
        let others: Vec<&str> = workspace
            .members
            .iter()
            .map(|member| member.folder.as_str())
            .filter(|folder| *folder != package.folder)
            .collect();
        let file = entry.arguments.iter().find(|word| !word.starts_with('-')).map(String::as_str);
        let source = source::read(repo, &package, &others, file);
        let manager = manager::detect(repo, &workspace);
        let versions = version::stated(repo, &[&package.folder, &workspace.root.folder], &[&package, &workspace.root])?;
        let bun = on_bun(&manager, &entry, &source).filter(|_| assets.is_none());
        let role = role::role(repo, &package, &workspace, &entry, &source, assets.is_some());
        let mut app = App {
            language: "node",
            name: package.name(),
            folder: package.folder.clone(),
            context: workspace.root.folder.clone(),
            role,
            shape: role::shape(&package, &entry, &source, assets.is_some()),
            facts: Vec::new(),
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
            app.note("start", &Fact::new(words(&entry.arguments), entry.evidence.clone()));
        }
        if let Some(port) = &source.port {
            app.note("port", port);
        }
        if let Some(health) = &source.health {
            app.note("health", health);
        }
        let needs = native::needs(repo, &workspace, &package);
        let read = Facts::read(repo, &package, &workspace, &manager);
        Ok(Self {
            app,
            package,
            workspace,
            manager,
            entry,
            source,
            needs,
            versions,
            facts: read,
            bun,
            assets,
            nx: None,
        })
    }

    /// Another application is the one that the root of the repository starts.
    pub(super) fn stand_back(&mut self) {
        self.app.role = Role::Auxiliary;
    }

    /// This application is the one that the root of the repository starts.
    pub(super) fn come_forward(&mut self) {
        self.app.role = Role::Application;
    }

    /// The command that builds the application, with the line that says so.
    fn build(&self, kind: Kind) -> Resolved<String> {
        if let Some(name) = &self.nx {
            let command = format!("{} nx build {}", kind.exec(), quote(name));
            return Resolved::from(Fact::new(command, self.entry.evidence.clone()));
        }
        let needed = self.workspace.needed_by(&self.package);
        let mut commands = Vec::new();
        let mut evidence = None;
        for member in needed.iter().filter(|member| member.folder != self.package.folder) {
            if let Some((script, place)) = built::build_script(member) {
                commands.push(run_in(kind, member, &script));
                evidence = Some(place);
            }
        }
        let steps = self.steps();
        let at_build = steps.iter().position(|step| *step == Step::Build).unwrap_or_default();
        let (earlier, later) = steps.split_at(at_build);
        let add = |commands: &mut Vec<String>, evidence: &mut Option<Evidence>, steps: &[Step]| {
            for command in steps.iter().filter_map(|step| step.command(kind)) {
                if !commands.contains(&command) {
                    commands.push(command);
                    evidence.get_or_insert_with(|| self.entry.evidence.clone());
                }
            }
        };
        add(&mut commands, &mut evidence, earlier);
        if let Some((script, place)) = built::build_script(&self.package) {
            let parts = built::partial_builds(&self.package);
            let scripts = if parts.contains(&script) { parts } else { vec![script] };
            for script in scripts {
                match without_database(&self.package, &script, kind) {
                    Some((left, _)) if needed.is_empty() => commands.extend(left),
                    _ if needed.is_empty() => commands.push(format!("{} {}", kind.run(), quote(&script))),
                    _ => commands.push(run_in(kind, &self.package, &script)),
                }
            }
            evidence = Some(place);
        } else if self.entry.is_built && self.package.depends_on("typescript") {
            let folder = relative_to(&self.package.folder, &self.workspace.root.folder);
            let project = if folder == "." { String::new() } else { format!(" --project {}", quote(&folder)) };
            commands.push(format!("{} tsc{project}", kind.exec()));
            evidence = Some(self.entry.evidence.clone());
        }
        add(&mut commands, &mut evidence, later);
        match evidence {
            Some(evidence) => Resolved::from(Fact::new(commands.join(" && "), evidence)),
            None => Resolved::default("none".into()),
        }
    }

    /// The framework whose output holds all that runs.
    pub(super) fn whole(&self) -> Option<&'static NodeFramework> {
        let framework = self.entry.framework.filter(|framework| framework.is_whole)?;
        (self.entry.arguments.first() == framework.start.first()).then_some(framework)
    }

    /// The variables that the build is given because it reads modules of the server, each with a value that stands for none.
    pub(super) fn placeholders(&self) -> &[Variable] {
        let is_read = self.entry.framework.is_some_and(|framework| framework.reads_server);
        if is_read { &self.source.required } else { &[] }
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
        if self.entry.is_tool && !self.source.listens {
            return Resolved::default("none".into());
        }
        let flag = pattern!(r"(?:^|\s)(?:-p|--port)[= ](\d{2,5})\b")
            .captures(&words(&self.entry.arguments))
            .map(|captures| captures[1].to_owned());
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
        match (&self.source.port, usual) {
            (Some(port), _) if !decides => {
                Resolved::from(port.clone().map(|port| unprivileged(port, self.source.reads_port.is_some())))
            }
            (_, Some(usual)) => Resolved::default(usual.to_string()),
            _ if self.source.listens || self.source.reads_port.is_some() => {
                let port = role::plain(&self.package).and_then(|framework| framework.port).unwrap_or(3000);
                Resolved::default(port.to_string())
            }
            _ => Resolved::default("none".into()),
        }
    }
}

/// Why an application needs Bun: its API, or TypeScript that only Bun runs as it stands.
fn on_bun(manager: &Manager, entry: &Entry, source: &SourceFacts) -> Option<Evidence> {
    if manager.kind.value != Kind::Bun && entry.runner != "bun" {
        return None;
    }
    let is_type_script = entry.arguments.iter().any(|word| word.ends_with(".ts") || word.ends_with(".tsx"));
    source.bun.clone().or_else(|| is_type_script.then(|| entry.evidence.clone()))
}

/// A user that is not root may not take a port below 1024 everywhere; one that PORT decides can be another.
fn unprivileged(port: u16, can_be_set: bool) -> String {
    if can_be_set && port < 1024 { "8080".into() } else { port.to_string() }
}

/// A command that runs a script of a workspace member, from the root of the workspace.
pub fn run_in(kind: Kind, member: &Package, script: &str) -> String {
    let (name, script) = (quote(&member.name()), quote(script));
    match kind {
        Kind::Npm => format!("npm run {script} --workspace {name}"),
        Kind::YarnClassic | Kind::YarnBerry => format!("yarn workspace {name} run {script}"),
        Kind::Pnpm => format!("pnpm --filter {name} run {script}"),
        Kind::Bun => format!("bun run --filter {name} {script}"),
    }
}

/// Arguments as one line that a shell would read back.
pub fn words(arguments: &[String]) -> String {
    arguments.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" ")
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
        let choices = KINDS.iter().map(|(_, name, description)| Choice::new(*name, *description)).collect();
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
        let start = format!("{} {}", if self.bun.is_some() { "bun" } else { "node" }, words(&plan::start(self)));
        questions.push(Question::new("start", Some(Resolved::from(Fact::new(start, self.entry.evidence.clone())))));
        questions.push(Question::new("port", Some(self.port())));
        if answers.some("port").is_some() {
            let health =
                self.source.health.clone().map_or_else(|| Resolved::default("none".to_owned()), Resolved::from);
            questions.push(Question::new("health", Some(health)));
        }
        Ok(questions)
    }

    fn plan(&self, answers: &Answers) -> Result<BuildPlan> {
        plan::plan(self, answers)
    }
}
