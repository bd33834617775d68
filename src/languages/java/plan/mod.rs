//! The build plan of a Maven application.

mod jvm_options;
pub mod runtime;
mod warnings;

use crate::catalog::{self, JavaContainer, java_settings, required_image, required_runtime, spring_boot};
use crate::error::{Error, Result};
use crate::languages::java::JavaApplication;
use crate::languages::java::entrypoint::listen::Override;
use crate::languages::java::entrypoint::packaging::Packaging;
use crate::languages::java::entrypoint::runtime_files::RuntimeFile;
use crate::languages::java::manifest::JvmModule;
use crate::languages::java::plan::runtime::{Launch, Runtime};
use crate::languages::java::{framework, package_manager};
use crate::path::{parent, relative_to};
use crate::plan::model::java::{Artifact, ArtifactFile, Fetch, Jar, Layers, War, WarServer};
use crate::plan::{
    Answers, BuildPlan, Command, Copy, FinalStage, Mount, Recipe, Script, TrustStores, Variable, listen_substitution,
    project_id, sections_of,
};

/// Where a runtime by jlink has the authorities that it trusts.
const TRUST_STORE_OF_JLINK: &str = "/jvm/lib/security/cacerts";

/// Makes the plan.
///
/// # Errors
/// When an answer can't be read as a command.
pub fn plan(application: &JavaApplication, answers: &Answers) -> Result<BuildPlan> {
    let version = answers.get("version").unwrap_or_default();
    let run_image = required_runtime(answers.family(), "java", version)?;
    let port: Option<u16> = answers.some("port").and_then(|port| port.parse().ok());
    let runtime = Runtime::new(answers, &run_image, launch(application, answers, port), port.is_none())?;
    let mut last = final_stage(application, answers, port, &run_image);
    last.health_check =
        answers.some("health").map(|answer| health_check(&runtime.java, answer, port)).unwrap_or_default();
    let build_image = required_image("java-build", version)?;
    let run_store = if runtime.jlink.is_some() { Some(TRUST_STORE_OF_JLINK.to_owned()) } else { run_image.trust_store };
    last.trust_stores = build_image.trust_store.zip(run_store).map(|(build, run)| TrustStores {
        build,
        run,
        options: catalog::jvm_options(application.line(answers)).variable.clone(),
    });
    last.runtime_image = runtime.image;
    last.entrypoint = runtime.entrypoint;
    last.command = runtime.command;
    let artifact = Artifact {
        build_image: build_image.reference,
        jlink: runtime.jlink,
        copied_runtime: runtime.copied,
        archive: runtime.archive,
        ..artifact(application, answers)?
    };
    let mut plan = BuildPlan::new(recipe(application, artifact), last);
    plan.warnings = warnings::all(application, answers, &plan.last);
    plan.ignore = sections_of("java", true);
    plan.warnings.extend(application.needed_files.warnings.iter().cloned());
    plan.ignore.extend(application.needed_files.exceptions.clone());
    Ok(plan)
}

/// What the packaging makes of an artifact.
fn recipe(application: &JavaApplication, artifact: Artifact) -> Recipe {
    let module = &application.module;
    let named = |name: Option<String>, classifier: &str, ending: &str| artifact_file(module, name, classifier, ending);
    let usual = || module.final_name.as_ref().map(|fact| fact.value.clone());
    match &application.packaging.value {
        Packaging::SpringBoot { name, classifier, .. } => {
            let file = named(name.clone().or_else(usual), classifier, module.archive.ending());
            match Layering::of(&application.packaging.value) {
                Some(layering) => {
                    let unpack = Script::new(layering.unpack(&file.target));
                    Recipe::JavaLayers(Layers { artifact, file: ArtifactFile { unpack, ..file } })
                }
                None => Recipe::JavaJar(Jar { artifact, file, has_libraries: false }),
            }
        }
        Packaging::QuarkusFast => Recipe::JavaQuarkus(artifact),
        Packaging::QuarkusLegacy => {
            let file = named(usual(), "-runner", "jar");
            Recipe::JavaJar(Jar { artifact, file, has_libraries: false })
        }
        Packaging::Whole { name, classifier, .. } => {
            let file = named(name.clone().or_else(usual), classifier, module.archive.ending());
            Recipe::JavaJar(Jar { artifact, file, has_libraries: false })
        }
        Packaging::Plain { .. } => {
            let file = named(usual(), "", module.archive.ending());
            Recipe::JavaJar(Jar { artifact, file, has_libraries: true })
        }
        Packaging::Container(container) => {
            let server = match container {
                JavaContainer::Tomcat { tomcat, .. } => WarServer::Tomcat {
                    version: tomcat.clone(),
                    pools: application.sources.pools.clone(),
                    pool_versions: pool_versions(tomcat),
                },
                JavaContainer::Executable { artifact, file, .. } => {
                    WarServer::Executable { artifact: artifact.clone(), file: file.clone() }
                }
            };
            let file = ArtifactFile { target: "/application.war".into(), ..named(usual(), "", "war") };
            Recipe::JavaWar(War { artifact, file, server })
        }
    }
}

