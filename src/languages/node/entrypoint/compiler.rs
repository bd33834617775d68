//! Which files are there already, and which only after a build.

use crate::languages::node::manifest::Package;
use crate::languages::node::package_manager::build_script::{build_script, has_build};
use crate::languages::source::compile;
use crate::path::join;
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
    (format!("{clean}{ending}"), State::Built)
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
    let included = configurations(package).iter().find_map(|file| {
        let document = repo.read_optional(&join(&package.folder, file))?;
        let list = pattern!(r#""include"\s*:\s*\[([^\]]*)\]"#).captures(document.text())?[1].to_owned();
        Some(list)
    });
    let is_all_in_src = match included {
        Some(list) => pattern!(r#""(?:\./)?([\w.*-]+)"#)
            .captures_iter(&list)
            .all(|captures| &captures[1] == "src" || captures[1].ends_with(".d.ts") || &captures[1] == "types"),
        None => true,
    };
    if is_all_in_src { "src".into() } else { String::new() }
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
