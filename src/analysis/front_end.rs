//! A front end in the same repository whose build makes the files that a program embeds or serves.

use crate::analysis::peers;
use crate::catalog::node::stylesheet_tools;
use crate::catalog::{data_as_of, image, maintained, native};
use crate::evidence::{Evidence, Fact};
use crate::path::{file_name, is_inside, join, parent, relative_to};
use crate::repo::{Manifest, Repo};
use crate::shell::{self, Word};

/// Scripts that build for production, the likeliest first.
const BUILDS: &[&str] = &["build", "build:prod", "build-prod", "build:production", "generate", "export", "dist"];
/// Endings of what a front end is made of.
const ASSETS: &[&str] =
    &["html", "htm", "js", "mjs", "css", "json", "svg", "ico", "png", "map", "wasm", "gz", "br", "zip"];
/// Parts of names of folders that hold a built front end.
const SITES: &[&str] = &[
    "dist",
    "build",
    "public",
    "static",
    "web",
    "ui",
    "www",
    "front",
    "asset",
    "site",
    "client",
    "app",
    "spa",
    "admin",
    "dashboard",
    "html",
    "out",
];

/// A tool stands among the first words: `npx --yes tailwindcss`.
const RUNNER_WORDS: usize = 4;

/// How its packages are installed.
#[derive(Debug, Clone)]
pub struct FrontEnd {
    /// Its folder, from the root of the repository.
    pub folder: String,
    /// What its build makes, from the root of the repository.
    pub output: String,
    /// Where the program wants it, from the root of the repository.
    pub wanted: String,
    /// Manifest, lock file and settings of the package manager, from the root of the repository.
    pub manifests: Vec<String>,
    /// Folders that the install needs too, from the root of the repository.
    pub folders: Vec<String>,
    /// What keeps packages from downloading browsers and the like.
    pub environment: Vec<(String, String)>,
    /// The command that provides the package manager itself; empty where the image has it.
    pub setup: String,
    /// The command that installs the packages.
    pub install: String,
    /// The folder that the package manager caches in.
    pub cache: String,
    /// The command that builds; empty where the installed packages themselves are wanted.
    pub build: String,
    /// The image to build on.
    pub image: String,
    /// The script that builds, or the packages that are installed.
    pub evidence: Evidence,
    /// Whether there is a lock file.
    pub is_locked: bool,
    /// Whether its build makes one file, of the pages of the whole repository.
    pub reads_pages: bool,
}

/// The front end that makes `wanted`, a file or folder that is not there yet; of a file, the folder that it is in.
pub fn find(repo: &Repo, wanted: &str) -> Option<FrontEnd> {
    if let Some(found) = installed(repo, wanted) {
        return Some(found);
    }
    let ending = file_name(wanted).rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, ending)| ending);
    let wanted = match ending {
        Some(ending) if ASSETS.contains(&ending) => parent(wanted),
        Some(_) => return None,
        None => wanted,
    };
    let mut folder = wanted;
    while !folder.is_empty() {
        folder = parent(folder);
        if let Some(manifest) = with_build(repo, folder) {
            return front_end(repo, folder, &manifest, build_script(&manifest), wanted, wanted);
        }
    }
    let manifests = repo.files().iter().filter(|path| file_name(path) == "package.json");
    let all: Vec<(&str, Manifest)> = manifests
        .map(|path| parent(path))
        .filter(|folder| !crate::catalog::is_side_folder(folder))
        .filter_map(|folder| Some((folder, with_build(repo, folder)?)))
        .collect();
    for (folder, manifest) in &all {
        let is_inside = |output: &str| wanted.strip_prefix(output).is_some_and(|rest| rest.starts_with('/'));
        let is_made = configured_output(repo, folder).is_some_and(|output| output == wanted || is_inside(&output));
        if is_made || is_mentioned(repo, folder, manifest, wanted) {
            return front_end(repo, folder, manifest, build_script(manifest), wanted, wanted);
        }
    }
    let [(folder, manifest)] = all.as_slice() else {
        return None;
    };
    let name = file_name(wanted).to_lowercase();
    if !SITES.iter().any(|site| name.contains(site)) {
        return None;
    }
    let output = configured_output(repo, folder).unwrap_or_else(|| join(folder, default_output(manifest)));
    front_end(repo, folder, manifest, build_script(manifest), &output, wanted)
}

