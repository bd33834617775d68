//! Which files are there already, and which only after a build.

use globset::GlobBuilder;
use jsonc_parser::{JsonValue, ParseOptions};

use crate::languages::node::manifest::Package;
use crate::languages::node::package_manager::build_script::{build_script, has_build};
use crate::languages::source::compile;
use crate::path::{file_name, join, parent};
use crate::pattern;
use crate::repo::Repo;

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

pub fn locate(repo: &Repo, package: &Package, file: &str) -> (String, State) {
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
    let build = has_build(package) && is_output(package, repo, &clean);
    if !build
        && let Some(found) =
            ENDINGS.iter().map(|ending| format!("{clean}{ending}")).find(|path| repo.has(&join(&package.folder, path)))
    {
        let state = if is_type_script(&found) { State::TypeScript } else { State::Source };
        if state == State::TypeScript
            && build_script(package).is_some()
            && let Some(built) = compiled(repo, package, &found)
        {
            return (built, State::Built);
        }
        return (found, state);
    }
    if is_type_script(&clean) || !has_build(package) {
        return (clean, State::Absent);
    }
    // Named as it will be called, beside the source that it is made of: the build puts it elsewhere.
    if let Some(built) = source_of(repo, package, &clean).and_then(|source| compiled(repo, package, &source)) {
        return (built, State::Built);
    }
    let ending = if clean.rsplit('/').next().is_some_and(|name| name.contains('.')) {
        ""
    } else {
        built_ending(repo, package, &clean)
    };
    let file = format!("{clean}{ending}");
    let place = moved(repo, package, &file).unwrap_or(file);
    (place, State::Built)
}

/// The TypeScript file that has the place of a JavaScript file.
fn source_of(repo: &Repo, package: &Package, file: &str) -> Option<String> {
    let (stem, ending) = file.rsplit_once('.')?;
    let source = format!("{stem}.{}", ending.replace("js", "ts"));
    (ending.ends_with("js") && repo.has(&join(&package.folder, &source))).then_some(source)
}

/// A folder named without the file in it stands for its index.
fn built_ending(repo: &Repo, package: &Package, clean: &str) -> &'static str {
    let folder = output_folder(repo, package);
    if clean == folder { "/index.js" } else { ".js" }
}

fn is_output(package: &Package, repo: &Repo, file: &str) -> bool {
    let folder = output_folder(repo, package);
    let first = file.split('/').next().unwrap_or_default();
    first == folder.split('/').next().unwrap_or_default() && first != "src" && first != "."
        || matches!(first, "dist" | "build" | ".output" | ".next" | "out" | "lib")
            && !repo.has(&join(&package.folder, file))
}

/// The folder that the TypeScript compiler or the bundler writes.
fn output_folder(repo: &Repo, package: &Package) -> String {
    stated_output(repo, package).unwrap_or_else(|| "dist".into())
}

/// The output folder by the flag of the build, then by its configuration.
fn stated_output(repo: &Repo, package: &Package) -> Option<String> {
    let flag = build_script(package).and_then(|(name, _)| package.script(&name)).and_then(|script| {
        let captures =
            pattern!(r"--out-?[dD]ir[= ]([\w./-]+)|--outfile[= ]([\w./-]+)/[\w.-]+").captures(&script.value)?;
        captures.get(1).or(captures.get(2)).map(|folder| plain(folder.as_str()))
    });
    flag.or_else(|| compiler_option(repo, package, "outDir"))
}

fn plain(folder: &str) -> String {
    folder.trim_start_matches("./").trim_end_matches('/').to_owned()
}

/// The configurations of the compiler: the one that the build names, then those with usual names.
fn configurations(package: &Package) -> Vec<String> {
    let named = build_script(package).and_then(|(name, _)| package.script(&name)).and_then(|script| {
        pattern!(r"(?:-p|--project|-b|--build)[= ]([\w./-]+\.json)")
            .captures(&script.value)
            .map(|captures| plain(&captures[1]))
    });
    let usual = ["tsconfig.build.json", "tsconfig.json", "tsconfig.app.json", "tsconfig.server.json"];
    named.into_iter().chain(usual.map(str::to_owned)).collect()
}

