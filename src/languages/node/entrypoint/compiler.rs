//! Which files are there already, and which only after a build.

use std::cell::OnceCell;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use jsonc_parser::{JsonObject, JsonValue, ParseOptions};

use crate::catalog::node::{build, has, names};
use crate::languages::node::entrypoint::imports::{candidates, relative};
use crate::languages::node::entrypoint::script::parts;
use crate::languages::node::manifest::Package;
use crate::languages::node::package_manager::build_script::{build_script, has_build};
use crate::path::{file_name, is_named, join, join_inside, parent};
use crate::repo::Repo;
use crate::shell::{self, Word, value_of, values_of};
use crate::source::{Call, Index, Sources, Value};

/// Whether a file is in the repository, or only after a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Source,
    TypeScript,
    Built,
    Absent,
}

/// Endings that Node.js tries, and those that it runs by taking the types away.
const ENDINGS: &[&str] =
    &["", ".js", ".mjs", ".cjs", "/index.js", "/index.mjs", "/index.cjs", ".ts", ".mts", "/index.ts"];

/// Where a file that a script names is, or will be after the build.
pub fn locate(repo: &Repo, package: &Package, file: &str) -> (String, State) {
    Compiler::of(repo, package).locate(file)
}

/// The same for a file that the manifest names, as `npm init` does before there is any; nothing where it is not there and no build
/// makes it.
pub fn locate_stated(repo: &Repo, package: &Package, file: &str) -> Option<(String, State)> {
    let compiler = Compiler::of(repo, package);
    let (file, state) = compiler.locate(file);
    let is_there = match state {
        State::Absent => false,
        State::Built => !is_by_file(package) || compiler.is_output(&file) || compiler.source_of_output(&file).is_some(),
        State::Source | State::TypeScript => true,
    };
    is_there.then_some((file, state))
}

/// The source that a build makes a file of.
pub fn source_of_output(repo: &Repo, package: &Package, file: &str) -> Option<String> {
    Compiler::of(repo, package).source_of_output(file)
}

/// Where the compiler alone puts what it makes of a source; nothing where another tool builds, or copies what is beside.
pub fn output_of(repo: &Repo, package: &Package, source: &str) -> Option<String> {
    let compiler = Compiler::of(repo, package);
    let script = build_script(package).and_then(|(name, _)| package.script(&name)).map(|script| script.value);
    let text = script.unwrap_or_else(|| "tsc".into());
    let is_plain = names(&text).any(|word| word == "tsc")
        && !names(&text).any(|word| {
            let tools = build();
            word != "tsc" && has(&tools.compilers, word) || has(&tools.bundlers, word) || has(&tools.copiers, word)
        });
    compiler.compiled(source).filter(|_| is_plain)
}

/// Where a source lies once it is compiled by itself; nothing where a bundler puts many into one.
pub fn place_of(repo: &Repo, package: &Package, source: &str) -> Option<String> {
    Compiler::of(repo, package).compiled(source).filter(|_| is_by_file(package))
}

/// Whether the build compiles each source by itself, and no tool besides makes JavaScript.
fn is_by_file(package: &Package) -> bool {
    const BY_FILE: &[&str] = &["tsc", "nest", "swc"];
    let script = build_script(package).and_then(|(name, _)| package.script(&name)).map(|script| script.value);
    let text = script.unwrap_or_else(|| "tsc".into());
    names(&text).any(|word| BY_FILE.contains(&word))
        && !names(&text)
            .any(|word| has(&build().bundlers, word) || has(&build().compilers, word) && !BY_FILE.contains(&word))
}

/// What is of no more use once the compiler alone has made the program.
#[derive(Debug)]
pub struct Compiled {
    /// The folder of the TypeScript, from the folder of the package.
    pub folder: String,
    /// The settings of the compiler, from the root of the repository.
    pub settings: Vec<String>,
}

/// What is of no more use once the file that is started is compiled; nothing where something may still read it.
pub fn compiled(sources: &Sources, package: &Package, started: &str) -> Option<Compiled> {
    let repo = sources.repo();
    let source = source_of_output(repo, package, started)?;
    output_of(repo, package, &source)?;
    let (folder, _) = source.split_once('/')?;
    let place = join(&package.folder, folder);
    let mut compiled = repo.files_under(&place).filter(|file| file.ends_with(".ts"));
    let names_sources = |file: &str| {
        let index = sources.get(file);
        index.is_none_or(|index| index.texts.iter().any(|text| text.text.contains(".ts")))
    };
    if compiled.any(names_sources) || package.depends_on("tsconfig-paths") {
        return None;
    }
    let is_settings = |name: &&str| name.starts_with("tsconfig") && name.ends_with(".json");
    let settings = repo.names_in(&package.folder).filter(is_settings).map(|name| join(&package.folder, name));
    Some(Compiled { folder: folder.to_owned(), settings: settings.collect() })
}

