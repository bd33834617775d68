//! A Maven module that can be started, with its questions.

use crate::catalog::{java_frameworks, java_skips};
use crate::error::{Error, Result};
use crate::evidence::{Evidence, Fact};
use crate::languages::java::build::{self, BuildFacts};
use crate::languages::java::model::{Model, Poms};
use crate::languages::java::packaging::{self, Packaging};
use crate::languages::java::readme::{self, Arguments};
use crate::languages::java::sources::{self, Places, SourceFacts};
use crate::languages::java::{health, mains, plan, release, runtime};
use crate::path::file_name;
use crate::plan::{Answers, App, Application, BuildPlan, Choice, Question, Resolved, Role};
use crate::repo::Repo;

/// An application of Maven.
#[derive(Debug)]
pub struct JavaApplication {
    pub(super) app: App,
    pub(super) model: Model,
    pub(super) packaging: Fact<Packaging>,
    pub(super) sources: SourceFacts,
    pub(super) release: Option<Fact<String>>,
    pub(super) facts: BuildFacts,
    pub(super) arguments: Option<Fact<Arguments>>,
    stated_port: Option<Fact<u16>>,
    usual_port: Option<u16>,
    health: Option<Fact<String>>,
}

/// Why a POM is no application.
pub enum Refusal {
    /// It only leads to modules, which are looked at for themselves.
    Aggregator,
    /// What is wrong with it.
    Error(Box<Error>),
}

impl JavaApplication {
    /// The application of the POM in a folder.
    pub fn new(repo: &Repo, poms: &Poms, folder: &str) -> std::result::Result<Self, Refusal> {
        let model = Model::of(repo, poms, folder).ok_or(Refusal::Aggregator)?;
        let pom = model.pom();
        if pom.packaging == "pom" && (!pom.modules.is_empty() || poms.len() > 1) {
            return Err(Refusal::Aggregator);
        }
        if let Some(error) = application_server(&model).or_else(|| image_packaging(&model)) {
            return Err(Refusal::Error(Box::new(error)));
        }
        let sources = sources::read(repo, &places(&model));
        let Some(packaging) = packaging::find(&model, &sources) else {
            return Err(Refusal::Error(Box::new(library(&pom.path, &model.packaging()))));
        };
        let release = release::stated(repo, &model);
        let framework = java_frameworks()
            .iter()
            .find(|framework| model.dependency(|dependency| dependency.artifact == framework.artifact).is_some());
        let name = if pom.artifact.is_empty() { file_name(folder).to_owned() } else { pom.artifact.clone() };
        let is_boot = matches!(packaging.value, Packaging::SpringBoot { .. });
        let is_served =
            matches!(packaging.value, Packaging::Container(_) | Packaging::QuarkusFast | Packaging::QuarkusLegacy);
        let arguments = arguments(repo, &model, &packaging.value);
        let listening = &sources.listening;
        let given = arguments.as_ref().and_then(|fact| Some(Fact::new(fact.value.port?, fact.evidence.clone())));
        let stated_port = given.or_else(|| listening.port.clone());
        let is_server = is_served || is_boot && (boot_serves(&model) || stated_port.is_some()) || listening.is_server;
        let usual_port =
            framework.map(|framework| framework.port).or((is_server || stated_port.is_some()).then_some(8080));
        let mut app = App {
            language: "java",
            name,
            folder: folder.to_owned(),
            context: model.reactor.clone(),
            role: role(&packaging, &model, &sources),
            shape: shape(&packaging.value, framework.map(|framework| framework.title.as_str()), usual_port.is_some()),
            facts: Vec::new(),
        };
        if let Some(release) = &release {
            app.note("release", release);
        }
        app.note("packaging", &packaging.clone().map(|packaging| kind(&packaging, &model.packaging())));
        if let Some(name) = model.final_name() {
            app.note("artifact", &name);
        }
        if let Packaging::Plain { main: Some(main) } = &packaging.value {
            app.note("main", &Fact::new(main.clone(), packaging.evidence.clone()));
        }
        if let Some(port) = &stated_port {
            app.note("port", port);
        }
        let health = health::route(&model, &sources.configuration).filter(|_| usual_port.is_some());
        if let Some(health) = &health {
            app.note("health", health);
        }
        let facts = BuildFacts::read(repo, poms, &model);
        Ok(Self { app, model, packaging, sources, release, facts, arguments, stated_port, usual_port, health })
    }

