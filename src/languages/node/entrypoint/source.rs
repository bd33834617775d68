//! What the source of an application says of where it listens, what it reads and what it writes.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::analysis::backing_services::needs;
use crate::analysis::compose;
use crate::analysis::data_folders::{DataFolder, data_folders_anywhere, loose_database};
use crate::analysis::environment;
use crate::analysis::health::health;
use crate::analysis::listen::{Listen, listen};
use crate::analysis::local_services::{LocalService, local_services};
use crate::analysis::migrations::{Migrations, migrations};
use crate::analysis::other_case::{OtherCase, other_case};
use crate::analysis::runtime_files::{Entry, RuntimeFile, absent_folders, databases, runtime_files, written_files};
use crate::analysis::settings_file::{SettingsFile, read_at_start};
use crate::analysis::subprocesses::{Subprocess, subprocesses};
use crate::analysis::{Program, Setting};
use crate::catalog::environment::has_built_name;
use crate::catalog::node::{database_loaders, has, source as rules};
use crate::catalog::placeholder;
use crate::evidence::{Evidence, Fact};
use crate::languages::node::entrypoint::imports::{candidates, relative};
use crate::languages::node::entrypoint::mode::mode;
use crate::languages::node::entrypoint::{compiler, named_variables, other_programs};
use crate::languages::node::framework::{prisma_schema, prisma_service};
use crate::languages::node::manifest::Package;
use crate::path::{file_name, is_inside, join, join_inside, parent, relative_to};
use crate::plan::Variable;
use crate::plan::is_ignored;
use crate::repo::Repo;
use crate::source::{EnvironmentRead, Import, Index, Language, Sources, Value};
use crate::text::is_variable;

/// What the source of an application says.
#[derive(Debug, Default)]
pub struct SourceFacts {
    /// Where it listens.
    pub listen: Listen,
    /// The port that a compose file publishes of it.
    pub composed_port: Option<Fact<u16>>,
    /// The HTTP path that tells whether it is healthy.
    pub health: Option<Fact<String>>,
    /// The folders that it writes, absolute or from its working folder.
    pub data_folders: Vec<DataFolder>,
    /// Whether it makes files in its working folder.
    pub writes_beside: bool,
    /// The files that the repository has and that it writes again: databases, and what calls name.
    pub own_files: Vec<Fact<String>>,
    /// The database that it keeps there.
    pub loose_database: Option<DataFolder>,
    /// The paths of those where the repository has files of its own, which a volume would hide.
    pub shared_folders: Vec<String>,
    /// The services that it speaks to, and the variables that it reads, as facts with their names.
    pub surroundings: Vec<(&'static str, Fact<String>)>,
    /// How the tables of its database are made, where it does not.
    pub migrations: Option<Migrations>,
    /// The services that it looks for on its own machine.
    pub local_services: Vec<LocalService>,
    /// The variables of the environment that it reads.
    pub variables: Vec<environment::Variable>,
    /// The variables of which it needs one, each group with its line.
    pub alternatives: Vec<(Vec<String>, Evidence)>,
    /// The variables that a bundler puts into the server when that is built, and that no page is to have.
    pub built_secrets: Vec<Fact<String>>,
    /// The programs that it starts.
    pub subprocesses: Vec<Subprocess>,
    /// The files of settings that it reads when it starts, and that the repository lacks.
    pub settings: Vec<Fact<SettingsFile>>,
    /// The files and folders that it reads, and sources with names that an ignore file leaves out.
    pub needed_files: Vec<Fact<String>>,
    /// The files and folders that it reads from beside its sources, from the root of the repository.
    pub beside_sources: Vec<Fact<String>>,
    /// The files that it names in another case than they are called.
    pub other_case: Vec<Fact<OtherCase>>,
    /// The folders that it serves and the repository lacks, from the root of the repository.
    pub absent_folders: Vec<Fact<String>>,
    /// Where it uses something that only Bun has.
    pub bun: Option<Evidence>,
    /// What the file that is started exports for Bun to serve.
    pub served_export: Option<ServedExport>,
    /// The files and folders that it takes from beside its package, from the root of the repository.
    pub outside: Vec<Fact<String>>,
    /// The mode that `NODE_ENV` has to name where the settings have none for production, with the file that says so.
    pub mode: Option<Fact<String>>,
    /// Where it serves the pages of Next.js by a server of its own.
    pub serves_next: Option<Evidence>,
    /// An import that starts at the package's folder, which a compiler resolves and Node.js does not.
    pub import_from_base: Option<Fact<String>>,
    /// The variables that switch off the validation of the environment, which a build does not have.
    pub validation_switches: Vec<String>,
    /// The packages that a library loads by the kind of database which it is told, unless a variable says another.
    pub drivers: Vec<Fact<String>>,
}

/// At most this many folders are taken for data.
const MOST_FOLDERS: usize = 4;

/// The package whose source is read, and what is known of its program.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The package.
    pub package: &'a Package,
    /// The members of its workspace that it needs, itself included.
    pub needed: &'a [&'a Package],
    /// The folders of all other members.
    pub others: &'a [&'a str],
    /// The file that is started, from the package's folder.
    pub entry: Option<&'a str>,
    /// Whether a framework opens the port, and no file of the source.
    pub is_served_by_framework: bool,
    /// The program's working folder, from the root of the repository.
    pub working: &'a str,
}

