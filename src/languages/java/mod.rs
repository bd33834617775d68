//! Java, Kotlin and Scala with Maven.

mod entrypoint;
mod framework;
mod manifest;
mod package_manager;
mod plan;
mod version;
mod workspace;

use crate::analysis::subprocesses::wanted;
use crate::catalog::{ApplicationServer, application_servers, java_frameworks, java_settings, java_skips};
use crate::error::{Error, Result};
use crate::evidence::{Evidence, Fact};
use crate::languages::Language;
use crate::path::{file_name, is_named, join, parent};
use crate::plan::NeededFiles;
use crate::plan::listen_question;
use crate::plan::{Answers, App, Application, BuildPlan, Choice, Detection, Question, Resolved, Role};
use crate::repo::Repo;
use crate::source::{Sources, Unread};

use entrypoint::arguments::Arguments;
use entrypoint::packaging::{self, Packaging};
use entrypoint::{Places, SourceFacts, main_class};
use framework::health;
use manifest::maven::Module;
use manifest::{ArchiveType, JvmModule};
use package_manager::BuildFacts;
use workspace::Workspace;

/// The language.
#[derive(Debug)]
pub struct Java;

impl Language for Java {
    fn name(&self) -> &'static str {
        "java"
    }

    fn title(&self) -> &'static str {
        "Java"
    }

    fn detect(&self, repo: &Repo) -> Detection {
        let (workspace, problems) = Workspace::read(repo);
        let mut detection = Detection { problems, ..Detection::default() };
        let sources = Sources::new(repo);
        for folder in workspace.folders().filter(|folder| repo.is_asked_for(folder)) {
            match JavaApplication::new(&sources, &workspace, folder) {
                Ok(application) => detection.applications.push(Box::new(application)),
                Err(Refusal::Aggregator) => {}
                Err(Refusal::Error(error)) => detection.problems.push((folder.to_owned(), *error)),
            }
        }
        detection.problems.extend(gradle(repo, &workspace));
        detection
    }
}

/// Gradle builds without a POM: recognised, and refused.
fn gradle(repo: &Repo, workspace: &Workspace) -> Vec<(String, Error)> {
    let names = ["build.gradle", "build.gradle.kts"];
    let builds = repo.files().iter().filter(|file| names.iter().any(|name| is_named(file, name)));
    builds
        .filter(|file| !workspace.has(parent(file)))
        .map(|file| {
            let error = Error::Unsupported {
                message: "this is a Gradle build, and dockgen builds Java with Maven only".into(),
                evidence: Some(Evidence::file(join("", file))),
                hint: "add a `pom.xml`, or write the Dockerfile by hand and check it with `dockgen check`".into(),
            };
            (parent(file).to_owned(), error)
        })
        .collect()
}

/// An application of Maven.
#[derive(Debug)]
pub struct JavaApplication {
    app: App,
    module: JvmModule,
    maven: Module,
    packaging: Fact<Packaging>,
    sources: SourceFacts,
    release: Option<Fact<String>>,
    facts: BuildFacts,
    arguments: Option<Fact<Arguments>>,
    stated_port: Option<Fact<u16>>,
    usual_port: Option<u16>,
    health: Option<Fact<String>>,
    needed_files: NeededFiles,
}

/// Why a POM is no application.
enum Refusal {
    /// It only leads to modules, which are looked at for themselves.
    Aggregator,
    /// What is wrong with it.
    Error(Box<Error>),
}

