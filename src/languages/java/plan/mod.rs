//! The build plan of a Maven application.

mod jvm_options;
pub mod runtime;
mod warnings;

use crate::catalog::{self, required_image, required_runtime};
use crate::error::{Error, Result};
use crate::languages::java::JavaApplication;
use crate::languages::java::entrypoint::listen::Override;
use crate::languages::java::entrypoint::packaging::Packaging;
use crate::languages::java::manifest::Module;
use crate::languages::java::plan::runtime::{Launch, Runtime};
use crate::languages::java::{framework, package_manager};
use crate::path::{parent, relative_to};
use crate::plan::model::java::Artifact;
use crate::plan::{Answers, BuildPlan, FinalStage, IgnoreSection, Recipe, Variable, listen_substitution};

/// Makes the plan.
///
/// # Errors
/// When an answer can't be read as a command.
pub fn plan(application: &JavaApplication, answers: &Answers) -> Result<BuildPlan> {
    let version = answers.get("version").unwrap_or_default();
    let module = &application.module;
    let build_image = required_image("java-build", version)?;
    let run_image = required_runtime("java", version)?;
    let folder = relative_to(&application.app.folder, &application.app.context);
    let module_folder = if folder == "." { "/build".to_owned() } else { format!("/build/{folder}") };
    let (name, classifier) = match &application.packaging.value {
        Packaging::Whole { classifier, name, .. } | Packaging::SpringBoot { classifier, name, .. } => {
            (name.clone().or_else(|| module.final_name().map(|fact| fact.value)), classifier.clone())
        }
        Packaging::QuarkusLegacy => (module.final_name().map(|fact| fact.value), "-runner".to_owned()),
        _ => (module.final_name().map(|fact| fact.value), String::new()),
    };
    let ending = if module.packaging() == "war" { "war" } else { "jar" };
    let artifact = name.map_or_else(|| format!("*.{ending}"), |name| format!("{name}{classifier}.{ending}"));
    let other_artifacts = other_artifacts(module, &artifact);
    // A pattern must not begin with a star, which could complete to an option.
    let artifact =
        if artifact.starts_with('*') && other_artifacts.is_empty() { format!("./{artifact}") } else { artifact };
    let port: Option<u16> = answers.some("port").and_then(|port| port.parse().ok());
    let (launch, recipe) = launch(application, answers, port);
    let runtime = Runtime::new(answers, &run_image, &launch, port.is_none())?;
    let mut last = final_stage(application, port, &run_image);
    last.health_check =
        answers.some("health").map(|answer| health_check(&runtime.java, answer, port)).unwrap_or_default();
    last.runtime_image = runtime.image;
    last.entrypoint = runtime.entrypoint;
    last.command = runtime.command;
    let mut commands = Vec::new();
    if let Some(text) = answers.some("build") {
        for part in text.split("&&") {
            commands.push(split(part)?);
        }
    }
    let container = match &application.packaging.value {
        Packaging::Container(container) => Some(container.clone()),
        _ => None,
    };
    let (tomcat, container_artifact, container_file) =
        container.map(|it| (it.tomcat, it.artifact, it.file)).unwrap_or_default();
    let sources = &application.sources;
    let extra_files = extra_files(application, &module_folder);
    let is_layered = answers.get("cache") == Some("layer");
    let view = Artifact {
        build_image: build_image.reference,
        build: commands,
        module_folder,
        artifact,
        other_artifacts,
        artifact_ending: ending.into(),
        layers: layers(&application.packaging.value),
        tomcat,
        container_artifact,
        container_file,
        has_libraries: matches!(application.packaging.value, Packaging::Plain { .. }),
        extra_files,
        archive: runtime.archive,
        training: runtime.training,
        jlink: runtime.jlink,
        has_settings: application.facts.private_repository.is_some(),
        test: if answers.get("tests") == Some("stage") {
            split(&package_manager::test_command(application))?
        } else {
            Vec::new()
        },
        toolchain: toolchain(application, version),
        poms: if is_layered { poms(application) } else { Vec::new() },
        listen_edit: listen_substitution(answers, sources.listening.edit(), |path| {
            relative_to(path, &application.app.context)
        }),
        fetch: if is_layered { split(&package_manager::fetch_command(application))? } else { Vec::new() },
    };
    let mut plan = BuildPlan::new(recipe(view), last);
    plan.warnings = warnings::all(application, answers)?;
    plan.ignore = vec![
        IgnoreSection::new("Built again in the image", ["**/target", "**/build/classes", "**/.gradle"]),
        IgnoreSection::new(
            "Reports and logs",
            ["**/*.log", "**/.settings", "**/.project", "**/.classpath", "**/*.iml"],
        ),
    ];
    Ok(plan)
}

