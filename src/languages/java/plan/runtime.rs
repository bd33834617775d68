//! What the application runs on: the image's JRE, the same with an archive of loaded classes, or a runtime by jlink.

use crate::catalog::{self, jlink_modules, required_runtime};
use crate::error::Result;
use crate::plan::{Answers, Choice, Question, Resolved};

/// Where a runtime by jlink lies.
const JLINK: &str = "/jvm";
/// How long the application runs in the build to fill the archive, in seconds, unless it ends before.
const TRAINING: &str = "20";

/// What is started: a jar, or a class on a class path, with its arguments.
#[derive(Debug, Default)]
pub struct Launch {
    /// A jar; empty where a class is started.
    pub jar: String,
    /// The class path.
    pub class_path: String,
    /// The class.
    pub class: String,
    /// The arguments.
    pub arguments: Vec<String>,
    /// Options of the JVM for the run that fills the archive.
    pub training: Vec<String>,
}

/// The runtime, and how it is started.
#[derive(Debug, Default)]
pub struct Runtime {
    /// The image.
    pub image: String,
    /// The `java` in it.
    pub java: String,
    /// The ENTRYPOINT; empty where the image's own serves.
    pub entrypoint: Vec<String>,
    /// The CMD.
    pub command: Vec<String>,
    /// The file that the run in the build leaves; empty without an archive.
    pub archive: String,
    /// That run.
    pub training: Vec<String>,
    /// The command of jlink; empty where the image has a JRE.
    pub jlink: Vec<String>,
}

/// The question which of them; an archive helps only where classes are loaded from jars.
pub fn question(has_archive: bool) -> Question {
    let mut choices = vec![Choice::new("jre", "the Java runtime of the image")];
    if has_archive {
        choices.push(Choice::new(
            "archive",
            "the same with an archive of its classes, from a run in the build: starts faster",
        ));
    }
    choices.push(Choice::new("jlink", "a runtime of the standard modules only, made by jlink: smaller"));
    Question::new("runtime", Some(Resolved::default("jre".into()))).choices(choices)
}

impl Runtime {
    /// The runtime of these answers for what is started; a tool has all but its arguments in the ENTRYPOINT.
    ///
    /// # Errors
    /// When the catalogue has no image.
    pub fn new(answers: &Answers, image: &catalog::Runtime, launch: &Launch, is_tool: bool) -> Result<Self> {
        let choice = answers.get("runtime").unwrap_or_default();
        let mut runtime = Self { image: image.reference.clone(), ..Self::default() };
        runtime.java = image.interpreter.clone().unwrap_or_default();
        if choice == "jlink" {
            runtime.image = required_runtime("java-base", "")?.reference;
            runtime.java = format!("{JLINK}/bin/java");
            let modules = jlink_modules().join(",");
            let words = [
                "jlink",
                "--add-modules",
                &modules,
                "--strip-java-debug-attributes",
                "--no-header-files",
                "--no-man-pages",
            ];
            runtime.jlink = words.into_iter().chain(["--output", JLINK]).map(str::to_owned).collect();
        }
        let mut head = if launch.jar.is_empty() {
            vec!["-cp".to_owned(), launch.class_path.clone(), launch.class.clone()]
        } else {
            vec!["-jar".to_owned()]
        };
        let is_own = launch.jar.is_empty() || is_tool || choice != "jre";
        if is_tool { &mut head } else { &mut runtime.command }
            .extend((!launch.jar.is_empty()).then(|| launch.jar.clone()));
        runtime.command.extend(launch.arguments.iter().cloned());
        let mut options = Vec::new();
        if choice == "archive" {
            let is_cache = answers.get("version").and_then(|version| version.parse::<u32>().ok()) >= Some(25);
            let (file, make, take) = if is_cache {
                ("application.aot", "-XX:AOTCacheOutput", "-XX:AOTCache")
            } else {
                ("application.jsa", "-XX:ArchiveClassesAtExit", "-XX:SharedArchiveFile")
            };
            let script = format!("/tools/usr/bin/timeout {TRAINING} \"$@\"; test -s /tmp/{file}");
            let start = ["/tools/usr/bin/sh", "-c", &script, "sh", &runtime.java, &format!("{make}=/tmp/{file}")]
                .map(str::to_owned);
            runtime.training = start
                .into_iter()
                .chain(launch.training.iter().cloned())
                .chain(head.iter().cloned())
                .chain(runtime.command.iter().cloned())
                .collect();
            options.push(format!("{take}=/app/{file}"));
            file.clone_into(&mut runtime.archive);
        }
        if is_own {
            runtime.entrypoint = [runtime.java.clone()].into_iter().chain(options).chain(head).collect();
        }
        Ok(runtime)
    }
}
