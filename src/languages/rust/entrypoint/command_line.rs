//! What a program can be told to do on its command line.

use crate::analysis::Program;
use crate::catalog::rust_subcommands;
use crate::evidence::Fact;
use crate::source::{Index, Subcommand};

/// What a program can be told to do.
#[derive(Debug, Default)]
pub struct Subcommands {
    /// The one that serves, where it must be said.
    pub serve: Option<Fact<String>>,
    /// Whether it knows none, so that flags follow the program's name.
    pub is_bare: bool,
    /// Whether one must be said and none of them serves.
    pub is_tool: bool,
    /// The one that asks a running program whether it is healthy.
    pub health: Option<Fact<String>>,
}

/// The subcommands of a package's own files.
pub fn subcommands(program: &Program) -> Subcommands {
    let all: Vec<(&Index, &Subcommand)> =
        program.sources().flat_map(|file| file.subcommands.iter().map(move |it| (file, it))).collect();
    let is_optional = all.iter().any(|(_, it)| it.is_optional);
    let pick = |wanted: &[String]| {
        wanted.iter().find_map(|name| {
            let (file, found) = all.iter().find(|(_, it)| it.name == *name)?;
            Some(file.fact(found.name.clone(), &found.place))
        })
    };
    let table = rust_subcommands();
    let serve = pick(&table.serve);
    Subcommands {
        is_bare: all.is_empty(),
        is_tool: !all.is_empty() && serve.is_none() && !is_optional,
        serve: if is_optional { pick(&table.always) } else { serve },
        health: pick(&table.health),
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::repo::Document;

    fn of(text: &str) -> Subcommands {
        let file = Rc::new(crate::source::read(Document::new("main.rs", text)));
        subcommands(&Program::of([file]))
    }

    #[test]
    fn the_subcommand_that_serves_is_found_where_it_must_be_said() {
        let text = "#[derive(Debug, Subcommand)] enum Command { Migrate { up: bool }, Start(Start), HealthCheck }";
        let all = of(text);
        assert_eq!(all.serve.as_ref().map(|fact| fact.value.as_str()), Some("start"));
        assert_eq!(all.health.as_ref().map(|fact| fact.value.as_str()), Some("health-check"));
        let optional = "struct Cli { #[command(subcommand)] command: Option<Command> }";
        assert!(of(&format!("{optional} {text}")).serve.is_none());
        assert!(of(&format!("{optional} {}", text.replace("Start(", "Serve("))).serve.is_some());
        let tool = "#[derive(Parser)] enum Command { Backup, Restore { to: String } }";
        assert!(of(tool).is_tool && !all.is_tool && !of(&format!("{optional} {tool}")).is_tool);
        assert!(of("fn main() {}").is_bare && !all.is_bare);
    }

    #[test]
    fn every_name_of_the_table_serves_and_a_longer_one_does_not() {
        for name in &rust_subcommands().serve {
            let command = |name: &str| format!("#[derive(Subcommand)] enum C {{ #[command(name = \"{name}\")] A }}");
            assert!(of(&command(name)).serve.is_some() && of(&command(&format!("{name}-x"))).is_tool, "{name}");
        }
    }
}