/// The names of files beside the artifact that its name with a `*` could mean too.
fn other_artifacts(module: &Module, artifact: &str) -> Vec<String> {
    let Some((start, ending)) = artifact.rsplit_once("*.") else { return Vec::new() };
    let attached = module.attached().into_iter().map(|name| format!("*{name}.{ending}"));
    let usual = ["original-*", "*-sources.*", "*-javadoc.*", "*-tests.*"];
    let usual = usual.iter().filter(|_| start.is_empty()).map(|name| (*name).to_owned());
    attached.chain(usual).collect()
}

/// Files beside the artifact: where they are in the build, and in the image.
fn extra_files(application: &JavaApplication, module_folder: &str) -> Vec<[String; 2]> {
    let sources = &application.sources;
    let dropwizard = sources.dropwizard.iter().map(|fact| (fact.evidence.path.as_str(), fact.value.as_str()));
    let read = sources.files.iter().map(|fact| &fact.value);
    let given = application.arguments.iter().flat_map(|fact| &fact.value.files);
    let named = read.chain(given).map(|file| (file.place.as_str(), file.name.as_str()));
    let mut files: Vec<[String; 2]> = Vec::new();
    if matches!(application.packaging.value, Packaging::QuarkusLegacy) {
        files.push([format!("{module_folder}/target/lib/"), "/app/lib/".into()]);
    }
    for (place, name) in dropwizard.chain(named) {
        let place = relative_to(place, &application.app.context);
        let file = [format!("/build/{place}"), format!("/app/{name}")];
        if !files.contains(&file) {
            files.push(file);
        }
    }
    files
}

/// What is copied before the source: each POM, and where it goes.
fn poms(application: &JavaApplication) -> Vec<[String; 2]> {
    let wrapper = application.facts.wrapper.iter().map(|_| ["mvnw".to_owned(), "./".to_owned()]);
    let poms = application.facts.poms.iter().map(|path| {
        let folder = if path == ".mvn" { path.as_str() } else { parent(path) };
        [path.clone(), if folder.is_empty() { "./".into() } else { format!("{folder}/") }]
    });
    wrapper.chain(poms).collect()
}

/// The version that the image's JDK is given out for: what is asked for, and its own where that is a range or nothing.
fn toolchain(application: &JavaApplication, version: &str) -> String {
    let Some(asked) = &application.facts.toolchain else { return String::new() };
    let is_plain = !asked.is_empty() && asked.chars().all(|c| c.is_ascii_digit() || c == '.');
    if is_plain { asked.clone() } else { version.to_owned() }
}

