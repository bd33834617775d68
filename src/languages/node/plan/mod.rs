//! The build plan of an application of Node.js.

pub mod facts;
pub mod final_stage;
pub mod install;
pub mod warnings;

use crate::analysis::front_end::FrontEnd;
use crate::catalog::{Runtime, node_frameworks, required_image, required_runtime};
use crate::dockerfile::literal_pattern;
use crate::error::Result;
use crate::languages::node::NodeApplication;
use crate::languages::node::manifest::Package;
use crate::languages::node::package_manager::install::Install;
use crate::languages::node::package_manager::{Kind, run_in};
use crate::languages::node::plan::final_stage::{emptied, final_stage, split, written};
use crate::languages::node::plan::install::ImageContent;
use crate::path::{join, parent, relative_to};
use crate::plan::model::node::Program;
use crate::plan::{
    Answers, BuildPlan, FrontEndStage, IgnoreSection, Recipe, StageCopy, Variable, front_end_stage, listen_substitution,
};

/// What node is given, from the working directory.
pub fn start(application: &NodeApplication) -> Vec<String> {
    if application.facts.next_output.as_deref() == Some("standalone")
        && application.entry.framework.is_some_and(|framework| framework.dependency == "next")
    {
        return vec!["server.js".into()];
    }
    application.entry.arguments.clone()
}

/// Makes the plan.
///
/// # Errors
/// When an answer can't be read as a command.
pub fn plan(application: &NodeApplication, answers: &Answers) -> Result<BuildPlan> {
    let is_site = application.assets.is_some();
    let is_bun = application.bun.is_some();
    let version = answers.get("version").unwrap_or_default();
    let family = answers.family();
    let (recipe, run_image): (fn(Program) -> Recipe, Runtime) = match (is_site, is_bun) {
        (true, _) => (Recipe::NodeSite, required_runtime(family, "static", "")?),
        (_, true) => (Recipe::NodeBun, required_runtime(family, "cc", "")?),
        _ => (Recipe::NodeServer, required_runtime(family, "node", version)?),
    };
    let kind = Kind::from_name(answers.get("package-manager").unwrap_or_default());
    let commands = of(&application.facts.installs, kind);
    let last = final_stage(application, answers, &run_image, is_site)?;
    let view = view(application, answers, kind, &commands, &run_image)?;
    let needed = &application.needed_files;
    let mut plan = BuildPlan::new(recipe(view), last);
    plan.warnings = warnings::all(application, answers, &commands, kind, is_site)?;
    plan.warnings.extend(needed.warnings.iter().cloned());
    plan.ignore = ignore(application);
    plan.ignore.extend(needed.exceptions.clone());
    Ok(plan)
}

/// What belongs to one package manager.
fn of<T: Clone + Default>(all: &[(Kind, T)], kind: Kind) -> T {
    all.iter().find(|(known, _)| *known == kind).map(|(_, value)| value.clone()).unwrap_or_default()
}