/// A path among the compiler options of `tsconfig.json`, which may hold comments.
fn compiler_option(repo: &Repo, package: &Package, name: &str) -> Option<String> {
    let option = compile(&format!(r#"(?m)^[^/\n]*"{name}"\s*:\s*"?([^",}}\s]+)"#));
    configurations(package).iter().find_map(|file| {
        let document = repo.read_optional(&join(&package.folder, file))?;
        let value = plain(&option.captures(document.text())?[1]);
        (!value.is_empty()).then_some(value)
    })
}

/// The folder that the compiler takes the sources from: what it is told, or what all of them have in common.
fn source_folder(repo: &Repo, package: &Package) -> String {
    if let Some(stated) = compiler_option(repo, package, "rootDir") {
        return if stated == "." { String::new() } else { stated };
    }
    // Since version 6 the compiler counts from the folder of its configuration.
    let is_counted = package.major_of("typescript").is_none_or(|major| major < 6);
    let files = sources(repo, package);
    let common = files.iter().map(|file| parent(file).to_owned()).reduce(|one, other| common_folder(&one, &other));
    match common {
        Some(common) if is_counted => common,
        Some(_) => String::new(),
        None => "src".into(),
    }
}

/// The TypeScript files that the compiler is given, from the folder of the package.
fn sources(repo: &Repo, package: &Package) -> Vec<String> {
    let lists = |key: &str| {
        configurations(package).iter().find_map(|name| {
            let document = repo.read_optional(&join(&package.folder, name))?;
            let value = jsonc_parser::parse_to_value(document.text(), &ParseOptions::default()).ok()??;
            let JsonValue::Object(object) = value else { return None };
            let texts = object.get_array(key)?.iter().filter_map(|value| match value {
                JsonValue::String(text) => Some(plain(text)),
                _ => None,
            });
            Some(texts.collect::<Vec<String>>())
        })
    };
    let included = match (lists("files"), lists("include")) {
        (None, None) => vec![String::new()],
        (files, include) => files.into_iter().chain(include).flatten().collect(),
    };
    let mut excluded = lists("exclude").unwrap_or_default();
    excluded.extend(stated_output(repo, package));
    excluded.push("node_modules".into());
    let is_in = |globs: &[String], file: &str| globs.iter().any(|glob| is_taken_in(glob, file));
    let skip = if package.folder.is_empty() { 0 } else { package.folder.len() + 1 };
    repo.files_under(&package.folder)
        .map(|file| &file[skip..])
        .filter(|file| [".ts", ".tsx", ".mts", ".cts"].iter().any(|ending| file.ends_with(ending)))
        .filter(|file| !file.ends_with(".d.ts") && is_in(&included, file) && !is_in(&excluded, file))
        .map(str::to_owned)
        .collect()
}

/// Whether a pattern of the compiler's configuration takes a file in: a folder stands for all that is below.
fn is_taken_in(pattern: &str, file: &str) -> bool {
    let is_folder = pattern.is_empty() || file.strip_prefix(pattern).is_some_and(|rest| rest.starts_with('/'));
    let matches = |pattern: &str| {
        GlobBuilder::new(pattern)
            .literal_separator(true)
            .build()
            .is_ok_and(|glob| glob.compile_matcher().is_match(file))
    };
    is_folder || file == pattern || matches(pattern) || matches(&format!("{pattern}/**"))
}

/// The folder that two folders lie in.
fn common_folder(one: &str, other: &str) -> String {
    let pairs = one.split('/').zip(other.split('/')).take_while(|(one, other)| one == other);
    pairs.map(|(part, _)| part).collect::<Vec<_>>().join("/")
}

/// The source that a build makes a file of.
pub fn source_of_output(repo: &Repo, package: &Package, file: &str) -> Option<String> {
    let stem = file_name(file).split('.').next()?;
    let is_named_so = |source: &&String| file_name(source).split('.').next() == Some(stem);
    let sources = sources(repo, package);
    sources.iter().filter(is_named_so).find(|source| compiled(repo, package, source).as_deref() == Some(file)).cloned()
}

/// Where the compiler puts the source that a start script means, when it puts it deeper than the script says.
fn moved(repo: &Repo, package: &Package, file: &str) -> Option<String> {
    let inner = file.strip_prefix(&format!("{}/", output_folder(repo, package)))?;
    let stem = inner.strip_suffix(".js").unwrap_or(inner);
    let is_meant = |source: &&String| {
        source.rsplit_once('.').is_some_and(|(own, _)| own == stem || own.ends_with(&format!("/{stem}")))
    };
    let mut built = sources(repo, package)
        .iter()
        .filter(is_meant)
        .filter_map(|source| compiled(repo, package, source))
        .collect::<Vec<_>>();
    built.sort_by_key(String::len);
    (!built.iter().any(|path| path == file)).then(|| built.into_iter().next()).flatten()
}

/// The JavaScript that the package's own build makes of a TypeScript file; the compiler alone where nothing is said.
fn compiled(repo: &Repo, package: &Package, file: &str) -> Option<String> {
    let text = match build_script(package) {
        Some((name, _)) => package.script(&name)?.value,
        None if package.depends_on("typescript") && package.script("start").is_none() => "tsc".into(),
        None => return None,
    };
    // A compiler that only looks makes nothing.
    let checks_only = compiler_option(repo, package, "noEmit").is_some_and(|value| value == "true");
    let makes = |part: &&str| {
        part.contains("--noEmit false")
            || !(part.contains("--noEmit") || checks_only && part.trim_start().starts_with("tsc"))
    };
    let text = text.split("&&").filter(makes).collect::<Vec<_>>().join(" ");
    let tool =
        pattern!(r"\b(tsc|tsup|swc|esbuild|nest|rollup|unbuild|ncc|tsdown|pkgroll|tsc-alias|ace)\b").find(&text)?;
    let source = source_folder(repo, package);
    let inner = file.strip_prefix(&format!("{source}/")).unwrap_or(file);
    let stem = |path: &str| path.rsplit_once('.').map_or(path.to_owned(), |(stem, _)| stem.to_owned());
    match stated_output(repo, package) {
        Some(output) => Some(join(&output, &format!("{}.js", stem(inner)))),
        // Without a folder the compiler writes beside the source.
        None if tool.as_str() == "tsc" => Some(format!("{}.js", stem(file))),
        None => Some(format!("dist/{}.js", stem(inner))),
    }
}