/// The releases of Tomcat up to this one that a library of its may be of, as Maven writes a range: not each release has them all, and
/// Maven reads the manifest of each that it may take.
fn pool_versions(tomcat: &str) -> String {
    const MOST: u32 = 10;
    let (line, release) = tomcat.rsplit_once('.').unwrap_or((tomcat, ""));
    let first = release.parse::<u32>().unwrap_or_default().saturating_sub(MOST);
    format!("[{line}.{first},{tomcat}]")
}

/// How the artifact is built, but for images and the runtime.
fn artifact(application: &JavaApplication, answers: &Answers) -> Result<Artifact> {
    let context = application.app.context.as_str();
    let in_build = |path: &str| match relative_to(path, context).as_str() {
        "." => "/build".to_owned(),
        inside => format!("/build/{inside}"),
    };
    let is_layered = answers.get("cache") == Some("layer");
    let mounted = |commands: Vec<Command>| {
        let mut script = Script::new(commands);
        if !is_layered {
            let (id, target) = (format!("maven-{}", project_id(&application.app)), "/root/.m2/repository".to_owned());
            script = script.mount(Mount::Cache { id, target, is_locked: false });
        }
        if application.facts.private_repository.is_some() {
            let target = Some("/root/.m2/settings.xml".to_owned());
            script = script.mount(Mount::Secret { id: "maven-settings".into(), target });
        }
        script
    };
    let has_libraries = matches!(application.packaging.value, Packaging::Plain { .. });
    let mut build: Vec<Command> = has_libraries.then(|| Command::new(["mkdir", "/libraries"])).into_iter().collect();
    if let Some(text) = answers.some("build") {
        let script = Script::read(text).ok_or_else(|| Error::BadAnswer {
            key: "build".into(),
            value: text.escape_debug().to_string(),
            message: "a quote is not closed, nothing is there, or an operator other than `&&` is".into(),
            hint: "e.g. `--build 'mvn -B package'`".into(),
        })?;
        build.extend(script.commands);
    }
    let has_tests = answers.get("tests") == Some("stage");
    let output = format!("{}/target", in_build(&application.app.folder));
    Ok(Artifact {
        toolchain: toolchain(application, answers.get("version").unwrap_or_default()),
        fetch: is_layered.then(|| Fetch {
            manifests: manifests(application),
            script: mounted(vec![Command::new(package_manager::fetch_words(application))]),
        }),
        listen_edit: listen_substitution(answers, application.sources.listening.edit(), |path| {
            relative_to(path, context)
        }),
        build: mounted(build),
        test: has_tests
            .then(|| package_manager::test_commands(application, application.line(answers)))
            .map(|commands| mounted(commands.into_iter().map(Command::new).collect())),
        kept_files: kept_files(application, in_build),
        empty_files: Script::empty_files(empty_files(application).map(|file| file.sources[0].clone())),
        files: files(application, in_build, &output),
        output,
        ..Artifact::default()
    })
}

/// The file that the build makes; `*` stands for its name where that is not known.
fn artifact_file(module: &JvmModule, name: Option<String>, classifier: &str, ending: &str) -> ArtifactFile {
    let name = name.map_or_else(|| format!("*.{ending}"), |name| format!("{name}{classifier}.{ending}"));
    let others = other_files(module, &name);
    ArtifactFile { name, others, target: "/application.jar".into(), unpack: Script::default() }
}

/// The names of files beside the artifact that its name with a `*` could mean too.
fn other_files(module: &JvmModule, name: &str) -> Vec<String> {
    let Some((start, ending)) = name.rsplit_once("*.") else { return Vec::new() };
    let attached = module.attached.iter().map(|name| format!("*{name}.{ending}"));
    let usual = ["original-*", "*-sources.*", "*-javadoc.*", "*-tests.*"];
    let usual = usual.iter().filter(|_| start.is_empty()).map(|name| (*name).to_owned());
    attached.chain(usual).collect()
}

/// The databases that the application comes with: where they are in the build, and among what it writes.
fn kept_files(application: &JavaApplication, in_build: impl Fn(&str) -> String) -> Vec<Copy> {
    let databases = application.sources.databases.iter().map(|fact| &fact.value);
    databases.map(|file| Copy::new(in_build(&file.place), format!("/writable/app/{}", file.name))).collect()
}

