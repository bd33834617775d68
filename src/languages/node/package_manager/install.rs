//! How the dependencies are installed: the commands of each package manager, frozen where a lock file is there.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use nodejs_semver::Version;
use serde_json::Value;

use crate::catalog::node::{NodePackageManager, ended_registries};
use crate::evidence::{Evidence, Warning};
use crate::languages::node::manifest::Package;
use crate::languages::node::package_manager::{
    self, Kind, Manager, install_scripts, lock_file, native_packages, pnpm_line,
};
use crate::languages::node::workspace::Workspace;
use crate::path::{is_inside, join, join_inside, parent, relative_to};
use crate::plan::{Command, Copy, Script, Variable, Word};
use crate::repo::{Document, Repo};
use crate::text::visible;

/// The commands of one package manager for one workspace.
#[derive(Debug, Clone, Default)]
pub struct Install {
    /// Installs the package manager itself; none where the image has it.
    pub manager: Option<Command>,
    /// Installs all dependencies.
    pub all: Command,
    /// Runs the install scripts of dependencies that `all` left out; none where it did not.
    pub rebuild: Option<Command>,
    /// The flag of `all` that leaves the development dependencies out from the start; none where there is none.
    pub production: Option<&'static str>,
    /// Takes the development dependencies away again; empty where the package manager can't.
    pub prune: Vec<Command>,
    /// The lock file, where the install is frozen.
    pub lock: Option<String>,
    /// The lock file that is there, and out of step.
    pub stale_lock: Option<String>,
    /// Names npm's own registry where one that has ended is named; none where nothing does.
    pub registry_edit: Option<Command>,
    /// Variables for the build stage.
    pub environment: Vec<Variable>,
    /// Why the package manager can't start; nothing where it can.
    pub refusal: Option<Warning>,
    /// What the user should know.
    pub warnings: Vec<Warning>,
}

/// How one workspace is installed, by every package manager.
#[derive(Debug)]
pub struct Installation {
    /// The package manager that its files name.
    pub manager: Manager,
    /// Whether install scripts wait for the sources.
    pub late_scripts: bool,
    /// The commands of every package manager.
    pub commands: Vec<(Kind, Install)>,
    /// The files that decide what is installed, for each package manager.
    pub manifests: Vec<(Kind, Vec<String>)>,
}

/// How the workspaces of a repository are installed, by their roots, each read once.
#[derive(Debug, Default)]
pub struct Installations(RefCell<BTreeMap<String, Rc<Installation>>>);

impl Installations {
    /// How a workspace is installed.
    pub fn of(&self, repo: &Repo, workspace: &Workspace) -> Rc<Installation> {
        let mut known = self.0.borrow_mut();
        let installation = known.entry(workspace.root.folder.clone());
        Rc::clone(installation.or_insert_with(|| Rc::new(Installation::read(repo, workspace))))
    }
}

impl Installation {
    fn read(repo: &Repo, workspace: &Workspace) -> Self {
        let manager = package_manager::detect(repo, workspace);
        let late_scripts = workspace.members.iter().chain([&workspace.root]).any(install_scripts::wait_for_sources);
        let commands = Kind::ALL.map(|kind| (kind, commands(repo, workspace, &manager, kind, late_scripts))).to_vec();
        let manifests = commands.iter().map(|(kind, commands)| (*kind, manifests(repo, workspace, commands))).collect();
        Self { manager, late_scripts, commands, manifests }
    }
}