fn view(
    application: &NodeApplication,
    answers: &Answers,
    kind: Kind,
    commands: &Install,
    run_image: &Runtime,
) -> Result<Program> {
    let facts = &application.facts;
    let is_site = application.assets.is_some();
    let is_bun = application.bun.is_some();
    let context = application.app.context.as_str();
    let inside = relative_to(&application.app.folder, context);
    let work_folder = if inside == "." { "/app".to_owned() } else { format!("/app/{inside}") };
    let is_standalone =
        !is_site && start(application) == ["server.js"] && facts.next_output.as_deref() == Some("standalone");
    let keeps = application.entry.needs_development
        || !application.missing_imports.development.is_empty()
        || builds_in_development(&application.package);
    let is_self_contained = is_standalone || application.self_contained().is_some();
    let taken = match (is_site || is_self_contained, keeps) {
        (true, _) => ImageContent::Output,
        (_, true) => ImageContent::Everything,
        _ => ImageContent::Production,
    };
    let after_sources = after_sources(application, commands, kind);
    let steps = install::steps(application, commands, kind, taken, answers.some("build").is_some());
    let needs_libraries = !is_site && !application.needs.run.is_empty();
    let mut build_packages: Vec<String> = application.needs.build.union(&application.needs.run).cloned().collect();
    if !is_site {
        build_packages.push("tini".into());
        build_packages.sort();
    }
    let build_image = if is_bun {
        required_image("bun", "")?
    } else {
        required_image("node-build", answers.get("version").unwrap_or_default())?
    };
    let in_image = |path: &str| format!("/app/{}", relative_to(path, context));
    let root = application.workspace.root.folder.as_str();
    let root_folder = if root == context { "/app".to_owned() } else { in_image(root) };
    let front_ends: Vec<FrontEndStage> = application
        .front_ends
        .iter()
        .enumerate()
        .map(|(index, front_end)| front_end_stage(index, front_end, context, in_image))
        .collect();
    Ok(Program {
        build_image: build_image.reference,
        build_packages,
        build_environment: build_environment(application, commands),
        manager_install: if is_bun { String::new() } else { commands.manager.clone() },
        manifests: copies_of(&of(&facts.manifests, kind), context, root),
        // npm edits a manifest, and the image of Bun has none.
        dropped_scripts: if is_bun { Vec::new() } else { facts.dropped_scripts.clone() },
        layer: steps.layer,
        install: steps.install,
        is_frozen: commands.lock.is_some(),
        cache_id: kind.name().to_owned(),
        cache: commands.cache.clone(),
        token: facts.token.as_ref().map(|token| token.value.clone()).unwrap_or_default(),
        listen_edit: listen_substitution(answers, application.listen_edit(), |path| relative_to(path, root)),
        after_sources,
        build_arguments: application.source.build_variables().map(|variable| variable.name.clone()).collect(),
        build: build(answers)?,
        prune: steps.prune,
        library_roots: if needs_libraries { vec![format!("{root_folder}/node_modules")] } else { Vec::new() },
        loaded_libraries: Vec::new(),
        present_libraries: run_image.libraries.clone(),
        copies: copies(application, &work_folder, is_standalone),
        written: if is_site { Vec::new() } else { written(application) },
        emptied: emptied(application),
        work_folder,
        root_folder,
        front_ends: front_ends.clone(),
        served_front_ends: served(&front_ends),
        server_image: if is_site { required_image("static-web-server", "")?.reference } else { String::new() },
    })
}

/// What the final stage takes of the pages of other packages.
fn served(front_ends: &[FrontEndStage]) -> Vec<StageCopy> {
    let copy =
        |it: &FrontEndStage| StageCopy { stage: it.stage.clone(), from: it.output.clone(), to: it.wanted.clone() };
    front_ends.iter().map(copy).collect()
}

fn build_environment(application: &NodeApplication, commands: &Install) -> Vec<Variable> {
    let needs = application.needs.environment.iter().map(|(name, value)| Variable::new(name, value));
    let framework = application.entry.framework.map(|framework| &framework.build_environment).into_iter().flatten();
    let framework = framework.map(|(name, value)| Variable::new(name, value));
    let mut variables: Vec<Variable> = needs.chain(framework).chain(commands.environment.iter().cloned()).collect();
    variables.extend(application.source.validation_switches.iter().map(|name| Variable::new(name, "true")));
    let placeholders = application.placeholders();
    let generator = application.facts.generator_variable.iter().map(|name| Variable::new(name, "unset"));
    let is_there = |name: &str| placeholders.iter().any(|variable| variable.name == name);
    let generator: Vec<Variable> = generator.filter(|variable| !is_there(&variable.name)).collect();
    variables.extend(placeholders.into_iter().chain(generator));
    if application.nx.is_some() {
        variables.push(Variable::new("NX_DAEMON", "false"));
    }
    if application.facts.needs_old_openssl {
        variables.push(Variable::new("NODE_OPTIONS", "--openssl-legacy-provider"));
    }
    variables
}

/// Whether what a framework builds imports what only development dependencies bring along.
fn builds_in_development(package: &Package) -> bool {
    let frameworks = node_frameworks()
        .iter()
        .filter(|framework| !framework.integrations.is_empty() && package.depends_on(&framework.dependency));
    let development = package.manifest.names(&["devDependencies"]);
    frameworks.into_iter().any(|framework| development.iter().any(|name| name.starts_with(&framework.integrations)))
}