/// Files beside the artifact: where they are in the build, and in the image.
fn files(application: &JavaApplication, in_build: impl Fn(&str) -> String, output: &str) -> Vec<Copy> {
    let sources = &application.sources;
    let dropwizard = sources.dropwizard.iter().map(|fact| (fact.evidence.path.as_str(), fact.value.as_str()));
    let is_kept = |file: &&RuntimeFile| sources.databases.iter().any(|fact| fact.value.name == file.name);
    let read = sources.files.iter().map(|fact| &fact.value).filter(|file| !is_kept(file));
    let given = application.arguments.iter().flat_map(|fact| &fact.value.files);
    let named = read.chain(given).map(|file| (file.place.as_str(), file.name.as_str()));
    let mut files: Vec<Copy> = Vec::new();
    if matches!(application.packaging.value, Packaging::QuarkusLegacy) {
        files.push(Copy::new(format!("{output}/lib/"), "/app/lib/"));
    }
    for (place, name) in dropwizard.chain(named) {
        let file = Copy::new(in_build(place), format!("/app/{name}"));
        if !files.contains(&file) {
            files.push(file);
        }
    }
    files.extend(empty_files(application));
    files
}

/// The file of variables without which the application ends: an empty one, since a container is given its variables.
fn empty_files(application: &JavaApplication) -> impl Iterator<Item = Copy> {
    let file = application.sources.dotenv.iter().map(|file| format!("/app/{}", file.value));
    file.map(|path| Copy::new(format!("/empty{path}"), path))
}

/// What is copied before the source: each POM, and where it goes.
fn manifests(application: &JavaApplication) -> Vec<Copy> {
    let wrapper = application.facts.wrapper.iter().map(|_| Copy::new("mvnw", "./"));
    let poms = application.facts.poms.iter().map(|path| {
        let folder = if path == ".mvn" { path.as_str() } else { parent(path) };
        Copy::new(path, if folder.is_empty() { "./".to_owned() } else { format!("{folder}/") })
    });
    wrapper.chain(poms).collect()
}

/// The version that the image's JDK is given out for: what is asked for, and its own where that is a range or nothing.
fn toolchain(application: &JavaApplication, version: &str) -> Option<String> {
    let asked = application.facts.toolchain.as_ref()?;
    let is_plain = !asked.is_empty() && asked.chars().all(|c| c.is_ascii_digit() || c == '.');
    Some(if is_plain { asked.clone() } else { version.to_owned() })
}

/// By what a jar of Spring Boot is taken apart into layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layering {
    /// The tools of today, which make a jar of the application that starts beside its dependencies.
    Tools,
    /// The tool of the lines before, which makes folders that the loader of Spring Boot starts.
    Layertools,
    /// The `jar` of the JDK, where the jar brings no tool: the same folders.
    Folders,
}

impl Layering {
    /// What the packaging allows; nothing where the jar stays whole.
    pub fn of(packaging: &Packaging) -> Option<Self> {
        let Packaging::SpringBoot { has_layers: true, version, .. } = packaging else { return None };
        let (boot, version) = (spring_boot(), (*version)?);
        Some(match () {
            () if boot.tools.is_reached_by(version) => Self::Tools,
            () if boot.layers.is_reached_by(version) => Self::Layertools,
            () => Self::Folders,
        })
    }

    /// The commands that take a jar apart, into folders of `/layers`.
    fn unpack(self, jar: &str) -> Vec<Command> {
        let extract = |mode: &str, options: &[&str]| {
            let words = Command::new(["java", mode, "-jar", jar, "extract"]).words(options.iter().copied());
            vec![words.words(["--destination", "/layers"])]
        };
        match self {
            Self::Tools => extract("-Djarmode=tools", &["--layers"]),
            Self::Layertools => extract("-Djarmode=layertools", &[]),
            Self::Folders => {
                let layers = ["dependencies/BOOT-INF", "spring-boot-loader", "snapshot-dependencies", "application"];
                let made = Command::new(["mkdir", "-p"]).words(layers.map(|layer| format!("/layers/{layer}")));
                let moved = |from: &str, to: &str| Command::new(["mv", from, to]);
                vec![
                    made,
                    // `jar` writes into the folder that it is started in.
                    Command::new(["env", "--chdir=/layers/application", "jar", "-xf", jar]),
                    moved("/layers/application/BOOT-INF/lib", "/layers/dependencies/BOOT-INF/"),
                    moved("/layers/application/org", "/layers/spring-boot-loader/"),
                ]
            }
        }
    }

    /// Whether classes are loaded from jars, as an archive of them needs; the old layers are folders.
    pub fn has_archive(packaging: &Packaging) -> bool {
        !matches!(Self::of(packaging), Some(Self::Layertools | Self::Folders))
    }
}