/// The commands for `kind`; `late_scripts` leaves every install script for after the sources are there.
pub fn commands(repo: &Repo, workspace: &Workspace, manager: &Manager, kind: Kind, late_scripts: bool) -> Install {
    let folder = workspace.root.folder.as_str();
    let lock = kind.lock_files().iter().find(|name| repo.has(&join(folder, name))).cloned();
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
        && let Some(missing) = lock_file::missing(repo, workspace, &name)
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
    let row = kind.row();
    let is_frozen = install.lock.is_some();
    install.all = Command::new(if is_frozen { &row.frozen } else { &row.unfrozen });
    if late_scripts {
        install.all = install.all.word(&row.without_scripts);
        install.rebuild = Some(Command::new(&row.rebuild));
    }
    let unfrozen = row.production_unfrozen.as_deref().filter(|_| !is_frozen);
    install.production = unfrozen.or(row.production.as_deref());
    if row.cleans_first {
        install.prune.push(Command::new(["rm", "-rf", "node_modules"]));
    }
    let prune = Command::new(if is_frozen { &row.prune_frozen } else { &row.prune_unfrozen });
    install.prune.push(unasked(row, prune));
    install.environment = row.environment.iter().map(|(name, value)| Variable::new(name, value)).collect();
    let stated = stated(manager, kind);
    install.manager = provided(row, stated.as_deref());
    if kind != Kind::Bun {
        // what asks for npm's own registry is npm, which images of Bun lack
        leave_ended_registries(repo, folder, &mut install);
    }
    match kind {
        Kind::Npm => npm(repo, workspace, &mut install),
        Kind::YarnBerry => yarn_berry(repo, workspace, stated.as_deref(), &mut install),
        Kind::Pnpm => {
            let working = stated.as_deref().map(|stated| working(row, stated));
            if let Some((stated, taken)) = manager.version.as_ref().zip(working.as_ref())
                && stated.value != *taken
            {
                let message = format!(
                    "pnpm {} fetches nothing on Node.js 20 and later: the build takes the newest pnpm {taken}",
                    visible(&stated.value)
                );
                let hint = "raise it in package.json";
                install.warnings.push(Warning::new(message).at(stated.evidence.clone()).hint(hint));
            }
            pnpm(repo, workspace, working.as_deref(), &mut install);
        }
        Kind::YarnClassic | Kind::Bun => {}
    }
    install
}

/// A command with the variables by which the package manager asks nothing.
pub fn unasked(row: &NodePackageManager, command: Command) -> Command {
    row.unasked.iter().fold(command, |command, (name, value)| command.with(name, value))
}

/// Installs the package manager in the version that the project states, or in the usual one; nothing where the image has
/// one that serves.
fn provided(row: &NodePackageManager, stated: Option<&str>) -> Option<Command> {
    let is_taken = |version: &&str| {
        row.oldest.is_none_or(|oldest| major(version).is_some_and(|major| major >= oldest))
            && row
                .within
                .as_ref()
                .is_none_or(|line| version.strip_prefix(line.as_str()).is_some_and(|rest| rest.starts_with('.')))
    };
    let version = stated.filter(is_taken).or(row.version.as_deref())?;
    let package = format!("{}@{version}", row.package);
    Some(Command::new(["npm", "install", "--global"]).words(&row.install_flags).word(package))
}

/// The version that is installed where one is stated: the newest of its line, or of the oldest that works, where it does not.
fn working(row: &NodePackageManager, stated: &str) -> String {
    // A line or a range comes down to its newest version anyway.
    let Ok(version) = Version::parse(stated) else { return stated.to_owned() };
    let line = version.major().to_string();
    let is_working = |first: &String| Version::parse(first).is_ok_and(|first| version >= first);
    let oldest = row.first_working.keys().filter_map(|line| line.parse::<u64>().ok()).min();
    match (row.first_working.get(&line), oldest) {
        (Some(first), _) if is_working(first) => stated.to_owned(),
        (Some(_), _) => line,
        (None, Some(oldest)) if version.major() < oldest => oldest.to_string(),
        (None, _) => stated.to_owned(),
    }
}

/// The version that the project wants of the package manager that it names.
fn stated(manager: &Manager, kind: Kind) -> Option<String> {
    (manager.kind.value == kind).then(|| manager.version.as_ref().map(|version| version.value.clone())).flatten()
}

/// The first number of a version or range.
fn major(version: &str) -> Option<u32> {
    version.trim_start_matches(['^', '~']).split('.').next()?.parse().ok()
}

/// Settings of package managers that may name a registry.
const REGISTRY_SETTINGS: &[&str] = &[".npmrc", ".yarnrc", ".yarnrc.yml"];