/// Whether the compiler makes modules of a source that Node.js can't load: it leaves imports without an ending as they are, as
/// bundlers want them, and makes ES modules, which Node.js resolves by whole names alone.
pub fn leaves_endings(repo: &Repo, package: &Package, source: &str) -> bool {
    let Some(makes) = modules(repo, &join(&package.folder, "tsconfig.json"), DEEPEST_EXTENSION) else { return false };
    makes.is_of_bundlers()
        && !completes_endings(package, &makes)
        && output_of(repo, package, source).is_some()
        && imports_without_ending(repo, package, source)
}

/// Whether the sources look for sources when they run, and would find none once they are compiled: `if (name.endsWith(".ts"))
/// require(name)`.
pub fn looks_for_sources(repo: &Repo, package: &Package) -> bool {
    const MOST: usize = 200;
    let compiler = Compiler::of(repo, package);
    let asks = |index: &Index, ending: &str| {
        let is_it =
            |call: &&Call| call.name() == "endsWith" && call.positional(0).and_then(Value::text) == Some(ending);
        index.calls.iter().any(|call| is_it(&call))
    };
    compiler.sources().iter().take(MOST).any(|source| {
        let document = repo.read_optional(&join(&package.folder, source));
        let index = document.and_then(|document| crate::source::read_bounded(document).ok());
        index.is_some_and(|index| asks(&index, ".ts") && !asks(&index, ".js"))
    })
}

/// Whether the build gives imports their endings after the compiler: `tsc && tsc-alias`.
fn completes_endings(package: &Package, makes: &Modules) -> bool {
    let script = build_script(package).and_then(|(name, _)| package.script(&name)).map(|script| script.value);
    let completes = |word: &str| has(&build().ending_completers, word) || makes.completers.iter().any(|it| it == word);
    script.is_some_and(|script| script.split_whitespace().map(file_name).any(completes))
}

/// What configurations say of modules, the first that says it.
#[derive(Debug, Default)]
struct Modules {
    module: Option<String>,
    resolution: Option<String>,
    /// The tools that are told to give imports their endings.
    completers: Vec<String>,
}

impl Modules {
    fn is_of_bundlers(&self) -> bool {
        let resolution = self.resolution.as_deref().unwrap_or_default();
        let is_lenient = matches!(resolution, "bundler" | "node" | "node10");
        is_lenient && self.module.as_deref().map_or(resolution == "bundler", |module| module.starts_with("es"))
    }
}

/// What a configuration and those that it extends say of modules; also one of another package of the repository.
fn modules(repo: &Repo, path: &str, depth: u32) -> Option<Modules> {
    let document = repo.has(path).then(|| repo.read_optional(path)).flatten()?;
    let Ok(Some(JsonValue::Object(object))) = jsonc_parser::parse_to_value(document.text(), &ParseOptions::default())
    else {
        return None;
    };
    let options = object.get_object("compilerOptions");
    let text = |key: &str| Some(options?.get_string(key)?.to_lowercase());
    let is_told = |tool: &str, key: &str| object.get_object(tool).and_then(|own| own.get_boolean(key)) == Some(true);
    let completers = build().ending_completer_settings.iter().filter(|(tool, key)| is_told(tool, key));
    let completers = completers.map(|(tool, _)| tool.clone()).collect();
    let mut said = Modules { module: text("module"), resolution: text("moduleResolution"), completers };
    let extended = object.get_string("extends").map(|one| vec![one.to_string()]).or_else(|| texts(&object, "extends"));
    for base in extended.unwrap_or_default().iter().rev().filter(|_| depth > 0) {
        let file = if base.ends_with(".json") { base.clone() } else { format!("{base}.json") };
        let file = if base.starts_with('.') { join_inside(parent(path), &file) } else { of_package(repo, &file) };
        let Some(more) = file.and_then(|file| modules(repo, &file, depth - 1)) else { continue };
        said.module = said.module.or(more.module);
        said.resolution = said.resolution.or(more.resolution);
        said.completers.extend(more.completers);
    }
    Some(said)
}