/// The front end that makes `wanted`, a folder that is not there yet: one whose build fills just that folder, or a folder above
/// it. A server that is a package of Node.js itself, in `own`, or of one above it, is no front end.
pub fn find_beside(repo: &Repo, wanted: &str, own: Option<&str>) -> Option<FrontEnd> {
    let manifests = repo.files().iter().filter(|path| file_name(path) == "package.json").map(|path| parent(path));
    if own.is_none()
        && let Some(found) = installed(repo, wanted)
    {
        return Some(found);
    }
    let is_own = |folder: &str| own.is_some_and(|own| is_inside(own, folder));
    let others = manifests.filter(|folder| !is_own(folder) && !crate::catalog::is_side_folder(folder));
    others.filter_map(|folder| Some((folder, with_build(repo, folder)?))).find_map(|(folder, manifest)| {
        let made = configured_output(repo, folder).or_else(|| Some(join(folder, known_output(&manifest)?)));
        let is_made = match &made {
            Some(made) => is_inside(wanted, made),
            // What no table knows may well write below itself.
            None => parent(wanted) == folder,
        };
        let is_made = is_made || is_mentioned(repo, folder, &manifest, wanted);
        is_made.then(|| front_end(repo, folder, &manifest, build_script(&manifest), wanted, wanted))?
    })
}

/// The packages that make a stylesheet in one of these folders which the repository does not have: a script gives its file to
/// a tool, `tailwindcss --output ../assets/site.css`.
pub fn stylesheets(repo: &Repo, folders: &[&str]) -> Vec<FrontEnd> {
    let manifests = repo.files().iter().filter(|path| file_name(path) == "package.json").map(|path| parent(path));
    let own = manifests.filter(|folder| !crate::catalog::is_side_folder(folder));
    let found = own.filter_map(|folder| {
        let manifest = repo.read_optional(&join(folder, "package.json"))?.json().ok()?;
        let made = manifest.names(&["scripts"]).into_iter().filter_map(|name| {
            let sheet = join(folder, &stylesheet(&manifest.text(&["scripts", name])?.value)?);
            let is_wanted = folders.iter().any(|folder| is_inside(&sheet, folder));
            (is_wanted && !repo.has(&sheet)).then_some((name, sheet))
        });
        // the one that makes it smallest is for production
        let is_small =
            |script: &str| manifest.text(&["scripts", script]).is_some_and(|it| it.value.contains("--minify"));
        let (script, sheet) = made.max_by_key(|(name, _)| (is_small(name), BUILDS.contains(name)))?;
        Some(FrontEnd { reads_pages: true, ..front_end(repo, folder, &manifest, Some(script), &sheet, &sheet)? })
    });
    found.collect()
}

/// The stylesheet that a script makes and then ends.
fn stylesheet(script: &str) -> Option<String> {
    let tools = stylesheet_tools();
    let flags = |names: &'static [String]| names.iter().map(String::as_str).collect::<Vec<_>>();
    shell::chain(script)?.iter().find_map(|command| {
        let words: Vec<String> = command.all_words().map(Word::as_written).collect();
        let is_tool = words.iter().take(RUNNER_WORDS).any(|word| tools.programs.contains(word));
        let is_watching = words.iter().any(|word| tools.watching.contains(word));
        let sheet = shell::value_of(&words, &flags(&tools.outputs)).filter(|_| is_tool && !is_watching)?;
        sheet.ends_with(".css").then(|| sheet.to_owned())
    })
}

/// The package whose installation makes `wanted`, which lies in its `node_modules`.
fn installed(repo: &Repo, wanted: &str) -> Option<FrontEnd> {
    const PACKAGES: &str = "node_modules";
    let at = wanted.split('/').position(|part| part == PACKAGES)?;
    let folder = wanted.split('/').take(at).collect::<Vec<_>>().join("/");
    let manifest = repo.read_optional(&join(&folder, "package.json"))?.json().ok()?;
    manifest.get(&["dependencies"]).or_else(|| manifest.get(&["devDependencies"]))?;
    let output = join(&folder, PACKAGES);
    front_end(repo, &folder, &manifest, None, &output, &output)
}

fn with_build(repo: &Repo, folder: &str) -> Option<Manifest> {
    let manifest = repo.read_optional(&join(folder, "package.json"))?.json().ok()?;
    build_script(&manifest)?;
    Some(manifest)
}

fn build_script(manifest: &Manifest) -> Option<&'static str> {
    BUILDS.iter().copied().find(|name| manifest.text(&["scripts", name]).is_some())
}

