//! Every file of an image is there by a rule: what no rule accounts for has no business in it. The rules read the plan that the
//! image was built by, not its text. What the base image has is not asked about.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{LazyLock, Mutex};

use dockgen::catalog::leftovers;
use dockgen::path::{file_name, is_inside, parent};
use dockgen::plan::model::node::RuntimeFiles;
use dockgen::plan::model::rust::Libraries;
use dockgen::plan::{BuildPlan, Copy, Defaults, Recipe, Resolved, Source, choose, resolve};
use dockgen::repo::Repo;
use dockgen::source::is_test;
use dockgen::{languages, plan};

use crate::container::{Generated, docker, told};
use crate::support::Example;

/// Why a file may be in an image, and whether a path, absolute in the image, is there for that.
type Rule = (&'static str, fn(&Image, &str) -> bool);

/// The rules, in the order in which they are asked.
const RULES: &[Rule] = &[
    ("it is started, or asks for the health", Image::is_named_by_command),
    ("the plan copies it from the build or the repository", Image::is_copied),
    ("a shared library that the runtime image lacks", Image::is_library),
    ("the interpreter or the runtime", Image::is_runtime),
    ("the virtual environment's own", Image::is_environment),
    ("an installed dependency", Image::is_dependency),
    ("a source that the interpreter runs", Image::is_source),
    ("a manifest that is read at run time", Image::is_manifest_that_runs),
    ("a list of dependencies, which a step of its own would have to take away", Image::is_left),
    ("made by the build", Image::is_made),
    ("a source names it", Image::is_named_by_source),
];

/// What an engine puts into each container.
const OF_ENGINE: &[&str] =
    &["/.dockerenv", "/dev", "/proc", "/sys", "/etc/hostname", "/etc/hosts", "/etc/mtab", "/etc/resolv.conf"];

/// Endings of what an interpreter runs.
const INTERPRETED: &[(&str, &[&str])] = &[("node", &["js", "mjs", "cjs"]), ("python", &["py"])];

/// Endings of what names the files that it reads.
const NAMING: &[&str] = &[".js", ".mjs", ".cjs", ".jsx", ".ts", ".py", ".html"];

/// An image, with the plan that it was built by and the repository.
struct Image {
    plan: BuildPlan,
    language: &'static str,
    /// The files of the build context, from its folder.
    context: BTreeSet<String>,
    /// The text of all sources and pages of the context.
    texts: String,
    /// Packages that only development needs.
    development: BTreeSet<String>,
}

/// The files of an image that no rule accounts for, absolute.
pub fn unaccounted(example: &Example, made: &Generated, image: &str) -> Result<Vec<String>, String> {
    let read = Image::read(example, made)?;
    let base = files(&read.plan.last.runtime_image)?;
    let all = files(image)?;
    let own = all.iter().filter(|(path, state)| base.get(*path) != Some(state)).map(|(path, _)| path);
    Ok(own.filter(|path| !RULES.iter().any(|(_, holds)| holds(&read, path))).cloned().collect())
}

/// The regular files and links of an image, absolute, each with its size, its time and where it links to.
type Files = BTreeMap<String, (u64, u64, String)>;

/// Those of an image; each image is read once.
fn files(image: &str) -> Result<Files, String> {
    static READ: LazyLock<Mutex<HashMap<String, Files>>> = LazyLock::new(Mutex::default);
    let id = told(&["image", "inspect", "--format", "{{.Id}}", image])?;
    let mut read = READ.lock().map_err(|error| error.to_string())?;
    if let Some(files) = read.get(&id) {
        return Ok(files.clone());
    }
    let container = told(&["create", image, "none"])?;
    let exported = export(&container).map_err(|error| error.to_string());
    docker(&["rm", "--force", &container]);
    let files = exported?;
    read.insert(id, files.clone());
    Ok(files)
}

fn export(container: &str) -> std::io::Result<Files> {
    let mut program = Command::new("docker").args(["export", container]).stdout(Stdio::piped()).spawn()?;
    let output = program.stdout.take().ok_or_else(|| std::io::Error::other("no output"))?;
    let mut files = Files::new();
    for entry in tar::Archive::new(output).entries()? {
        let entry = entry?;
        let kind = entry.header().entry_type();
        if !(kind.is_file() || kind.is_symlink() || kind.is_hard_link()) {
            continue;
        }
        let link = entry.link_name()?.map(|target| target.display().to_string()).unwrap_or_default();
        let path = format!("/{}", entry.path()?.to_string_lossy().trim_start_matches("./"));
        if OF_ENGINE.iter().any(|own| is_inside(&path, own)) {
            continue;
        }
        files.insert(path, (entry.size(), entry.header().mtime()?, link));
    }
    program.wait()?;
    Ok(files)
}

impl Image {
    fn read(example: &Example, made: &Generated) -> Result<Self, String> {
        let place = Path::new(&made.folder);
        let (repo, folder) = Repo::open(place).map_err(|error| error.to_string())?;
        let mut flags = plan::Answers::default();
        for pair in example.arguments.chunks(2) {
            flags.set(pair[0].trim_start_matches("--"), Resolved::new(pair[1].clone(), Source::Flag));
        }
        let of = |error: dockgen::Error| error.to_string();
        let application = choose(languages::detect(&repo), &folder, place, &flags, &mut Defaults).map_err(of)?;
        let app = application.app();
        let config = plan::Config::read(&repo, &app.folder).map_err(of)?;
        let answers = resolve(application.as_ref(), &flags, &config, &mut Defaults).map_err(of)?;
        let plan = plan::plan(application.as_ref(), &answers).map_err(of)?;
        let mut context = BTreeSet::new();
        list(Path::new(&made.context), "", &mut context);
        let text = |path: &String| std::fs::read_to_string(Path::new(&made.context).join(path)).unwrap_or_default();
        let is_source = |path: &&String| NAMING.iter().any(|ending| path.ends_with(ending));
        let texts = context.iter().filter(is_source).map(text).collect();
        let manifests = context.iter().filter(|path| path.ends_with("package.json"));
        let manifests = manifests.map(|path| serde_json::from_str(&text(path)).unwrap_or_default());
        let manifests: Vec<serde_json::Value> = manifests.collect();
        let names = |key: &str| -> BTreeSet<String> {
            let objects = manifests.iter().filter_map(|manifest| manifest[key].as_object());
            objects.flat_map(|object| object.keys().cloned()).collect()
        };
        let development = names("devDependencies").difference(&names("dependencies")).cloned().collect();
        Ok(Self { plan, language: app.language, context, texts, development })
    }

    /// What ENTRYPOINT, CMD and HEALTHCHECK name, a list of a class path taken apart.
    fn is_named_by_command(&self, path: &str) -> bool {
        let last = &self.plan.last;
        let words = last.entrypoint.iter().chain(&last.command).chain(&last.health_check);
        let mut parts = words.flat_map(|word| word.split(':'));
        parts.any(|part| match part.strip_suffix("/*") {
            Some(folder) => path.ends_with(".jar") && parent(path) == folder,
            None => part == path || part == "Health" && path == "/app/health/Health.class",
        })
    }

    /// What the plan's own COPYs name; all below, where one is of a folder.
    fn is_copied(&self, path: &str) -> bool {
        let below = |target: &str| is_inside(path, target.trim_end_matches('/'));
        let into = |copy: &Copy| {
            let target = &copy.target;
            // a file keeps its name where the target is a folder
            let is_whole = target == "/app" || target == "/app/";
            let is_file = |source: &String| target.ends_with('/') && below(&format!("{target}{}", file_name(source)));
            copy.sources.iter().any(is_file) || !is_whole && below(target)
        };
        let any = |copies: &[Copy]| copies.iter().any(into);
        let in_writable = self.plan.last.writable.iter().any(|folder| below(folder));
        in_writable
            || match &self.plan.recipe {
                Recipe::GoCgo(it) | Recipe::GoStatic(it) => {
                    any(&it.own_folders)
                        || any(&it.empty_files)
                        || any(&it.run_files)
                        || any(&it.kept_files)
                        || it.data_files.iter().any(|file| below(file))
                        || it.served_front_ends.iter().any(|it| below(&it.to))
                        || path == it.program
                }
                Recipe::RustCached(it) => any(&it.files) || path == it.program,
                Recipe::RustLayered(it) => any(&it.program.files) || path == it.program.program,
                Recipe::JavaJar(it) => any(&it.artifact.files) || path == "/app/application.jar",
                Recipe::JavaLayers(it) => {
                    let is_whole =
                        it.file.unpack.commands.iter().any(|it| it.words.contains(&"-Djarmode=tools".into()));
                    let parts =
                        ["/app/BOOT-INF", "/app/META-INF", "/app/org/springframework/boot/loader", "/app/WEB-INF"];
                    any(&it.artifact.files)
                        || is_whole && (path == "/app/application.jar" || is_jar_in(path, "/app/lib"))
                        || !is_whole && parts.iter().any(|part| below(part))
                }
                Recipe::JavaQuarkus(it) => {
                    let parts = ["/app/lib", "/app/app", "/app/quarkus"];
                    any(&it.files) || path == "/app/quarkus-run.jar" || parts.iter().any(|part| below(part))
                }
                Recipe::JavaWar(it) => any(&it.artifact.files) || below("/app/server") || below("/app/webapp"),
                Recipe::NodeSite(it) => any(&it.copies),
                _ => {
                    self.files_of_node().is_some_and(|files| {
                        any(&files.copies)
                            || files.databases.iter().any(|file| path == file)
                            || files.served_front_ends.iter().any(|it| below(&it.to))
                    }) || self.served_by_python().any(below)
                }
            }
    }

    fn files_of_node(&self) -> Option<&RuntimeFiles> {
        match &self.plan.recipe {
            Recipe::NodeLayered(it) => Some(&it.files),
            Recipe::NodePlain(it) => Some(&it.files),
            Recipe::NodeServer(it) | Recipe::NodeBun(it) => Some(&it.files),
            _ => None,
        }
    }

    fn application_of_python(&self) -> Option<&plan::model::python::Application> {
        match &self.plan.recipe {
            Recipe::PythonLockFile(it) => Some(&it.application),
            Recipe::PythonMetadata(it) => Some(&it.application),
            Recipe::PythonPlain(it) => Some(it),
            Recipe::PythonRequirements(it) => Some(&it.application),
            Recipe::PythonUv(it) => Some(&it.application),
            _ => None,
        }
    }

    fn served_by_python(&self) -> impl Iterator<Item = &str> {
        self.application_of_python().into_iter().flat_map(|it| it.served_front_ends.iter().map(|it| it.to.as_str()))
    }

    /// What the build collected, in the folder of libraries.
    fn is_library(&self, path: &str) -> bool {
        let collects = match &self.plan.recipe {
            Recipe::GoCgo(it) | Recipe::GoStatic(it) => !it.library_roots.is_empty(),
            Recipe::RustCached(it) => it.libraries == Libraries::Collected,
            Recipe::RustLayered(it) => it.program.libraries == Libraries::Collected,
            _ => {
                self.files_of_node().is_some_and(|it| !it.library_roots.is_empty())
                    || self.application_of_python().is_some_and(|it| !it.library_roots.is_empty())
            }
        };
        let loads = self.application_of_python().is_some_and(|it| !it.loaded_libraries.is_empty());
        collects && parent(path) == "/usr/lib" && file_name(path).contains(".so")
            || loads && ["/etc/ld.so.cache", "/usr/sbin/ldconfig"].contains(&path)
            || self.application_of_python().is_some_and(|it| it.data_files.iter().any(|file| is_inside(path, file)))
    }

    /// An interpreter or a JRE that the base image lacks.
    fn is_runtime(&self, path: &str) -> bool {
        let artifact = match &self.plan.recipe {
            Recipe::JavaJar(it) => Some(&it.artifact),
            Recipe::JavaLayers(it) => Some(&it.artifact),
            Recipe::JavaQuarkus(it) => Some(it),
            Recipe::JavaWar(it) => Some(&it.artifact),
            _ => None,
        };
        if let Some(it) = artifact {
            let copied = it.copied_runtime.as_ref().is_some_and(|copied| is_inside(path, &copied.folder));
            let archive = it.archive.as_ref().is_some_and(|archive| path == format!("/app/{}", archive.file));
            return copied || archive || it.jlink.is_some() && is_inside(path, "/jvm");
        }
        if let Some(it) = self.application_of_python().filter(|it| it.copies_interpreter) {
            let is_program = parent(path) == "/usr/local/bin" && file_name(path).starts_with("python");
            return is_program || is_inside(path, &format!("/usr/local/lib/python{}", it.python));
        }
        matches!(self.plan.recipe, Recipe::NodeBun(_)) && path == "/usr/local/bin/bun"
    }

    /// What makes a folder a virtual environment: its settings, the interpreter and commands of packages.
    fn is_environment(&self, path: &str) -> bool {
        self.application_of_python().is_some() && ["/venv", "/venv/bin"].contains(&parent(path))
    }

    /// A package that is installed and not for development alone.
    fn is_dependency(&self, path: &str) -> bool {
        let is_kept = leftovers().build_only(path.trim_start_matches('/')).is_none();
        if self.application_of_python().is_some() {
            return is_kept && is_inside(path, "/venv/lib") && path.contains("/site-packages/");
        }
        let Some((above, inner)) = path.split_once("/node_modules/") else { return false };
        let is_for_development =
            self.development.iter().any(|name| inner == name || inner.starts_with(&format!("{name}/")));
        is_kept && is_inside(above, "/app") && !is_for_development
    }

    /// Where a file of the image comes from in the build context, by its path there.
    fn origin<'a>(&self, path: &'a str) -> Option<&'a str> {
        path.strip_prefix("/app/").filter(|inner| self.context.contains(*inner))
    }

    /// What the interpreter of the language runs, but for tests and the settings of tools.
    fn is_source(&self, path: &str) -> bool {
        let mut endings = INTERPRETED.iter().filter(|(language, _)| *language == self.language);
        let ending = file_name(path).rsplit_once('.').map_or("", |(_, ending)| ending);
        let is_run = endings.any(|(_, endings)| endings.contains(&ending))
            || matches!(self.plan.recipe, Recipe::NodeBun(_)) && ending == "ts";
        is_run && self.origin(path).is_some_and(|origin| !is_test(origin) && !is_of_tool(origin))
    }

    /// `package.json` says how Node.js reads the sources beside it; `pyproject.toml` has the settings of tools, and what a package that
    /// is installed where it lies is.
    fn is_manifest_that_runs(&self, path: &str) -> bool {
        let is_package = self.application_of_python().is_some_and(|it| it.package.is_some());
        let is_read = match file_name(path) {
            "package.json" => self.language == "node",
            "pyproject.toml" => self.language == "python",
            "setup.py" | "setup.cfg" => is_package,
            _ => false,
        };
        is_read && self.origin(path).is_some()
    }

    /// What the installation has read, in a build that does nothing more once the sources are there: a step for that alone would make
    /// every rebuild longer.
    fn is_left(&self, path: &str) -> bool {
        let has_step = match &self.plan.recipe {
            Recipe::NodeLayered(it) => it.build.build.is_some() || !it.files.written.is_empty(),
            Recipe::NodeServer(it) => it.build.build.is_some() || it.prune.is_some(),
            _ => self.application_of_python().is_some_and(|it| {
                it.package.is_some() || it.static_files.is_some() || !self.plan.last.writable.is_empty()
            }),
        };
        !has_step && self.origin(path).is_some_and(is_manifest)
    }

    /// Nothing that the repository has, in an image whose application is built.
    fn is_made(&self, path: &str) -> bool {
        let builds = match &self.plan.recipe {
            Recipe::NodeLayered(it) => it.build.build.is_some(),
            Recipe::NodeServer(it) | Recipe::NodeBun(it) => {
                it.build.build.is_some() || !it.build.after_sources.is_empty()
            }
            _ => {
                let it = self.application_of_python();
                // collected files, and the metadata of a package that is installed where it lies
                it.is_some_and(|it| it.static_files.is_some())
                    || it.is_some_and(|it| it.package.is_some()) && path.contains(".egg-info/")
            }
        };
        builds && is_inside(path, "/app") && !path.contains("/node_modules/") && self.origin(path).is_none()
    }

    /// A file whose name, or that of a folder above it, stands in a source.
    fn is_named_by_source(&self, path: &str) -> bool {
        let Some(origin) = self.origin(path).filter(|origin| !is_test(origin) && !is_manifest(origin)) else {
            return false;
        };
        let is_named = |part: &str| {
            self.texts.match_indices(part).any(|(start, _)| {
                let (before, after) = (&self.texts[..start], &self.texts[start + part.len()..]);
                before.ends_with(['\'', '"', '`', '/']) && after.starts_with(['\'', '"', '`', '/'])
            })
        };
        // what frameworks find by the names of folders
        let is_conventional = |part: &str| self.language == "python" && ["static", "templates"].contains(&part);
        origin.split('/').any(|part| is_named(part) || is_conventional(part))
    }
}

/// What an installation reads, and nothing that runs.
fn is_manifest(path: &str) -> bool {
    let names = [
        "package.json",
        "package-lock.json",
        "pnpm-lock.yaml",
        "yarn.lock",
        "bun.lock",
        "pyproject.toml",
        "poetry.lock",
        "uv.lock",
        "pdm.lock",
        "Pipfile",
        "Pipfile.lock",
        "setup.py",
        "setup.cfg",
    ];
    names.contains(&file_name(path)) || file_name(path).starts_with("requirements") || path.contains("requirements/")
}

/// Whether a source is the settings of a tool, or builds and installs.
fn is_of_tool(path: &str) -> bool {
    file_name(path).contains(".config.")
        || ["setup.py", "gulpfile.js", "noxfile.py", "tasks.py"].contains(&file_name(path)) && !path.contains('/')
}

fn is_jar_in(path: &str, folder: &str) -> bool {
    path.ends_with(".jar") && parent(path) == folder
}

/// The files below a folder, from a path on.
fn list(folder: &Path, inner: &str, files: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if inner.is_empty() { name } else { format!("{inner}/{name}") };
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => list(&entry.path(), &path, files),
            Ok(_) => {
                files.insert(path);
            }
            Err(_) => {}
        }
    }
}
