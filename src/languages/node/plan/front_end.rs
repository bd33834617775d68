//! A front end: a package of Node.js whose build makes the files that a program of any language embeds or serves.

use crate::catalog::node::{front_end as names, stylesheet_tools as tools};
use crate::catalog::{image, is_side_folder};
use crate::dockerfile::literal_pattern;
use crate::evidence::{Evidence, Fact, Warning};
use crate::languages::node::framework;
use crate::languages::node::manifest::Package;
use crate::languages::node::package_manager::build_script::build_script;
use crate::languages::node::package_manager::{self, Kind, install, install_scripts, native_packages};
use crate::languages::node::version;
use crate::languages::node::workspace::{Workspace, Workspaces};
use crate::path::{file_name, is_inside, is_named, join, join_inside, parent, relative_to};
use crate::plan::{App, Command, Copy, FrontEndStage, Script, Variable, front_end_stage_name};
use crate::repo::{Repo, is_left_out};
use crate::shell::{self, Word, makefile};
use crate::source;

/// What Makefiles are called, in the order of `make`.
const MAKEFILES: &[&str] = &["GNUmakefile", "makefile", "Makefile"];

/// The folder that packages are installed in.
const PACKAGES: &str = "node_modules";

/// A front end, and how it is built.
#[derive(Debug, Clone)]
pub struct FrontEnd {
    /// Its folder, from the root of the repository.
    pub folder: String,
    /// The folder that its packages are installed in, its own or that of its workspace, from the root of the repository.
    pub root: String,
    /// What its build makes, from the root of the repository.
    pub output: String,
    /// Where the program wants it, from the root of the repository.
    pub wanted: String,
    /// The script that builds, or the packages that are installed.
    pub evidence: Evidence,
    /// Whether its build makes one file, of the pages of the whole repository.
    pub is_file: bool,
    /// What the user should know of its installation.
    pub warnings: Vec<Warning>,
    build: Build,
}

/// How a front end is built.
#[derive(Debug, Clone)]
struct Build {
    image: String,
    packages: Vec<String>,
    environment: Vec<Variable>,
    kind: Kind,
    manager: Option<Command>,
    /// What the install reads, from the root of the repository; a folder ends with a slash.
    manifests: Vec<String>,
    /// Scripts of the manifest that only the clone of a developer needs.
    dropped_scripts: Vec<String>,
    registry_edit: Option<Command>,
    install: Command,
    /// What runs when the sources are there; nothing where the installed packages themselves are wanted.
    commands: Vec<Command>,
}

/// The front end that makes `wanted`, a file or folder that is not there yet; of a file, the folder that it is in.
pub fn find(repo: &Repo, wanted: &str) -> Option<FrontEnd> {
    if let Some(found) = installed(repo, wanted) {
        return Some(found);
    }
    let wanted = match ending(wanted) {
        Some(ending) if names().assets.iter().any(|it| it == ending) => parent(wanted),
        Some(_) => return None,
        None => wanted,
    };
    let mut folder = wanted;
    while !folder.is_empty() {
        folder = parent(folder);
        if let Some(found) = Builder::read(repo, folder) {
            return found.make(repo, wanted, wanted);
        }
    }
    let all: Vec<Builder> = builders(repo, |_| true).collect();
    let maker = all.iter().find(|it| it.output.as_deref().is_some_and(|output| is_inside(wanted, output)));
    if let Some(found) = maker.or_else(|| all.iter().find(|it| it.mentions(repo, wanted))) {
        return found.make(repo, wanted, wanted);
    }
    let [found] = all.as_slice() else { return None };
    let name = file_name(wanted).to_lowercase();
    if !names().folders.iter().any(|site| name.contains(site.as_str())) {
        return None;
    }
    let output = found.output.clone().unwrap_or_else(|| join(&found.package.folder, &names().usual_output));
    found.make(repo, &output, wanted)
}

