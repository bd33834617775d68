//! The build plan of an application of Node.js.

pub mod facts;
pub mod final_stage;
pub mod front_end;
pub mod install;
pub mod warnings;

use crate::catalog::{NodeFramework, Runtime, node_frameworks, required_image, required_runtime, secrets};
use crate::dockerfile::literal_pattern;
use crate::error::{Error, Result};
use crate::evidence::Warning;
use crate::languages::node::NodeApplication;
use crate::languages::node::framework::NextOutput;
use crate::languages::node::manifest::Package;
use crate::languages::node::package_manager::Kind;
use crate::languages::node::package_manager::install::{self as install_commands, Install};
use crate::languages::node::plan::final_stage::{final_stage, own_files, written};
use crate::languages::node::plan::install::{ImageContent, Installation};
use crate::path::{file_name, join, parent, relative_to};
use crate::plan::history;
use crate::plan::model::node::{Build, LayeredServer, PlainServer, RuntimeFiles, Server, Site, WrittenFolder};
use crate::plan::{
    Answers, BuildPlan, Command, Copy, FrontEndStage, IgnoreSection, Mount, Recipe, Script, Variable, Word,
    listen_substitution, needed_alternatives, needed_variables, sections_of,
};

/// What node is given, from the working directory.
pub fn start(application: &NodeApplication) -> Vec<String> {
    if application.facts.next_output == Some(NextOutput::Standalone)
        && application.entry.framework.is_some_and(|framework| framework.dependency == "next")
    {
        return vec!["server.js".into()];
    }
    application.entry.arguments.clone()
}

/// Makes the plan.
///
/// # Errors
/// When an answer can't be read as a command, or the package manager can't start.
pub fn plan(application: &NodeApplication, answers: &Answers) -> Result<BuildPlan> {
    let is_site = application.assets.is_some();
    let is_bun = application.bun.is_some();
    let version = answers.get("version").unwrap_or_default();
    let family = answers.family();
    let run_image = match (is_site, is_bun) {
        (true, _) => required_runtime(family, "static", "")?,
        (_, true) => required_runtime(family, "cc", "")?,
        _ => required_runtime(family, "node", version)?,
    };
    let kind = Kind::from_name(answers.get("package-manager").unwrap_or_default());
    let commands = of(&application.facts.installation.commands, kind);
    if let Some(Warning { message, evidence, hint, .. }) = commands.refusal {
        return Err(Error::Unsupported { message, evidence, hint: hint.unwrap_or_default() });
    }
    let last = final_stage(application, answers, &run_image, is_site)?;
    let recipe = recipe(application, answers, kind, &commands, &run_image)?;
    let needed = &application.needed_files;
    let mut plan = BuildPlan::new(recipe, last);
    plan.warnings = warnings::all(application, answers, &commands, kind, is_site)?;
    plan.warnings.extend(needed.warnings.iter().cloned());
    if !is_site {
        plan.migrations.clone_from(&application.source.migrations);
        plan.warnings.extend(needed_variables(&application.source.required(), &plan.last.environment));
        plan.warnings.extend(needed_alternatives(&application.source.alternatives, &plan.last.environment));
    }
    plan.ignore = ignore(application);
    plan.ignore.extend(needed.exceptions.clone());
    Ok(plan)
}

/// What belongs to one package manager.
fn of<T: Clone + Default>(all: &[(Kind, T)], kind: Kind) -> T {
    all.iter().find(|(known, _)| *known == kind).map(|(_, value)| value.clone()).unwrap_or_default()
}

