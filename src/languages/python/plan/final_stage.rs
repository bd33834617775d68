//! The last stage: what runs, and what the build context leaves out.

use crate::catalog::Runtime;
use crate::catalog::python::{PortVariable, Stop, port_variables, servers};
use crate::dockerfile::literal_pattern;
use crate::languages::python::entrypoint::Entrypoint;
use crate::languages::python::package_manager::Project;
use crate::languages::python::plan::{Input, absolute};
use crate::path::{file_name, relative_to};
use crate::plan::{FinalStage, IgnoreSection, Variable, sections_of};
use crate::source::python::modules::is_test_module;

/// Asks for the health at the port that a variable names when it runs, in isolation from the application's own modules. The
/// name and the path are arguments: the program holds nothing of the repository.
const HEALTH_BY_VARIABLE: &str = "import os, sys, urllib.request; \
    urllib.request.urlopen('http://127.0.0.1:' + os.environ[sys.argv[1]] + sys.argv[2], timeout=4)";

pub fn final_stage(input: &Input, runtime: &Runtime, work_folder: &str) -> FinalStage {
    let start = input.start;
    let port = input.port;
    let number = port.map(|port| port.to_string()).unwrap_or_default();
    let fill = |text: &str| text.replace("$PORT", &number);
    let mut environment = vec![Variable::new("PYTHONUNBUFFERED", "1")];
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
    if let Some(stop) = stop(start)
        && !environment.iter().any(|it| it.name == stop.variable)
    {
        environment.push(Variable::new(&stop.variable, &stop.value));
    }
    let (words, variable) = told_by_variable(start, input.project);
    let carries_port = words.iter().any(|word| word.contains("$PORT"));
    let told = variable.or_else(|| Some("PORT").filter(|_| !carries_port));
    if let Some(name) = told.filter(|_| port.is_some())
        && !environment.iter().any(|it| it.name == name)
    {
        environment.push(Variable::new(name, &number));
    }
    let arguments: Vec<String> = words.iter().map(|word| fill(word)).collect();
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
            let words = match variable {
                Some(name) => vec!["/venv/bin/python", "-Ic", HEALTH_BY_VARIABLE, name, path],
                None => vec!["/venv/bin/python", "-c", &ask],
            };
            words.into_iter().map(str::to_owned).collect()
        }
        _ => Vec::new(),
    };
    FinalStage {
        environment,
        port,
        is_tool: start.is_tool,
        entrypoint,
        command,
        health_check,
        ..FinalStage::new(runtime)
    }
}

/// What the server of a command line needs to end on SIGTERM, where the command line does not say it.
fn stop(start: &Entrypoint) -> Option<&'static Stop> {
    let program = file_name(&start.invocation.program);
    let stop = servers().iter().find(|server| server.program == program)?.stop.as_ref()?;
    (!start.invocation.arguments.contains(&stop.flag)).then_some(stop)
}

/// The words of the command line, without the port where the server reads it from a variable that can be changed at run time,
/// and that variable.
fn told_by_variable(start: &Entrypoint, project: &Project) -> (Vec<String>, Option<&'static str>) {
    let words = &start.invocation.arguments;
    let reads = |row: &&PortVariable| {
        start.invocation.module() == Some(row.module.as_str())
            && !start.is_configured
            && !project.is_below(&row.package, &row.since)
    };
    let found = port_variables().iter().find(reads).and_then(|row| {
        row.words.iter().find_map(|said| {
            let place = words.windows(said.len()).position(|window| window == said.as_slice())?;
            let rest = [&words[..place], &words[place + said.len()..]].concat();
            (!rest.iter().any(|word| word.contains("$PORT"))).then_some((rest, Some(row.variable.as_str())))
        })
    });
    found.unwrap_or_else(|| (words.clone(), None))
}

/// A text as a literal of Python.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'"))
}

pub fn ignore(input: &Input) -> Vec<IgnoreSection> {
    // what is started is no test, whatever its name
    let mut started = input.start.invocation.arguments.iter().flat_map(|word| word.split(['/', '.', ':']));
    let keeps_tests = input.installation.imports_test || started.any(is_test_module);
    let mut sections = sections_of("python", keeps_tests);
    if !input.front_ends.is_empty() {
        let patterns = input.front_ends.iter().map(|it| it.ignore_pattern(&input.installation.context));
        sections.push(IgnoreSection::new("The front end is built in the image", patterns));
    }
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