/// The ending of a file's name; none for what is taken for a folder.
fn ending(path: &str) -> Option<&str> {
    file_name(path).rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, ending)| ending)
}

/// The front end that makes `wanted`, a folder that is not there yet: one whose build fills just that folder, or a folder above
/// it. A server that is a package of Node.js itself, in `own`, or of one above it, is no front end.
pub fn find_beside(repo: &Repo, wanted: &str, own: Option<&str>) -> Option<FrontEnd> {
    if own.is_none()
        && let Some(found) = installed(repo, wanted)
    {
        return Some(found);
    }
    let is_other = |folder: &str| !own.is_some_and(|own| is_inside(own, folder));
    builders(repo, is_other).find_map(|found| {
        let is_made = match &found.output {
            Some(output) => is_inside(wanted, output),
            // What no table knows may well write below itself.
            None => {
                let is_source = names().sources.iter().any(|name| name == file_name(wanted));
                parent(wanted) == found.package.folder && !is_source
            }
        };
        (is_made || found.mentions(repo, wanted)).then(|| found.make(repo, wanted, wanted))?
    })
}

/// The packages that make a stylesheet in one of these folders which the repository does not have: a script gives its file to
/// a tool, `tailwindcss --output ../assets/site.css`; or a folder below one of them, which the settings of their build name.
pub fn assets(repo: &Repo, folders: &[&str]) -> Vec<FrontEnd> {
    let found = packages(repo, |_| true).filter_map(|package| {
        let made = package.manifest.names(&["scripts"]).into_iter().filter_map(|name| {
            let sheet = join_inside(&package.folder, &stylesheet(&package.script(name)?.value)?)?;
            let is_wanted = folders.iter().any(|folder| is_inside(&sheet, folder));
            (is_wanted && !repo.has(&sheet)).then(|| (name.to_owned(), sheet))
        });
        // the one that makes it smallest is for production
        let is_small = |name: &str| {
            let words = package.script(name).map(|script| words_of(&script.value)).unwrap_or_default();
            words.iter().any(|word| tools().minifying.contains(word))
        };
        let scripted = made.max_by_key(|(name, _)| (is_small(name), names().scripts.contains(name)));
        if let Some((script, sheet)) = scripted {
            let evidence = package.manifest.evidence(&["scripts", &script]);
            let found = Builder { package, script, evidence, output: None, command: Vec::new() };
            return Some(FrontEnd { is_file: true, ..found.make(repo, &sheet, &sheet)? });
        }
        let Some((sheet, command)) = stylesheet_of_makefile(repo, &package, folders) else {
            return bundle(repo, package, folders);
        };
        let found = Builder {
            package,
            script: String::new(),
            evidence: command.evidence,
            output: None,
            command: command.value,
        };
        Some(FrontEnd { is_file: true, ..found.make(repo, &sheet, &sheet)? })
    });
    found.collect()
}

/// The front end whose build script or settings name a folder below one of these, which the repository lacks and version control
/// leaves out: `output: { file: "static/bundle/app.js" }`.
fn bundle(repo: &Repo, package: Package, folders: &[&str]) -> Option<FrontEnd> {
    let found = Builder::of(repo, package)?;
    let paths = found.named_paths(repo).into_iter();
    let made = paths.map(|path| if ending(&path).is_some() { parent(&path).to_owned() } else { path });
    let is_made = |place: &String| {
        folders.iter().any(|folder| place != folder && is_inside(place, folder))
            && !repo.has(place)
            && !repo.has_folder(place)
            // a pattern may leave out folders alone
            && is_left_out(repo.root(), &join(place, "file"))
    };
    let place = made.into_iter().find(is_made)?;
    found.make(repo, &place, &place)
}

