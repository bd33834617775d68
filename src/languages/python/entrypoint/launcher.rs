//! Programs that a package's own command starts: Streamlit, Gradio.

use crate::catalog::python::launchers;
use crate::evidence::{Evidence, Fact};
use crate::languages::python::entrypoint::invocation::Invocation;
use crate::languages::python::entrypoint::{Context, Entrypoint, fill, has, listen, place, script};
use crate::path::{file_name, join, relative_to};
use crate::plan::Variable;
use crate::source::python::modules::Module;

/// Programs that a package's own command starts: Streamlit, Gradio.
pub fn launched(context: &Context) -> Vec<Entrypoint> {
    let names = [
        "streamlit_app.py",
        "app.py",
        "main.py",
        "Home.py",
        "home.py",
        "Main.py",
        "ui.py",
        "webui.py",
        "dashboard.py",
        "demo.py",
        "locustfile.py",
    ];
    let mut found = Vec::new();
    for launcher in launchers() {
        if !has(context.project, &launcher.package) {
            continue;
        }
        let mut users: Vec<&Module> = context
            .modules
            .iter()
            .filter(|module| module.uses(&launcher.package) && !module.path().contains("/pages/"))
            .filter(|module| module.document.text().contains(&launcher.mark))
            .collect();
        users.sort_by_key(|module| {
            let place = names.iter().position(|name| *name == file_name(module.path())).unwrap_or(names.len());
            (relative_to(module.path(), &context.project.manifests.folder).matches('/').count(), place)
        });
        let runs = |module: &&&Module| module.main.is_some() || launcher.command[0] != "{file}";
        let Some(module) = users.iter().find(runs) else {
            continue;
        };
        let evidence =
            module.document.find(&launcher.package.replace('-', "_")).unwrap_or_else(|| Evidence::file(module.path()));
        let kind = if launcher.port.is_some() { "application" } else { "worker" };
        let invocation = Invocation::python(launcher.command.clone());
        let mut start = Entrypoint::new(invocation, evidence, format!("{} {kind}", launcher.title));
        place(&mut start, context, &module.root);
        let place = join(&context.project.manifests.folder, &start.folder);
        let words = launcher.command.iter().map(|word| word.replace("{module}", &module.name)).collect::<Vec<_>>();
        let is_file_alone = matches!(launcher.command.as_slice(), [word] if word == "{file}");
        start.invocation.arguments = if is_file_alone {
            script::arguments(&start, module, &place)
        } else {
            fill(&words, &relative_to(module.path(), &place))
        };
        let stated = listen::port(module).map(|port| (port.value, Some(port.evidence)));
        start.port = stated.or(launcher.port.map(|port| (port, None))).filter(|_| launcher.port.is_some());
        start.environment = launcher
            .environment
            .iter()
            .map(|(name, value)| Variable::new(name, value.replace("{port}", "$PORT")))
            .collect();
        if !launcher.health.is_empty() {
            start.health = Some(Fact::new(launcher.health.clone(), start.evidence.clone()));
        }
        found.push(start);
    }
    found
}
