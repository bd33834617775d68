//! What Node.js is given to start an application: a file of the repository, of the build, or of a framework.

use serde_json::Value;

use crate::catalog::{NodeFramework, node_frameworks};
use crate::languages::node::built::{State, build_script, locate};
use crate::languages::node::package::Package;
use crate::languages::node::runner::{RUNNERS, framework_of, managed, nx, split, type_script};
use crate::languages::node::script::{self, Command, Found};
use crate::languages::{Evidence, Fact};
use crate::pattern;
use crate::plan::Variable;
use crate::repo::{Repo, join};

/// What is started, or served.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Arguments for node, from the package's folder; empty where files are served.
    pub arguments: Vec<String>,
    /// The variables that the script sets.
    pub environment: Vec<Variable>,
    /// Commands that the script runs before, as text.
    pub before: Vec<String>,
    /// The program that the script runs the file with; empty where no script does.
    pub runner: String,
    /// The framework that decides, if one does.
    pub framework: Option<&'static NodeFramework>,
    /// The line that says so.
    pub evidence: Evidence,
    /// Whether the file is there only after a build.
    pub is_built: bool,
    /// Whether development dependencies are needed to run it.
    pub needs_development: bool,
    /// Whether the package is a command-line tool.
    pub is_tool: bool,
}

/// Finds what is started; nothing where nothing can be established.
pub fn find(repo: &Repo, package: &Package) -> Option<Entry> {
    let started = script::starting(package).into_iter().find_map(|found| from_script(repo, package, &found));
    started
        .or_else(|| from_framework(package))
        .or_else(|| from_manifest(repo, package))
        .or_else(|| from_source(repo, package))
}

fn from_script(repo: &Repo, package: &Package, found: &Found) -> Option<Entry> {
    let Command { environment, program, arguments, before } = found.command.clone();
    let entry = |arguments, framework, is_built, needs_development| Entry {
        arguments,
        environment: environment.clone(),
        before: before.clone(),
        runner: program.rsplit('/').next().unwrap_or_default().to_owned(),
        framework,
        evidence: found.evidence.clone(),
        is_built,
        needs_development,
        is_tool: false,
    };
    let program = program.rsplit('/').next().unwrap_or_default().to_owned();
    if RUNNERS.contains(&program.as_str()) {
        let (flags, file, mut rest) = split(&program, &arguments)?;
        let (file, is_managed) = managed(repo, package, &program, file);
        if is_managed {
            // What stands before `--` is for the process manager.
            let own = rest.iter().position(|word| word == "--").map_or(rest.len(), |index| index + 1);
            rest.drain(..own);
        }
        let runs_files = file.is_some();
        let file = file
            .or_else(|| package.manifest.text(&["main"]).map(|main| main.value))
            .unwrap_or_else(|| "index.js".into());
        let (file, state) = locate(repo, package, &file);
        if !runs_files && state == State::Absent {
            return None;
        }
        let (mut words, needs_development) = match state {
            State::Absent => return None,
            State::TypeScript => type_script(package, &program),
            State::Source | State::Built => (Vec::new(), false),
        };
        words.splice(0..0, flags);
        let framework = framework_of(package, &file);
        words.push(file);
        words.extend(rest);
        return Some(entry(words, framework, state == State::Built, needs_development));
    }
    if program == "nx" {
        let (file, evidence) = nx(repo, package)?;
        let mut built = entry(vec![file], None, true, false);
        built.evidence = evidence;
        return Some(built);
    }
    let framework = node_frameworks().iter().find(|framework| {
        !framework.program.is_empty()
            && framework.program == program
            && !framework.start.is_empty()
            && package.depends_on(&framework.dependency)
    });
    if let Some(framework) = framework {
        let skip =
            usize::from(matches!(arguments.first().map(String::as_str), Some("start" | "dev" | "preview" | "serve")));
        let mut words = framework.start.clone();
        if !matches!(program.as_str(), "nest" | "vite" | "astro" | "nuxt") {
            words.extend(arguments.into_iter().skip(skip).filter(|word| word != "--turbo" && word != "--turbopack"));
        }
        return Some(entry(words, Some(framework), true, false));
    }
    // Any other program of a dependency that node_modules/.bin links to; pnpm writes shell scripts there instead.
    let is_tool_of_static =
        node_frameworks().iter().any(|framework| framework.is_static && package.depends_on(&framework.dependency));
    let is_dependency = package.production_dependency(&program).is_some();
    if is_dependency
        && !is_tool_of_static
        && !repo.has(&join(&package.folder, "pnpm-lock.yaml"))
        && found.script.starts_with("start")
    {
        let mut words = vec![format!("node_modules/.bin/{program}")];
        words.extend(arguments);
        return Some(entry(words, None, false, false));
    }
    None
}