/// The command of the Makefile beside a package that makes a stylesheet in one of these folders which the repository does not have,
/// by a tool that the package installs: `npx tailwindcss --output assets/site.css`.
fn stylesheet_of_makefile(repo: &Repo, package: &Package, folders: &[&str]) -> Option<(String, Fact<Vec<String>>)> {
    let document = MAKEFILES.iter().find_map(|name| repo.read_optional(&join(&package.folder, name)))?;
    let commands = makefile::commands(document.path(), document.text());
    commands.into_iter().filter(|command| !command.is_conditional).find_map(|command| {
        let text = command.text.trim().trim_start_matches(['@', '-']);
        let sheet = join_inside(&package.folder, &stylesheet(text)?)?;
        let is_wanted = folders.iter().any(|folder| is_inside(&sheet, folder)) && !repo.has(&sheet);
        let words = shell::chain(text)?.into_iter().map(|it| it.all_words().map(Word::as_written).collect::<Vec<_>>());
        let words = words.into_iter().find(|words| words.iter().any(|word| tools().programs.contains(word)))?;
        let at = words.iter().position(|word| tools().programs.contains(word))?;
        let is_installed = |name: &str| package.depends_on(name);
        let is_own = is_installed(&words[at]) || is_installed(&format!("{}-cli", words[at]));
        let words = words[at..].to_vec();
        (is_wanted && is_own).then(|| (sheet, Fact::new(words, document.evidence_line(command.line))))
    })
}

/// The stylesheet that a script makes and then ends.
fn stylesheet(script: &str) -> Option<String> {
    /// A tool stands among the first words: `npx --yes tailwindcss`.
    const RUNNER_WORDS: usize = 4;
    let flags: Vec<&str> = tools().outputs.iter().map(String::as_str).collect();
    shell::chain(script)?.iter().find_map(|command| {
        let words: Vec<String> = command.all_words().map(Word::as_written).collect();
        let is_tool = words.iter().take(RUNNER_WORDS).any(|word| tools().programs.contains(word));
        let is_watching = words.iter().any(|word| tools().watching.contains(word));
        let sheet = shell::value_of(&words, &flags).filter(|_| is_tool && !is_watching)?;
        sheet.ends_with(".css").then(|| sheet.to_owned())
    })
}

/// The packages of the repository in folders that `is_meant`, but for samples, tests and tools.
fn packages<'a>(repo: &'a Repo, is_meant: impl Fn(&str) -> bool + 'a) -> impl Iterator<Item = Package> + 'a {
    let folders = repo.files().iter().filter(|path| is_named(path, "package.json")).map(|path| parent(path));
    let folders = folders.filter(move |folder| is_meant(folder) && !is_side_folder(folder));
    folders.filter_map(|folder| Package::read(repo, folder).ok())
}

/// Those of them that something builds.
fn builders<'a>(repo: &'a Repo, is_meant: impl Fn(&str) -> bool + 'a) -> impl Iterator<Item = Builder> + 'a {
    packages(repo, is_meant).filter_map(|package| Builder::of(repo, package))
}

/// The package whose installation makes `wanted`, which lies in its `node_modules`.
fn installed(repo: &Repo, wanted: &str) -> Option<FrontEnd> {
    let at = wanted.split('/').position(|part| part == PACKAGES)?;
    let folder = wanted.split('/').take(at).collect::<Vec<_>>().join("/");
    let package = Package::read(repo, &folder).ok()?;
    let table =
        ["dependencies", "devDependencies"].into_iter().find(|table| package.manifest.get(&[table]).is_some())?;
    let evidence = package.manifest.evidence(&[table]);
    let output = join(&folder, PACKAGES);
    Builder { package, script: String::new(), evidence, output: None, command: Vec::new() }.make(repo, &output, &output)
}

/// A package, and the script that builds it.
struct Builder {
    package: Package,
    /// Empty where the installed packages themselves are wanted.
    script: String,
    evidence: Evidence,
    /// What the build makes, from the root of the repository, where a table or a configuration knows it.
    output: Option<String>,
    /// The program of a package, with its arguments, that builds in place of a script.
    command: Vec<String>,
}