/// Reads the source of a package; the file that is started comes first.
pub fn read(sources: &Sources, subject: &Subject) -> SourceFacts {
    let Subject { package, others, working, .. } = *subject;
    let repo = sources.repo();
    let first = subject.entry.map(|file| join(&package.folder, file)).filter(|path| repo.has(path));
    let is_source = |file: &str| first.as_deref() == Some(file) || is_source_of(package, others, file);
    let mut files: Vec<&str> = repo.files_under(&package.folder).filter(|file| is_source(file)).collect();
    files.sort_by_key(|file| (first.as_deref() != Some(*file), file.matches('/').count(), *file));
    sources.truncate(&mut files);
    let mut needed_files: Vec<Fact<String>> = files
        .iter()
        .filter(|file| is_ignored(file))
        .map(|file| Fact::new((*file).to_owned(), Evidence::file(*file)))
        .collect();
    let packages: Vec<String> = package.dependencies().into_iter().map(str::to_owned).collect();
    let mut indexed = sources.all(files);
    let compiled =
        || compiler::source_of_output(repo, package, subject.entry?).map(|file| join(&package.folder, &file));
    let started = first.clone().or_else(compiled);
    let is_compiled = first.is_none() && started.is_some();
    let mut of_build = Program::default();
    if started.is_some() || subject.is_served_by_framework {
        let served = subject.is_served_by_framework;
        let all = indexed.clone();
        indexed = other_programs::left_out(indexed, started.as_deref(), served, &packages, working);
        let kept: BTreeSet<&str> = indexed.iter().map(|file| file.path()).collect();
        let others = all.into_iter().filter(|file| !kept.contains(file.path()));
        of_build = Program::new(others, packages.clone());
    }
    indexed.extend(imported_settings(sources, package, &indexed));
    named_variables::add(sources, package, &mut indexed);
    let (mut services, mut members) = (Vec::new(), Vec::new());
    for member in subject.needed.iter().filter(|member| member.folder != package.folder) {
        members.extend(source_of_member(sources, member, others, &mut services));
    }
    indexed.extend(schema(repo, package, &indexed, &mut services));
    let of_members =
        (!members.is_empty()).then(|| Program::new(indexed.iter().cloned().chain(members), packages.clone()));
    let program = Program::new(indexed, packages);
    let whole = of_members.as_ref().unwrap_or(&program);
    let entry = |path: &str| match () {
        () if repo.has(path) => Some(Entry::File),
        () if repo.has_folder(path) => Some(Entry::Folder),
        () => None,
    };
    let read = runtime_files(&program, working, entry);
    let outside = outside(repo, package, &program, &read);
    let beside_sources = read.iter().filter(|file| file.is_beside_source);
    let beside_sources = beside_sources.map(|file| Fact::new(file.path.clone(), file.evidence.clone())).collect();
    let read = read.into_iter();
    // What is left out of these is said of the settings.
    let read = read.filter(|file| !file_name(&file.path).starts_with(".env"));
    needed_files.extend(read.map(|file| Fact::new(file.path, file.evidence)));
    let own_files = own_files(repo, &program, working);
    needed_files.extend(own_files.iter().cloned());
    let absent = absent_folders(&program, working, |path| entry(path).is_some());
    let mut folders = data_folders_anywhere(&program, working);
    for folder in folders.iter_mut().filter(|folder| is_compiled && folder.is_from_source) {
        if let Some(path) = compiled_place(repo, package, working, folder) {
            folder.path = path;
        }
    }
    let writes_beside = folders.iter().any(|folder| folder.path.is_empty());
    let loose_database = loose_database(&folders, |name| repo.has(&join(working, name))).cloned();
    folders.retain(|folder| !matches!(folder.path.as_str(), "" | "dist" | "build"));
    add_composed(repo, package, &mut folders);
    folders.truncate(MOST_FOLDERS);
    // what lies outside of the working folder is no part of the image, whatever the repository has there
    let paths = folders.iter().filter(|folder| !folder.is_outside()).map(|folder| folder.path.clone());
    let own = || std::iter::once(package).chain(subject.needed.iter().copied());
    let folders_of_packages: Vec<&str> = own().map(|it| it.folder.as_str()).collect();
    let mut surroundings = needs(whole, |name| own().find_map(|it| Some(it.production_dependency(name)?.evidence)));
    services.retain(|service| !surroundings.iter().any(|(_, known)| known.value == service.value));
    surroundings.splice(0..0, services.into_iter().map(|service| ("service", service)));
    SourceFacts {
        listen: listen_with(&program, whole),
        composed_port: compose::port(repo, &package.folder),
        health: health(&program),
        shared_folders: paths.filter(|folder| has_files(repo, &join(working, folder))).collect(),
        data_folders: folders,
        surroundings,
        migrations: migrations(whole, repo, &folders_of_packages, |name| own().any(|it| it.depends_on(name))),
        local_services: local_services(whole),
        variables: variables(whole, &of_build),
        alternatives: environment::alternatives(whole),
        built_secrets: [built_secrets(&program), built_secrets(&of_build)].concat(),
        subprocesses: subprocesses(whole),
        settings: read_at_start(&program, repo, working),
        needed_files,
        own_files,
        writes_beside,
        loose_database,
        absent_folders: absent.into_iter().map(|folder| Fact::new(folder.path, folder.evidence)).collect(),
        outside,
        beside_sources,
        other_case: other_case(&program, repo, working, &package.folder),
        bun: bun(&program),
        served_export: first.as_deref().and_then(|path| served_export(&program, path)),
        mode: mode(sources, &program),
        import_from_base: import_from_base(repo, package, &program),
        serves_next: serves_next(&program),
        validation_switches: validation_switches(whole).union(&validation_switches(&of_build)).cloned().collect(),
        drivers: drivers(whole),
    }
}