/// Whether the settings of a build, or its script, name a folder outside of its own.
fn is_mentioned(repo: &Repo, folder: &str, manifest: &Manifest, wanted: &str) -> bool {
    let path = relative_to(wanted, folder);
    if !path.starts_with("../") {
        return false;
    }
    let script = build_script(manifest).and_then(|name| manifest.text(&["scripts", name]));
    let is_settings = |name: &&str| {
        let starts = ["vite.config", "webpack", "vue.config", "rollup", "svelte.config"];
        starts.iter().any(|start| name.starts_with(start))
    };
    let mut settings = repo.names_in(folder).filter(is_settings);
    script.is_some_and(|script| script.value.contains(&path))
        || settings
            .any(|name| repo.read_optional(&join(folder, name)).is_some_and(|document| document.text().contains(&path)))
}

/// `outDir` of a Vite configuration, from the root of the repository.
fn configured_output(repo: &Repo, folder: &str) -> Option<String> {
    let name = repo.names_in(folder).find(|name| name.starts_with("vite.config."))?;
    let document = repo.read_optional(&join(folder, name))?;
    let text = document.text();
    let rest = &text[text.find("outDir")? + "outDir".len()..];
    let rest = rest.trim_start().strip_prefix(':')?;
    let line = rest.split('\n').next()?;
    let start = line.find(['"', '\'', '`'])?;
    let quote = line[start..].chars().next()?;
    let value = line[start + 1..].split(quote).next()?;
    (!value.contains('$')).then(|| join(folder, value))
}

fn default_output(manifest: &Manifest) -> &'static str {
    known_output(manifest).unwrap_or("dist")
}

/// Where the tool that builds writes to, where it is a known one.
fn known_output(manifest: &Manifest) -> Option<&'static str> {
    let has =
        |name: &str| ["dependencies", "devDependencies"].iter().any(|group| manifest.get(&[group, name]).is_some());
    if has("react-scripts") || has("@sveltejs/adapter-static") {
        Some("build")
    } else if has("next") {
        Some("out")
    } else if has("nuxt") {
        Some(".output/public")
    } else {
        ["vite", "@vue/cli-service", "@angular/cli"].into_iter().any(has).then_some("dist")
    }
}

/// The newest line of Node with long-term support that has been out for a year.
fn usual_node() -> String {
    let year = |date: &str| date[..4].parse::<u32>().unwrap_or_default();
    let is_settled = |released: &str| {
        let age = year(data_as_of()) - year(released);
        age > 1 || age == 1 && released[4..] <= data_as_of()[4..]
    };
    let lines = maintained("node");
    let settled = lines.iter().find(|line| line.long_term && is_settled(&line.released));
    settled.or(lines.first()).map(|line| line.name.clone()).unwrap_or_default()
}

fn node(repo: &Repo, folder: &str) -> Option<String> {
    let pinned = [".nvmrc", ".node-version"].iter().find_map(|name| repo.read_optional(&join(folder, name)));
    let major = pinned.and_then(|document| {
        let text = document.text().trim().trim_start_matches('v').to_owned();
        text.split('.').next().map(str::to_owned)
    });
    major
        .and_then(|major| image("node-build", &major))
        .or_else(|| image("node-build", &usual_node()))
        .map(|image| image.reference)
}