impl JavaApplication {
    /// The application of the POM in a folder.
    fn new(index: &Sources, workspace: &Workspace, folder: &str) -> std::result::Result<Self, Refusal> {
        let repo = index.repo();
        let maven = workspace.module(repo, folder).ok_or(Refusal::Aggregator)?;
        let pom = maven.pom();
        if pom.packaging == "pom" && (!pom.modules.is_empty() || workspace.len() > 1) {
            return Err(Refusal::Aggregator);
        }
        let module = maven.describe();
        if let Some(error) = application_server(&module).or_else(|| image_packaging(&maven)) {
            return Err(Refusal::Error(Box::new(error)));
        }
        let sources = SourceFacts::read(index, &module, &places(&module));
        let found = packaging::find(repo, &maven, &sources);
        let Some(packaging) = found.filter(|_| !packaging::has_main_class_elsewhere(repo, &maven)) else {
            return Err(Refusal::Error(Box::new(library(&module.path, &maven.packaging()))));
        };
        let release = version::needed(repo, &maven, sources.standard_library.as_ref());
        let framework = java_frameworks()
            .iter()
            .find(|framework| module.dependency(|dependency| dependency.artifact() == framework.artifact).is_some());
        let name = if module.artifact.is_empty() { file_name(folder).to_owned() } else { module.artifact.clone() };
        let is_boot = matches!(packaging.value, Packaging::SpringBoot { .. });
        let is_served =
            matches!(packaging.value, Packaging::Container(_) | Packaging::QuarkusFast | Packaging::QuarkusLegacy);
        let arguments = arguments(repo, &module, &packaging.value);
        let listening = &sources.listening;
        let given = arguments.as_ref().and_then(|fact| Some(Fact::new(fact.value.port?, fact.evidence.clone())));
        let stated_port = given.or_else(|| listening.port.clone());
        let is_server =
            is_served || is_boot && (framework::boot_serves(&module) || stated_port.is_some()) || listening.is_server;
        let usual_port = framework
            .map(|framework| framework.port)
            .or((is_server || stated_port.is_some()).then_some(java_settings().usual_port));
        let mut app = App {
            language: "java",
            name,
            identity: [maven.group(), module.artifact.clone()].join(":"),
            folder: folder.to_owned(),
            context: module.root.clone(),
            role: role(&packaging, &module, &sources),
            shape: shape(&packaging.value, framework.map(|framework| framework.title.as_str()), usual_port.is_some()),
            facts: Vec::new(),
            unread: Unread::default(),
        };
        if let Some(release) = &release {
            app.note("release", release);
        }
        app.note("packaging", &packaging.clone().map(|packaging| kind(&packaging, &maven.packaging())));
        if let Some(name) = &module.final_name {
            app.note("artifact", name);
        }
        if let Packaging::Plain { main: Some(main) } = &packaging.value {
            app.note("main", &Fact::new(main.clone(), packaging.evidence.clone()));
        }
        if let Some(port) = &stated_port {
            app.note("port", port);
        }
        let health = health::route(&module, &sources.configuration)
            .or_else(|| sources.health.clone().filter(|_| health::is_open(&module, &sources.configuration)))
            .filter(|_| usual_port.is_some());
        if let Some(health) = &health {
            app.note("health", health);
        }
        app.note_all(&sources.surroundings);
        let facts = BuildFacts::read(repo, workspace, &maven);
        let given =
            arguments.iter().flat_map(|fact| fact.value.files.iter().map(|file| fact.clone().map(|_| file.clone())));
        let own = sources.files.iter().chain(&sources.databases).cloned();
        let read = own.chain(given).map(|fact| fact.map(|file| file.place));
        let read = read.chain(sources.ignored_resources.iter().cloned());
        let needed_files = NeededFiles::new(repo, &app.context, &read.collect::<Vec<_>>());
        app.unread = index.unread(&app.folder);
        Ok(Self {
            app,
            module,
            maven,
            packaging,
            sources,
            release,
            facts,
            arguments,
            stated_port,
            usual_port,
            health,
            needed_files,
        })
    }

    /// Which class is started, where a plain jar does not say it: the evident one is preselected.
    fn main(&self) -> Option<Question> {
        let Packaging::Plain { main: None } = self.packaging.value else { return None };
        let evident = main_class::evident(&self.sources.mains).map(|main| Resolved::from(main.class.clone()));
        let classes = self.sources.mains.iter().map(|main| &main.class);
        let choices = classes.map(|class| Choice::new(&class.value, class.evidence.place())).collect();
        let question = Question::new("binary", evident).choices(choices);
        Some(question.missing("several classes have a main method, and the POM names none by `<mainClass>`"))
    }

    /// The line of Java that is answered; that of the question until then.
    fn line(&self, answers: &Answers) -> u32 {
        let answered = answers.get("version").map(str::to_owned);
        let usual = || version::question(self.release.as_ref()).ok()?.default.map(|it| it.value);
        answered.or_else(usual).and_then(|line| line.parse().ok()).unwrap_or_default()
    }

    fn port(&self) -> Resolved<String> {
        match (&self.stated_port, self.usual_port) {
            (Some(port), Some(_)) => Resolved::from(port.clone().map(|port| port.to_string())),
            (None, Some(port)) => Resolved::default(port.to_string()),
            (_, None) => Resolved::default("none".into()),
        }
    }
}

/// Where the facts of a module are.
fn places(module: &JvmModule) -> Places<'_> {
    let folder = module.folder.as_str();
    let siblings = module.siblings.iter().map(String::as_str);
    let configured = ["spring-boot-maven-plugin", "quarkus-maven-plugin", "micronaut-maven-plugin"];
    Places {
        folder,
        sources: module.sources.clone(),
        files: vec![folder, module.root.as_str()],
        modules: std::iter::once(folder).chain(siblings).collect(),
        is_dropwizard: framework::is_dropwizard(module),
        is_configured: configured.iter().any(|plugin| module.plugin(plugin).is_some())
            || framework::is_microprofile(module)
            || framework::is_micronaut(module),
    }
}

/// The arguments that the README gives to a program that is not configured by files of its framework.
fn arguments(repo: &Repo, module: &JvmModule, packaging: &Packaging) -> Option<Fact<Arguments>> {
    let is_bare = matches!(packaging, Packaging::Plain { .. } | Packaging::Whole { .. });
    let places = [module.folder.as_str(), module.root.as_str()];
    if is_bare { entrypoint::arguments::of_readme(repo, &places, &module.artifact) } else { None }
}