/// Where the program listens; a port that it takes from a member of its workspace, that member says.
fn listen_with(program: &Program, whole: &Program) -> Listen {
    let own = listen(program);
    let is_told = own.port.is_some() || own.server.is_none() || std::ptr::eq(program, whole);
    let told = (!is_told).then(|| listen(whole)).filter(|told| told.server == own.server);
    told.unwrap_or(own)
}

/// Adds the folders that a compose file keeps for the package.
fn add_composed(repo: &Repo, package: &Package, folders: &mut Vec<DataFolder>) {
    let composed = compose::data_folders(repo, &package.folder, &package.name());
    for folder in compose::besides(composed, folders) {
        if !folders.iter().any(|known| known.path == folder.path) {
            folders.push(folder);
        }
    }
}

/// The files of the repository that the program writes again.
fn own_files(repo: &Repo, program: &Program, working: &str) -> Vec<Fact<String>> {
    let mut found = databases(program, working, |path| repo.has(path));
    for written in written_files(program, working, |path| repo.has(path)) {
        if !found.iter().any(|known| known.value == written.value) {
            found.push(written);
        }
    }
    found
}

/// The variables of the program, and those of what only the build reads that it puts into what it makes.
fn variables(program: &Program, of_build: &Program) -> Vec<environment::Variable> {
    let mut all = environment::variables(program);
    let others = environment::variables(of_build).into_iter().filter(|it| it.is_of_build);
    let new: Vec<_> = others.filter(|it| !all.iter().any(|known| known.name == it.name)).collect();
    all.extend(new);
    all.sort_by(|one, other| one.name.cmp(&other.name));
    all
}