fn from_framework(package: &Package) -> Option<Entry> {
    build_script(package)?;
    let framework = node_frameworks().iter().find(|framework| {
        (framework.is_static || !framework.start.is_empty()) && package.depends_on(&framework.dependency)
    })?;
    let kind =
        if package.production_dependency(&framework.dependency).is_some() { "dependencies" } else { "devDependencies" };
    Some(Entry {
        arguments: framework.start.clone(),
        environment: Vec::new(),
        before: Vec::new(),
        runner: String::new(),
        framework: Some(framework),
        evidence: package.evidence(&[kind, &framework.dependency]),
        is_built: true,
        needs_development: false,
        is_tool: false,
    })
}

fn from_manifest(repo: &Repo, package: &Package) -> Option<Entry> {
    let programs = package.programs();
    let named: Vec<(Fact<String>, bool)> = programs
        .into_iter()
        .map(|(_, file)| (file, true))
        .chain(package.manifest.text(&["main"]).map(|file| (file, false)))
        .chain(exported(package).map(|file| (file, false)))
        .collect();
    named.into_iter().find_map(|(fact, is_tool)| {
        let (file, state) = locate(repo, package, &fact.value);
        if state == State::Absent {
            return None;
        }
        let (mut arguments, needs_development) =
            if state == State::TypeScript { type_script(package, "node") } else { (Vec::new(), false) };
        arguments.push(file);
        Some(Entry {
            arguments,
            environment: Vec::new(),
            before: Vec::new(),
            runner: String::new(),
            framework: None,
            evidence: fact.evidence,
            is_built: state == State::Built,
            needs_development,
            is_tool,
        })
    })
}

fn exported(package: &Package) -> Option<Fact<String>> {
    match package.manifest.get(&["exports"])? {
        Value::String(_) => package.manifest.text(&["exports"]),
        _ => None,
    }
}

/// Files that usually start an application.
const USUAL: &[&str] = &[
    "server.js",
    "app.js",
    "index.js",
    "main.js",
    "src/server.js",
    "src/app.js",
    "src/index.js",
    "src/main.js",
    "bin/www",
    "server/index.js",
    "index.mjs",
    "server.mjs",
    "src/index.mjs",
    "index.cjs",
    "index.ts",
    "server.ts",
    "app.ts",
    "src/server.ts",
    "src/app.ts",
    "src/index.ts",
    "src/main.ts",
    "main.ts",
    "bot.js",
    "src/bot.js",
    "worker.js",
];

/// A file with a usual name: one that listens wins.
fn from_source(repo: &Repo, package: &Package) -> Option<Entry> {
    let there: Vec<&str> = USUAL.iter().copied().filter(|file| repo.has(&join(&package.folder, file))).collect();
    let listens = |file: &&&str| {
        let document = repo.read_optional(&join(&package.folder, file));
        document.is_some_and(|document| {
            pattern!(r"\.listen\s*\(|createServer\s*\(|Bun\.serve|\bserve\s*\(").is_match(document.text())
        })
    };
    let file = there.iter().find(listens).or(there.first())?;
    let (file, state) = locate(repo, package, file);
    let (mut arguments, needs_development) =
        if state == State::TypeScript { type_script(package, "node") } else { (Vec::new(), false) };
    let evidence = Evidence::file(join(&package.folder, &file));
    arguments.push(file);
    Some(Entry {
        arguments,
        environment: Vec::new(),
        before: Vec::new(),
        runner: String::new(),
        framework: None,
        evidence,
        is_built: state == State::Built,
        needs_development,
        is_tool: false,
    })
}
