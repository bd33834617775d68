//! The last stage: what runs, and what the build context leaves out.

use crate::catalog::Runtime;
use crate::dockerfile::literal_pattern;
use crate::languages::python::plan::{Input, absolute};
use crate::path::relative_to;
use crate::plan::{FinalStage, IgnoreSection, Variable};

pub fn final_stage(input: &Input, runtime: &Runtime, work_folder: &str) -> FinalStage {
    let start = input.start;
    let port = input.port;
    let number = port.map(|port| port.to_string()).unwrap_or_default();
    let fill = |text: &str| text.replace("$PORT", &number);
    let mut environment = vec![Variable::new("PYTHONUNBUFFERED", "1"), Variable::new("PYTHONDONTWRITEBYTECODE", "1")];
    if input.copies_interpreter {
        environment.push(Variable::new("LANG", "C.UTF-8"));
    }
    if !start.invocation.program.ends_with("/python") {
        environment.push(Variable::new("VIRTUAL_ENV", "/venv"));
    }
    if let Some(path) = &start.path {
        environment.push(Variable::new("PYTHONPATH", absolute(work_folder, path)));
    }
    for variable in &start.environment {
        if !environment.iter().any(|it| it.name == variable.name) {
            environment.push(Variable::new(&variable.name, fill(&variable.value)));
        }
    }
    let carries_port = start.invocation.arguments.iter().any(|word| word.contains("$PORT"));
    if port.is_some() && !carries_port && !environment.iter().any(|it| it.name == "PORT") {
        environment.push(Variable::new("PORT", &number));
    }
    let arguments: Vec<String> = start.invocation.arguments.iter().map(|word| fill(word)).collect();
    let mut entrypoint = vec!["/usr/bin/tini".to_owned(), "--".to_owned(), start.invocation.program.clone()];
    let mut command = arguments;
    if start.is_tool {
        // arguments behind the tool are the user's to replace
        entrypoint.extend(command.drain(..1.min(command.len())));
    }
    let health_check = match (input.health, port) {
        (Some(path), Some(port)) => {
            let address = literal(&format!("http://127.0.0.1:{port}{path}"));
            let ask = format!("import urllib.request; urllib.request.urlopen({address}, timeout=4)");
            vec!["/venv/bin/python".to_owned(), "-c".to_owned(), ask]
        }
        _ => Vec::new(),
    };
    FinalStage { environment, port, entrypoint, command, health_check, ..FinalStage::new(runtime) }
}

/// A text as a literal of Python.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'"))
}

pub fn ignore(input: &Input) -> Vec<IgnoreSection> {
    let mut sections = vec![IgnoreSection::new(
        "Virtual environments, bytecode, caches, packaging",
        [
            "**/.venv",
            "**/venv",
            "**/__pycache__",
            "**/*.py[cod]",
            "**/*.egg-info",
            "**/.pytest_cache",
            "**/.mypy_cache",
            "**/.ruff_cache",
            "**/.tox",
            "**/.nox",
            "**/.coverage",
            "**/htmlcov",
            "**/.ipynb_checkpoints",
            "**/node_modules",
        ],
    )];
    let inside = relative_to(&input.project.manifests.folder, &input.installation.context);
    let unused: Vec<String> = input
        .installation
        .unused
        .iter()
        .map(|name| if inside == "." { name.clone() } else { format!("{inside}/{name}") })
        .collect();
    if !unused.is_empty()
        && !input
            .start
            .invocation
            .arguments
            .iter()
            .any(|word| unused.iter().any(|name| word.starts_with(name.as_str())))
    {
        sections.push(IgnoreSection::new("Not needed to run", unused.iter().map(|path| literal_pattern(path))));
    }
    sections
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_literal_holds_any_text_on_one_line() {
        assert_eq!(super::literal("/health"), "'/health'");
        assert_eq!(super::literal(r"/it's\'"), r"'/it\'s\\\''");
    }
}