/// What waits for the sources: install scripts, and the client of Prisma.
fn after_sources(application: &NodeApplication, commands: &Install, kind: Kind) -> Vec<String> {
    let mut list = Vec::new();
    if application.facts.late_scripts {
        list.push(commands.rebuild.clone());
        list.extend(application.facts.own_scripts.iter().map(|name| format!("{} {name}", kind.run())));
        list.extend(application.facts.member_scripts.iter().map(|(member, name)| run_in(kind, member, name)));
    }
    if application.facts.generates_prisma {
        let folder = relative_to(&application.app.folder, &application.workspace.root.folder);
        let go = if folder == "." { String::new() } else { format!("cd {} && ", crate::shell::quote(&folder)) };
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

/// One COPY for each folder that manifests come from: its sources, then its destination, from the folder that is installed.
fn copies_of(files: &[String], context: &str, root: &str) -> Vec<Vec<String>> {
    let mut copies: Vec<Vec<String>> = Vec::new();
    for file in files {
        let path = relative_to(file.trim_end_matches('/'), context);
        let place = relative_to(file.trim_end_matches('/'), root);
        let target = if file.ends_with('/') {
            format!("./{place}/")
        } else {
            format!("./{}/", parent(&place)).replace(".//", "./")
        };
        match copies.iter_mut().find(|copy| !file.ends_with('/') && copy.last() == Some(&target)) {
            Some(copy) => copy.insert(copy.len() - 1, path),
            None => copies.push(vec![path, target]),
        }
    }
    copies
}

/// What the final stage takes from the build: source and destination.
fn copies(application: &NodeApplication, folder: &str, is_standalone: bool) -> Vec<Vec<String>> {
    if let Some(assets) = &application.assets {
        return vec![vec![format!("/{}", join(folder, &assets.value)), "/public".into()]];
    }
    if let Some(framework) = application.self_contained() {
        let place = format!("{folder}/{}", framework.output);
        return vec![vec![place.clone(), place]];
    }
    if !is_standalone {
        return vec![vec!["/app".into(), "/app".into()]];
    }
    let above = if application.facts.traces_from_above(folder) { "/app" } else { "" };
    let mut copies = vec![
        vec![format!("{folder}/.next/standalone{above}"), "/app".into()],
        vec![format!("{folder}/.next/static"), format!("{folder}/.next/static")],
    ];
    if application.facts.has_public {
        copies.push(vec![format!("{folder}/public"), format!("{folder}/public")]);
    }
    copies
}

fn ignore(application: &NodeApplication) -> Vec<IgnoreSection> {
    let mut sections = vec![
        IgnoreSection::new(
            "Installed again in the image",
            ["**/node_modules", "**/bower_components", "**/.pnp.*", "**/.yarn/unplugged", "**/.yarn/*-state.*"],
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
    if !application.front_ends.is_empty() {
        let place = |it: &FrontEnd| literal_pattern(&relative_to(&it.wanted, &application.app.context));
        let patterns: Vec<String> = application.front_ends.iter().map(place).collect();
        sections.push(IgnoreSection::new("The front end is built in the image", patterns));
    }
    if !application.facts.public_settings.is_empty() {
        let place = |path: &String| format!("!{}", literal_pattern(&relative_to(path, &application.app.context)));
        let patterns: Vec<String> = application.facts.public_settings.iter().map(place).collect();
        sections
            .push(IgnoreSection::new("Settings that the build puts into pages, and nothing else in them", patterns));
    }
    let needed: Vec<&str> =
        application.workspace.needed_by(&application.package).iter().map(|member| member.folder.as_str()).collect();
    let unused = application
        .workspace
        .members
        .iter()
        .filter(|member| !needed.contains(&member.folder.as_str()) && !needed.is_empty());
    let patterns: Vec<String> = unused
        .flat_map(|member| {
            let place = literal_pattern(&relative_to(&member.folder, &application.app.context));
            [format!("{place}/**"), format!("!{place}/package.json")]
        })
        .collect();
    if !patterns.is_empty() {
        sections
            .push(IgnoreSection::new("Other applications of the workspace, but for what the install reads", patterns));
    }
    sections
}