/// What is started.
fn launch(application: &JavaApplication, answers: &Answers, port: Option<u16>) -> Launch {
    match &application.packaging.value {
        Packaging::SpringBoot { version, .. } => match Layering::of(&application.packaging.value) {
            // The run for the archive ends when the application is ready.
            Some(Layering::Tools) => {
                Launch { training: vec![spring_boot().exit_when_ready.clone()], ..Launch::jar("/app/application.jar") }
            }
            Some(Layering::Layertools | Layering::Folders) => {
                let boot = spring_boot();
                let is_new = version.is_some_and(|version| boot.new_loader.is_reached_by(version));
                Launch::class("/app", if is_new { &boot.launcher } else { &boot.old_launcher }, Vec::new())
            }
            None => Launch { arguments: arguments(application), ..Launch::jar("/app/application.jar") },
        },
        Packaging::QuarkusFast => Launch::jar("/app/quarkus-run.jar"),
        Packaging::Whole { .. } | Packaging::QuarkusLegacy => {
            Launch { arguments: arguments(application), ..Launch::jar("/app/application.jar") }
        }
        Packaging::Plain { main } => {
            let class = answers.some("binary").or(main.as_deref()).unwrap_or_default();
            Launch::class("/app/application.jar:/app/libraries/*", class, arguments(application))
        }
        Packaging::Container(container) => {
            let port = port.unwrap_or(java_settings().usual_port).to_string();
            match container {
                JavaContainer::Tomcat { .. } => {
                    Launch::class("/app/server:/app/server/*", "Server", vec![port, "/app/webapp".to_owned()])
                }
                JavaContainer::Executable { arguments, .. } => {
                    let arguments = arguments.iter().map(|argument| argument.replace("{port}", &port));
                    let arguments = arguments.chain(["/app/application.war".to_owned()]).collect();
                    Launch { arguments, ..Launch::jar("/app/server.jar") }
                }
            }
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

fn final_stage(
    application: &JavaApplication,
    answers: &Answers,
    port: Option<u16>,
    image: &catalog::Runtime,
) -> FinalStage {
    let sources = &application.sources;
    let line = application.line(answers);
    let mut options = jvm_options::all(line, application.release.as_ref(), &application.module);
    for (_, told) in &sources.listening.loopback {
        options.extend(if let Override::Option(option) = told { Some(option.clone()) } else { None });
    }
    let mut environment = vec![Variable::new(&catalog::jvm_options(line).variable, options.join(" "))];
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

#[cfg(test)]
mod tests {
    use super::{Layering, Packaging};

    fn packaging(version: Option<(u32, u32)>, has_layers: bool) -> Packaging {
        Packaging::SpringBoot { version, has_layers, name: None, classifier: String::new() }
    }

    #[test]
    fn a_jar_is_taken_apart_by_what_its_spring_boot_brings() {
        let of = |version: (u32, u32)| Layering::of(&packaging(Some(version), true));
        assert_eq!(of((1, 5)), Some(Layering::Folders));
        assert_eq!(of((2, 2)), Some(Layering::Folders));
        assert_eq!(of((2, 4)), Some(Layering::Layertools));
        assert_eq!(of((3, 3)), Some(Layering::Tools));
        assert_eq!(Layering::of(&packaging(Some((1, 5)), false)), None, "it has no layers");
        assert_eq!(Layering::of(&packaging(None, true)), None, "its version is not known");
        assert_eq!(Layering::of(&Packaging::QuarkusFast), None);
    }

    #[test]
    fn classes_of_folders_make_no_archive() {
        assert!(Layering::has_archive(&packaging(Some((3, 3)), true)));
        assert!(Layering::has_archive(&packaging(Some((1, 5)), false)), "the jar stays whole");
        for version in [(1, 5), (2, 4)] {
            assert!(!Layering::has_archive(&packaging(Some(version), true)), "{version:?}");
        }
    }

    #[test]
    fn without_a_tool_the_jar_is_unpacked_and_its_parts_are_moved_into_the_layers() {
        let texts = |layering: Layering| {
            layering.unpack("target/shop.jar").iter().map(super::Command::text).collect::<Vec<_>>()
        };
        assert_eq!(
            texts(Layering::Folders),
            [
                "mkdir -p /layers/dependencies/BOOT-INF /layers/spring-boot-loader /layers/snapshot-dependencies /layers/application",
                "env --chdir=/layers/application jar -xf target/shop.jar",
                "mv /layers/application/BOOT-INF/lib /layers/dependencies/BOOT-INF/",
                "mv /layers/application/org /layers/spring-boot-loader/",
            ]
        );
        let tool = texts(Layering::Layertools);
        assert_eq!(tool, ["java -Djarmode=layertools -jar target/shop.jar extract --destination /layers"]);
        assert!(
            texts(Layering::Tools)[0].contains("-Djarmode=tools") && texts(Layering::Tools)[0].contains("--layers")
        );
    }
}