impl Builder {
    fn read(repo: &Repo, folder: &str) -> Option<Self> {
        repo.has(&join(folder, "package.json")).then(|| Self::of(repo, Package::read(repo, folder).ok()?))?
    }

    fn of(repo: &Repo, package: Package) -> Option<Self> {
        let script = names().scripts.iter().find(|name| package.script(name).is_some())?.clone();
        let evidence = package.manifest.evidence(&["scripts", &script]);
        let output = framework::site(repo, &package).and_then(|output| join_inside(&package.folder, &output));
        Some(Self { package, script, evidence, output, command: Vec::new() })
    }

    /// Whether its build script or the settings of its build name a folder outside of its own.
    fn mentions(&self, repo: &Repo, wanted: &str) -> bool {
        let folder = &self.package.folder;
        let path = relative_to(wanted, folder);
        if !path.starts_with("../") {
            return false;
        }
        self.named_paths(repo).iter().any(|place| place == wanted)
    }

    /// What its build script and the settings of its build name, as paths from the root of the repository.
    fn named_paths(&self, repo: &Repo) -> Vec<String> {
        let folder = &self.package.folder;
        let script = self.package.script(&self.script).map(|script| words_of(&script.value)).unwrap_or_default();
        let words = script.iter().map(|word| word.rsplit_once('=').map_or(word.as_str(), |(_, value)| value));
        let mut found: Vec<String> = words.filter_map(|word| join_inside(folder, word)).collect();
        let is_settings = |name: &&str| names().settings.iter().any(|start| name.starts_with(start.as_str()));
        for name in repo.names_in(folder).filter(is_settings) {
            let index = repo.read_optional(&join(folder, name)).map(source::read);
            let texts = index.iter().flat_map(|index| &index.texts);
            found.extend(texts.filter_map(|text| join_inside(folder, &text.text)));
        }
        found
    }

    /// The front end that makes `output`, which the program looks for at `wanted`.
    fn make(&self, repo: &Repo, output: &str, wanted: &str) -> Option<FrontEnd> {
        let workspaces = Workspaces::new(repo);
        let workspace = workspaces.of(&self.package);
        let (build, warnings) = self.build(repo, &workspace)?;
        Some(FrontEnd {
            folder: self.package.folder.clone(),
            root: workspace.root.folder.clone(),
            output: output.to_owned(),
            wanted: wanted.to_owned(),
            evidence: self.evidence.clone(),
            is_file: false,
            warnings,
            build,
        })
    }

    fn build(&self, repo: &Repo, workspace: &Workspace) -> Option<(Build, Vec<Warning>)> {
        let (root, package) = (&workspace.root, &self.package);
        let manager = package_manager::detect(repo, workspace);
        let kind = manager.kind.value;
        let is_late = workspace.members.iter().chain([root]).any(install_scripts::wait_for_sources);
        let is_late = is_late && !self.script.is_empty();
        let commands = install::commands(repo, workspace, &manager, kind, is_late);
        let manifests = install::manifests(repo, workspace, &commands);
        let needs = native_packages::needs(repo, workspace, package);
        let environment = needs.environment.iter().map(|(name, value)| Variable::new(name, value));
        let mut environment: Vec<Variable> = environment.chain(commands.environment).collect();
        environment.extend(framework::of_old_bundlers(&[package]));
        let mut scripts: Vec<Command> = Vec::new();
        if is_late {
            scripts.extend(commands.rebuild);
            scripts.extend(install_scripts::own(root).iter().map(|name| kind.run(name)));
        }
        let needed = workspace.needed_by(package);
        for member in needed.iter().filter(|member| member.folder != package.folder) {
            scripts.extend(build_script(member).map(|(script, _)| kind.run_in(member, &script)));
        }
        match self.script.as_str() {
            "" if self.command.is_empty() => {}
            "" => scripts.push(kind.exec(&self.command.iter().map(String::as_str).collect::<Vec<_>>())),
            script if needed.is_empty() => scripts.push(kind.run(script)),
            script => scripts.push(kind.run_in(package, script)),
        }
        let folders = [package.folder.as_str(), &root.folder];
        let stated = version::stated(repo, &folders, &[package, root]).unwrap_or_default();
        let question = version::question(&stated).or_else(|_| version::question(&[])).ok()?.question;
        let line = question.default.map(|line| line.value).unwrap_or_default();
        let build = Build {
            image: image("node-build", &line)?.reference,
            packages: needs.build.into_iter().collect(),
            environment,
            kind,
            manager: commands.manager,
            manifests,
            dropped_scripts: if is_late { Vec::new() } else { install_scripts::for_developers(root) },
            registry_edit: commands.registry_edit,
            install: commands.all,
            commands: scripts,
        };
        Some((build, commands.refusal.into_iter().chain(commands.warnings).collect()))
    }
}