fn front_end(
    repo: &Repo,
    folder: &str,
    manifest: &Manifest,
    script: Option<&str>,
    output: &str,
    wanted: &str,
) -> Option<FrontEnd> {
    let here = |name: &str| repo.has(&join(folder, name));
    let stated: Option<Fact<String>> = manifest.text(&["packageManager"]);
    let version = |name: &str| {
        let stated = stated.as_ref()?.value.strip_prefix(name)?.strip_prefix('@')?;
        let version = stated.split('+').next()?;
        version.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')).then(|| version.to_owned())
    };
    let mut names = vec!["package.json", ".npmrc"];
    let (setup, install, cache, run) = if here("pnpm-lock.yaml") || version("pnpm").is_some() {
        names.extend(["pnpm-lock.yaml", "pnpm-workspace.yaml"]);
        let line = version("pnpm").unwrap_or_else(|| pnpm_for_lock(repo, folder));
        let frozen = if here("pnpm-lock.yaml") { " --frozen-lockfile" } else { "" };
        (
            format!("npm install --global pnpm@{line}"),
            format!("pnpm install{frozen} --store-dir /root/.pnpm-store"),
            "/root/.pnpm-store",
            "pnpm run",
        )
    } else if (here("bun.lock") || here("bun.lockb")) && !here("package-lock.json") {
        names.extend(["bun.lock", "bun.lockb", "bunfig.toml"]);
        (
            "npm install --global bun@1".to_owned(),
            "bun install --frozen-lockfile".to_owned(),
            "/root/.bun/install/cache",
            "bun run",
        )
    } else if here("yarn.lock") {
        names.extend(["yarn.lock", ".yarnrc.yml", ".yarnrc"]);
        let berry = version("yarn").is_some_and(|version| !version.starts_with('1')) || here(".yarnrc.yml");
        let setup = if berry { "corepack enable" } else { "" };
        let frozen = if berry { "--immutable" } else { "--frozen-lockfile" };
        (
            setup.to_owned(),
            format!("yarn install {frozen}"),
            if berry { "/root/.yarn/berry/cache" } else { "/usr/local/share/.cache/yarn" },
            "yarn run",
        )
    } else {
        names.extend(["package-lock.json", "npm-shrinkwrap.json"]);
        let locks = ["package-lock.json", "npm-shrinkwrap.json"].map(|name| repo.read_optional(&join(folder, name)));
        let lock = locks.into_iter().flatten().next();
        let command = if lock.is_some() { "npm ci" } else { "npm install" };
        let is_old = lock.is_some_and(|lock| peers::are_old(&lock));
        let install = if is_old { format!("{command} {}", peers::OLD_PEERS) } else { command.to_owned() };
        (String::new(), install, "/root/.npm", "npm run")
    };
    let manifests: Vec<String> = names.into_iter().filter(|name| here(name)).map(|name| join(folder, name)).collect();
    let kept = [".yarn/releases", ".yarn/plugins", ".yarn/patches", "patches"];
    Some(FrontEnd {
        is_locked: manifests.iter().any(|path| path.contains("lock") || path.contains("shrinkwrap")),
        manifests,
        folders: kept.into_iter().map(|name| join(folder, name)).filter(|path| repo.has_folder(path)).collect(),
        folder: folder.to_owned(),
        output: output.to_owned(),
        wanted: wanted.to_owned(),
        environment: quiet(manifest),
        setup,
        install,
        cache: cache.to_owned(),
        build: script.map(|script| format!("{run} {script}")).unwrap_or_default(),
        image: node(repo, folder)?,
        reads_pages: false,
        evidence: script
            .map_or_else(|| manifest.evidence(&["dependencies"]), |script| manifest.evidence(&["scripts", script])),
    })
}

/// The release line of pnpm that wrote a lock file.
fn pnpm_for_lock(repo: &Repo, folder: &str) -> String {
    let lock = repo.read_optional(&join(folder, "pnpm-lock.yaml"));
    let line = lock.and_then(|document| {
        document.find_stated(|line| line.starts_with("lockfileVersion")).map(|line| line.value.to_owned())
    });
    match line {
        Some(line) if line.contains("5.") => "7".into(),
        Some(line) if line.contains("6.") => "8".into(),
        _ => "10".into(),
    }
}

/// The variables that keep the front end's packages from downloading what its build does not need.
fn quiet(manifest: &Manifest) -> Vec<(String, String)> {
    let groups = ["dependencies", "devDependencies"];
    let names = groups.iter().flat_map(|group| manifest.names(&[group]));
    let known = names.filter_map(|name| native("node", name)).flat_map(|native| &native.environment);
    let mut found: Vec<(String, String)> = known.map(|(name, value)| (name.clone(), value.clone())).collect();
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_and_flag_of_the_table_makes_a_stylesheet_and_others_do_not() {
        let tools = stylesheet_tools();
        for program in &tools.programs {
            for output in &tools.outputs {
                let script = format!("npx {program} in.css {output} out/site.css");
                assert_eq!(stylesheet(&script).as_deref(), Some("out/site.css"), "{script}");
                assert_eq!(stylesheet(&script.replace(program, &format!("{program}x"))), None, "{script}");
                assert_eq!(stylesheet(&script.replace(output, &format!("{output}x"))), None, "{script}");
                assert_eq!(stylesheet(&script.replace("site.css", "site.js")), None, "{script}");
                for watching in &tools.watching {
                    assert_eq!(stylesheet(&format!("{script} {watching}")), None, "{watching}");
                }
            }
        }
        assert_eq!(stylesheet("tsc && tailwindcss --output=a.css").as_deref(), Some("a.css"));
        assert_eq!(stylesheet("tailwindcss -o a.css | cat"), None);
    }
}