/// A file of a package of the repository, by the name of that: `@shop/tsconfig/base.json`.
fn of_package(repo: &Repo, file: &str) -> Option<String> {
    let parts = file.split('/').take(if file.starts_with('@') { 2 } else { 1 });
    let name = parts.collect::<Vec<_>>().join("/");
    let inside = file.strip_prefix(&name)?.strip_prefix('/')?;
    let manifests = repo.files().iter().filter(|path| is_named(path, "package.json"));
    let folders = manifests.map(|path| parent(path)).filter(|folder| repo.has(&join(folder, inside)));
    let is_it = |folder: &&str| {
        let manifest = repo.read_optional(&join(folder, "package.json")).and_then(|document| document.json().ok());
        manifest.is_some_and(|manifest| manifest.value().get("name").and_then(serde_json::Value::as_str) == Some(&name))
    };
    folders.into_iter().find(is_it).map(|folder| join(folder, inside))
}

/// Whether a source, or what it imports, imports a file of its own without an ending.
fn imports_without_ending(repo: &Repo, package: &Package, source: &str) -> bool {
    const MOST: usize = 100;
    let mut open = vec![join(&package.folder, source)];
    let mut seen = std::collections::BTreeSet::new();
    while let Some(path) = open.pop().filter(|_| seen.len() < MOST) {
        if !seen.insert(path.clone()) {
            continue;
        }
        let document = repo.read_optional(&path);
        let Some(index) = document.and_then(|document| crate::source::read_bounded(document).ok()) else { continue };
        for import in index.imports.iter().filter(|import| !import.is_type) {
            let Some(target) = relative(&path, &import.module) else { continue };
            let Some(found) = candidates(&target).find(|candidate| repo.has(candidate)) else { continue };
            if !file_name(&import.module).contains('.') {
                return true;
            }
            open.push(found);
        }
    }
    false
}

/// What a configuration of the compiler says, with paths from the folder of the package.
#[derive(Debug, Default)]
struct Configuration {
    output: Option<String>,
    root: Option<String>,
    /// Whether the compiler only looks.
    no_emit: Option<bool>,
    files: Option<Vec<String>>,
    include: Option<Vec<String>>,
    exclude: Option<Vec<String>>,
}

/// The TypeScript compiler, or a bundler in its place, with what the package tells it.
struct Compiler<'a> {
    repo: &'a Repo,
    package: &'a Package,
    /// The configurations, the one that decides first.
    configurations: Vec<Configuration>,
    sources: OnceCell<Vec<String>>,
    source_folder: OnceCell<String>,
}

impl<'a> Compiler<'a> {
    fn of(repo: &'a Repo, package: &'a Package) -> Self {
        let mut configurations = Vec::new();
        for name in configuration_names(package) {
            read_configuration(repo, package, &name, DEEPEST_EXTENSION, &mut configurations);
        }
        Self { repo, package, configurations, sources: OnceCell::new(), source_folder: OnceCell::new() }
    }

    fn locate(&self, file: &str) -> (String, State) {
        let (repo, package) = (self.repo, self.package);
        let clean = file.trim_start_matches("./").trim_end_matches('/');
        let clean = if clean == "." || clean.is_empty() {
            package
                .manifest
                .text(&["main"])
                .map_or_else(|| "index.js".into(), |main| main.value.trim_start_matches("./").to_owned())
        } else {
            clean.to_owned()
        };
        let is_type_script = |path: &str| path.ends_with(".ts") || path.ends_with(".mts");
        let build = has_build(package) && self.is_output(&clean);
        if !build
            && let Some(found) = ENDINGS
                .iter()
                .map(|ending| format!("{clean}{ending}"))
                .find(|path| repo.has(&join(&package.folder, path)))
        {
            let state = if is_type_script(&found) { State::TypeScript } else { State::Source };
            if state == State::TypeScript
                && build_script(package).is_some()
                && let Some(built) = self.compiled(&found)
            {
                return (built, State::Built);
            }
            return (found, state);
        }
        if is_type_script(&clean) || !has_build(package) {
            return (clean, State::Absent);
        }
        // Named as it will be called, beside the source that it is made of: the build puts it elsewhere.
        if let Some(built) = self.source_beside(&clean).and_then(|source| self.compiled(&source)) {
            return (built, State::Built);
        }
        let ending = if file_name(&clean).contains('.') { "" } else { self.built_ending(&clean) };
        let file = format!("{clean}{ending}");
        let place = self.moved(&file).unwrap_or(file);
        (place, State::Built)
    }

