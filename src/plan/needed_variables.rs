//! The variables and arguments that a program needs and that its image does not set, and the file that it takes them from.

use crate::evidence::{Evidence, Fact, Warning};
use crate::path::file_name;
use crate::plan::Variable;
use crate::shell::quote;

/// That the program needs variables, but those that the image sets; nothing where it needs no other.
pub fn needed_variables(required: &[Fact<String>], environment: &[Variable]) -> Option<Warning> {
    let is_set = |name: &str| environment.iter().any(|variable| variable.name == name);
    let missing: Vec<Fact<String>> = required.iter().filter(|fact| !is_set(&fact.value)).cloned().collect();
    let first = missing.first()?;
    let hint = format!("set them at run time: `docker run --env {}=…`, or `--env-file`", first.value);
    Some(Warning::new("the program needs variables that nothing sets").about(missing).hint(hint))
}

/// That the program needs one of several variables, where the image sets none of them.
pub fn needed_alternatives(alternatives: &[(Vec<String>, Evidence)], environment: &[Variable]) -> Vec<Warning> {
    let is_set = |name: &String| environment.iter().any(|variable| variable.name == *name);
    let missing = alternatives.iter().filter(|(names, _)| !names.iter().any(is_set));
    let warning = |(names, evidence): &(Vec<String>, Evidence)| {
        let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        let message = format!("the program needs one of {}, and nothing sets any", quoted.join(", "));
        let hint =
            format!("set it at run time: `docker run --env {}=…`, or `--env-file`", names.first().map_or("", |it| it));
        Warning::new(message).at(evidence.clone()).hint(hint)
    };
    missing.map(warning).collect()
}

/// That the program needs arguments that nothing gives it; what is given takes the place of the subcommand, which has to be said
/// again.
pub fn needed_arguments_warning(needed: &[Fact<String>], subcommand: Option<&str>) -> Option<Warning> {
    let first = needed.first()?;
    let words: Vec<&str> = subcommand.into_iter().chain([first.value.as_str()]).collect();
    let hint = format!("give them behind the name of the image: `docker run … app {} …`", words.join(" "));
    Some(Warning::new("the program needs arguments that nothing gives it").about(needed.to_vec()).hint(hint))
}

/// That the program ends without a file or folder which the image does not have; `target` is where that lies there.
pub fn needed_file(path: &Fact<String>, is_folder: bool, target: &str) -> Warning {
    let kind = if is_folder { "folder" } else { "file" };
    let name = file_name(&path.value);
    Warning::new(format!("it ends unless there is a {kind} `{}`, and the image has none", path.value))
        .at(path.evidence.clone())
        .hint(format!("give it to the container: `docker run --volume \"$PWD/{name}:{target}\"`"))
}

/// That the program ends without a file of variables, which may hold secrets; an empty one may stand for it in the image.
pub fn needed_environment_file(file: &Fact<String>, has_empty: bool) -> Warning {
    let path = &file.value;
    let start = format!("the program ends unless there is a file `{path}`, which must not be in an image");
    let given = format!("give the variables to the container: `docker run --env-file {}`", quote(path));
    let (message, hint) = if has_empty {
        (format!("{start}: an empty one is there instead"), given)
    } else {
        let mount = format!("\"$PWD/{path}:/app/{path}:ro\"");
        (start, format!("give it to the container: `docker run --volume {mount}`, or let the program go on without"))
    };
    Warning::new(message).at(file.evidence.clone()).hint(hint)
}
