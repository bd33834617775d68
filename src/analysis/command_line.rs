//! What a program must be told on its command line.

use crate::analysis::Program;
use crate::evidence::Fact;
use crate::source::{CommandOption, Index};

/// The arguments that a program ends without, as its own help names them: `--config`, `<FILE>`. Those that a variable may give
/// are variables that it needs, and those of subcommands are asked for by what is started.
pub fn needed_arguments(program: &Program) -> Vec<Fact<String>> {
    if program.sources().any(|file| !file.subcommands.is_empty()) {
        return Vec::new();
    }
    let options = program.sources().flat_map(|file| file.options.iter().map(move |option| (file, option)));
    let is_needed = |(_, option): &(&Index, &CommandOption)| {
        option.is_required && option.variable.is_none() && option.subcommand.is_none()
    };
    let shown =
        |option: &CommandOption| option.flag.clone().unwrap_or_else(|| format!("<{}>", option.name.to_uppercase()));
    options.filter(is_needed).map(|(file, option)| file.fact(shown(option), &option.place)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::files::tests::program;

    fn needed(language: &str, text: &str) -> Vec<String> {
        needed_arguments(&program(language, text)).into_iter().map(|fact| fact.value).collect()
    }

    #[test]
    fn what_the_command_line_must_have_is_named_as_one_writes_it() {
        let rust = "#[derive(Parser)] struct Args { file: PathBuf, #[arg(long)] config: String, #[arg(long)] other: Option<String> }";
        assert_eq!(needed("rust", rust), ["<FILE>", "--config"]);
        assert!(needed("rust", &rust.replace("Parser", "Debug")).iter().all(|it| it != "<FILE>"));
        let python = "import argparse\np = argparse.ArgumentParser()\np.add_argument('--token', required=True)\np.add_argument('--port')\n";
        assert_eq!(needed("python", python), ["--token"]);
    }

    #[test]
    fn what_a_variable_may_give_and_what_a_subcommand_wants_is_not_among_them() {
        let rust = "#[derive(Parser)] struct Args { #[arg(long, env = \"CONFIG\")] config: String }";
        assert!(needed("rust", rust).is_empty());
        let commands = "#[derive(Subcommand)] enum Command { Serve { #[arg(long)] config: String } }";
        assert!(needed("rust", commands).is_empty());
    }
}