    /// The TypeScript file that has the place of a JavaScript file.
    fn source_beside(&self, file: &str) -> Option<String> {
        let (stem, ending) = file.rsplit_once('.')?;
        let source = format!("{stem}.{}", ending.replace("js", "ts"));
        (ending.ends_with("js") && self.repo.has(&join(&self.package.folder, &source))).then_some(source)
    }

    /// A folder named without the file in it stands for its index.
    fn built_ending(&self, clean: &str) -> &'static str {
        if clean == self.output_folder() { "/index.js" } else { ".js" }
    }

    fn is_output(&self, file: &str) -> bool {
        let folder = self.output_folder();
        let first = file.split('/').next().unwrap_or_default();
        first == folder.split('/').next().unwrap_or_default() && first != "src" && first != "."
            || matches!(first, "dist" | "build" | ".output" | ".next" | "out" | "lib")
                && !self.repo.has(&join(&self.package.folder, file))
    }

    /// The folder that the TypeScript compiler or the bundler writes.
    fn output_folder(&self) -> String {
        self.stated_output().unwrap_or_else(|| "dist".into())
    }

    /// The output folder by the flag of the build, then by its configuration.
    fn stated_output(&self) -> Option<String> {
        let flag = build_commands(self.package).into_iter().find_map(|words| {
            let folder = value_of(&words, &["--outDir", "--outdir", "--out-dir"]).map(plain);
            let file = value_of(&words, &["--outfile", "--outFile"]).map(|file| plain(parent(file)));
            folder.or(file).filter(|folder| !folder.is_empty())
        });
        flag.or_else(|| self.configured(|it| it.output.clone()))
    }

    /// What the first configuration that says something says.
    fn configured<T>(&self, field: impl Fn(&Configuration) -> Option<T>) -> Option<T> {
        self.configurations.iter().find_map(field)
    }

    /// The folder that the compiler takes the sources from: what it is told, or what all of them have in common.
    fn source_folder(&self) -> &str {
        self.source_folder.get_or_init(|| {
            if let Some(folder) = self.bundled_folder() {
                return folder;
            }
            if let Some(stated) = self.configured(|it| it.root.clone()) {
                return stated;
            }
            // Since version 6 the compiler counts from the folder of its configuration.
            let is_counted = self.package.major_of("typescript").is_none_or(|major| major < 6);
            let folders = self.sources().iter().map(|file| parent(file).to_owned());
            match folders.reduce(|one, other| common_folder(&one, &other)) {
                Some(common) if is_counted => common,
                Some(_) => String::new(),
                None => "src".into(),
            }
        })
    }

    /// The folder that all the files have in common which a bundler is given, as `tsup src/` is: what it makes lies by that, whatever
    /// the compiler is told.
    fn bundled_folder(&self) -> Option<String> {
        let commands = build_commands(self.package);
        let (tool, given) = commands.iter().find_map(|words| {
            let tool = words.iter().position(|word| has(&build().bundlers, file_name(word)))?;
            Some((file_name(&words[tool]), &words[tool + 1..]))
        })?;
        let folder = |word: &String| {
            let path = plain(word);
            let place = join(&self.package.folder, &path);
            let fixed = path.split_once('*').map(|(fixed, _)| parent(fixed).to_owned());
            let whole = || self.repo.has_folder(&place).then(|| path.clone());
            let file = || self.repo.has(&place).then(|| parent(&path).to_owned());
            fixed.or_else(whole).or_else(file)
        };
        let named = given.iter().filter(|word| !word.starts_with('-') && is_path(word)).filter_map(folder);
        let common = |one: String, other: String| common_folder(&one, &other);
        named.reduce(common).or_else(|| self.configured_entries(tool).iter().filter_map(folder).reduce(common))
    }

    /// The files and folders that the settings of a bundler name: `entry: ["src"]` in `tsup.config.ts`.
    fn configured_entries(&self, tool: &str) -> Vec<String> {
        let mut names = self.repo.names_in(&self.package.folder);
        let settings = names.find(|name| name.strip_prefix(tool).is_some_and(|rest| rest.starts_with(".config.")));
        let document = settings.and_then(|name| self.repo.read_optional(&join(&self.package.folder, name)));
        let Some(index) = document.and_then(|document| crate::source::read_bounded(document).ok()) else {
            return Vec::new();
        };
        let named = index.named_values();
        let entry = named.iter().find(|named| has(&build().entry_settings, named.name()));
        let values: Vec<&Value> = match entry.map(|entry| entry.value.resolved()) {
            Some(Value::List(values)) => values.iter().collect(),
            Some(Value::Object(fields)) => fields.iter().map(|field| &field.value).collect(),
            Some(other) => vec![other],
            None => Vec::new(),
        };
        values.into_iter().filter_map(|value| value.text().map(str::to_owned)).collect()
    }

    /// The TypeScript files that the compiler is given, from the folder of the package.
    fn sources(&self) -> &[String] {
        self.sources.get_or_init(|| {
            let included = match (self.configured(|it| it.files.clone()), self.configured(|it| it.include.clone())) {
                (None, None) => vec![String::new()],
                (files, include) => files.into_iter().chain(include).flatten().collect(),
            };
            let mut excluded = self.configured(|it| it.exclude.clone()).unwrap_or_default();
            excluded.extend(self.stated_output());
            excluded.push("node_modules".into());
            let (included, excluded) = (NamedFiles::of(&included), NamedFiles::of(&excluded));
            let skip = if self.package.folder.is_empty() { 0 } else { self.package.folder.len() + 1 };
            self.repo
                .files_under(&self.package.folder)
                .map(|file| &file[skip..])
                .filter(|file| [".ts", ".tsx", ".mts", ".cts"].iter().any(|ending| file.ends_with(ending)))
                .filter(|file| !file.ends_with(".d.ts") && included.has(file) && !excluded.has(file))
                .map(str::to_owned)
                .collect()
        })
    }

    /// The source that a build makes a file of.
    fn source_of_output(&self, file: &str) -> Option<String> {
        let stem = file_name(file).split('.').next()?;
        let is_named_so = |source: &&String| file_name(source).split('.').next() == Some(stem);
        let mut sources = self.sources().iter().filter(is_named_so);
        sources.find(|source| self.compiled(source).as_deref() == Some(file)).cloned()
    }

    /// Where the compiler puts the source that a start script means, when it puts it deeper than the script says.
    fn moved(&self, file: &str) -> Option<String> {
        let inner = file.strip_prefix(&format!("{}/", self.output_folder()))?;
        let stem = inner.strip_suffix(".js").unwrap_or(inner);
        let is_meant = |source: &&String| {
            source.rsplit_once('.').is_some_and(|(own, _)| own == stem || own.ends_with(&format!("/{stem}")))
        };
        let meant = self.sources().iter().filter(is_meant);
        let mut built = meant.filter_map(|source| self.compiled(source)).collect::<Vec<_>>();
        built.sort_by_key(String::len);
        (!built.iter().any(|path| path == file)).then(|| built.into_iter().next()).flatten()
    }

    /// The JavaScript that the package's own build makes of a TypeScript file; the compiler alone where nothing is said.
    fn compiled(&self, file: &str) -> Option<String> {
        let package = self.package;
        let text = match build_script(package) {
            Some((name, _)) => package.script(&name)?.value,
            None if package.depends_on("typescript") && package.script("start").is_none() => "tsc".into(),
            None => return None,
        };
        // A compiler that only looks makes nothing.
        let checks_only = self.configured(|it| it.no_emit).unwrap_or(false);
        let makes = |part: &&str| {
            part.contains("--noEmit false") || !(part.contains("--noEmit") || checks_only && part.starts_with("tsc"))
        };
        let text = parts(&text).into_iter().filter(makes).collect::<Vec<_>>().join(" ");
        let tool = names(&text).find(|word| has(&build().compilers, word))?;
        let inner = file.strip_prefix(&format!("{}/", self.source_folder())).unwrap_or(file);
        let stem = |path: &str| path.rsplit_once('.').map_or(path.to_owned(), |(stem, _)| stem.to_owned());
        match self.stated_output() {
            Some(output) => Some(join(&output, &format!("{}.js", stem(inner)))),
            // Without a folder the compiler writes beside the source.
            None if tool == "tsc" => Some(format!("{}.js", stem(file))),
            None => Some(format!("dist/{}.js", stem(inner))),
        }
    }
}