fn role(packaging: &Fact<Packaging>, module: &JvmModule, sources: &SourceFacts) -> Role {
    // A main method in a module that others use is a helper more often than an application, unless the POM names it or
    // it serves.
    match packaging.value {
        Packaging::Plain { main: None } if module.is_submodule && !main_class::has_service(&sources.mains) => {
            Role::Auxiliary
        }
        _ => Role::Application,
    }
}

fn shape(packaging: &Packaging, framework: Option<&str>, serves: bool) -> String {
    match (packaging, framework) {
        (Packaging::SpringBoot { .. }, _) => "Spring Boot application".into(),
        (Packaging::QuarkusFast | Packaging::QuarkusLegacy, _) => "Quarkus application".into(),
        (Packaging::Container(_), _) => "web application archive".into(),
        (_, Some(framework)) => format!("{framework} application"),
        _ if serves => "Java server".into(),
        _ => "Java program".into(),
    }
}

fn kind(packaging: &Packaging, file: &str) -> String {
    match packaging {
        Packaging::SpringBoot { version: Some((major, minor)), .. } => format!("spring-boot {major}.{minor} {file}"),
        Packaging::SpringBoot { version: None, .. } => format!("spring-boot {file}"),
        Packaging::QuarkusFast => "quarkus fast-jar".into(),
        Packaging::QuarkusLegacy => "quarkus legacy-jar".into(),
        Packaging::Whole { .. } => "jar with dependencies".into(),
        Packaging::Plain { .. } => "jar".into(),
        Packaging::Container(_) => "war".into(),
    }
}

fn application_server(module: &JvmModule) -> Option<Error> {
    let found = |server: &'static ApplicationServer| Some((&server.title, module.plugin(&server.plugin)?));
    let (name, evidence) =
        application_servers().iter().find_map(found).filter(|_| module.archive == ArchiveType::War)?;
    Some(Error::Unsupported {
        message: format!(
            "the WAR is made for the application server {name}, which dockgen does not put on a distroless image"
        ),
        evidence: Some(evidence.clone()),
        hint: "build on the server's own image, and check that Dockerfile with `dockgen check`".into(),
    })
}

/// A packaging that makes an image by itself, and that no flag can change.
fn image_packaging(module: &Module) -> Option<Error> {
    let packaging = module.packaging();
    java_skips().iter().any(|row| row.packaging == packaging).then(|| Error::Unsupported {
        message: format!(
            "the packaging `{packaging}` makes an image in Maven itself, which needs an engine in the build"
        ),
        evidence: Some(Evidence::file(&module.pom().path)),
        hint: "write `<packaging>${packaging}</packaging>` and the property `packaging` with the value `jar`, \
               as Micronaut's own projects do: `-Dpackaging=…` still chooses the other kinds"
            .into(),
    })
}

fn library(path: &str, packaging: &str) -> Error {
    Error::Unsupported {
        message: format!(
            "this is a library (packaging `{packaging}`): no plugin makes it executable and no class has a main method"
        ),
        evidence: Some(Evidence::file(path)),
        hint: "name the module that starts: `dockgen init PATH`".into(),
    }
}

impl Application for JavaApplication {
    fn app(&self) -> &App {
        &self.app
    }

    fn questions(&self, answers: &Answers) -> Result<Vec<Question>> {
        let line = self.line(answers);
        let mut questions = vec![version::question(self.release.as_ref())?];
        questions.extend(self.main());
        let build = Resolved::from(Fact::new(package_manager::command(self, line), Evidence::file(&self.module.path)));
        questions.push(Question::new("build", Some(build)));
        questions.push(Question::new("port", Some(self.port())));
        questions.extend(self.sources.listening.edit().map(listen_question));
        if self.usual_port.is_some() {
            let health = self.health.clone().map_or_else(|| Resolved::default("none".into()), Resolved::from);
            questions.push(Question::new("health", Some(health)));
        }
        questions.push(plan::runtime::question(plan::Layering::has_archive(&self.packaging.value), line));
        questions.push(Question::new("tests", Some(Resolved::default("skip".into()))).choices(vec![
            Choice::new("skip", "not in the image: where the project is checked, before it is built"),
            Choice::new("stage", "in a stage of their own, by `docker build --target test`"),
        ]));
        let mount = Choice::new("mount", "in a cache of the builder: what is fetched once is never fetched again");
        let layer =
            Choice::new("layer", "in a layer of their own, from the POMs alone: for builders that keep layers only");
        // POMs alone do not give what has to be installed first
        let layer = Some(layer).filter(|_| self.maven.installed.is_empty());
        let choices = [mount].into_iter().chain(layer).collect();
        questions.push(Question::new("cache", Some(Resolved::default("mount".into()))).choices(choices));
        Ok(questions)
    }

    fn programs(&self, _: &Answers) -> Vec<Fact<String>> {
        wanted(&self.sources.subprocesses)
    }

    fn plan(&self, answers: &Answers) -> Result<BuildPlan> {
        plan::plan(self, answers)
    }
}