/// The variables that files take from where SvelteKit keeps what is put into the server: `import { KEY } from "$env/static/private"`.
fn built_secrets(program: &Program) -> Vec<Fact<String>> {
    let mut found: Vec<Fact<String>> = Vec::new();
    for file in program.sources() {
        for import in file.imports.iter().filter(|import| import.module == "$env/static/private") {
            let names = import.names.iter().map(|(name, _)| name).filter(|name| is_variable(name));
            let new: Vec<&String> = names.filter(|name| !found.iter().any(|known| known.value == **name)).collect();
            found.extend(new.into_iter().map(|name| file.fact(name.clone(), &import.place)));
        }
    }
    found
}

/// What a member of the workspace says that the program needs, and the service of its schema.
fn source_of_member(
    sources: &Sources,
    member: &Package,
    others: &[&str],
    services: &mut Vec<Fact<String>>,
) -> Vec<Rc<Index>> {
    let repo = sources.repo();
    let others: Vec<&str> = others.iter().copied().filter(|folder| *folder != member.folder).collect();
    let mut files: Vec<&str> =
        repo.files_under(&member.folder).filter(|file| is_source_of(member, &others, file)).collect();
    sources.truncate(&mut files);
    let mut indexed = sources.all(files);
    indexed.extend(schema(repo, member, &indexed, services));
    indexed
}

/// The schema of Prisma where these files of a package make its client, and the service that it names.
fn schema(repo: &Repo, package: &Package, files: &[Rc<Index>], services: &mut Vec<Fact<String>>) -> Option<Rc<Index>> {
    let makes_client = |import: &Import| import.module.starts_with("@prisma/client") && !import.is_type;
    let is_used = files.iter().any(|file| !file.is_test && file.imports.iter().any(makes_client));
    if !is_used {
        return None;
    }
    services.extend(prisma_service(repo, package));
    prisma_schema(repo, package).map(Rc::new)
}

/// Where the compiled program looks for a folder that its source names from beside itself, from the working folder.
fn compiled_place(repo: &Repo, package: &Package, working: &str, folder: &DataFolder) -> Option<String> {
    let source = folder.evidence.path.as_str();
    let output = compiler::place_of(repo, package, &relative_to(source, &package.folder))?;
    let output = join(&package.folder, &output);
    let place = join_inside(parent(&output), &relative_to(&join(working, &folder.path), parent(source)))?;
    Some(relative_to(&place, working))
}

/// Whether a file is a source of the package that runs in its server.
fn is_source_of(package: &Package, others: &[&str], file: &str) -> bool {
    let skip = if package.folder.is_empty() { 0 } else { package.folder.len() + 1 };
    let place = &file[skip..];
    let name = file_name(place);
    Language::of(name) == Some(Language::JavaScript)
        && !name.ends_with(".d.ts")
        && !name.ends_with(".min.js")
        // Settings of build tools lie at the top of a package; below, a module of the program may be called so.
        && (place.contains('/') || !name.contains(".config."))
        && !place.split('/').any(|part| part.starts_with('.') || has(&rules().other_folders, part))
        && !others.iter().any(|other| file.starts_with(other) && file.as_bytes().get(other.len()) == Some(&b'/'))
}

/// The settings at the top of a package that the program itself imports.
fn imported_settings(sources: &Sources, package: &Package, files: &[Rc<Index>]) -> Vec<Rc<Index>> {
    let repo = sources.repo();
    let names = repo.names_in(&package.folder).filter(|name| name.contains(".config."));
    let settings: Vec<String> = names.map(|name| join(&package.folder, name)).collect();
    let is_imported = |path: &&String| {
        let modules = files.iter().flat_map(|file| file.imports.iter().map(move |import| (file.path(), import)));
        let mut targets = modules.filter_map(|(file, import)| relative(file, &import.module));
        targets.any(|target| candidates(&target).any(|candidate| candidate == **path))
    };
    let imported = settings.iter().filter(|_| !files.is_empty()).filter(is_imported);
    imported.filter_map(|path| sources.get(path)).collect()
}

