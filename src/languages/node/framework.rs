//! Which row of the table of frameworks holds for a package.

use serde_json::Value;

use crate::catalog::node::{build, first_with_openssl_3, first_without_compile_cache, has};
use crate::catalog::{Condition, NodeFramework, OutputSetting, backing_services, node_frameworks};
use crate::error::Error;
use crate::evidence::{Evidence, Fact};
use crate::languages::node::manifest::Package;
use crate::languages::node::package_manager::build_script::build_script;
use crate::path::join;
use crate::plan::Variable;
use crate::repo::{Document, Repo};
use crate::shell::{self, SimpleCommand, Word, quote_all, value_of};
use crate::source::{self, EnvironmentRead, Index, NamedValue, Place};
use crate::text::is_variable;

/// The framework whose own configuration decides what the build makes, whatever the scripts start.
pub fn configured(repo: &Repo, package: &Package) -> Option<Fact<&'static NodeFramework>> {
    build_script(package)?;
    node_frameworks().iter().filter(|framework| package.depends_on(&framework.dependency)).find_map(|framework| {
        let evidence = met(repo, package, framework.when.as_ref()?)?;
        Some(Fact::new(framework, evidence))
    })
}

/// The framework that a dependency tells, where something builds the package.
pub fn depended_on(repo: &Repo, package: &Package) -> Option<Fact<&'static NodeFramework>> {
    // What only prepares a package for its registry makes a tool or a library.
    build_script(package).filter(|(name, _)| !name.starts_with("prep"))?;
    let framework = node_frameworks().iter().find(|framework| {
        let makes_something = framework.is_static || !framework.start.is_empty();
        makes_something
            && framework.when.is_none()
            && package.depends_on(&framework.dependency)
            && has_page(repo, package, framework)
    })?;
    let kind =
        if package.production_dependency(&framework.dependency).is_some() { "dependencies" } else { "devDependencies" };
    Some(Fact::new(framework, package.evidence(&[kind, &framework.dependency])))
}

/// The framework that a program in a script starts.
pub fn started_by(package: &Package, program: &str) -> Option<&'static NodeFramework> {
    node_frameworks().iter().find(|framework| {
        !framework.program.is_empty()
            && framework.program == program
            && !framework.start.is_empty()
            && package.depends_on(&framework.dependency)
    })
}

/// Where a condition is met.
fn met(repo: &Repo, package: &Package, condition: &Condition) -> Option<Evidence> {
    match condition {
        Condition::Script { script, commands } => {
            let script = package.script(script)?;
            let runs = |command: &SimpleCommand| {
                let words = quote_all(command.words.iter().map(Word::as_written));
                commands.iter().any(|known| words.contains(known.as_str()))
            };
            shell::read(&script.value).commands.iter().any(runs).then_some(script.evidence)
        }
        Condition::Setting { file, key, value } => {
            let index = source::read(configuration(repo, package, file)?);
            let named = index.named_values();
            let is_met = |named: &&NamedValue| {
                named.name() == key
                    && (named.value.boolean() == value.as_bool() && named.value.text() == value.as_str())
            };
            named.iter().find(is_met).map(|named| index.evidence(&named.place))
        }
    }
}

fn has_page(repo: &Repo, package: &Package, framework: &NodeFramework) -> bool {
    if !has(&build().page_bundlers, &framework.dependency) || delegate_of_build(package).is_some() {
        return true;
    }
    let is_page = |file: &str| {
        [".html", ".htm", ".pug", ".ejs", ".hbs"].iter().any(|ending| file.ends_with(ending))
            && !file.split('/').any(|part| matches!(part, "test" | "tests" | "docs" | "coverage" | "examples"))
    };
    let skip = join(&package.folder, "x").len() - 1;
    repo.files_under(&package.folder).any(|file| is_page(&file[skip..]))
}

/// The folder that the build of `framework` makes, from the package's folder.
///
/// A build script that goes to another package (`yarn --cwd app build`) makes the folder of that package.
pub fn output_folder(repo: &Repo, package: &Package, framework: &NodeFramework) -> Fact<String> {
    let Some(place) = delegate_of_build(package) else {
        return folder_of(repo, package, framework);
    };
    match Package::read(repo, &join(&package.folder, &place)) {
        Ok(inner) => folder_of(repo, &inner, framework).map(|folder| format!("{place}/{folder}")),
        Err(_) => folder_of(repo, package, framework),
    }
}