/// How the application is built: the shape, and all that its template needs.
fn recipe(
    application: &NodeApplication,
    answers: &Answers,
    kind: Kind,
    commands: &Install,
    run_image: &Runtime,
) -> Result<Recipe> {
    let is_site = application.assets.is_some();
    let is_standalone = !is_site
        && start(application) == ["server.js"]
        && application.facts.next_output == Some(NextOutput::Standalone);
    let keeps = application.entry.needs_development
        || !application.missing_imports.development.is_empty()
        || builds_in_development(&application.package);
    let is_self_contained = is_standalone || application.self_contained().is_some();
    let taken = match (is_site || is_self_contained, keeps) {
        (true, _) => ImageContent::Output,
        (_, true) => ImageContent::Everything,
        _ => ImageContent::Production,
    };
    let mut build = stage(application, answers, kind, commands)?;
    let cache = kind.cache(&application.app);
    let token = application.facts.token.as_ref().map(|token| token.value.as_str());
    let fetch = |command: Command| match token {
        None => Script::new([command]).mount(cache.clone()),
        Some(token) => Script::new([command.with(token, Word::Secret(token.to_owned()))])
            .mount(cache.clone())
            .mount(Mount::Secret { id: token.to_owned(), target: None }),
    };
    let installation = install::installation(application, commands, kind, taken, build.build.is_some());
    if is_site {
        let (Installation::Stage { install, .. } | Installation::Layer { layer: install, .. }) = installation;
        return Ok(Recipe::NodeSite(Site {
            copies: copies(application, is_standalone),
            install: fetch(install),
            server_image: required_image("static-web-server", "")?.reference,
            build,
        }));
    }
    let front_ends = application.front_ends.iter().enumerate();
    let front_ends: Vec<FrontEndStage> =
        front_ends.map(|(index, it)| it.stage(index, &application.app, |path| in_image(application, path))).collect();
    let mut files = RuntimeFiles {
        library_roots: if application.needs.run.is_empty() {
            Vec::new()
        } else {
            vec![format!("{}/node_modules", build.root_folder)]
        },
        loaded_libraries: Vec::new(),
        present_libraries: run_image.libraries.clone(),
        copies: copies(application, is_standalone),
        written: written(application),
        writes_beside: application.source.writes_beside,
        databases: own_files(application),
        unread: Vec::new(),
        work_folder: working_folder(application),
        served_front_ends: front_ends.iter().map(FrontEndStage::served).collect(),
        front_ends,
    };
    let unread = unread(application, kind);
    Ok(match installation {
        Installation::Layer { layer, build: None } if is_unchanged(application, &build, &files) => {
            files.copies.clear();
            Recipe::NodePlain(PlainServer { build, install: fetch(layer), files })
        }
        Installation::Layer { layer, build: rest } => {
            if let Some(script) = &mut build.build {
                let unread = ["node_modules".to_owned()].into_iter().chain(unread).collect();
                if build.root_folder == "/app" {
                    build.set_apart = Some(Script::new(set_apart(application, unread)));
                    files.copies = vec![Copy::new(SET_APART, "/app")];
                    for folder in &mut files.written {
                        if let Some(inside) = folder.path.strip_prefix("/app/") {
                            folder.copied_from = format!("{SET_APART}/{inside}");
                        }
                    }
                } else {
                    script.commands.extend(without(Command::new(["rm", "-rf"]), application, unread));
                }
            } else if !files.written.is_empty() {
                files.unread = unread;
            }
            Recipe::NodeLayered(LayeredServer { build, layer: fetch(layer), install: rest.map(fetch), files })
        }
        Installation::Stage { install, prune } => {
            let mut prune =
                Some(prune).filter(|prune| !prune.is_empty()).map(|prune| Script::new(prune).mount(cache.clone()));
            if taken == ImageContent::Production
                && application.bun.is_none()
                && bundled(application).is_none()
                && let Some(script) = prune.as_mut().or(build.build.as_mut())
            {
                script.commands.extend(without(Command::new(["rm", "-f"]), application, unread));
            }
            let server = Server { build, install: fetch(install), prune, files };
            if application.bun.is_some() { Recipe::NodeBun(server) } else { Recipe::NodeServer(server) }
        }
    })
}

/// Whether the application runs as it lies in the repository: nothing is made of the sources, and nothing is changed in them.
fn is_unchanged(application: &NodeApplication, build: &Build, files: &RuntimeFiles) -> bool {
    let is_step = build.build.is_some() || !build.after_sources.is_empty() || build.listen_edit.is_some();
    let is_whole = files.copies == [Copy::new("/app", "/app")];
    let has_writable_files = !files.databases.is_empty() || !application.source.shared_folders.is_empty();
    !is_step && is_whole && !has_writable_files
}

