//! What is known of Node.js's package managers, runners and scripts, from `node.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(rename = "data_as_of")]
    _data_as_of: String,
    package_manager: Vec<NodePackageManager>,
    runner: Vec<Runner>,
    start: Start,
    build: Build,
    install_scripts: InstallScripts,
    source: SourceRules,
    registry_token: RegistryToken,
    first_with_openssl_3: BTreeMap<String, u32>,
    first_without_compile_cache: BTreeMap<String, u32>,
    stylesheets: StylesheetTools,
    front_end: FrontEndNames,
    compiles_on: Vec<CompilesOn>,
    ended_registry: Vec<EndedRegistry>,
    babel: Babel,
    broken: Vec<Broken>,
    named_variables: Vec<NamedVariables>,
    tsx: Tsx,
    platform_function: PlatformFunction,
    database_loader: Vec<DatabaseLoader>,
}

/// A library that loads the driver of a database by the kind which it is told.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseLoader {
    /// The calls that it is told by.
    pub calls: Vec<String>,
    /// The field that says the kind.
    pub field: String,
    /// The package of each kind.
    pub packages: BTreeMap<String, String>,
}

/// The libraries that load the driver of a database.
pub fn database_loaders() -> &'static [DatabaseLoader] {
    &TABLE.database_loader
}

/// A function that a platform calls.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformFunction {
    /// Packages that make or describe one.
    pub packages: Vec<String>,
    /// What it is exported as.
    pub exports: Vec<String>,
    /// The tools of platforms that serve what a file exports.
    pub tools: Vec<String>,
}

/// How tsx runs a file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tsx {
    /// The first version that Node.js loads by `--import`.
    pub loads_from: String,
    /// What earlier ones are run by.
    pub program: String,
}

/// Versions of a package that work in no image.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Broken {
    /// The package.
    pub package: String,
    /// The first version that works.
    pub below: String,
    /// Why those before it do not.
    pub because: String,
}

/// A file of settings that names variables where values would stand.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedVariables {
    /// The packages that read it.
    pub packages: Vec<String>,
    /// The file, from the folder of the package.
    pub file: String,
    /// The file with the settings that hold otherwise.
    pub usual: String,
    /// Whether the name itself is the value where the variable is not there.
    #[serde(default)]
    pub is_needed: bool,
}

/// What Babel adds to what it compiles.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Babel {
    /// Packages that compile files with it.
    pub compilers: Vec<String>,
    /// What its settings are called.
    pub settings: Vec<String>,
    /// Plugins that make the compiled files import a package.
    pub injects: Vec<Injects>,
    /// What compiles files when they are loaded.
    pub runs: Vec<RunsBabel>,
}

/// A program that compiles files by Babel when they are loaded.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunsBabel {
    /// The package that brings it.
    pub package: String,
    /// Its file.
    pub file: String,
}

/// Plugins that make compiled files import a package.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Injects {
    /// What settings call them.
    pub plugins: Vec<String>,
    /// The package.
    pub package: String,
}

/// A registry that has ended, and whose packages are in npm's own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndedRegistry {
    /// The name of its host.
    pub host: String,
    /// The day on which it ended.
    pub ended: String,
}

/// Tools that make a stylesheet.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StylesheetTools {
    /// The words that start them.
    pub programs: Vec<String>,
    /// The flags that name what they write.
    pub outputs: Vec<String>,
    /// The flags that keep them running.
    pub watching: Vec<String>,
    /// The flags that make it small.
    pub minifying: Vec<String>,
}

/// What the scripts, files and folders of a front end are called.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrontEndNames {
    /// Scripts that build for production, the likeliest first.
    pub scripts: Vec<String>,
    /// Endings of what they make.
    pub assets: Vec<String>,
    /// Parts of names of folders that hold it.
    pub folders: Vec<String>,
    /// Where it goes, where nothing says it.
    pub usual_output: String,
    /// What the settings of tools that build are called, from their beginning.
    pub settings: Vec<String>,
    /// Names of folders that hold sources of pages, which no build makes.
    pub sources: Vec<String>,
}

/// What the scripts, files and folders of a front end are called.
pub fn front_end() -> &'static FrontEndNames {
    &TABLE.front_end
}

/// Tools that make a stylesheet of the pages that they look through.
pub fn stylesheet_tools() -> &'static StylesheetTools {
    &TABLE.stylesheets
}

/// Versions of a compiled package, and the newest line of Node.js that they compile on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompilesOn {
    /// The package.
    pub package: String,
    /// The first version that compiles on newer ones.
    pub below: String,
    /// The newest line that those before it compile on.
    pub node: String,
}