/// The folder of a site that the build makes, from the package's folder, where a row of the table knows it; not for a bundler
/// without settings, which writes where a script says.
pub fn site(repo: &Repo, package: &Package) -> Option<String> {
    let is_site = |row: &&NodeFramework| row.is_static && package.depends_on(&row.dependency);
    let rows = || node_frameworks().iter().filter(is_site);
    let configured = configured(repo, package).map(|row| row.value).filter(|row| row.is_static);
    let row = configured.or_else(|| rows().find(|row| row.when.is_none())).or_else(|| rows().next())?;
    let mut settings =
        row.setting.iter().flat_map(|setting| repo.names_in(&package.folder).map(move |it| (it, setting)));
    let is_set = settings.any(|(name, setting)| name.starts_with(&setting.file));
    (is_set || !has(&build().page_bundlers, &row.dependency)).then(|| output_folder(repo, package, row).value)
}

/// The folder that the build script goes to: by a flag of a package manager, or by `cd`.
pub fn delegate_of_build(package: &Package) -> Option<String> {
    let script = shell::read(&package.script("build")?.value);
    let words = |command: &SimpleCommand| command.words.iter().map(Word::as_written).collect::<Vec<_>>();
    let mut commands = script.commands.iter().map(words);
    let first = commands.next()?;
    let place = match first.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["cd", place] if script.commands.len() > 1 => Some(place.to_owned()),
        _ => None,
    };
    let flags = ["--cwd", "--prefix", "--dir", "-C"];
    let place = place.or_else(|| {
        std::iter::once(first).chain(commands).find_map(|words| value_of(&words, &flags).map(str::to_owned))
    })?;
    let is_path = place.chars().all(|c| c.is_ascii_alphanumeric() || "_-./".contains(c));
    is_path.then(|| place.trim_start_matches("./").trim_end_matches('/').to_owned())
}

fn folder_of(repo: &Repo, package: &Package, framework: &NodeFramework) -> Fact<String> {
    let usual = || Fact::new(framework.output.clone(), Evidence::file(package.path()));
    let stated = match framework.dependency.as_str() {
        "@angular/core" => angular(repo, package),
        "vitepress" => vitepress(package),
        _ => framework.setting.as_ref().and_then(|setting| stated_output(repo, package, setting)),
    };
    stated.map_or_else(usual, |fact| fact.map(|folder| folder.trim_start_matches("./").trim_matches('/').to_owned()))
}

/// The folder that a key of a configuration names.
fn stated_output(repo: &Repo, package: &Package, setting: &OutputSetting) -> Option<Fact<String>> {
    let files: Vec<&str> = repo.names_in(&package.folder).filter(|file| file.starts_with(&setting.file)).collect();
    files.into_iter().find_map(|file| {
        let index = source::read(repo.read_optional(&join(&package.folder, file))?);
        let named = index.named_values();
        let mut folders = named.iter().filter(|named| named.path.ends_with(&setting.key)).filter_map(|named| {
            let path = named.value.path()?.path;
            (!path.is_empty()).then(|| index.fact(path, &named.place))
        });
        folders.next()
    })
}

/// Angular's output path is text or an object; the application builder puts what browsers get in a folder of its own.
fn angular(repo: &Repo, package: &Package) -> Option<Fact<String>> {
    let manifest = repo.read_optional(&join(&package.folder, "angular.json"))?.json().ok()?;
    let projects = manifest.get(&["projects"])?.as_object()?;
    let name = projects
        .iter()
        .find(|(_, project)| project.get("projectType").and_then(Value::as_str) != Some("library"))?
        .0
        .clone();
    let build = ["architect", "targets"].iter().find_map(|key| manifest.get(&["projects", &name, key, "build"]))?;
    let options = build.get("options");
    let builder = build.get("builder").and_then(Value::as_str).unwrap_or_default();
    let has_browser_folder = builder.ends_with(":application");
    let path = match options.and_then(|options| options.get("outputPath")) {
        Some(Value::String(path)) if has_browser_folder => format!("{path}/browser"),
        Some(Value::String(path)) => path.clone(),
        Some(Value::Object(path)) => {
            let base = path.get("base").and_then(Value::as_str).unwrap_or("dist");
            let browser = path.get("browser").and_then(Value::as_str).unwrap_or("browser");
            format!("{base}/{browser}")
        }
        _ => format!("dist/{name}/browser"),
    };
    Some(Fact::new(path, manifest.evidence(&["projects", &name])))
}