/// What the installation and the compiler read and nothing that runs, from the folder of the installation: the lock file, settings of
/// the package manager and of TypeScript.
fn unread(application: &NodeApplication, kind: Kind) -> Vec<String> {
    let root = application.workspace.root.folder.as_str();
    let manifests = of(&application.facts.installation.manifests, kind);
    let manifests = manifests.iter().filter(|path| parent(path) == root && file_name(path) != "package.json");
    let manifests = manifests.chain(&application.facts.ignore_file);
    let paths = manifests.chain(application.compiled.iter().flat_map(|compiled| &compiled.settings));
    let is_read = |path: &&String| application.source.needed_files.iter().any(|needed| needed.value == **path);
    paths.filter(|path| !is_read(path)).map(|path| relative_to(path, root)).collect()
}

/// Where what runs is set apart in the build stage.
const SET_APART: &str = "/made";

/// Commands that set apart what runs, without `unread` and the TypeScript that is compiled: to take away thousands of files of packages
/// takes longer than to copy those of the application.
fn set_apart(application: &NodeApplication, unread: Vec<String>) -> Vec<Command> {
    let is_inner = |path: &String| path.contains(['/', '*', '?', '[', '\\']);
    let (inner, outer): (Vec<String>, Vec<String>) = unread.into_iter().partition(is_inner);
    let find = Command::new(["find", ".", "-mindepth", "1", "-maxdepth", "1"]);
    let find = find.words(outer.into_iter().flat_map(|name| ["-not".to_owned(), "-name".to_owned(), name]));
    let find = find.words(["-exec", "cp", "-at", SET_APART, "{}", "+"].map(str::to_owned));
    let remove = Command::new(["rm", "-rf"]).words(inner.iter().map(|path| format!("{SET_APART}/{path}")));
    let remove = (!inner.is_empty()).then_some(remove);
    let sources = application.compiled.as_ref().map(|compiled| format!("{SET_APART}/{}", compiled.folder));
    let sources = sources.map(|folder| Command::new(["find", &folder, "-name", "*.ts", "-delete"]));
    [Command::new(["mkdir", SET_APART]), find].into_iter().chain(remove).chain(sources).collect()
}

/// Commands that take away what nothing reads any more: `remove` with more files, and the TypeScript that is compiled.
fn without(remove: Command, application: &NodeApplication, unread: Vec<String>) -> Vec<Command> {
    let has_files = !unread.is_empty() || remove.words.len() > 2;
    let remove = has_files.then(|| remove.words(unread));
    let compiled = application.compiled.as_ref();
    let sources = compiled.map(|compiled| Command::new(["find", &compiled.folder, "-name", "*.ts", "-delete"]));
    remove.into_iter().chain(sources).collect()
}

/// Where a folder of the repository lies in the image.
pub fn in_image(application: &NodeApplication, folder: &str) -> String {
    match relative_to(folder, &application.app.context) {
        inside if inside == "." => "/app".to_owned(),
        inside => format!("/app/{inside}"),
    }
}

/// The folder in the image that the program runs in.
pub fn working_folder(application: &NodeApplication) -> String {
    in_image(application, &join(&application.app.folder, &application.entry.folder))
}