/// Has npm's own registry named where the lock file or the settings name one that has ended.
fn leave_ended_registries(repo: &Repo, folder: &str, install: &mut Install) {
    let lock = install.lock.iter().chain(&install.stale_lock).map(String::as_str);
    let texts = lock.chain(REGISTRY_SETTINGS.iter().copied());
    let files: Vec<(&str, Document)> = texts
        .map(|name| (name, join(folder, name)))
        .filter(|(_, path)| repo.has(path))
        .filter_map(|(name, path)| Some((name, repo.read_optional(&path)?)))
        .collect();
    let mut edited: Vec<String> = Vec::new();
    let mut command = Command::new(["sed", "--in-place", "--regexp-extended"]);
    for registry in ended_registries() {
        let naming = files.iter().filter(|(_, file)| names_registry(file, &registry.host));
        let names: Vec<&(&str, Document)> = naming.collect();
        let Some((name, file)) = names.first() else { continue };
        let host = registry.host.replace('.', r"\.");
        // Its archives lay in a folder `download`, and under their whole names.
        command = command.words([
            "--expression".to_owned(),
            format!(r#"s,https?://{host}/([^"]+)/download/(@[^/"]+/)?([^"?#]+\.tgz)(\?[^"'#, }}]*)?,ended-registry:/\1/-/\3,"#),
            "--expression".to_owned(),
            format!(r#"s,https?://{host}([/"' ]|$),ended-registry:\1,"#),
        ]);
        let message = format!(
            "`{name}` names {}, which ended on {}: the build takes the packages from npm's own registry",
            registry.host, registry.ended
        );
        let place =
            file.find_line(|line| is_named(line, &registry.host)).unwrap_or_else(|| Evidence::file(file.path()));
        install
            .warnings
            .push(Warning::new(message).at(place).hint("name a registry that is there, lock again, and commit both"));
        edited.extend(
            names.iter().map(|(name, _)| (*name).to_owned()).filter(|name| !edited.contains(name)).collect::<Vec<_>>(),
        );
    }
    let command = command.word("--expression").word(Word::expansion(TO_OWN_REGISTRY));
    install.registry_edit = (!edited.is_empty()).then(|| command.words(edited));
}

/// Puts the registry that npm takes where no project says another in the place of `ended-registry:`.
const TO_OWN_REGISTRY: &str = r#""s,ended-registry:/*,$(cd / && npm config get registry),""#;

/// Whether a file names a registry outside comments.
fn names_registry(file: &Document, host: &str) -> bool {
    file.find_line(|line| is_named(line, host)).is_some()
}

/// Whether a line of a lock file or of settings has an address at a host; comments have none.
fn is_named(line: &str, host: &str) -> bool {
    let is_comment = line.trim_start().starts_with(['#', ';']);
    let mut addresses = line.split("://").skip(1);
    let is_whole = |rest: &str| rest.is_empty() || rest.starts_with(['/', '"', '\'', ' ']);
    !is_comment && addresses.any(|rest| rest.strip_prefix(host).is_some_and(is_whole))
}

fn npm(repo: &Repo, workspace: &Workspace, install: &mut Install) {
    let lock = install.lock.as_ref().or(install.stale_lock.as_ref());
    let document = lock.and_then(|name| repo.read_optional(&join(&workspace.root.folder, name)));
    let Some(document) = document else { return };
    let mut options = Vec::new();
    if lock_file::has_old_peers(&document) {
        options.push(lock_file::OLD_PEERS);
    }
    if let Some(name) = lock_file::of_another_system(&document) {
        options.push(ALL_SYSTEMS);
        let message =
            format!("`{name}` is made for other systems, and npm refuses it on Linux: the build uses `--force`");
        let evidence =
            workspace.root.dependency(&name).map_or_else(|| Evidence::file(document.path()), |it| it.evidence);
        install.warnings.push(
            Warning::new(message)
                .at(evidence)
                .hint("take it away, or put it under `optionalDependencies` and lock again"),
        );
    }
    for command in std::iter::once(&mut install.all).chain(&mut install.prune) {
        *command = options.iter().fold(std::mem::take(command), |command, option| command.word(*option));
    }
}

/// What makes npm install a package for another system.
const ALL_SYSTEMS: &str = "--force";

/// The version line in the name of a committed release (`yarn-3.8.7.cjs`), or of a version.
fn yarn_line(name: &str) -> Option<u32> {
    let number = name.rsplit("yarn-").next()?;
    major(number)
}

fn yarn_berry(repo: &Repo, workspace: &Workspace, stated: Option<&str>, install: &mut Install) {
    let folder = workspace.root.folder.as_str();
    let path = join(folder, ".yarnrc.yml");
    let settings = repo.has(&path).then(|| repo.read(&path).and_then(Document::yaml));
    if let Some(Err(error)) = &settings {
        let refusal = Warning::new(format!("Yarn can't start: {error}")).at(Evidence::file(&path));
        install.refusal = Some(refusal.hint("the file must be valid YAML"));
    }
    let settings = settings.and_then(Result::ok);
    let setting = |key: &str| settings.as_ref().and_then(|settings| settings.text(&[key]));
    let plain = |path: &str| path.trim_start_matches("./").to_owned();
    let (release, missing) = match setting("yarnPath") {
        Some(path) if repo.has(&join(folder, &plain(&path.value))) => (Some(plain(&path.value)), None),
        path => (None, path),
    };
    if release.is_some() {
        install.manager = None;
    }
    if let Some(release) = missing {
        let message = format!("Yarn can't start: its release `{}` is not in the repository", visible(&release.value));
        let hint = "commit the release, or take `yarnPath` away and name a version by `packageManager`";
        install.refusal = Some(Warning::new(message).at(release.evidence).hint(hint));
    }
    let linker = setting("nodeLinker");
    if linker.as_ref().is_none_or(|linker| linker.value == "pnp") {
        // Plug'n'Play keeps packages in archives that only Yarn's own loader reads.
        install.environment.push(Variable::new("YARN_NODE_LINKER", "node-modules"));
        let loader = Some(join(folder, ".pnp.cjs")).filter(|path| repo.has(path)).map(Evidence::file);
        if let Some(place) = linker.map(|linker| linker.evidence).or(loader) {
            let message = "Plug'n'Play reads packages from archives; the image has them in `node_modules`";
            let hint = "see that each package names what it loads: there it is found either way";
            install.warnings.push(Warning::new(message).at(place).hint(hint));
        }
    }
    let plugins = join(folder, ".yarn/plugins");
    let focuses = |file: &str| file.contains("plugin-workspace-tools");
    let line = release.as_deref().or(stated).and_then(yarn_line).unwrap_or(FOCUSES);
    if line >= FOCUSES || repo.files_under(&plugins).any(focuses) {
        if repo.has_folder(&join(folder, ".yarn/cache")) {
            // Archives that the repository has itself are not needed once they are installed.
            install.prune.push(Command::new(["rm", "-rf", ".yarn/cache"]));
        }
        return;
    }
    install.prune.clear();
    if !workspace.root.manifest.names(&["devDependencies"]).is_empty() {
        let message =
            format!("Yarn {line} takes development dependencies away by a plugin only, so they stay in the image");
        install.warnings.push(
            Warning::new(message)
                .at(Evidence::file(join(folder, "yarn.lock")))
                .hint("`yarn set version stable`, or `yarn plugin import workspace-tools`"),
        );
    }
}

/// The line of Yarn that takes development dependencies away without a plugin.
const FOCUSES: u32 = 4;

fn pnpm(repo: &Repo, workspace: &Workspace, stated: Option<&str>, install: &mut Install) {
    let folder = workspace.root.folder.as_str();
    let row = Kind::Pnpm.row();
    let by_lock = || pnpm_line(repo, folder).map(|line| line.value);
    let line = stated.map(str::to_owned).or_else(by_lock).or_else(|| row.version.clone()).unwrap_or_default();
    install.manager = provided(row, Some(&line));
    let compiled = native_packages::compiled(repo, workspace);
    let lists_scripts = major(&line).zip(row.lists_scripts).is_none_or(|(line, first)| line >= first);
    if !lists_scripts || compiled.is_empty() || allows_builds(repo, workspace) {
        return;
    }
    let names: Vec<String> = compiled.iter().map(|name| format!("`{name}`")).collect();
    let names = names.join(", ");
    let message = if stated.is_some() {
        format!("pnpm runs install scripts of listed packages only; {names} is not listed, and may not load without")
    } else {
        // Before version 10 every script ran, and the lock file does not tell which version wrote it.
        const ALL_SCRIPTS: &str = "--config.dangerouslyAllowAllBuilds=true";
        install.all = install.all.clone().word(ALL_SCRIPTS);
        install.rebuild = install.rebuild.take().map(|command| command.word(ALL_SCRIPTS));
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

/// The files that decide what is installed, from the root of the repository: manifests, lock files and settings.
pub fn manifests(repo: &Repo, workspace: &Workspace, install: &Install) -> Vec<String> {
    let folder = workspace.root.folder.as_str();
    let mut files: Vec<String> = vec![workspace.root.path().to_owned()];
    let settings = [".pnpmfile.cjs", "pnpm-workspace.yaml", "bunfig.toml"];
    let settings = REGISTRY_SETTINGS.iter().copied().chain(settings);
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
        let is_known = |path: &str| {
            files.iter().any(|known| known == path || known.ends_with('/') && path.starts_with(known.as_str()))
        };
        if repo.has(&place) && !is_known(&place) {
            files.push(place);
        } else if repo.has_folder(&place) && !is_known(&format!("{place}/")) {
            files.push(format!("{place}/"));
        }
    }
    files
}

/// Takes scripts out of the manifest; nothing where there are none.
pub fn without_scripts(names: &[String]) -> Option<Script> {
    let keys = names.iter().map(|name| format!("scripts.{name}"));
    (!names.is_empty()).then(|| Script::new([Command::new(["npm", "pkg", "delete"]).words(keys)]))
}

/// One COPY for each folder that manifests come from, to its place in the folder that is installed, or beside it. What does not
/// lie in the build context can't be copied.
pub fn copies(files: &[String], context: &str, root: &str) -> Vec<Copy> {
    let mut copies: Vec<Copy> = Vec::new();
    for file in files.iter().filter(|file| is_inside(file, context)) {
        let path = relative_to(file.trim_end_matches('/'), context);
        let is_beside = !is_inside(file, root);
        let place = if is_beside { path.clone() } else { relative_to(file.trim_end_matches('/'), root) };
        let place = if file.ends_with('/') { format!("{place}/") } else { format!("{}/", parent(&place)) };
        let target = if is_beside { format!("/app/{place}") } else { format!("./{place}") }.replace("//", "/");
        match copies.iter_mut().find(|copy| !file.ends_with('/') && copy.target == target) {
            Some(copy) => copy.sources.push(path),
            None => copies.push(Copy::new(path, target)),
        }
    }
    copies
}

/// The archives, folders and patches of the repository that the packages depend on: `file:vendor/x.tgz`, `link:../x`,
/// `patch:x@npm%3A1.0.0#./x.patch`.
fn local_dependencies(workspace: &Workspace) -> Vec<String> {
    let mut places = Vec::new();
    for package in workspace.members.iter().chain([&workspace.root]) {
        for path in package.ranges().into_iter().flat_map(local_paths) {
            // Yarn counts from the root of the project where a path begins with a tilde
            let (folder, path) = match path.strip_prefix("~/") {
                Some(path) => (&workspace.root.folder, path),
                None => (&package.folder, path),
            };
            places.extend(join_inside(folder, path).filter(|_| !path.starts_with('/')));
        }
    }
    let is_member = |place: &String| workspace.members.iter().any(|member| member.folder == *place);
    places.retain(|place| !place.is_empty() && !is_member(place));
    places
}

/// Those of them that lie beside the folder which is installed.
pub fn beside(repo: &Repo, workspace: &Workspace) -> Vec<String> {
    let is_there = |place: &String| repo.has(place) || repo.has_folder(place);
    let is_beside = |place: &String| !is_inside(place, &workspace.root.folder);
    local_dependencies(workspace).into_iter().filter(|place| is_beside(place) && is_there(place)).collect()
}

/// The paths that a range names.
fn local_paths(range: &str) -> Vec<&str> {
    const PROTOCOLS: &[&str] = &["file:", "link:", "portal:"];
    if let Some(path) = PROTOCOLS.iter().find_map(|protocol| range.strip_prefix(protocol)) {
        return vec![path.split("::").next().unwrap_or_default()];
    }
    if let Some((_, patches)) = range.strip_prefix("patch:").and_then(|rest| rest.split_once('#')) {
        let patches = patches.split("::").next().unwrap_or_default().split('&');
        return patches.map(|path| path.trim_start_matches("optional!")).collect();
    }
    if range.starts_with("./") || range.starts_with("../") { vec![range] } else { Vec::new() }
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
    paths.filter_map(|path| join_inside(&workspace.root.folder, path)).collect()
}
