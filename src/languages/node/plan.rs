//! The build plan of an application of Node.js.

use serde::Serialize;

use crate::catalog::{Image, image};
use crate::error::{Error, Result};
use crate::languages::node::application::NodeApplication;
use crate::languages::node::install::{self, Install};
use crate::languages::node::manager::{KINDS, Kind, Manager};
use crate::languages::node::package::Package;
use crate::languages::node::workspace::Workspace;
use crate::languages::node::{assets, version};
use crate::languages::source::find_in;
use crate::languages::{Fact, Warning};
use crate::pattern;
use crate::plan::{Answers, BuildPlan, FinalStage, IgnoreSection, Variable};
use crate::repo::{Repo, join, parent, relative_to};

/// What the plan takes from the repository, read before any question is asked.
#[derive(Debug)]
pub struct Facts {
    /// The commands of every package manager.
    installs: Vec<(Kind, Install)>,
    /// The files that decide what is installed, for each package manager.
    manifests: Vec<(Kind, Vec<String>)>,
    /// Whether install scripts wait for the sources.
    late_scripts: bool,
    /// The root's own install scripts, to run when the sources are there.
    own_scripts: Vec<String>,
    /// What Next.js is configured to make.
    next_output: Option<String>,
    /// Whether there is a folder of files that Next.js hands out.
    has_public: bool,
    /// Where a token for a private registry is expected.
    token: Option<Fact<String>>,
    /// Whether the schema of Prisma is there and nothing generates its client.
    generates_prisma: bool,
    /// The bundler is older than OpenSSL 3.
    needs_old_openssl: bool,
}

impl Facts {
    /// Reads them.
    pub fn read(repo: &Repo, package: &Package, workspace: &Workspace, manager: &Manager) -> Self {
        let own_scripts = own_scripts(&workspace.root);
        let has_member_scripts = workspace
            .members
            .iter()
            .any(|member| !own_scripts_of(member).is_empty());
        let late_scripts = !own_scripts.is_empty() || has_member_scripts;
        let installs: Vec<(Kind, Install)> = KINDS
            .iter()
            .map(|(kind, ..)| (*kind, install::commands(repo, workspace, manager, *kind, late_scripts)))
            .collect();
        let manifests = installs
            .iter()
            .map(|(kind, commands)| (*kind, install::manifests(repo, workspace, commands)))
            .collect();
        let prisma = package.depends_on("@prisma/client")
            && repo
                .files_under(&package.folder)
                .any(|file| file.ends_with("schema.prisma"));
        let scripted = package.manifest.names(&["scripts"]).iter().any(|name| {
            matches!(*name, "postinstall" | "build" | "prepare" | "prebuild")
                && package
                    .script(name)
                    .is_some_and(|script| script.value.contains("prisma generate"))
        });
        let major = |name: &str| package.major_of(name);
        let needs_old_openssl = major("webpack").is_some_and(|major| major < 5)
            || major("react-scripts").is_some_and(|major| major < 5)
            || major("@vue/cli-service").is_some_and(|major| major < 5)
            || major("nuxt").is_some_and(|major| major < 3)
            || major("next").is_some_and(|major| major < 11);
        Self {
            installs,
            manifests,
            late_scripts,
            own_scripts,
            next_output: next_output(repo, package),
            has_public: repo.has_folder(&join(&package.folder, "public")),
            token: token(repo, workspace),
            generates_prisma: prisma && !scripted,
            needs_old_openssl,
        }
    }
}

/// The root's install scripts that do something an image needs.
fn own_scripts(root: &Package) -> Vec<String> {
    own_scripts_of(root)
}

fn own_scripts_of(package: &Package) -> Vec<String> {
    const HARMLESS: &[&str] = &[
        "husky",
        "only-allow",
        "lefthook",
        "simple-git-hooks",
        "git config",
        "patch-package-none",
        "ngcc",
        "install-deps",
        "is-ci",
    ];
    ["preinstall", "install", "postinstall", "prepare"]
        .into_iter()
        .filter(|name| {
            package.script(name).is_some_and(|script| {
                let is_harmless =
                    HARMLESS.iter().any(|word| script.value.contains(word)) && !script.value.contains("&&");
                !is_harmless && !(*name == "prepare" && script.value.contains("build"))
            })
        })
        .map(str::to_owned)
        .collect()
}