/// What variables with the token of a registry are called.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RegistryToken {
    registries: Vec<String>,
    kinds: Vec<String>,
}

/// A package manager, and the commands that it takes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodePackageManager {
    /// Its name as an answer.
    pub name: String,
    /// What tells it from the others; empty where its name does.
    pub description: String,
    /// The name of its program.
    pub program: String,
    /// The package that provides it.
    pub package: String,
    /// The version or line that is installed where nothing states another; none where the image has one that serves.
    pub version: Option<String>,
    /// The oldest major version that is installed where the project states it; any where there is none.
    pub oldest: Option<u32>,
    /// The line that a stated version must be of to be installed; any where there is none.
    pub within: Option<String>,
    /// The flags of npm that install it beside one that the image may have.
    #[serde(default)]
    pub install_flags: Vec<String>,
    /// The names of its lock file, the usual one first.
    pub lock_files: Vec<String>,
    /// By line, the first version that works on the lines of Node.js that are maintained; a line that is not here works whole.
    #[serde(default)]
    pub first_working: BTreeMap<String, String>,
    /// By the first number of the lock file's format, the line that writes it.
    #[serde(default)]
    pub lock_formats: BTreeMap<String, String>,
    /// The words in front of a script of `package.json`.
    pub run: Vec<String>,
    /// The words in front of a program of a dependency.
    pub exec: Vec<String>,
    /// The folder that it caches in.
    pub cache: String,
    /// Variables of the build.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// Installs what the lock file says.
    pub frozen: Vec<String>,
    /// Installs what the manifest allows.
    pub unfrozen: Vec<String>,
    /// The flag that leaves development dependencies out from the start.
    pub production: Option<String>,
    /// The same where no lock file is in step, if that is another flag.
    pub production_unfrozen: Option<String>,
    /// The flag that runs no install script.
    pub without_scripts: String,
    /// Runs the install scripts that were left out.
    pub rebuild: Vec<String>,
    /// Whether all packages have to go before only some are installed.
    #[serde(default)]
    pub cleans_first: bool,
    /// Takes development dependencies away again, where there is a lock file.
    pub prune_frozen: Vec<String>,
    /// Takes development dependencies away again, where there is none.
    pub prune_unfrozen: Vec<String>,
    /// Variables with which it asks nothing.
    #[serde(default)]
    pub unasked: BTreeMap<String, String>,
    /// The line from which on install scripts run only where a list names their package.
    pub lists_scripts: Option<u32>,
}

/// Programs that run a file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Runner {
    /// Their names.
    pub programs: Vec<String>,
    /// Words that may stand in front of the file.
    #[serde(default)]
    pub subcommands: Vec<String>,
    /// Whether it is Node.js itself.
    #[serde(default)]
    pub is_node: bool,
    /// Whether it takes the types of TypeScript away by itself.
    #[serde(default)]
    pub runs_typescript: bool,
    /// Whether it keeps processes running, and may be given a configuration in place of a file.
    #[serde(default)]
    pub is_process_manager: bool,
}

/// How scripts start applications.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// The scripts that start an application, the most deliberate first.
    pub scripts: Vec<String>,
    development: Vec<String>,
    /// The scripts that start one of its kind, where nothing else says what starts.
    pub kinds: Vec<String>,
    /// Files that usually start an application.
    pub files: Vec<String>,
    /// The names of calls by which a program listens.
    pub listens: Vec<String>,
    wrappers: Vec<String>,
    setting_wrappers: Vec<String>,
    of_shell: Vec<String>,
    formatters: Vec<String>,
    script_runners: Vec<String>,
    package_flags: Vec<String>,
    valued_flags: Vec<String>,
    cleaners: Vec<String>,
    sequences: Vec<String>,
    present: Vec<String>,
    outside: Vec<String>,
    database: Vec<String>,
}

/// How packages are built.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Build {
    /// The scripts that build a package, the most deliberate first.
    pub scripts: Vec<String>,
    /// Parts of a build that may have a script each.
    pub parts: Vec<String>,
    /// Tools whose run makes a script a build.
    pub tools: Vec<String>,
    /// Tools that put dependencies into what they make.
    pub bundlers: Vec<String>,
    /// What their settings call the files that they start from.
    pub entry_settings: Vec<String>,
    /// Tools that make JavaScript of TypeScript.
    pub compilers: Vec<String>,
    /// Tools that give imports their endings after the compiler.
    pub ending_completers: Vec<String>,
    /// Tools that do so where the key of their own in the compiler's configuration says it: the tool, and the key.
    pub ending_completer_settings: Vec<(String, String)>,
    /// Programs that a build copies files with.
    pub copiers: Vec<String>,
    /// Bundlers that make sites and libraries alike.
    pub page_bundlers: Vec<String>,
    /// Programs that build an image.
    pub image_builders: Vec<String>,
    /// Parts of scripts that may write into installed modules.
    pub module_writers: Vec<String>,
}