/// Whether a word of a command may be a path: `src/`, `src/index.ts`, `index.ts`.
fn is_path(word: &str) -> bool {
    word.contains(['/', '.', '*'])
}

/// Configurations are followed through this many that they extend.
const DEEPEST_EXTENSION: u32 = 5;

/// The words of each command of the build script.
fn build_commands(package: &Package) -> Vec<Vec<String>> {
    let script = build_script(package).and_then(|(name, _)| package.script(&name));
    let commands = script.map(|script| shell::read(&script.value).commands).unwrap_or_default();
    commands.iter().map(|command| command.words.iter().map(Word::as_written).collect()).collect()
}

/// The names of the compiler's configurations: the one that the build names, then the usual ones.
fn configuration_names(package: &Package) -> Vec<String> {
    let flags = ["-p", "--project", "-b", "--build"];
    let is_file = |value: &&str| value.rsplit('.').next() == Some("json");
    let named =
        build_commands(package).into_iter().find_map(|words| values_of(&words, &flags).find(is_file).map(plain));
    let usual = ["tsconfig.build.json", "tsconfig.json", "tsconfig.app.json", "tsconfig.server.json"];
    named.into_iter().chain(usual.map(str::to_owned)).collect()
}

/// Reads a configuration, which may hold comments, and those in the package that it extends, which say less.
fn read_configuration(repo: &Repo, package: &Package, name: &str, depth: u32, read: &mut Vec<Configuration>) {
    let Some(document) = repo.read_optional(&join(&package.folder, name)) else { return };
    let Ok(Some(JsonValue::Object(object))) = jsonc_parser::parse_to_value(document.text(), &ParseOptions::default())
    else {
        return;
    };
    let folder = parent(name);
    let from_package = |path: &str| join_inside(folder, path);
    let options = object.get_object("compilerOptions");
    let path = |key: &str| {
        let stated = options?.get_string(key)?;
        from_package(stated).filter(|path| key == "rootDir" || !path.is_empty())
    };
    let list = |key: &str| Some(texts(&object, key)?.iter().filter_map(|path| from_package(path)).collect());
    read.push(Configuration {
        output: path("outDir"),
        root: path("rootDir"),
        no_emit: options.and_then(|options| options.get_boolean("noEmit")),
        files: list("files"),
        include: list("include"),
        exclude: list("exclude"),
    });
    let extended = object.get_string("extends").map(|one| vec![one.to_string()]).or_else(|| texts(&object, "extends"));
    for base in extended.unwrap_or_default().iter().rev().filter(|base| base.starts_with('.') && depth > 0) {
        let file = if base.ends_with(".json") { base.clone() } else { format!("{base}.json") };
        if let Some(file) = from_package(&file) {
            read_configuration(repo, package, &file, depth - 1, read);
        }
    }
}