/// VitePress builds beside the folder of pages that its script names.
fn vitepress(package: &Package) -> Option<Fact<String>> {
    package.manifest.names(&["scripts"]).into_iter().find_map(|name| {
        let script = package.script(name)?;
        let folder = shell::read(&script.value).commands.iter().find_map(|command| {
            let words: Vec<String> = command.words.iter().map(Word::as_written).collect();
            let at = words.windows(2).position(|pair| pair == ["vitepress", "build"])?;
            words.get(at + 2).filter(|word| !word.starts_with('-')).cloned()
        })?;
        Some(Fact::new(format!("{folder}/.vitepress/dist"), script.evidence))
    })
}

/// The text of the framework's configuration file.
pub fn configuration(repo: &Repo, package: &Package, name: &str) -> Option<crate::repo::Document> {
    let file = repo.names_in(&package.folder).find(|file| file.starts_with(name))?;
    repo.read_optional(&join(&package.folder, file))
}

/// Why no image can be made of a package, where its own files say so.
pub fn unsupported(repo: &Repo, package: &Package) -> Option<Error> {
    other_adapter(package).or_else(|| deno(repo, package)).or_else(|| worker(repo, package))
}

/// The adapters of SvelteKit whose output a container can start or serve; `auto` becomes `node` there.
const ADAPTERS: &[&str] = &["@sveltejs/adapter-node", "@sveltejs/adapter-static", "@sveltejs/adapter-auto"];

/// SvelteKit builds for one platform; one that is no container is named, not guessed around.
fn other_adapter(package: &Package) -> Option<Error> {
    if !package.depends_on("@sveltejs/kit") || ADAPTERS.iter().any(|adapter| package.depends_on(adapter)) {
        return None;
    }
    let adapter = package.dependencies().into_iter().find(|name| name.starts_with("@sveltejs/adapter-"))?;
    Some(Error::Unsupported {
        message: format!(
            "`{adapter}` builds for another platform: nothing that it makes can be started in a container"
        ),
        evidence: package.dependency(adapter).map(|fact| fact.evidence),
        hint: "use `@sveltejs/adapter-node` for a server, or `@sveltejs/adapter-static` for files".into(),
    })
}

/// A package that says itself that Deno runs it.
fn deno(repo: &Repo, package: &Package) -> Option<Error> {
    let file =
        ["deno.json", "deno.jsonc"].iter().map(|name| join(&package.folder, name)).find(|path| repo.has(path))?;
    let starts = package.script("start").map(|script| script.value);
    let is_deno = starts.map_or(package.manifest.names(&["scripts"]).is_empty(), |text| text.starts_with("deno "));
    is_deno.then(|| Error::Unsupported {
        message: "Deno runs this package, and dockgen makes images for Node.js and Bun".into(),
        evidence: Some(Evidence::file(file)),
        hint: "say how Node.js starts it: a `start` script in package.json".into(),
    })
}

/// A package that only Cloudflare's own tool starts, as a worker.
fn worker(repo: &Repo, package: &Package) -> Option<Error> {
    const SETTINGS: &[&str] = &["wrangler.toml", "wrangler.json", "wrangler.jsonc"];
    let file = SETTINGS.iter().map(|name| join(&package.folder, name)).find(|path| repo.has(path))?;
    let starts = ["start", "dev"].iter().find_map(|name| package.script(name))?;
    let is_started = starts.value.split_whitespace().any(|word| word == "wrangler");
    is_started.then(|| Error::Unsupported {
        message: "it is a worker of Cloudflare: `wrangler` starts it, and its runtime is no Node.js".into(),
        evidence: Some(Evidence::file(file)),
        hint: "say how Node.js starts it, if it can: a `start` script in package.json".into(),
    })
}

/// The framework whose server the file is.
pub fn framework_of(package: &Package, file: &str) -> Option<&'static NodeFramework> {
    let is_output = |framework: &NodeFramework| {
        let inside = file.strip_prefix(&framework.output).is_some_and(|rest| rest.starts_with('/'));
        !framework.start.is_empty() && !framework.output.is_empty() && inside
    };
    let starts = |framework: &NodeFramework| framework.is_started_by_own_file || is_output(framework);
    node_frameworks().iter().find(|framework| starts(framework) && package.depends_on(&framework.dependency))
}

