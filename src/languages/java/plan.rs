//! The build plan of a Maven application.

use serde::Serialize;

use crate::catalog::{is_private_repository, java_skips, required_image};
use crate::error::{Error, Result};
use crate::languages::java::application::JavaApplication;
use crate::languages::java::model::{Model, Poms};
use crate::languages::java::packaging::Packaging;
use crate::languages::java::runtime::{Launch, Runtime};
use crate::languages::java::{health, release};
use crate::languages::{Evidence, Fact, Warning};
use crate::plan::{Answers, BuildPlan, FinalStage, IgnoreSection, Variable};
use crate::repo::relative_to;

/// What the plan takes from the repository, read before any question is asked.
#[derive(Debug)]
pub struct Facts {
    /// Flags that leave out plugins without a place in an image build.
    skips: Vec<String>,
    /// Whether a module uses the tests of another, so that they must be compiled.
    needs_tests: bool,
    /// Lombok of a version that does not run on the maintained lines of Java, set by a property.
    old_lombok: bool,
    /// The same, where its version stands in the dependency itself, which no flag can change.
    fixed_lombok: Option<Evidence>,
    /// A repository that wants an account.
    private_repository: Option<Evidence>,
}

impl Facts {
    /// Reads them.
    pub fn read(poms: &Poms, model: &Model) -> Self {
        let reactor = model.reactor.as_str();
        let is_inside =
            |folder: &str| reactor.is_empty() || folder == reactor || folder.starts_with(&format!("{reactor}/"));
        let inside: Vec<_> = poms.values().filter(|pom| is_inside(&pom.folder)).collect();
        let all_plugins = || inside.iter().flat_map(|pom| pom.plugins.iter().chain(&pom.managed_plugins));
        let mut skips: Vec<String> = java_skips()
            .iter()
            .filter(|skip| all_plugins().any(|plugin| plugin.artifact == skip.plugin))
            .map(|skip| skip.flag.clone())
            .collect();
        skips.sort();
        skips.dedup();
        let needs_tests = inside.iter().any(|pom| {
            pom.dependencies.iter().any(|it| it.kind == "test-jar")
                || pom.plugins.iter().any(|plugin| plugin.setting("goal") == Some("test-jar"))
        });
        let boot = model
            .known_parent
            .as_ref()
            .filter(|(known, _)| known.artifact == "spring-boot-starter-parent")
            .map(|(_, version)| version.value.clone());
        let uses_lombok = inside.iter().any(|pom| pom.dependency("lombok").is_some());
        let is_old_boot = boot.is_some_and(|version| {
            version.starts_with("1.")
                || ["2.0", "2.1", "2.2", "2.3", "2.4", "2.5"].iter().any(|old| version.starts_with(old))
        });
        let stated = model.property("lombok.version").map(|fact| fact.value);
        let is_old = stated.as_deref().map_or(is_old_boot, is_before_java_17);
        let lombok = inside.iter().find_map(|pom| pom.dependency("lombok"));
        let fixed_lombok = lombok.filter(|lombok| is_before_java_17(&lombok.version)).map(|it| it.evidence.clone());
        let repositories = inside
            .iter()
            .chain(&model.chain.iter().collect::<Vec<_>>())
            .flat_map(|pom| &pom.repositories)
            .find(|url| is_private_repository(&url.value));
        Self {
            skips,
            needs_tests,
            old_lombok: uses_lombok && is_old,
            fixed_lombok,
            private_repository: repositories.map(|url| url.evidence.clone()),
        }
    }
}

/// Whether a version of Lombok, 1.18.20 or 1.16.8, is of before Java 17.
fn is_before_java_17(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().ok());
    let parts = (parts.next().flatten(), parts.next().flatten(), parts.next().flatten());
    parts.0.is_some() && parts < (Some(1), Some(18), Some(22))
}

