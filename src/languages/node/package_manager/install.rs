//! How the dependencies are installed: the commands of each package manager, frozen where a lock file is there.

use serde_json::Value;

use crate::evidence::{Evidence, Warning};
use crate::languages::node::manifest::Package;
use crate::languages::node::package_manager::{Kind, Manager, lock_file, native_packages, pnpm_line};
use crate::languages::node::workspace::Workspace;
use crate::path::{is_inside, join};
use crate::plan::Variable;
use crate::repo::Repo;

/// The commands of one package manager for one workspace.
#[derive(Debug, Clone, Default)]
pub struct Install {
    /// Installs the package manager itself; empty where the image has it.
    pub manager: String,
    /// The name that the package manager is called by.
    pub program: String,
    /// Installs all dependencies.
    pub all: String,
    /// Runs the install scripts of dependencies that `all` left out; empty where it did not.
    pub rebuild: String,
    /// The flag of `all` that leaves the development dependencies out from the start; empty where there is none.
    pub production: &'static str,
    /// Takes the development dependencies away again.
    pub prune: String,
    /// The folder that the package manager caches in.
    pub cache: String,
    /// The lock file, where the install is frozen.
    pub lock: Option<String>,
    /// The lock file that is there, and out of step.
    pub stale_lock: Option<String>,
    /// Variables for the build stage.
    pub environment: Vec<Variable>,
    /// What the user should know.
    pub warnings: Vec<Warning>,
}

/// The commands for `kind`; `late_scripts` leaves every install script for after the sources are there.
pub fn commands(repo: &Repo, workspace: &Workspace, manager: &Manager, kind: Kind, late_scripts: bool) -> Install {
    let folder = workspace.root.folder.as_str();
    let lock = kind.lock_files().iter().find(|name| repo.has(&join(folder, name))).map(|name| (*name).to_owned());
    let mut install = Install { lock, ..Install::default() };
    if install.lock.is_none() && !workspace.root.dependencies().is_empty() {
        let message = format!(
            "there is no lock file: each build may install other versions ({} would be `{}`)",
            kind.name(),
            kind.lock_files()[0]
        );
        install
            .warnings
            .push(Warning::new(message).at(Evidence::file(workspace.root.path())).hint("commit the lock file"));
    }
    if let Some(name) = install.lock.clone()
        && let Some(missing) = lock_file::missing(repo, &workspace.root, &name)
    {
        let message =
            format!("`{name}` is out of step with package.json: it lacks `{missing}`, so the install can't be frozen");
        install.warnings.push(
            Warning::new(message)
                .at(workspace
                    .root
                    .dependency(&missing)
                    .map_or_else(|| Evidence::file(workspace.root.path()), |fact| fact.evidence))
                .hint(format!("run `{} install` and commit the lock file", kind.program())),
        );
        install.lock = None;
        install.stale_lock = Some(name);
    }
    match kind {
        Kind::Npm => npm(repo, workspace, manager, &mut install, late_scripts),
        Kind::YarnClassic => yarn_classic(manager, &mut install, late_scripts),
        Kind::YarnBerry => yarn_berry(repo, workspace, manager, &mut install, late_scripts),
        Kind::Pnpm => pnpm(repo, workspace, manager, &mut install, late_scripts),
        Kind::Bun => bun(manager, &mut install, late_scripts),
    }
    install
}

/// The version that the project wants of the package manager that it names.
fn stated(manager: &Manager, kind: Kind) -> Option<String> {
    (manager.kind.value == kind).then(|| manager.version.as_ref().map(|version| version.value.clone())).flatten()
}

/// The first number of a version or range.
fn major(version: &str) -> Option<u32> {
    version.trim_start_matches(['^', '~']).split('.').next()?.parse().ok()
}

