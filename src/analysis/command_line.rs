//! What a program must be told on its command line.

use crate::analysis::Program;
use crate::evidence::Fact;
use crate::source::{CommandOption, Index};

/// The arguments that a program ends without, as its own help names them: `--config`, `<FILE>`. Those that a variable may give
/// are variables that it needs. Of a program with subcommands they are those of the one that is started.
pub fn needed_arguments(program: &Program, subcommand: Option<&str>) -> Vec<Fact<String>> {
    let mut known = program.sources().flat_map(|file| &file.subcommands).peekable();
    let has_subcommands = known.peek().is_some();
    let started = subcommand.and_then(|name| known.find(|it| it.name == name)?.options.as_ref());
    let options = program.sources().flat_map(|file| file.options.iter().map(move |option| (file, option)));
    let is_needed = |(_, option): &(&Index, &CommandOption)| {
        let is_of_start = !has_subcommands || started.is_some() && option.owner.as_ref() == started;
        option.is_required && option.variable.is_none() && is_of_start
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
        needed_arguments(&program(language, text), Some("serve")).into_iter().map(|fact| fact.value).collect()
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
    fn what_a_variable_may_give_and_what_another_subcommand_wants_is_not_among_them() {
        let rust = "#[derive(Parser)] struct Args { #[arg(long, env = \"CONFIG\")] config: String }";
        assert!(needed("rust", rust).is_empty());
        let other = "#[derive(Subcommand)] enum Command { Migrate { #[arg(long)] config: String }, Serve }";
        assert!(needed("rust", other).is_empty());
        let optional = "#[derive(Subcommand)] enum Command { Serve { #[arg(long)] config: Option<String> } }";
        assert!(needed("rust", optional).is_empty());
    }

    #[test]
    fn what_the_subcommand_that_is_started_wants_is_among_them() {
        let within =
            "#[derive(Subcommand)] enum Command { Serve { #[arg(long)] config: String }, Migrate { to: String } }";
        assert_eq!(needed("rust", within), ["--config"]);
        for held in ["cli::Start", "Box<cli::Start>"] {
            let record = format!(
                "#[derive(Subcommand)] enum Command {{ Serve({held}), Migrate(Other) }}\n\
                 #[derive(Parser)] struct Start {{ #[arg(short, long)] file: PathBuf }}\n#[derive(Args)] struct Other {{ to: String }}"
            );
            assert_eq!(needed("rust", &record), ["--file"]);
        }
    }
}