/// The command that builds the application.
pub fn build_command(application: &JavaApplication) -> String {
    let facts = &application.facts;
    let module = relative_to(&application.app.folder, &application.app.context);
    let mut command = "mvn -B -ntp".to_owned();
    if module != "." {
        let quoted = crate::render::sh(&module);
        let choice =
            if application.model.is_listed { [" -pl ", &quoted, " -am"].concat() } else { [" -f ", &quoted].concat() };
        command.push_str(&choice);
    }
    command.push_str(if facts.needs_tests { " -DskipTests" } else { " -Dmaven.test.skip=true" });
    for skip in &facts.skips {
        command.push(' ');
        command.push_str(skip);
    }
    if facts.old_lombok {
        command.push_str(" -Dlombok.version=1.18.42");
    }
    command.push_str(" package");
    if let Packaging::Whole { goal, .. } = application.packaging.value
        && !goal.is_empty()
    {
        command.push(' ');
        command.push_str(goal);
    }
    if matches!(application.packaging.value, Packaging::Plain { .. }) {
        // In the same run, so that modules of the reactor are found without being installed.
        command.push_str(" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=/libraries");
    }
    command
}

/// What the templates of Java need beside the final stage.
#[derive(Debug, Serialize)]
struct View {
    build_image: String,
    build: Vec<Vec<String>>,
    module_folder: String,
    artifact: String,
    artifact_ending: String,
    layers: &'static str,
    container_artifact: String,
    container_file: String,
    has_libraries: bool,
    extra_files: Vec<[String; 2]>,
    archive: String,
    training: Vec<String>,
    jlink: Vec<String>,
    has_settings: bool,
}

/// Makes the plan.
///
/// # Errors
/// When an answer can't be read as a command.
pub fn plan(application: &JavaApplication, answers: &Answers) -> Result<BuildPlan> {
    let version = answers.get("version").unwrap_or_default();
    let model = &application.model;
    let build_image = required_image("java-build", version)?;
    let run_image = required_image("java-run", version)?;
    let module = relative_to(&application.app.folder, &application.app.context);
    let module_folder = if module == "." { "/build".to_owned() } else { format!("/build/{module}") };
    let (name, classifier) = match &application.packaging.value {
        Packaging::Whole { classifier, name, .. } | Packaging::SpringBoot { classifier, name, .. } => {
            (name.clone().or_else(|| model.final_name().map(|fact| fact.value)), classifier.clone())
        }
        _ => (model.final_name().map(|fact| fact.value), String::new()),
    };
    let ending = if model.pom().packaging == "war" { "war" } else { "jar" };
    let artifact = name.map(|name| format!("{name}{classifier}.{ending}")).unwrap_or_default();
    let port: Option<u16> = answers.some("port").and_then(|port| port.parse().ok());
    let (launch, template) = launch(application, answers, port);
    let runtime = Runtime::new(answers, &run_image, &launch, port.is_none())?;
    let mut last = final_stage(application, port);
    last.health_check =
        answers.some("health").map(|answer| health::check(&runtime.java, answer, port)).unwrap_or_default();
    last.runtime_image = runtime.image;
    last.entrypoint = runtime.entrypoint;
    last.command = runtime.command;
    let mut build = Vec::new();
    if let Some(text) = answers.some("build") {
        for part in text.split("&&") {
            build.push(split(part)?);
        }
    }
    let (container_artifact, container_file) = match &application.packaging.value {
        Packaging::Container(container) => (container.artifact.clone(), container.file.clone()),
        _ => (String::new(), String::new()),
    };
    let file = application.sources.dropwizard.iter();
    let extra_files = file.map(|file| {
        let place = relative_to(&file.evidence.path, &application.app.context);
        [format!("/build/{place}"), format!("/app/{}", file.value)]
    });
    let extra_files = extra_files.collect();
    let view = View {
        build_image: build_image.reference,
        build,
        module_folder,
        artifact,
        artifact_ending: ending.into(),
        layers: layers(&application.packaging.value),
        container_artifact,
        container_file,
        has_libraries: matches!(application.packaging.value, Packaging::Plain { .. }),
        extra_files,
        archive: runtime.archive,
        training: runtime.training,
        jlink: runtime.jlink,
        has_settings: application.facts.private_repository.is_some(),
    };
    let mut plan = BuildPlan::new(template, &last, &view);
    plan.warnings = warnings(application)?;
    plan.ignore = vec![
        IgnoreSection::new("Built again in the image", ["**/target", "**/build/classes", "**/.gradle"]),
        IgnoreSection::new(
            "Reports and logs",
            ["**/*.log", "**/.settings", "**/.project", "**/.classpath", "**/*.iml"],
        ),
    ];
    Ok(plan)
}