/// What all shapes have: from the build image to what is made of the sources.
fn stage(application: &NodeApplication, answers: &Answers, kind: Kind, commands: &Install) -> Result<Build> {
    let facts = &application.facts;
    let root = application.workspace.root.folder.as_str();
    let is_site = application.assets.is_some();
    let is_bun = application.bun.is_some();
    let mut build_packages: Vec<String> = application.needs.build.union(&application.needs.run).cloned().collect();
    if application.facts.asks_git.is_some() && !build_packages.contains(&"git".to_owned()) {
        build_packages.push("git".into());
    }
    if !is_site {
        build_packages.push("tini".into());
        build_packages.sort();
    }
    let build_image = if is_bun {
        required_image("bun", "")?
    } else {
        required_image("node-build", answers.get("version").unwrap_or_default())?
    };
    // npm edits a manifest, and the image of Bun has none.
    let dropped: &[String] = if is_bun { &[] } else { &facts.dropped_scripts };
    let (mut build_values, mut build) = (build_values(application), build(application, answers)?);
    // what comes first in a RUN has its mounts
    if let (Some(values), Some(build)) = (&mut build_values, &mut build) {
        values.mounts.append(&mut build.mounts);
    }
    Ok(Build {
        build_image: build_image.reference,
        build_packages,
        build_environment: build_environment(application, commands),
        root_folder: in_image(application, root),
        manager: commands.manager.clone().filter(|_| !is_bun).map(|command| Script::new([command])),
        manifests: install_commands::copies(&of(&facts.installation.manifests, kind), &application.app.context, root),
        manifest_edit: install_commands::without_scripts(dropped),
        registry_edit: commands.registry_edit.clone().map(|command| Script::new([command])),
        is_frozen: commands.lock.is_some(),
        listen_edit: listen_substitution(answers, application.listen_edit(), |path| relative_to(path, root)),
        after_sources: after_sources(application, commands, kind),
        build_arguments: application.source.build_variables().map(|variable| variable.name.clone()).collect(),
        demands_arguments: application.package.depends_on("@sveltejs/kit"),
        build_values,
        build,
        set_apart: None,
    })
}

fn build_environment(application: &NodeApplication, commands: &Install) -> Vec<Variable> {
    let needs = application.needs.environment.iter().map(|(name, value)| Variable::new(name, value));
    let framework = application.entry.framework.map(|framework| &framework.build_environment).into_iter().flatten();
    let framework = framework.map(|(name, value)| Variable::new(name, value));
    let mut variables: Vec<Variable> = needs.chain(framework).chain(commands.environment.iter().cloned()).collect();
    variables.extend(application.source.validation_switches.iter().map(|name| Variable::new(name, "true")));
    let mut placeholders = application.placeholders();
    placeholders.retain(|variable| !is_secret(variable));
    let generator = application.facts.generator_variable.iter().map(|name| Variable::new(name, "unset"));
    let is_there = |name: &str| placeholders.iter().any(|variable| variable.name == name);
    let generator: Vec<Variable> = generator.filter(|variable| !is_there(&variable.name)).collect();
    variables.extend(placeholders.into_iter().chain(generator));
    if application.nx.is_some() {
        variables.push(Variable::new("NX_DAEMON", "false"));
    }
    variables.extend(application.facts.old_bundlers.iter().cloned());
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
fn after_sources(application: &NodeApplication, commands: &Install, kind: Kind) -> Vec<Script> {
    let mut list: Vec<Script> = Vec::new();
    if application.facts.installation.late_scripts {
        let own = application.facts.own_scripts.iter().map(|name| kind.run(name));
        let of_members = application.facts.member_scripts.iter().map(|(member, name)| kind.run_in(member, name));
        let all = commands.rebuild.iter().cloned().chain(own).chain(of_members);
        list.extend(all.map(|command| Script::new([command])));
    }
    if application.facts.generates_prisma {
        let folder = relative_to(&application.app.folder, &application.workspace.root.folder);
        let go = (folder != ".").then(|| Command::new(["cd", &folder]));
        list.push(Script::new(go.into_iter().chain([kind.exec(&["prisma", "generate"])])));
    }
    list
}

/// Whether a variable is called like a secret.
fn is_secret(variable: &Variable) -> bool {
    secrets().variables.matches(&variable.name)
}

/// The values that a build which reads modules of the server is given for what is called like a secret.
fn build_values(application: &NodeApplication) -> Option<Script> {
    let values = application.placeholders().into_iter().filter(is_secret);
    let words: Vec<String> = values.map(|variable| format!("{}={}", variable.name, variable.value)).collect();
    (!words.is_empty()).then(|| Script::new([Command::new(["export"]).words(words)]))
}

/// The build's commands, with the secrets that they put into the server.
fn build(application: &NodeApplication, answers: &Answers) -> Result<Option<Script>> {
    let Some(text) = answers.some("build") else { return Ok(None) };
    let script = Script::read(text).ok_or_else(|| Error::BadAnswer {
        key: "build".into(),
        value: text.escape_debug().to_string(),
        message: "a quote is not closed, nothing is there, or an operator other than `&&` is".into(),
        hint: "e.g. `--build 'npm run build'`; what needs a shell can be a script of package.json".into(),
    })?;
    let secrets = application.source.built_secrets.iter().map(|fact| fact.value.as_str());
    Ok(Some(secrets.fold(script, |mut script, name| {
        if let Some(last) = script.commands.pop() {
            script.commands.push(last.with(name, Word::Secret(name.to_owned())));
        }
        script.mount(Mount::Secret { id: name.to_owned(), target: None })
    })))
}

/// The framework whose output runs with nothing but installed packages beside it, where the server reads no file of its own.
fn bundled(application: &NodeApplication) -> Option<&'static NodeFramework> {
    let framework = application.entry.framework.filter(|framework| framework.is_bundled)?;
    let is_alone = application.app.folder == application.app.context && !application.workspace.has_members();
    let is_usual = application.entry.arguments == framework.start && application.facts.makes_nothing();
    let reads = &application.source;
    let reads_files = !reads.needed_files.is_empty() || !reads.data_folders.is_empty() || reads.writes_beside;
    (is_alone && is_usual && !reads_files && application.front_ends.is_empty()).then_some(framework)
}