fn split(text: &str) -> Result<Vec<String>> {
    shlex::split(text).filter(|words| !words.is_empty()).ok_or_else(|| Error::BadAnswer {
        key: "build".into(),
        value: text.escape_debug().to_string(),
        message: "a quote is not closed, or nothing is there".into(),
        hint: "e.g. `--build 'mvn -B package'`".into(),
    })
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
fn launch(application: &JavaApplication, answers: &Answers, port: Option<u16>) -> (Launch, fn(Artifact) -> Recipe) {
    let jar = |path: &str| Launch { jar: path.to_owned(), ..Launch::default() };
    match &application.packaging.value {
        Packaging::SpringBoot { version: Some(version), has_layers: true, .. } if *version >= (3, 3) => {
            // The run for the archive ends when the application is ready.
            let training = vec!["-Dspring.context.exit=onRefresh".to_owned()];
            (Launch { training, ..jar("/app/application.jar") }, Recipe::JavaLayers)
        }
        Packaging::SpringBoot { version: Some(version), has_layers: true, .. } => {
            let package = if *version >= (3, 2) { "loader.launch" } else { "loader" };
            let class = format!("org.springframework.boot.{package}.JarLauncher");
            (Launch { class_path: "/app".into(), class, ..Launch::default() }, Recipe::JavaLayers)
        }
        Packaging::QuarkusFast => (jar("/app/quarkus-run.jar"), Recipe::JavaQuarkus),
        Packaging::Plain { main } => {
            let class = answers.some("binary").map(str::to_owned).or_else(|| main.clone()).unwrap_or_default();
            let class_path = "/app/application.jar:/app/libraries/*".to_owned();
            let launch = Launch { class_path, class, ..Launch::default() };
            (Launch { arguments: arguments(application), ..launch }, Recipe::JavaJar)
        }
        Packaging::Container(container) => {
            let port = port.unwrap_or(8080).to_string();
            if !container.tomcat.is_empty() {
                let class_path = "/app/server:/app/server/*".to_owned();
                let arguments = vec![port, "/app/webapp".to_owned()];
                return (
                    Launch { class_path, class: "Server".into(), arguments, ..Launch::default() },
                    Recipe::JavaWar,
                );
            }
            let arguments = container.arguments.iter().map(|argument| argument.replace("{port}", &port));
            let arguments = arguments.chain(["/app/application.war".to_owned()]).collect();
            (Launch { arguments, ..jar("/app/server.jar") }, Recipe::JavaWar)
        }
        Packaging::SpringBoot { .. } | Packaging::Whole { .. } | Packaging::QuarkusLegacy => {
            (Launch { arguments: arguments(application), ..jar("/app/application.jar") }, Recipe::JavaJar)
        }
    }
}

/// The arguments of the application: those of its README; Dropwizard wants a command and its configuration.
fn arguments(application: &JavaApplication) -> Vec<String> {
    if let Some(fact) = &application.arguments {
        return fact.value.words.clone();
    }
    if !framework::is_dropwizard(&application.module) {
        return Vec::new();
    }
    let file = application.sources.dropwizard.iter().map(|fact| format!("/app/{}", fact.value));
    ["server".to_owned()].into_iter().chain(file).collect()
}

fn final_stage(application: &JavaApplication, port: Option<u16>, image: &catalog::Runtime) -> FinalStage {
    let sources = &application.sources;
    let mut options = jvm_options::all(application.release.as_ref(), &application.module);
    for (_, told) in &sources.listening.loopback {
        options.extend(if let Override::Option(option) = told { Some(option.clone()) } else { None });
    }
    let mut environment = vec![Variable::new("JDK_JAVA_OPTIONS", options.join(" "))];
    if matches!(application.packaging.value, Packaging::QuarkusFast | Packaging::QuarkusLegacy) {
        environment.push(Variable::new("QUARKUS_HTTP_HOST", "0.0.0.0"));
    }
    if let (Some(variable), Some(port)) = (&sources.listening.port_variable, port) {
        environment.push(Variable::new(&variable.value, port.to_string()));
    }
    for (_, told) in &sources.listening.loopback {
        environment.extend(if let Override::Variable(name) = told {
            Some(Variable::new(name, "0.0.0.0"))
        } else {
            None
        });
    }
    for (name, fact) in &sources.data_folders.variables {
        environment.push(Variable::new(name, format!("/app/{}", fact.value)));
    }
    let place = |folder: &str| if folder.starts_with('/') { folder.to_owned() } else { format!("/app/{folder}") };
    FinalStage {
        environment,
        port,
        writable: sources.data_folders.folders.iter().map(|fact| place(&fact.value)).collect(),
        ..FinalStage::new(image)
    }
}

/// The command of a HEALTHCHECK: a Java program that ends with 1 unless the route answers with a status of 2xx or 3xx.
fn health_check(java: &str, answer: &str, port: Option<u16>) -> Vec<String> {
    let url = match (answer.starts_with("http"), port) {
        (true, _) => answer.to_owned(),
        (false, Some(port)) => format!("http://127.0.0.1:{port}/{}", answer.trim_start_matches('/')),
        (false, None) => return Vec::new(),
    };
    let options = ["-Xmx16m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", "/app/health", "Health"];
    let words = [java].into_iter().chain(options).map(str::to_owned);
    words.chain([url]).collect()
}