fn split(text: &str) -> Result<Vec<String>> {
    shlex::split(text).filter(|words| !words.is_empty()).ok_or_else(|| Error::BadAnswer {
        key: "build".into(),
        value: text.escape_debug().to_string(),
        message: "a quote is not closed, or nothing is there".into(),
        hint: "e.g. `--build 'mvn -B package'`".into(),
    })
}

/// Whether it is an application of Dropwizard.
pub fn is_dropwizard(model: &Model) -> bool {
    model.dependency(|dependency| dependency.artifact.starts_with("dropwizard-")).is_some()
}

/// How the layers of a jar of Spring Boot are taken apart: not at all, by the old tool, or by the new one.
fn layers(packaging: &Packaging) -> &'static str {
    match packaging {
        Packaging::SpringBoot { has_layers: true, version: Some(version), .. } if *version >= (3, 3) => "tools",
        Packaging::SpringBoot { has_layers: true, .. } => "layertools",
        _ => "",
    }
}

/// Whether classes are loaded from jars, as an archive of them needs; the old layers are folders.
pub fn has_archive(packaging: &Packaging) -> bool {
    layers(packaging) != "layertools"
}

/// What is started, and the template for it.
fn launch(application: &JavaApplication, answers: &Answers, port: Option<u16>) -> (Launch, &'static str) {
    let jar = |path: &str| Launch { jar: path.to_owned(), ..Launch::default() };
    match &application.packaging.value {
        Packaging::SpringBoot { version: Some(version), has_layers: true, .. } if *version >= (3, 3) => {
            // The run for the archive ends when the application is ready.
            let training = vec!["-Dspring.context.exit=onRefresh".to_owned()];
            (Launch { training, ..jar("/app/application.jar") }, "java/layers")
        }
        Packaging::SpringBoot { version: Some(version), has_layers: true, .. } => {
            let package = if *version >= (3, 2) { "loader.launch" } else { "loader" };
            let class = format!("org.springframework.boot.{package}.JarLauncher");
            (Launch { class_path: "/app".into(), class, ..Launch::default() }, "java/layers")
        }
        Packaging::QuarkusFast => (jar("/app/quarkus-run.jar"), "java/quarkus"),
        Packaging::Plain { main } => {
            let class = answers.some("binary").map(str::to_owned).or_else(|| main.clone()).unwrap_or_default();
            let class_path = "/app/application.jar:/app/libraries/*".to_owned();
            let launch = Launch { class_path, class, ..Launch::default() };
            (Launch { arguments: arguments(application), ..launch }, "java/jar")
        }
        Packaging::Container(container) => {
            let port = port.unwrap_or(8080).to_string();
            let arguments = container.arguments.iter().map(|argument| argument.replace("{port}", &port));
            let arguments = arguments.chain(["/app/application.war".to_owned()]).collect();
            (Launch { arguments, ..jar("/app/server.jar") }, "java/war")
        }
        Packaging::SpringBoot { .. } | Packaging::Whole { .. } => {
            (Launch { arguments: arguments(application), ..jar("/app/application.jar") }, "java/jar")
        }
    }
}

