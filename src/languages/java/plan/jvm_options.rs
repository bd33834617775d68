//! Options for every JVM of the image.

use crate::catalog::opened_packages;
use crate::evidence::Fact;
use crate::languages::java::manifest::Module;
use crate::pattern;

/// The options: a share of the container's memory as heap, an end where it is used up, so that an orchestrator starts the
/// container anew, and what the project needs opened or switched on.
pub fn all(release: Option<&Fact<String>>, module: &Module) -> Vec<String> {
    let mut options = vec!["-XX:MaxRAMPercentage=75".to_owned(), "-XX:+ExitOnOutOfMemoryError".to_owned()];
    let opened = opened_packages();
    if release.and_then(|fact| fact.value.parse::<u32>().ok()).is_some_and(|release| release < opened.closed_by) {
        options.extend(opened.packages.iter().map(|package| format!("--add-opens=java.base/{package}=ALL-UNNAMED")));
    }
    for option in stated(module) {
        if !options.contains(&option) {
            options.push(option);
        }
    }
    options
}

/// What the POM says to the compiler, to the tests and to a run of the application, as far as it is for any JVM.
fn stated(module: &Module) -> Vec<String> {
    let switches = pattern!(r"(?:^|\s)--enable-preview\b");
    let opened = pattern!(r"(?:^|\s)--(add-opens|enable-native-access)[=\s]+(\S+)");
    let exported = pattern!(r"(?:^|\s)--(add-exports)[=\s]+(\S+)");
    let added = pattern!(r"(?:^|\s)--(add-modules)[=\s]+(jdk\.incubator\.\S+)");
    let compiler = text(module, "maven-compiler-plugin", &["arg", "compilerArg", "compilerArgument"]);
    let tests = text(module, "maven-surefire-plugin", &["argLine"]);
    let run = text(module, "spring-boot-maven-plugin", &["jvmArguments"]);
    let property = module.property("argLine").map(|fact| fact.value).unwrap_or_default();
    let all = [compiler.as_str(), &tests, &run, &property];
    // A test reaches into the JDK for more than the application does, unless the JDK must be opened for it.
    let sources = [(opened, &all[1..]), (exported, &[all[0], all[2]][..]), (added, &all[..])];
    let mut found = Vec::new();
    for (pattern, texts) in sources {
        for captures in texts.iter().flat_map(|text| pattern.captures_iter(text)) {
            let (name, value) = (&captures[1], captures[2].trim_matches('"'));
            let is_for_all = name == "add-modules" || value.ends_with("ALL-UNNAMED");
            if is_for_all && !value.contains("${") {
                found.push(format!("--{name}={value}"));
            }
        }
    }
    let is_preview = module.setting("maven-compiler-plugin", "enablePreview").is_some_and(|fact| fact.value == "true");
    if is_preview || all.iter().any(|text| switches.is_match(text)) {
        found.push("--enable-preview".into());
    }
    for (attribute, option) in [("Add-Opens", "add-opens"), ("Add-Exports", "add-exports")] {
        let value =
            ["maven-jar-plugin", "maven-shade-plugin"].iter().find_map(|plugin| module.setting(plugin, attribute));
        let packages = value.map(|fact| fact.value).unwrap_or_default();
        let packages = packages.split_whitespace().filter(|package| package.contains('/'));
        found.extend(packages.map(|package| format!("--{option}={package}=ALL-UNNAMED")));
    }
    found
}

/// The words of some settings of a plugin in one text.
fn text(module: &Module, artifact: &str, names: &[&str]) -> String {
    let plugins = module.chain.iter().flat_map(|pom| pom.plugins.iter().chain(&pom.managed_plugins));
    let settings = plugins.filter(|plugin| plugin.artifact == artifact).flat_map(|plugin| &plugin.settings);
    let words = settings.filter(|(name, _)| names.contains(&name.as_str())).map(|(_, value)| value.as_str());
    module.interpolate(&words.collect::<Vec<_>>().join(" "))
}