/// Whether the repository has more in a folder than what keeps it there, and data.
fn has_files(repo: &Repo, folder: &str) -> bool {
    repo.files_under(folder).map(file_name).any(|name| {
        let ending = name.rsplit('.').next().unwrap_or_default();
        !name.starts_with(".git") && !name.starts_with(".keep") && !matches!(ending, "db" | "sqlite" | "sqlite3" | "md")
    })
}

/// Where the program uses what only Bun has: its modules, or its global object.
fn bun(program: &Program) -> Option<Evidence> {
    program.sources().find_map(|file| {
        let is_of_bun = |module: &str| module == "bun" || module.starts_with("bun:");
        let imports = file.imports.iter().filter(|import| !import.is_type && is_of_bun(&import.module));
        let calls = file.calls.iter().filter(|call| call.path.starts_with("Bun."));
        let place = imports.map(|import| &import.place).chain(calls.map(|call| &call.place)).next()?;
        Some(file.evidence(place))
    })
}

/// What a file exports by default for Bun to serve.
#[derive(Debug, Clone)]
pub struct ServedExport {
    /// The line.
    pub evidence: Evidence,
    /// The port that it says, if it says one.
    pub port: Option<u16>,
    /// Whether something else decides on the port, so that no variable of Bun does.
    pub says_port: bool,
}

/// What a file exports by default that Bun serves: `export default { port, fetch }`, or the object of a framework.
fn served_export(program: &Program, path: &str) -> Option<ServedExport> {
    let file = program.sources().find(|file| file.path() == path)?;
    let exported = file.assignments.iter().find(|it| it.name == "default")?;
    let evidence = file.evidence(&exported.place);
    let port = match exported.value.resolved() {
        Value::Object(fields) if fields.iter().any(|field| field.name == "fetch") => {
            fields.iter().find(|field| field.name == "port").map(|field| &field.value)
        }
        Value::Call(call) if rules().served_exports.iter().any(|name| call.is(name)) => None,
        _ => return None,
    };
    let number = port.and_then(|port| match port.default_value() {
        Value::Number(number) => u16::try_from(*number).ok(),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    });
    Some(ServedExport { evidence, port: number, says_port: port.is_some() })
}

impl SourceFacts {
    /// Takes in that Bun serves what the file that is started exports, where nothing else listens.
    pub fn serve_export(&mut self) {
        let Some(export) = self.served_export.take().filter(|_| self.listen.server.is_none()) else { return };
        let port = export.port.unwrap_or(rules().served_port);
        self.listen.port = Some(Fact::new(port, export.evidence.clone()));
        if !export.says_port {
            self.listen.port_setting = Some(Setting::Variable("PORT".into()));
        }
        self.listen.server = Some(export.evidence);
    }
}

/// What the program reads or imports from beside its package.
fn outside(repo: &Repo, package: &Package, program: &Program, read: &[RuntimeFile]) -> Vec<Fact<String>> {
    let read = read.iter().map(|file| Fact::new(file.path.clone(), file.evidence.clone()));
    let imported = program.sources().flat_map(|file| {
        let imports = file.imports.iter().filter(|import| !import.is_type);
        imports.filter_map(|import| {
            let target = relative(file.path(), &import.module)?;
            let path = candidates(&target).find(|path| repo.has(path))?;
            Some(file.fact(path, &import.place))
        })
    });
    let is_outside = |fact: &Fact<String>| !is_inside(&fact.value, &package.folder);
    read.chain(imported).filter(is_outside).collect()
}

/// Where the program makes an application of Next.js for itself: `next({ dev })`.
fn serves_next(program: &Program) -> Option<Evidence> {
    program.sources().find_map(|file| {
        let names = file.imports.iter().filter(|import| import.module == "next").flat_map(|import| &import.names);
        let mut names = names.filter(|(name, _)| matches!(name.as_str(), "default" | "*")).map(|(_, used)| used);
        let called = names.find_map(|used| file.calls.iter().find(|call| call.path == *used))?;
        Some(file.evidence(&called.place))
    })
}