fn npm(repo: &Repo, workspace: &Workspace, manager: &Manager, install: &mut Install, late_scripts: bool) {
    let mut flags = String::new();
    // Older ones do not run on the lines that are maintained.
    if let Some(version) = stated(manager, Kind::Npm).filter(|version| major(version).is_some_and(|major| major >= 9)) {
        install.manager = format!("npm install --global npm@{version}");
    }
    if late_scripts {
        flags.push_str(" --ignore-scripts");
        install.rebuild = "npm rebuild".into();
    }
    let format =
        install.lock.as_ref().or(install.stale_lock.as_ref()).and_then(|name| lock_format(repo, workspace, name));
    if format == Some(1) {
        flags.push_str(" --legacy-peer-deps");
    }
    install.program = "npm".into();
    install.production = "--omit=dev";
    install.cache = "/root/.npm".into();
    install.prune = format!(
        "npm prune --omit=dev --ignore-scripts{}",
        if flags.contains("legacy") { " --legacy-peer-deps" } else { "" }
    );
    install.all = format!("npm {} --no-audit --no-fund{flags}", if install.lock.is_some() { "ci" } else { "install" });
}

/// The version of the format that an npm lock file says of itself.
fn lock_format(repo: &Repo, workspace: &Workspace, name: &str) -> Option<u64> {
    let document = repo.read_optional(&join(&workspace.root.folder, name))?;
    let lock: Value = serde_json::from_str(document.text()).ok()?;
    Some(lock.get("lockfileVersion").and_then(Value::as_u64).unwrap_or(1))
}

fn yarn_classic(manager: &Manager, install: &mut Install, late_scripts: bool) {
    let version = stated(manager, Kind::YarnClassic).filter(|version| version.starts_with("1.22."));
    install.manager = format!("npm install --global --force yarn@{}", version.unwrap_or_else(|| "1.22.22".into()));
    let scripts = if late_scripts { " --ignore-scripts" } else { "" };
    let frozen = if install.lock.is_some() { " --frozen-lockfile" } else { "" };
    install.program = "yarn".into();
    install.production = "--production";
    install.cache = "/usr/local/share/.cache/yarn".into();
    install.all = format!("yarn install --non-interactive --ignore-engines{frozen}{scripts}");
    install.prune = format!(
        "yarn install --non-interactive --ignore-engines --production --ignore-scripts --prefer-offline{frozen}"
    );
    if late_scripts {
        install.rebuild = "npm rebuild".into();
    }
}

/// The version line in the name of a committed release (`yarn-3.8.7.cjs`), or of a version.
fn yarn_line(name: &str) -> Option<u32> {
    let number = name.rsplit("yarn-").next()?;
    major(number)
}

fn yarn_berry(repo: &Repo, workspace: &Workspace, manager: &Manager, install: &mut Install, late_scripts: bool) {
    let folder = workspace.root.folder.as_str();
    let settings = repo.read_optional(&join(folder, ".yarnrc.yml"));
    let release = settings.as_ref().and_then(|text| text.find_line(|line| line.starts_with("yarnPath:"))).map(|line| {
        line.quote.trim_start_matches("yarnPath:").trim().trim_matches(['"', '\'']).trim_start_matches("./").to_owned()
    });
    install.program = "yarn".into();
    let release = release.filter(|path| repo.has(&join(folder, path)));
    let stated = stated(manager, Kind::YarnBerry);
    if release.is_none() {
        let version = stated.as_deref().unwrap_or("4");
        install.manager = format!("npm install --global --force @yarnpkg/cli-dist@{version}");
    }
    let links = settings.as_ref().is_some_and(|text| {
        text.find_line(|line| {
            line.starts_with("nodeLinker:") && !line.contains("pnp") || line.contains("nodeLinker: pnpm")
        })
        .is_some()
    });
    if !links {
        // Plug'n'Play keeps packages in archives that only Yarn's own loader reads.
        install.environment.push(Variable::new("YARN_NODE_LINKER", "node-modules"));
        let stated = settings.as_ref().and_then(|text| text.find_line(|line| line.starts_with("nodeLinker:")));
        let loader = Some(join(folder, ".pnp.cjs")).filter(|path| repo.has(path)).map(Evidence::file);
        if let Some(place) = stated.or(loader) {
            let message = "Plug'n'Play reads packages from archives; the image has them in `node_modules`";
            let hint = "see that each package names what it loads: there it is found either way";
            install.warnings.push(Warning::new(message).at(place).hint(hint));
        }
    }
    let mode = if late_scripts { " --mode=skip-build" } else { "" };
    let frozen = if install.lock.is_some() { " --immutable" } else { " --no-immutable" };
    install.cache = "/root/.yarn/berry/cache".into();
    install.all = format!("yarn install{frozen}{mode}");
    install.rebuild = if late_scripts { "yarn rebuild".into() } else { String::new() };
    let plugins = join(folder, ".yarn/plugins");
    let focuses = |file: &str| file.contains("plugin-workspace-tools");
    let line = release.as_deref().or(stated.as_deref()).and_then(yarn_line).unwrap_or(4);
    if line >= 4 || repo.files_under(&plugins).any(focuses) {
        install.prune = "yarn workspaces focus --all --production".into();
        if repo.has_folder(&join(folder, ".yarn/cache")) {
            // Archives that the repository has itself are not needed once they are installed.
            install.prune.push_str(" && rm -rf .yarn/cache");
        }
    } else if !workspace.root.manifest.names(&["devDependencies"]).is_empty() {
        let message =
            format!("Yarn {line} takes development dependencies away by a plugin only, so they stay in the image");
        install.warnings.push(
            Warning::new(message)
                .at(Evidence::file(join(folder, "yarn.lock")))
                .hint("`yarn set version stable`, or `yarn plugin import workspace-tools`"),
        );
    }
}