/// The schema of Prisma as a file of the program whose client is made of it: a client finds no database without the variables in it.
pub fn prisma_schema(repo: &Repo, package: &Package) -> Option<Index> {
    let PrismaSource { document, settings } = prisma_source(repo, package)?;
    let mut index = Index::new(document);
    let addresses = settings.iter().filter(|setting| setting.key == "url");
    index.environment.extend(addresses.filter_map(|setting| {
        let name = setting.value.strip_prefix("env(\"").and_then(|rest| rest.strip_suffix("\")"))?;
        let variable = Some(name).filter(|name| is_variable(name))?.to_owned();
        Some(EnvironmentRead { variable, is_required: true, place: setting.place, ..EnvironmentRead::default() })
    }));
    Some(index).filter(|index| !index.environment.is_empty())
}

/// The service that the schema of Prisma names.
pub fn prisma_service(repo: &Repo, package: &Package) -> Option<Fact<String>> {
    let PrismaSource { document, settings } = prisma_source(repo, package)?;
    let setting = settings.into_iter().find(|setting| setting.key == "provider")?;
    let provider = setting.value.trim_matches('"');
    let service = backing_services().iter().find(|service| provider.starts_with(service.scheme.as_str()))?;
    Some(Fact::new(service.name.clone(), document.evidence_at(setting.place.start as usize)))
}

/// The schema of Prisma with what its source of data is told.
struct PrismaSource {
    document: Document,
    settings: Vec<PrismaSetting>,
}

/// A setting of a source of data.
struct PrismaSetting {
    key: String,
    /// As it is written: `"postgresql"`, `env("DATABASE_URL")`.
    value: String,
    /// The line.
    place: Place,
}

fn prisma_source(repo: &Repo, package: &Package) -> Option<PrismaSource> {
    let path = repo.files_under(&package.folder).find(|file| file.ends_with("schema.prisma"))?;
    let document = repo.read_optional(path).filter(|_| package.depends_on("@prisma/client"))?;
    let (mut settings, mut is_source, mut start) = (Vec::new(), false, 0);
    for (number, line) in (1..).zip(document.text().split_inclusive('\n')) {
        let mut words = line.split_whitespace();
        match (words.next(), words.next(), words.next()) {
            (Some("datasource"), ..) => is_source = true,
            (Some("}"), ..) => is_source = false,
            (Some(key), Some("="), Some(value)) if is_source => {
                let place = Place { start, end: start, line: number, ..Place::default() };
                settings.push(PrismaSetting { key: key.to_owned(), value: value.to_owned(), place });
            }
            _ => {}
        }
        start += u32::try_from(line.len()).ok()?;
    }
    Some(PrismaSource { document, settings })
}

/// What a bundler of an age needs in its surroundings, so that it runs on a line of Node.js that is maintained.
pub fn of_old_bundlers(packages: &[&Package]) -> Vec<Variable> {
    let is_below = |name: &str, first: u32| {
        packages.iter().any(|package| package.major_of(name).is_some_and(|major| major < first))
    };
    let hashes = first_with_openssl_3().any(|(name, first)| is_below(name, first));
    let keeps = first_without_compile_cache().any(|(name, first)| is_below(name, first));
    // what makes OpenSSL 3 hash as it wants
    let hashes = hashes.then(|| Variable::new("NODE_OPTIONS", "--openssl-legacy-provider"));
    hashes.into_iter().chain(keeps.then(|| Variable::new("DISABLE_V8_COMPILE_CACHE", "1"))).collect()
}

/// `output` in the configuration of Next.js.
pub fn next_output(repo: &Repo, package: &Package) -> Option<NextOutput> {
    let index = source::read(configuration(repo, package, "next.config")?);
    let named = index.named_values();
    let mut texts = named.iter().filter(|named| named.name() == "output").filter_map(|named| named.value.text());
    texts.find_map(|text| match text {
        "standalone" => Some(NextOutput::Standalone),
        "export" => Some(NextOutput::Export),
        _ => None,
    })
}

/// What Next.js is configured to make, where that is not its usual folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextOutput {
    /// A server with the modules that it needs.
    Standalone,
    /// Pages.
    Export,
}

/// How many folders above the package `outputFileTracingRoot` in the configuration of Next.js is.
pub fn tracing_root(repo: &Repo, package: &Package) -> Option<usize> {
    let index = source::read(configuration(repo, package, "next.config")?);
    let named = index.named_values();
    let value = named.iter().find(|named| named.name() == "outputFileTracingRoot")?.value;
    let path = value.path()?;
    path.base?;
    Some(path.path.split('/').take_while(|part| *part == "..").count())
}