/// The texts of a list.
fn texts(object: &JsonObject, key: &str) -> Option<Vec<String>> {
    let texts = object.get_array(key)?.iter().filter_map(|value| match value {
        JsonValue::String(text) => Some(text.to_string()),
        _ => None,
    });
    Some(texts.collect())
}

fn plain(folder: &str) -> String {
    folder.trim_start_matches("./").trim_end_matches('/').to_owned()
}

/// The files that patterns of a configuration take in: a folder stands for all that is below.
struct NamedFiles<'a> {
    patterns: &'a [String],
    globs: GlobSet,
}

impl<'a> NamedFiles<'a> {
    fn of(patterns: &'a [String]) -> Self {
        let mut globs = GlobSetBuilder::new();
        let globbed = patterns.iter().filter(|pattern| pattern.contains(['*', '?', '[', '{', '\\']));
        for pattern in globbed.flat_map(|pattern| [pattern.clone(), format!("{pattern}/**")]) {
            if let Ok(glob) = GlobBuilder::new(&pattern).literal_separator(true).build() {
                globs.add(glob);
            }
        }
        Self { patterns, globs: globs.build().unwrap_or_else(|_| GlobSet::empty()) }
    }

    fn has(&self, file: &str) -> bool {
        let is_below = |folder: &String| {
            folder.is_empty() || file.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'))
        };
        self.patterns.iter().any(|pattern| is_below(pattern) || file == pattern) || self.globs.is_match(file)
    }
}

/// The folder that two folders lie in.
fn common_folder(one: &str, other: &str) -> String {
    let pairs = one.split('/').zip(other.split('/')).take_while(|(one, other)| one == other);
    pairs.map(|(part, _)| part).collect::<Vec<_>>().join("/")
}