/// What the final stage takes from the build.
fn copies(application: &NodeApplication, is_standalone: bool) -> Vec<Copy> {
    let folder = in_image(application, &application.app.folder);
    if let Some(assets) = &application.assets {
        return vec![Copy::new(format!("/{}", join(&folder, &assets.value)), "/public")];
    }
    if let Some(framework) = application.self_contained() {
        let place = format!("{folder}/{}", framework.output);
        return vec![Copy::new(place.clone(), place)];
    }
    if let Some(framework) = bundled(application) {
        let modules = !application.package.manifest.names(&["dependencies"]).is_empty();
        let names = ["package.json", framework.output.as_str()].into_iter().chain(modules.then_some("node_modules"));
        return names.map(|name| Copy::new(format!("/app/{name}"), format!("/app/{name}"))).collect();
    }
    if !is_standalone {
        return vec![Copy::new("/app", "/app")];
    }
    let above = if application.facts.traces_from_above(&folder) { "/app" } else { "" };
    let same = |name: &str| Copy::new(format!("{folder}/{name}"), format!("{folder}/{name}"));
    let mut copies = vec![Copy::new(format!("{folder}/.next/standalone{above}"), "/app"), same(".next/static")];
    if application.facts.has_public {
        copies.push(same("public"));
    }
    copies
}

fn ignore(application: &NodeApplication) -> Vec<IgnoreSection> {
    // where TypeScript puts its output depends on every file that it compiles
    let keeps_tests = application.facts.builds_with_tests || application.package.depends_on("typescript");
    let mut sections = sections_of("node", keeps_tests);
    if let Some(framework) = application.entry.framework
        && !framework.output.is_empty()
    {
        sections.push(IgnoreSection::new(
            "Built again in the image",
            [format!("**/{}", framework.output.split('/').next().unwrap_or_default())],
        ));
    }
    if !application.front_ends.is_empty() {
        let patterns = application.front_ends.iter().map(|it| it.ignore_pattern(&application.app.context));
        sections.push(IgnoreSection::new("The front end is built in the image", patterns));
    }
    let is_own = |folder: &WrittenFolder| !folder.is_emptied && application.source.shared_folders.is_empty();
    let written = written(application).into_iter().filter(is_own);
    let written: Vec<String> =
        written.filter_map(|folder| Some(literal_pattern(folder.path.strip_prefix("/app/")?))).collect();
    if !written.is_empty() {
        sections.push(IgnoreSection::new("What the application wrote on this machine", written));
    }
    if application.facts.asks_git.is_some() && application.app.context.is_empty() {
        sections.push(history::section());
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