    /// Which class is started, where a plain jar does not say it: the evident one is preselected.
    fn main(&self) -> Option<Question> {
        let Packaging::Plain { main: None } = self.packaging.value else { return None };
        let evident = mains::evident(&self.sources.mains).map(|main| Resolved::from(main.class.clone()));
        let classes = self.sources.mains.iter().map(|main| &main.class);
        let choices = classes.map(|class| Choice::new(&class.value, class.evidence.place())).collect();
        let question = Question::new("binary", evident).choices(choices);
        Some(question.missing("several classes have a main method, and the POM names none by `<mainClass>`"))
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
fn places(model: &Model) -> Places<'_> {
    let folder = model.pom().folder.as_str();
    let siblings = model.siblings.iter().map(|pom| pom.folder.as_str());
    let configured = ["spring-boot-maven-plugin", "quarkus-maven-plugin", "micronaut-maven-plugin"];
    Places {
        folder,
        sources: model.source_folder(),
        files: vec![folder, model.reactor.as_str()],
        modules: std::iter::once(folder).chain(siblings).collect(),
        is_dropwizard: plan::is_dropwizard(model),
        is_configured: configured.iter().any(|plugin| model.plugin(plugin).is_some()),
    }
}

/// The arguments that the README gives to a program that is not configured by files of its framework.
fn arguments(repo: &Repo, model: &Model, packaging: &Packaging) -> Option<Fact<Arguments>> {
    let is_bare = matches!(packaging, Packaging::Plain { .. } | Packaging::Whole { .. });
    let places = [model.pom().folder.as_str(), model.reactor.as_str()];
    if is_bare { readme::arguments(repo, &places, &model.pom().artifact) } else { None }
}

/// Whether a dependency of Spring Boot's brings a server.
fn boot_serves(model: &Model) -> bool {
    let words = [
        "web",
        "jersey",
        "rest",
        "gateway",
        "zuul",
        "eureka-server",
        "config-server",
        "graphql",
        "admin-starter-server",
        "undertow",
        "jetty",
        "tomcat",
    ];
    model
        .dependency(|dependency| {
            dependency.artifact.contains("starter") && words.iter().any(|word| dependency.artifact.contains(word))
        })
        .is_some()
}

fn role(packaging: &Fact<Packaging>, model: &Model, sources: &SourceFacts) -> Role {
    // A main method in a module that others use is a helper more often than an application, unless the POM names it or
    // it serves.
    match packaging.value {
        Packaging::Plain { main: None } if model.chain.len() > 1 && !mains::has_service(&sources.mains) => {
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

/// Plugins of application servers, whose WARs use more than a servlet container has.
const APPLICATION_SERVERS: &[(&str, &str)] = &[
    ("liberty-maven-plugin", "Open Liberty"),
    ("wildfly-maven-plugin", "WildFly"),
    ("payara-micro-maven-plugin", "Payara Micro"),
    ("tomee-maven-plugin", "TomEE"),
];

fn application_server(model: &Model) -> Option<Error> {
    let found = |(artifact, name): &(&str, &str)| {
        model.plugin(artifact).map(|plugin| (name.to_string(), plugin.evidence.clone()))
    };
    let (name, evidence) = APPLICATION_SERVERS.iter().find_map(found).filter(|_| model.packaging() == "war")?;
    Some(Error::Unsupported {
        message: format!(
            "the WAR is made for the application server {name}, which dockgen does not put on a distroless image"
        ),
        evidence: Some(evidence),
        hint: "build on the server's own image, and check that Dockerfile with `dockgen check`".into(),
    })
}

/// A packaging that makes an image by itself, and that no flag can change.
fn image_packaging(model: &Model) -> Option<Error> {
    let packaging = model.packaging();
    java_skips().iter().any(|row| row.packaging == packaging).then(|| Error::Unsupported {
        message: format!(
            "the packaging `{packaging}` makes an image in Maven itself, which needs an engine in the build"
        ),
        evidence: Some(Evidence::file(&model.pom().path)),
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

    fn questions(&self, _: &Answers) -> Result<Vec<Question>> {
        let mut questions = vec![release::question(self.release.as_ref())?.0];
        questions.extend(self.main());
        let build = Resolved::from(Fact::new(build::command(self), Evidence::file(&self.model.pom().path)));
        questions.push(Question::new("build", Some(build)));
        questions.push(Question::new("port", Some(self.port())));
        if self.usual_port.is_some() {
            let health = self.health.clone().map_or_else(|| Resolved::default("none".into()), Resolved::from);
            questions.push(Question::new("health", Some(health)));
        }
        questions.push(runtime::question(plan::has_archive(&self.packaging.value)));
        questions.push(Question::new("tests", Some(Resolved::default("skip".into()))).choices(vec![
            Choice::new("skip", "not in the image: where the project is checked, before it is built"),
            Choice::new("stage", "in a stage of their own, by `docker build --target test`"),
        ]));
        questions.push(Question::new("cache", Some(Resolved::default("mount".into()))).choices(vec![
            Choice::new("mount", "in a cache of the builder: what is fetched once is never fetched again"),
            Choice::new("layer", "in a layer of their own, from the POMs alone: for builders that keep layers only"),
        ]));
        Ok(questions)
    }

    fn plan(&self, answers: &Answers) -> Result<BuildPlan> {
        plan::plan(self, answers)
    }
}