/// `output` in the configuration of Next.js.
pub fn next_output(repo: &Repo, package: &Package) -> Option<String> {
    let document = assets::configuration(repo, package, "next.config")?;
    find_in(
        &document,
        pattern!(r#"\boutput\s*:\s*["'](standalone|export)["']"#),
        |captures| Some(captures[1].to_owned()),
    )
    .map(|fact| fact.value)
}

/// The variable of a registry token in `.npmrc` or `.yarnrc.yml`.
fn token(repo: &Repo, workspace: &Workspace) -> Option<Fact<String>> {
    [".npmrc", ".yarnrc.yml"].iter().find_map(|name| {
        let document = repo.read_optional(&join(&workspace.root.folder, name))?;
        find_in(
            &document,
            pattern!(r"(?:_authToken\s*=|npmAuthToken:)\s*[\x22']?\$\{(\w+)"),
            |captures| Some(captures[1].to_owned()),
        )
    })
}

/// What node is given, from the working directory.
pub fn start(application: &NodeApplication) -> Vec<String> {
    if application.facts.next_output.as_deref() == Some("standalone")
        && application.entry.framework.is_some_and(|it| it.dependency == "next")
    {
        return vec!["server.js".into()];
    }
    application.entry.arguments.clone()
}

/// What the templates of Node.js need beside the final stage.
#[derive(Debug, Serialize)]
struct View {
    build_image: String,
    build_packages: Vec<String>,
    build_environment: Vec<Variable>,

    manager_install: String,
    manifests: Vec<Vec<String>>,
    install: String,
    is_frozen: bool,
    cache_id: String,
    cache: String,
    token: String,
    after_sources: Vec<String>,
    build: Vec<Vec<String>>,
    prune: String,
    library_roots: Vec<String>,
    loaded_libraries: Vec<String>,
    present_libraries: Vec<String>,
    copies: Vec<Vec<String>>,
    work_folder: String,
    server_image: String,
}

/// Makes the plan.
///
/// # Errors
/// When an answer can't be read as a command.
pub fn plan(application: &NodeApplication, answers: &Answers) -> Result<BuildPlan> {
    let version = answers.get("version").unwrap_or_default();
    let kind = Kind::from_name(answers.get("package-manager").unwrap_or_default());
    let facts = &application.facts;
    let commands = facts
        .installs
        .iter()
        .find(|(known, _)| *known == kind)
        .map(|(_, commands)| commands.clone())
        .unwrap_or_default();
    let manifests = facts
        .manifests
        .iter()
        .find(|(known, _)| *known == kind)
        .map(|(_, files)| files.clone())
        .unwrap_or_default();
    let context = application.app.context.as_str();
    let inside = relative_to(&application.app.folder, context);
    let work_folder = if inside == "." {
        "/app".to_owned()
    } else {
        format!("/app/{inside}")
    };
    let is_site = application.assets.is_some();
    let is_standalone =
        !is_site && start(application) == ["server.js"] && facts.next_output.as_deref() == Some("standalone");
    let mut warnings = warnings(application, &commands, is_site)?;

    let run_image = if is_site {
        pick("static", "")?
    } else {
        pick("node-run", version)?
    };
    let mut after_sources = after_sources(application, &commands, kind);
    let prunes = !is_site && !is_standalone && !application.entry.needs_development && has_development(application);
    if is_site {
        after_sources.retain(|command| !command.is_empty());
    }
    let needs_libraries = !is_site && !application.needs.run.is_empty();
    let mut build_packages: Vec<String> = application.needs.build.union(&application.needs.run).cloned().collect();
    if !is_site {
        build_packages.push("tini".into());
        build_packages.sort();
    }
    let mut build_environment: Vec<Variable> = application
        .needs
        .environment
        .iter()
        .map(|(name, value)| Variable::new(name, value))
        .collect();
    build_environment.extend(commands.environment.clone());
    if facts.needs_old_openssl {
        build_environment.push(Variable::new("NODE_OPTIONS", "--openssl-legacy-provider"));
    }
    let last = final_stage(application, answers, &run_image, is_site)?;
    let view = View {
        build_image: pick("node-build", version)?.reference,
        build_packages,
        build_environment,

        manager_install: commands.manager.clone(),
        manifests: copies_of(&manifests, context),
        install: commands.all.clone(),
        is_frozen: commands.lock.is_some(),
        cache_id: kind.name().to_owned(),
        cache: commands.cache.clone(),
        token: facts
            .token
            .as_ref()
            .map(|token| token.value.clone())
            .unwrap_or_default(),
        after_sources,
        build: build(answers)?,
        prune: if prunes { commands.prune.clone() } else { String::new() },
        library_roots: if needs_libraries {
            vec!["/app/node_modules".into()]
        } else {
            Vec::new()
        },
        loaded_libraries: Vec::new(),
        present_libraries: run_image.libraries.clone(),
        copies: copies(application, &work_folder, is_standalone),
        work_folder,
        server_image: if is_site {
            pick("static-web-server", "")?.reference
        } else {
            String::new()
        },
    };
    let template = if is_site { "node/site" } else { "node/server" };
    let mut plan = BuildPlan::new(template, &last, &view);
    if let Some(token) = &facts.token {
        warnings.push(
            Warning::new(format!(
                "the install reads a registry token from `{}`; the build takes it as a secret, never as an argument",
                token.value
            ))
            .at(token.evidence.clone())
            .hint(format!(
                "docker build --secret id={},env={} …",
                token.value, token.value
            )),
        );
    }
    plan.warnings = warnings;
    plan.ignore = ignore(application);
    Ok(plan)
}

fn pick(id: &str, cycle: &str) -> Result<Image> {
    image(id, cycle).ok_or_else(|| Error::Defect(format!("the catalogue has no image `{id}` for `{cycle}`")))
}

fn has_development(application: &NodeApplication) -> bool {
    let packages = application
        .workspace
        .members
        .iter()
        .chain([&application.workspace.root]);
    packages
        .into_iter()
        .any(|package| !package.manifest.names(&["devDependencies"]).is_empty())
}

/// What waits for the sources: install scripts, and the client of Prisma.
fn after_sources(application: &NodeApplication, commands: &Install, kind: Kind) -> Vec<String> {
    let mut list = Vec::new();
    if application.facts.late_scripts {
        list.push(commands.rebuild.clone());
        list.extend(
            application
                .facts
                .own_scripts
                .iter()
                .map(|name| format!("{} {name}", kind.run())),
        );
    }
    if application.facts.generates_prisma {
        let folder = relative_to(&application.app.folder, &application.app.context);
        let go = if folder == "." {
            String::new()
        } else {
            format!("cd {} && ", crate::render::sh(&folder))
        };
        list.push(format!("{go}{} prisma generate", kind.exec()));
    }
    list.retain(|command| !command.is_empty());
    list
}

/// The build's commands as words; `&&` separates them.
fn build(answers: &Answers) -> Result<Vec<Vec<String>>> {
    let Some(text) = answers.some("build") else {
        return Ok(Vec::new());
    };
    text.split("&&").map(|part| split(part, "build")).collect()
}

fn split(text: &str, key: &str) -> Result<Vec<String>> {
    shlex::split(text)
        .filter(|words| !words.is_empty())
        .ok_or_else(|| Error::BadAnswer {
            key: key.into(),
            value: text.escape_debug().to_string(),
            message: "a quote is not closed, or nothing is there".into(),
            hint: format!("e.g. `--{key} 'node server.js'`"),
        })
}

/// One COPY for each folder that manifests come from: its sources, then its destination.
fn copies_of(files: &[String], context: &str) -> Vec<Vec<String>> {
    let mut copies: Vec<Vec<String>> = Vec::new();
    for file in files {
        let path = relative_to(file.trim_end_matches('/'), context);
        let target = if file.ends_with('/') {
            format!("./{path}/")
        } else {
            format!("./{}/", parent(&path)).replace(".//", "./")
        };
        match copies
            .iter_mut()
            .find(|copy| !file.ends_with('/') && copy.last() == Some(&target))
        {
            Some(copy) => copy.insert(copy.len() - 1, path),
            None => copies.push(vec![path, target]),
        }
    }
    copies
}

/// What the final stage takes from the build: source and destination.
fn copies(application: &NodeApplication, folder: &str, is_standalone: bool) -> Vec<Vec<String>> {
    if let Some(assets) = &application.assets {
        return vec![vec![format!("{folder}/{}", assets.value), "/public".into()]];
    }
    if !is_standalone {
        return vec![vec!["/app".into(), "/app".into()]];
    }
    let mut copies = vec![
        vec![format!("{folder}/.next/standalone"), "/app".into()],
        vec![format!("{folder}/.next/static"), format!("{folder}/.next/static")],
    ];
    if application.facts.has_public {
        copies.push(vec![format!("{folder}/public"), format!("{folder}/public")]);
    }
    copies
}

fn final_stage(application: &NodeApplication, answers: &Answers, image: &Image, is_site: bool) -> Result<FinalStage> {
    let port: Option<u16> = answers.some("port").and_then(|port| port.parse().ok());
    let mut last = FinalStage {
        runtime_image: image.reference.clone(),
        port,
        ..FinalStage::default()
    };
    if is_site {
        let port = port.unwrap_or(8080);
        last.environment = vec![
            Variable::new("SERVER_ROOT", "/public"),
            Variable::new("SERVER_PORT", port.to_string()),
            Variable::new("SERVER_FALLBACK_PAGE", "/public/index.html"),
            Variable::new("SERVER_HEALTH", "true"),
        ];
        last.entrypoint = vec!["/static-web-server".into()];
        return Ok(last);
    }
    let mut arguments = split(answers.get("start").unwrap_or_default(), "start")?;
    if arguments.first().is_some_and(|word| word == "node") {
        arguments.remove(0);
    }
    let node = image.entrypoint.first().cloned().unwrap_or_default();
    last.entrypoint = vec!["/usr/bin/tini".into(), "--".into(), node.clone()];
    if application.entry.is_tool {
        last.entrypoint.extend(arguments);
    } else {
        last.command = arguments;
    }
    last.environment = environment(application, port);
    last.writable = writable(application);
    if let (Some(path), Some(port)) = (answers.some("health"), port) {
        let address = serde_json::Value::String(format!("http://127.0.0.1:{port}{path}"));
        let program = format!("fetch({address}).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))");
        last.health_check = vec![node, "-e".into(), program];
    }
    Ok(last)
}

fn environment(application: &NodeApplication, port: Option<u16>) -> Vec<Variable> {
    let mut variables = vec![Variable::new("NODE_ENV", "production")];
    let mut set = |name: &str, value: String| {
        if !variables.iter().any(|variable| variable.name == name) {
            variables.push(Variable::new(name, value));
        }
    };
    let framework = application.entry.framework.map(|framework| &framework.environment);
    framework
        .into_iter()
        .flatten()
        .for_each(|(name, value)| set(name, value.clone()));
    if let Some(port) = port
        && (application.source.reads_port.is_some()
            || application
                .entry
                .framework
                .is_some_and(|framework| framework.port.is_some()))
    {
        set("PORT", port.to_string());
    }
    application
        .source
        .interfaces
        .iter()
        .for_each(|name| set(name, "0.0.0.0".into()));
    for variable in application
        .entry
        .environment
        .iter()
        .filter(|variable| !variable.value.is_empty())
    {
        set(&variable.name, variable.value.clone());
    }
    variables
}

/// Folders that the application writes, as absolute paths.
fn writable(application: &NodeApplication) -> Vec<String> {
    let inside = relative_to(&application.app.folder, &application.app.context);
    let root = if inside == "." {
        "/app".to_owned()
    } else {
        format!("/app/{inside}")
    };
    let framework = application
        .entry
        .framework
        .map(|framework| framework.writable.clone())
        .unwrap_or_default();
    let found = application
        .source
        .writable
        .iter()
        .map(|fact| fact.value.clone())
        .chain(framework);
    let mut folders: Vec<String> = found
        .map(|folder| {
            if folder.starts_with('/') {
                folder
            } else {
                format!("{root}/{folder}")
            }
        })
        .collect();
    folders.sort();
    folders.dedup();
    folders
}

fn warnings(application: &NodeApplication, commands: &Install, is_site: bool) -> Result<Vec<Warning>> {
    let mut warnings = commands.warnings.clone();
    warnings.extend(version::question(application.version.as_ref())?.warning);
    warnings.extend(application.manager.warning.clone());
    warnings.extend(application.needs.warnings.clone());
    if is_site {
        return Ok(warnings);
    }
    for before in &application.entry.before {
        warnings.push(
            Warning::new(format!(
                "the start script runs `{before}` first; the image starts the server alone"
            ))
            .at(application.entry.evidence.clone())
            .hint("run it as a job of its own, before the server starts"),
        );
    }
    if application.entry.needs_development {
        let message = "the application runs TypeScript by a development dependency, so development dependencies stay in the image";
        warnings.push(
            Warning::new(message)
                .at(application.entry.evidence.clone())
                .hint("compile it: add a `build` script, and start what it makes"),
        );
    }
    if let Some(evidence) = &application.source.loopback {
        let message = "the server binds the loopback interface only, which nothing outside the container reaches";
        warnings.push(Warning::new(message).at(evidence.clone()).hint("listen on 0.0.0.0"));
    }
    if let Some(evidence) = &application.source.shell {
        let message = "a program is started through a shell, and the image has none";
        warnings.push(
            Warning::new(message)
                .at(evidence.clone())
                .hint("use execFile or spawn without `shell`, and see that the program is in the image"),
        );
    }
    for fact in &application.source.writable {
        warnings.push(
            Warning::new(format!(
                "the application writes `{}`; it belongs to the user of the container and is a volume",
                fact.value
            ))
            .at(fact.evidence.clone())
            .hint("keep it with `docker run --volume`"),
        );
    }
    Ok(warnings)
}

fn ignore(application: &NodeApplication) -> Vec<IgnoreSection> {
    let mut sections = vec![
        IgnoreSection::new(
            "Installed again in the image",
            ["**/node_modules", "**/bower_components"],
        ),
        IgnoreSection::new(
            "Caches, reports and tests",
            [
                "**/.npm",
                "**/.eslintcache",
                "**/.turbo",
                "**/.cache",
                "**/coverage",
                "**/.nyc_output",
                "**/*.log",
                "**/*.tsbuildinfo",
            ],
        ),
    ];
    if let Some(framework) = application.entry.framework
        && !framework.output.is_empty()
    {
        sections.push(IgnoreSection::new(
            "Built again in the image",
            [format!("**/{}", framework.output.split('/').next().unwrap_or_default())],
        ));
    }
    let needed: Vec<&str> = application
        .workspace
        .needed_by(&application.package)
        .iter()
        .map(|member| member.folder.as_str())
        .collect();
    let unused = application
        .workspace
        .members
        .iter()
        .filter(|member| !needed.contains(&member.folder.as_str()) && !needed.is_empty());
    let patterns: Vec<String> = unused
        .flat_map(|member| {
            let place = relative_to(&member.folder, &application.app.context);
            [format!("{place}/**"), format!("!{place}/package.json")]
        })
        .collect();
    if !patterns.is_empty() {
        sections.push(IgnoreSection::new(
            "Other applications of the workspace, but for what the install reads",
            patterns,
        ));
    }
    sections
}
