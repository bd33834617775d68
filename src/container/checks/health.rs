//! The health check of the image tells a healthy application from an ill one.
//!
//! Its command ends with 0 beside the running container, and with another status where nothing answers. A command that is not in
//! the image, such as `curl` in one without it, makes a healthy container ill for ever; one that always ends with 0 says nothing.

use crate::container::Engine;
use crate::container::check::{Check, Verdict};
use crate::container::instance::State;
use crate::container::subject::Subject;
use crate::error::Result;

/// The check.
pub static CHECK: Check = Check::new("health", include_str!("health.rs"), check);

fn check(subject: &mut Subject<'_>) -> Result<Verdict> {
    let Some(instance) = &subject.instance else { return Ok(Verdict::skipped("it did not start")) };
    // Podman has it beside the configuration, which is the OCI's own form
    let healthchecks = [&subject.facts["Config"]["Healthcheck"], &subject.facts["Healthcheck"]];
    let words = healthchecks.into_iter().find_map(|it| it["Test"].as_array());
    let words: Vec<&str> = words.into_iter().flatten().filter_map(|word| word.as_str()).collect();
    let (program, arguments) = match words.as_slice() {
        ["CMD", program, arguments @ ..] => (*program, arguments),
        ["CMD-SHELL", ..] => return Ok(Verdict::skipped("it is a line of shell")),
        ["NONE", ..] => return Ok(Verdict::skipped("the image switches it off")),
        _ => return Ok(Verdict::skipped("the image has none")),
    };
    if instance.state() != State::Running {
        return Ok(Verdict::skipped("it had ended"));
    }
    let mut command = vec!["--entrypoint", program];
    command.extend(subject.trial.options.iter().map(String::as_str));
    command.push(subject.image);
    command.extend(arguments);
    // in a container of the same image that shares the network of the one that runs: what the engine's own check would see
    let (is_well, said) = ends_well(subject.engine, &format!("container:{}", instance.id()), &command)?;
    if !is_well {
        return Ok(Verdict::Failed(format!("its command fails while the application answers\n{said}")));
    }
    if ends_well(subject.engine, "none", &command)?.0 {
        return Ok(Verdict::failed("its command ends with 0 where nothing answers, too"));
    }
    Ok(Verdict::passed("its command tells whether the application answers"))
}

/// Whether a command ends with 0 in a network, and what it said.
fn ends_well(engine: &Engine, network: &str, command: &[&str]) -> Result<(bool, String)> {
    let output = engine.run_once(&[&["--network", network], command].concat())?;
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).trim().to_owned();
    Ok((output.status.success(), said))
}