fn pnpm(repo: &Repo, workspace: &Workspace, manager: &Manager, install: &mut Install, late_scripts: bool) {
    let folder = workspace.root.folder.as_str();
    let stated = stated(manager, Kind::Pnpm);
    let line = stated.clone().or_else(|| pnpm_line(repo, folder).map(|line| line.value)).unwrap_or_else(|| "10".into());
    let mut flags = "";
    let compiled = native_packages::compiled(repo, workspace);
    if major(&line).unwrap_or(10) >= 10 && !compiled.is_empty() && !allows_builds(repo, workspace) {
        let names: Vec<String> = compiled.iter().map(|name| format!("`{name}`")).collect();
        let names = names.join(", ");
        let message = if stated.is_some() {
            format!(
                "pnpm runs install scripts of listed packages only; {names} is not listed, and may not load without"
            )
        } else {
            // Before version 10 every script ran, and the lock file does not tell which version wrote it.
            flags = " --config.dangerouslyAllowAllBuilds=true";
            format!(
                "no list says which install scripts pnpm may run, and {names} needs its own: the build runs all of them"
            )
        };
        let place = ["pnpm-workspace.yaml", "pnpm-lock.yaml"].map(|name| join(folder, name));
        let place = place.into_iter().find(|path| repo.has(path)).unwrap_or_else(|| workspace.root.path().to_owned());
        install.warnings.push(
            Warning::new(message)
                .at(Evidence::file(place))
                .hint("list those that may run in pnpm-workspace.yaml: `pnpm approve-builds`"),
        );
    }
    let frozen = if install.lock.is_some() { " --frozen-lockfile" } else { " --no-frozen-lockfile" };
    let scripts = if late_scripts { " --ignore-scripts" } else { "" };
    install.program = "pnpm".into();
    install.production = "--prod";
    install.manager = format!("npm install --global --force pnpm@{line}");
    // The store is below the home of pnpm in every version.
    install.environment.push(Variable::new("PNPM_HOME", "/pnpm"));
    install.cache = "/pnpm/store".into();
    install.all = format!("pnpm install{frozen}{scripts}{flags}");
    install.rebuild = if late_scripts { format!("pnpm rebuild{flags}") } else { String::new() };
    install.prune = format!("CI=true pnpm install --prod --prefer-offline --ignore-scripts{frozen}");
}

/// Whether the project says itself which install scripts may run.
fn allows_builds(repo: &Repo, workspace: &Workspace) -> bool {
    const KEYS: &[&str] =
        &["allowBuilds", "onlyBuiltDependencies", "neverBuiltDependencies", "dangerouslyAllowAllBuilds"];
    let settings = repo.read_optional(&join(&workspace.root.folder, "pnpm-workspace.yaml"));
    let settings = settings.and_then(|document| document.yaml().ok());
    KEYS.iter().any(|key| {
        workspace.root.manifest.get(&["pnpm", key]).is_some()
            || settings.as_ref().is_some_and(|settings| settings.get(&[key]).is_some())
    })
}

