//! The build plan of a Maven application.

use serde::Serialize;

use crate::catalog::{Image, java_skips, required_image};
use crate::error::{Error, Result};
use crate::languages::Warning;
use crate::languages::java::application::JavaApplication;
use crate::languages::java::model::{Model, Poms};
use crate::languages::java::packaging::Packaging;
use crate::languages::java::release;
use crate::plan::{Answers, BuildPlan, FinalStage, IgnoreSection, Variable};
use crate::repo::relative_to;

/// What the plan takes from the repository, read before any question is asked.
#[derive(Debug)]
pub struct Facts {
    /// Flags that leave out plugins without a place in an image build.
    skips: Vec<String>,
    /// Whether a module uses the tests of another, so that they must be compiled.
    needs_tests: bool,
    /// Lombok of a version that does not run on the maintained lines of Java.
    old_lombok: bool,
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
        let is_old = stated.as_deref().map_or(is_old_boot, |version| {
            version.rsplit('.').next().and_then(|patch| patch.parse::<u32>().ok()).is_some_and(|patch| patch < 22)
        });
        Self { skips, needs_tests, old_lombok: uses_lombok && is_old }
    }
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
    layers: String,
    container_artifact: String,
    container_file: String,
    has_libraries: bool,
    extra_files: Vec<String>,
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
        Packaging::Whole { classifier, name } | Packaging::SpringBoot { classifier, name, .. } => {
            (name.clone().or_else(|| model.final_name().map(|fact| fact.value)), classifier.clone())
        }
        _ => (model.final_name().map(|fact| fact.value), String::new()),
    };
    let ending = if model.pom().packaging == "war" { "war" } else { "jar" };
    let artifact = name.map(|name| format!("{name}{classifier}.{ending}")).unwrap_or_default();
    let (last, template) = final_stage(application, answers, &run_image);
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
        extra_files: application
            .sources
            .dropwizard
            .iter()
            .filter(|_| is_dropwizard(model))
            .map(|fact| fact.value.clone())
            .collect(),
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

fn is_dropwizard(model: &Model) -> bool {
    model.dependency(|dependency| dependency.artifact.starts_with("dropwizard-")).is_some()
}

/// How the layers of a jar of Spring Boot are taken apart: not at all, by the old tool, or by the new one.
fn layers(packaging: &Packaging) -> String {
    match packaging {
        Packaging::SpringBoot { has_layers: true, version: Some(version), .. } if *version >= (3, 3) => "tools".into(),
        Packaging::SpringBoot { has_layers: true, .. } => "layertools".into(),
        _ => String::new(),
    }
}

fn final_stage(application: &JavaApplication, answers: &Answers, image: &Image) -> (FinalStage, &'static str) {
    let port: Option<u16> = answers.some("port").and_then(|port| port.parse().ok());
    let java = image.entrypoint.first().cloned().unwrap_or_default();
    let mut options = vec!["-XX:MaxRAMPercentage=75".to_owned()];
    let release = application.release.as_ref().and_then(|fact| fact.value.parse::<u32>().ok()).unwrap_or(17);
    if release < 17 {
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
    let mut last = FinalStage {
        runtime_image: image.reference.clone(),
        environment: vec![Variable::new("JAVA_TOOL_OPTIONS", options.join(" "))],
        port,
        writable: application
            .sources
            .writable
            .iter()
            .map(|fact| if fact.value.starts_with('/') { fact.value.clone() } else { format!("/app/{}", fact.value) })
            .collect(),
        ..FinalStage::default()
    };
    let template = match &application.packaging.value {
        Packaging::SpringBoot { version: Some(version), has_layers: true, .. } => {
            if *version >= (3, 3) {
                last.command = vec!["/app/application.jar".into()];
            } else {
                let launcher = if *version >= (3, 2) {
                    "org.springframework.boot.loader.launch.JarLauncher"
                } else {
                    "org.springframework.boot.loader.JarLauncher"
                };
                last.entrypoint = vec![java, "-cp".into(), "/app".into(), launcher.into()];
            }
            "java/layers"
        }
        Packaging::QuarkusFast => {
            last.command = vec!["/app/quarkus-run.jar".into()];
            last.environment.push(Variable::new("QUARKUS_HTTP_HOST", "0.0.0.0"));
            "java/quarkus"
        }
        Packaging::Plain { main } => {
            last.entrypoint = vec![java, "-cp".into(), "/app/application.jar:/app/libraries/*".into(), main.clone()];
            "java/jar"
        }
        Packaging::Container(container) => {
            last.command = vec!["/app/server.jar".into()];
            let port = port.unwrap_or(8080).to_string();
            last.command.extend(container.arguments.iter().map(|argument| argument.replace("{port}", &port)));
            last.command.push("/app/application.war".into());
            "java/war"
        }
        Packaging::SpringBoot { .. } | Packaging::Whole { .. } => {
            last.command = vec!["/app/application.jar".into()];
            if is_dropwizard(&application.model) {
                last.command.push("server".into());
                last.command.extend(application.sources.dropwizard.iter().map(|fact| format!("/app/{}", fact.value)));
            }
            "java/jar"
        }
    };
    (last, template)
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
    if application.sources.main_count > 1 && matches!(application.packaging.value, Packaging::Plain { .. }) {
        let list: Vec<&str> = application.sources.mains.iter().map(|fact| fact.value.as_str()).collect();
        warnings.push(
            Warning::new(format!("several classes have a main method: {}", list.join(", ")))
                .at(application.packaging.evidence.clone())
                .hint("say which one in the POM: `<mainClass>` of maven-jar-plugin"),
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