/// Scripts that run when a package is installed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstallScripts {
    /// Their names, in the order that they run.
    pub names: Vec<String>,
    /// Parts of those that only matter in the clone of a developer.
    pub for_developers: Vec<String>,
}

/// What of a package is no source of its server.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceRules {
    /// Folders whose source does not run in the server.
    pub other_folders: Vec<String>,
    /// Classes whose objects Bun serves where its file exports one by default.
    pub served_exports: Vec<String>,
    /// The port where nothing says another.
    pub served_port: u16,
    /// Packages that load files of the program by folders and patterns.
    pub loaders: Vec<String>,
    /// Manifests of other languages.
    pub other_manifests: Vec<String>,
    /// Packages that only compiled packages depend on.
    pub compiled_marks: Vec<String>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| table!("node"));

/// The packages that compile on no newer line of Node.js, the strictest row of each first.
pub fn compiles_on() -> &'static [CompilesOn] {
    &TABLE.compiles_on
}

/// What shows a function that a platform calls.
pub fn platform_function() -> &'static PlatformFunction {
    &TABLE.platform_function
}

/// How tsx runs a file.
pub fn tsx() -> &'static Tsx {
    &TABLE.tsx
}

/// Whether a word of a command is a program that is given the file that is meant.
pub fn runs_another_file(word: &str) -> bool {
    let programs = TABLE.babel.runs.iter().map(|row| row.file.as_str()).chain([TABLE.tsx.program.as_str()]);
    programs.into_iter().any(|program| word.ends_with(program))
}

/// The packages whose older versions work in no image.
pub fn broken() -> &'static [Broken] {
    &TABLE.broken
}

/// The files of settings that name variables.
pub fn named_variables() -> &'static [NamedVariables] {
    &TABLE.named_variables
}

/// What Babel adds to what it compiles.
pub fn babel() -> &'static Babel {
    &TABLE.babel
}

/// The registries that have ended.
pub fn ended_registries() -> &'static [EndedRegistry] {
    &TABLE.ended_registry
}

/// The package managers.
pub fn package_managers() -> &'static [NodePackageManager] {
    &TABLE.package_manager
}

/// The row of a program that runs a file.
pub fn runner(program: &str) -> Option<&'static Runner> {
    TABLE.runner.iter().find(|runner| has(&runner.programs, program))
}

/// How scripts start applications.
pub fn start() -> &'static Start {
    &TABLE.start
}

/// How packages are built.
pub fn build() -> &'static Build {
    &TABLE.build
}

/// Scripts that run when a package is installed.
pub fn install_scripts() -> &'static InstallScripts {
    &TABLE.install_scripts
}

/// What of a package is no source of its server.
pub fn source() -> &'static SourceRules {
    &TABLE.source
}

/// Whether a variable is named for the token of a registry: `NPM_TOKEN`, and not `AWS_SECRET_ACCESS_KEY`.
pub fn is_registry_token(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let names = |list: &[String]| name.split('_').any(|word| has(list, word));
    names(&TABLE.registry_token.registries) && names(&TABLE.registry_token.kinds)
}

/// Bundlers that hash with what OpenSSL 3 no longer has, each with its first major version that does not.
pub fn first_with_openssl_3() -> impl Iterator<Item = (&'static str, u32)> {
    TABLE.first_with_openssl_3.iter().map(|(name, major)| (name.as_str(), *major))
}

/// The bundlers that keep compiled modules in a way that fails today, with their first major version that does not.
pub fn first_without_compile_cache() -> impl Iterator<Item = (&'static str, u32)> {
    TABLE.first_without_compile_cache.iter().map(|(name, major)| (name.as_str(), *major))
}

impl Start {
    /// Whether a script is for development only.
    pub fn is_for_development(&self, script: &str) -> bool {
        has(&self.development, script)
    }

    /// Whether a program only sets the environment of the command behind it.
    pub fn is_wrapper(&self, program: &str) -> bool {
        has(&self.wrappers, program) || self.takes_settings(program)
    }

    /// Whether such a program may be given the name of a file of variables.
    pub fn takes_settings(&self, program: &str) -> bool {
        has(&self.setting_wrappers, program)
    }

    /// Whether a program only serves the shell of a script.
    pub fn is_of_shell(&self, program: &str) -> bool {
        has(&self.of_shell, program)
    }