/// The first import of a file by its path from the package's folder: `src/users/user.entity`.
fn import_from_base(repo: &Repo, package: &Package, program: &Program) -> Option<Fact<String>> {
    program.sources().find_map(|file| {
        let imports = file.imports.iter().filter(|import| !import.is_type && !import.module.starts_with('.'));
        let is_there = |module: &str| {
            let first = module.split('/').next().unwrap_or_default();
            !package.depends_on(first)
                && candidates(&join(&package.folder, module)).any(|path| repo.has(&path) && path.ends_with("ts"))
        };
        let import = imports.into_iter().find(|import| import.module.contains('/') && is_there(&import.module))?;
        Some(file.fact(import.module.clone(), &import.place))
    })
}

/// The variables in `skipValidation: !!process.env.SKIP`, by which libraries for settings are told to check nothing.
fn validation_switches(program: &Program) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for file in program.sources() {
        let named = file.named_values();
        for switch in named.iter().filter(|named| named.path.ends_with("skipValidation")) {
            let is_read = |read: &&EnvironmentRead| (switch.place.start..switch.place.end).contains(&read.place.start);
            let reads = file.environment.iter().filter(is_read).map(|read| read.variable.clone());
            names.extend(reads.filter(|name| !name.starts_with("NODE_") && !name.starts_with("npm_")));
        }
    }
    names
}

/// The packages that libraries load by the kind of database which a field says: `knex({ client: "sqlite3" })`.
fn drivers(program: &Program) -> Vec<Fact<String>> {
    let reads = || program.sources().flat_map(|file| &file.environment);
    let mut found = Vec::new();
    for file in program.sources() {
        for call in &file.calls {
            for row in database_loaders().iter().filter(|row| row.calls.iter().any(|name| call.is(name))) {
                let kind = call.named(&row.field).map(Value::default_value);
                let kind = match kind {
                    // a field of the settings that a schema of the environment describes
                    Some(Value::Name(name)) => {
                        let last = name.rsplit('.').next().unwrap_or_default();
                        let read = reads().find(|read| read.variable == last && read.default.is_some());
                        read.and_then(|read| read.default.as_ref()?.known_text())
                    }
                    other => other.and_then(Value::known_text),
                };
                let package = kind.and_then(|kind| row.packages.get(&kind));
                found.extend(package.map(|package| file.fact(package.clone(), &call.place)));
            }
        }
    }
    found
}

impl SourceFacts {
    /// Whether it listens.
    pub fn listens(&self) -> bool {
        self.listen.server.is_some()
    }

    /// The variable that tells it another port.
    pub fn port_variable(&self) -> Option<&str> {
        self.listen.port_setting.as_ref()?.variable().filter(|_| !self.listen.is_address)
    }

    /// The variables that its modules can't be read without, each with a value that stands for none.
    pub fn placeholders(&self) -> Vec<Variable> {
        let required = self.variables.iter().filter(|variable| variable.is_required && !variable.is_of_build);
        let services = self.surroundings.iter().filter(|(kind, _)| *kind == "service");
        let services: Vec<&str> = services.map(|(_, fact)| fact.value.as_str()).collect();
        required.map(|variable| Variable::new(&variable.name, placeholder(&variable.name, &services))).collect()
    }

    /// The variables that its modules can't be read without, and those that it needs when it runs, each with its line.
    pub fn required(&self) -> Vec<Fact<String>> {
        let required = self.variables.iter().filter(|variable| variable.is_required && !variable.is_of_build);
        required.map(|variable| Fact::new(variable.name.clone(), variable.evidence.clone())).collect()
    }

    /// The variables that a bundler puts into pages, each with its line.
    pub fn build_variables(&self) -> impl Iterator<Item = &environment::Variable> {
        let is_name = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        self.variables.iter().filter(move |it| it.is_of_build && has_built_name(&it.name) && is_name(&it.name))
    }
}
