//! What the application runs on: the image's JRE, the same with an archive of loaded classes, or a runtime by jlink.

use crate::catalog::{self, CopiedFolder, archive_kind, required_runtime};
use crate::error::Result;
use crate::plan::model::java::Archive;
use crate::plan::{Answers, Choice, Question, Resolved};

/// Where a runtime by jlink lies.
const JLINK: &str = "/jvm";
/// How long the run that fills the archive may take, in seconds, where it ends when the application is ready: only a run
/// that hangs takes as long.
const LONGEST_RUN: u32 = 120;
/// How long it takes where nothing ends a server that is ready.
const SERVER_RUN: u32 = 30;

/// What is started, with its arguments.
#[derive(Debug)]
pub struct Launch {
    /// The jar or the class.
    pub program: Program,
    /// The arguments.
    pub arguments: Vec<String>,
    /// Options of the JVM that end the run which fills the archive when the application is ready.
    pub training: Vec<String>,
}

/// What a JVM starts.
#[derive(Debug)]
pub enum Program {
    /// A jar that names its class.
    Jar(String),
    /// A class on a class path.
    Class {
        /// The class path.
        path: String,
        /// The class.
        name: String,
    },
}

impl Launch {
    /// A jar, without arguments.
    pub fn jar(path: &str) -> Self {
        Self { program: Program::Jar(path.to_owned()), arguments: Vec::new(), training: Vec::new() }
    }

    /// A class on a class path.
    pub fn class(path: &str, name: &str, arguments: Vec<String>) -> Self {
        let program = Program::Class { path: path.to_owned(), name: name.to_owned() };
        Self { program, arguments, training: Vec::new() }
    }
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
    /// The archive of loaded classes that it is started with.
    pub archive: Option<Archive>,
    /// The command of jlink; none where the image has a JRE.
    pub jlink: Option<Vec<String>>,
    /// Where the JRE is copied from; none where the image has one.
    pub copied: Option<CopiedFolder>,
}

/// The question which of them that a line of Java has; an archive helps only where classes are loaded from jars.
pub fn question(has_archive: bool, line: u32) -> Question {
    let mut choices = vec![Choice::new("jre", "the Java runtime of the image")];
    if has_archive && archive_kind(line).is_some() {
        choices.push(Choice::new(
            "archive",
            "the same with an archive of its classes, from a run in the build: starts faster",
        ));
    }
    if line >= catalog::jlink().from {
        choices.push(Choice::new("jlink", "a runtime of the standard modules only, made by jlink: smaller"));
    }
    Question::new("runtime", Some(Resolved::default("jre".into()))).choices(choices)
}

impl Runtime {
    /// The runtime of these answers for what is started; a tool has all but its arguments in the ENTRYPOINT.
    ///
    /// # Errors
    /// When the catalogue has no image.
    pub fn new(answers: &Answers, image: &catalog::Runtime, launch: Launch, is_tool: bool) -> Result<Self> {
        let choice = answers.get("runtime").unwrap_or_default();
        let mut runtime = Self { image: image.reference.clone(), ..Self::default() };
        runtime.java = image.interpreter.clone().unwrap_or_default();
        runtime.copied.clone_from(&image.copied);
        if choice == "jlink" {
            runtime.image = required_runtime(answers.family(), "java-base", "")?.reference;
            runtime.java = format!("{JLINK}/bin/java");
            runtime.jlink = Some(jlink());
        }
        let is_own = is_tool
            || choice != "jre"
            || image.entrypoint.is_empty()
            || matches!(launch.program, Program::Class { .. });
        // the image's own entrypoint ends with `-jar`
        let (mut head, jar) = match launch.program {
            Program::Jar(jar) => (vec!["-jar".to_owned()], Some(jar)),
            Program::Class { path, name } => (vec!["-cp".to_owned(), path, name], None),
        };
        if is_tool { &mut head } else { &mut runtime.command }.extend(jar);
        runtime.command.extend(launch.arguments);
        let mut options = Vec::new();
        let line = answers.get("version").and_then(|version| version.parse().ok()).unwrap_or_default();
        if let Some(kind) = archive_kind(line).filter(|_| choice == "archive") {
            let ends_itself = is_tool || !launch.training.is_empty();
            let make = format!("{}=/tmp/{}", kind.make, kind.file);
            let start = [runtime.java.clone(), make].into_iter().chain(launch.training);
            runtime.archive = Some(Archive {
                file: &kind.file,
                seconds: if ends_itself { LONGEST_RUN } else { SERVER_RUN },
                run: start.chain(head.iter().cloned()).chain(runtime.command.iter().cloned()).collect(),
            });
            options.push(format!("{}=/app/{}", kind.take, kind.file));
        }
        if is_own {
            runtime.entrypoint = [runtime.java.clone()].into_iter().chain(options).chain(head).collect();
        }
        Ok(runtime)
    }
}

/// The command of jlink.
fn jlink() -> Vec<String> {
    let modules = catalog::jlink().modules.join(",");
    let words =
        ["jlink", "--add-modules", &modules, "--strip-java-debug-attributes", "--no-header-files", "--no-man-pages"];
    words.into_iter().chain(["--output", JLINK]).map(str::to_owned).collect()
}