    /// Whether a program makes a log pretty.
    pub fn is_formatter(&self, program: &str) -> bool {
        self.formatters.iter().any(|known| is_like(known, program))
    }

    /// Whether a program runs scripts of packages.
    pub fn runs_scripts(&self, program: &str) -> bool {
        has(&self.script_runners, program)
    }

    /// Whether a flag of such a program names a package, or its folder.
    pub fn names_package(&self, flag: &str) -> bool {
        has(&self.package_flags, flag)
    }

    /// Whether a flag of a program that runs a file takes the next word as its value.
    pub fn takes_value(&self, flag: &str) -> bool {
        has(&self.valued_flags, flag)
    }

    /// Whether a program takes files away.
    pub fn is_cleaner(&self, program: &str) -> bool {
        has(&self.cleaners, program)
    }

    /// Whether a program runs scripts one after the other.
    pub fn is_sequence(&self, program: &str) -> bool {
        has(&self.sequences, program)
    }

    /// Whether a program is there without a dependency.
    pub fn is_present(&self, program: &str) -> bool {
        has(&self.present, program)
    }

    /// Whether a command needs what a build does not have.
    pub fn reaches_outside(&self, command: &str) -> bool {
        let command = command.to_lowercase();
        self.outside.iter().any(|part| command.contains(part.as_str()))
    }

    /// Whether a command changes a database.
    pub fn changes_database(&self, command: &str) -> bool {
        let command = command.to_lowercase();
        self.database.iter().any(|known| names(&command).any(|word| is_like(known, word)))
    }
}

/// The words of a text that could be names: letters, digits and `_`.
pub fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).filter(|word| !word.is_empty())
}

/// Whether a text has a word of a list.
pub fn has_word(text: &str, list: &[String]) -> bool {
    names(text).any(|word| has(list, word))
}

/// Whether a list has a word.
pub fn has(list: &[String], word: &str) -> bool {
    list.iter().any(|known| known == word)
}

/// Whether a word is one that a row stands for: `*` at its start or end stands for any letters.
fn is_like(known: &str, word: &str) -> bool {
    match (known.strip_prefix('*'), known.strip_suffix('*')) {
        (Some(_), Some(_)) => word.contains(known.trim_matches('*')),
        (Some(end), None) => word.ends_with(end),
        (None, Some(start)) => word.starts_with(start),
        (None, None) => word == known,
    }
}

#[cfg(test)]
mod tests {
    use super::{TABLE, first_with_openssl_3, is_registry_token, package_managers, runner, start};

    #[test]
    fn every_row_of_a_list_is_taken_and_its_neighbour_is_not() {
        for word in ["knex migrate:latest", "npm run db:push", "node seeds.js", "create-database", "run_migrations"] {
            assert!(start().changes_database(word), "{word}");
        }
        for word in ["node server.js", "feedback", "node dbx.js", "unseeded"] {
            assert!(!start().changes_database(word), "{word}");
        }
        assert!(start().is_formatter("pino-pretty") && !start().is_formatter("pino"));
        assert!(start().reaches_outside("Wait-on http://x") && !start().reaches_outside("cpx a b"));
        assert!(start().scripts.iter().any(|script| start().is_for_development(script)));
        assert!(runner("tsx").is_some() && runner("tsc").is_none());
    }

    #[test]
    fn a_token_of_a_registry_is_told_from_other_secrets() {
        for registry in &TABLE.registry_token.registries {
            for kind in &TABLE.registry_token.kinds {
                assert!(is_registry_token(&format!("SHOP_{registry}_{kind}").to_uppercase()), "{registry} {kind}");
                assert!(is_registry_token(&format!("{kind}_{registry}")), "{registry} {kind}");
            }
            assert!(!is_registry_token(registry) && !is_registry_token(&format!("x{registry}_token")), "{registry}");
        }
        for kind in &TABLE.registry_token.kinds {
            assert!(!is_registry_token(kind) && !is_registry_token(&format!("npm_x{kind}")), "{kind}");
        }
        for name in
            ["AWS_SECRET_ACCESS_KEY", "DATABASE_PASSWORD", "STRIPE_SECRET_KEY", "TOKEN", "HOME", "SSH_AUTH_SOCK"]
        {
            assert!(!is_registry_token(name), "{name}");
        }
    }

    #[test]
    fn package_managers_have_the_words_that_the_plan_counts_on() {
        for row in package_managers() {
            assert_eq!(row.frozen[0], row.program, "{}", row.name);
            assert!(!row.lock_files.is_empty() && !row.exec.is_empty() && row.cache.starts_with('/'), "{}", row.name);
        }
        assert!(first_with_openssl_3().any(|row| row == ("webpack", 5)));
    }
}