fn bun(manager: &Manager, install: &mut Install, late_scripts: bool) {
    let version = stated(manager, Kind::Bun).unwrap_or_else(|| "1".into());
    let frozen = if install.lock.is_some() { " --frozen-lockfile" } else { "" };
    let scripts = if late_scripts { " --ignore-scripts" } else { "" };
    install.program = "bun".into();
    install.production = "--production";
    install.manager = format!("npm install --global bun@{version}");
    install.cache = "/root/.bun/install/cache".into();
    install.all = format!("bun install --network-concurrency=16{frozen}{scripts}");
    install.rebuild = if late_scripts { "npm rebuild".into() } else { String::new() };
    install.prune = format!("rm -rf node_modules && bun install --production --ignore-scripts{frozen}");
}

/// The files that decide what is installed, from the root of the repository: manifests, lock files and settings.
pub fn manifests(repo: &Repo, workspace: &Workspace, install: &Install) -> Vec<String> {
    let folder = workspace.root.folder.as_str();
    let mut files: Vec<String> = vec![workspace.root.path().to_owned()];
    let settings = [".npmrc", ".yarnrc", ".yarnrc.yml", ".pnpmfile.cjs", "pnpm-workspace.yaml", "bunfig.toml"];
    let names = install.lock.iter().chain(&install.stale_lock).map(String::as_str).chain(settings);
    files.extend(names.map(|name| join(folder, name)).filter(|path| repo.has(path)));
    for needed in ["patches", ".yarn/releases", ".yarn/plugins", ".yarn/patches", ".yarn/cache"] {
        let place = join(folder, needed);
        if repo.has_folder(&place) {
            files.push(format!("{place}/"));
        }
    }
    files.extend(workspace.members.iter().map(|member: &Package| member.path().to_owned()));
    for place in local_dependencies(workspace).into_iter().chain(patches(repo, workspace)) {
        // What does not lie in the build context can't be copied.
        let is_known = |path: &str| {
            files.iter().any(|known| known == path || known.ends_with('/') && path.starts_with(known.as_str()))
        };
        if repo.has(&place) && !is_known(&place) {
            files.push(place);
        } else if repo.has_folder(&place) && is_inside(&place, folder) && !is_known(&format!("{place}/")) {
            files.push(format!("{place}/"));
        }
    }
    files
}

/// The archives and folders of the repository that the packages depend on: `file:vendor/x.tgz`, `link:../x`.
fn local_dependencies(workspace: &Workspace) -> Vec<String> {
    let mut places = Vec::new();
    for package in workspace.members.iter().chain([&workspace.root]) {
        for fact in package.dependencies().into_iter().filter_map(|name| package.dependency(name)) {
            let path = ["file:", "link:", "portal:"].iter().find_map(|kind| fact.value.strip_prefix(kind));
            let path = path.filter(|path| !path.starts_with('/') && !path.starts_with('~'));
            places.extend(path.and_then(|path| resolved(&package.folder, path)));
        }
    }
    let is_member = |place: &String| workspace.members.iter().any(|member| member.folder == *place);
    places.retain(|place| !place.is_empty() && !is_member(place));
    places
}

/// The patches that pnpm and Bun apply while they install, wherever they lie.
fn patches(repo: &Repo, workspace: &Workspace) -> Vec<String> {
    const KEY: &str = "patchedDependencies";
    let settings = repo.read_optional(&join(&workspace.root.folder, "pnpm-workspace.yaml"));
    let settings = settings.and_then(|document| document.yaml().ok());
    let manifest = &workspace.root.manifest;
    let tables =
        [manifest.get(&["pnpm", KEY]), manifest.get(&[KEY]), settings.as_ref().and_then(|file| file.get(&[KEY]))];
    let tables = tables.into_iter().flatten().filter_map(Value::as_object);
    let paths = tables.flat_map(|table| table.values().filter_map(Value::as_str));
    paths.filter_map(|path| resolved(&workspace.root.folder, path)).collect()
}

/// A path from a folder, from the root of the repository; nothing where it leaves that.
fn resolved(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}