/// The words of all commands of a script.
fn words_of(script: &str) -> Vec<String> {
    let script = shell::read(script);
    script.commands.iter().flat_map(|command| command.words.iter().map(Word::as_written)).collect()
}

impl FrontEnd {
    /// The stage that builds it; `in_image` says where a path of the repository lies in the build stage.
    pub fn stage(&self, index: usize, app: &App, in_image: impl Fn(&str) -> String) -> FrontEndStage {
        let script = |commands: Vec<Command>| Some(Script::new(commands)).filter(|script| !script.is_empty());
        let source = match self.is_file {
            // the pages that a stylesheet is made of lie anywhere
            true => Copy::new(".", format!("{}/", in_image(&app.context))),
            false if self.root == app.context => Copy::new(".", "."),
            false => Copy::new(format!("{}/", relative_to(&self.root, &app.context)), "./"),
        };
        FrontEndStage {
            stage: front_end_stage_name(index),
            image: self.build.image.clone(),
            work_folder: in_image(&self.root),
            packages: self.build.packages.clone(),
            environment: self.build.environment.clone(),
            manager: script(self.build.manager.iter().cloned().collect()),
            manifests: install::copies(&self.build.manifests, &app.context, &self.root),
            manifest_edit: install::without_scripts(&self.build.dropped_scripts),
            registry_edit: script(self.build.registry_edit.iter().cloned().collect()),
            install: Script::new([self.build.install.clone()]).mount(self.build.kind.cache(app)),
            source: Some(source).filter(|_| !self.build.commands.is_empty()),
            build: script(self.build.commands.clone()),
            output: self.with_end(in_image(&self.output)),
            wanted: self.with_end(in_image(&self.wanted)),
        }
    }

    /// A path to copy: a folder's ends with a slash.
    pub fn with_end(&self, path: String) -> String {
        if self.is_file { path } else { format!("{path}/") }
    }

    /// The pattern that keeps out of the build context what the build makes.
    pub fn ignore_pattern(&self, context: &str) -> String {
        literal_pattern(&relative_to(&self.wanted, context))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_and_flag_of_the_table_makes_a_stylesheet_and_others_do_not() {
        for program in &tools().programs {
            for output in &tools().outputs {
                let script = format!("npx {program} in.css {output} out/site.css");
                assert_eq!(stylesheet(&script).as_deref(), Some("out/site.css"), "{script}");
                assert_eq!(stylesheet(&script.replace(program, &format!("{program}x"))), None, "{script}");
                assert_eq!(stylesheet(&script.replace(output, &format!("{output}x"))), None, "{script}");
                assert_eq!(stylesheet(&script.replace("site.css", "site.js")), None, "{script}");
                for watching in &tools().watching {
                    assert_eq!(stylesheet(&format!("{script} {watching}")), None, "{watching}");
                }
            }
        }
        assert_eq!(stylesheet("tsc && tailwindcss --output=a.css").as_deref(), Some("a.css"));
        assert_eq!(stylesheet("tailwindcss -o a.css | cat"), None);
    }
}