/// The arguments of the application: Dropwizard wants a command and its configuration.
fn arguments(application: &JavaApplication) -> Vec<String> {
    if !is_dropwizard(&application.model) {
        return Vec::new();
    }
    let file = application.sources.dropwizard.iter().map(|fact| format!("/app/{}", fact.value));
    ["server".to_owned()].into_iter().chain(file).collect()
}

/// Options for every JVM of the image.
fn options(release: Option<&Fact<String>>) -> String {
    let mut options = vec!["-XX:MaxRAMPercentage=75".to_owned()];
    if release.and_then(|fact| fact.value.parse::<u32>().ok()).is_some_and(|release| release < 17) {
        // What was open before Java 17 and is not any more.
        let opened = [
            "java.lang",
            "java.lang.reflect",
            "java.util",
            "java.io",
            "java.net",
            "java.math",
            "java.text",
            "java.nio",
            "sun.nio.ch",
        ];
        options.extend(opened.iter().map(|package| format!("--add-opens=java.base/{package}=ALL-UNNAMED")));
    }
    options.join(" ")
}

fn final_stage(application: &JavaApplication, port: Option<u16>) -> FinalStage {
    let mut environment = vec![Variable::new("JAVA_TOOL_OPTIONS", options(application.release.as_ref()))];
    if matches!(application.packaging.value, Packaging::QuarkusFast) {
        environment.push(Variable::new("QUARKUS_HTTP_HOST", "0.0.0.0"));
    }
    if let (Some(variable), Some(port)) = (&application.sources.port_variable, port) {
        environment.push(Variable::new(&variable.value, port.to_string()));
    }
    let place = |folder: &str| if folder.starts_with('/') { folder.to_owned() } else { format!("/app/{folder}") };
    FinalStage {
        environment,
        port,
        writable: application.sources.writable.iter().map(|fact| place(&fact.value)).collect(),
        ..FinalStage::default()
    }
}

fn warnings(application: &JavaApplication) -> Result<Vec<Warning>> {
    let mut warnings = Vec::new();
    warnings.extend(release::question(application.release.as_ref())?.1);
    if application.facts.old_lombok {
        warnings.push(
            Warning::new(
                "this Lombok can't compile on a maintained Java; the build asks for Lombok 1.18.42 by its property",
            )
            .at(application
                .model
                .pom()
                .dependency("lombok")
                .map_or_else(|| application.packaging.evidence.clone(), |lombok| lombok.evidence.clone()))
            .hint("set `lombok.version` to 1.18.42 in the POM"),
        );
    }
    if let Some(lombok) = &application.facts.fixed_lombok {
        warnings.push(
            Warning::new(
                "this Lombok can't compile on a maintained Java, and its version is no property that a flag could set",
            )
            .at(lombok.clone())
            .hint("set its version to 1.18.42"),
        );
    }
    if application.sources.mains.len() > 1 && matches!(application.packaging.value, Packaging::Plain { main: None }) {
        let list: Vec<&str> = application.sources.mains.iter().map(|main| main.class.value.as_str()).collect();
        warnings.push(
            Warning::new(format!("several classes have a main method: {}", list.join(", ")))
                .at(application.packaging.evidence.clone())
                .hint("say which one by `--binary`, or in the POM by `<mainClass>` of maven-jar-plugin"),
        );
    }
    if let Some(repository) = &application.facts.private_repository {
        warnings.push(
            Warning::new("this repository hands out nothing without an account; the build takes one from a secret")
                .at(repository.clone())
                .hint("`docker build --secret id=maven-settings,src=$HOME/.m2/settings.xml …`"),
        );
    }
    for fact in &application.sources.writable {
        warnings.push(
            Warning::new(format!(
                "the application writes `{}`; it belongs to the user of the container and is a volume",
                fact.value
            ))
            .at(fact.evidence.clone()),
        );
    }
    Ok(warnings)
}
