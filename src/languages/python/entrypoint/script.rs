//! Starts of programs: console commands, packages that `python -m` starts, files.

use crate::catalog::python::names;
use crate::evidence::{Evidence, Fact};
use crate::languages::python::entrypoint::invocation::{self, Invocation};
use crate::languages::python::entrypoint::listen;
use crate::languages::python::entrypoint::object::Object;
use crate::languages::python::entrypoint::options;
use crate::languages::python::entrypoint::{Context, Entrypoint, PORT, place};
use crate::path::{file_name, relative_to};
use crate::source::python::modules::{self, Module};

/// Console commands of the package, and packages that `python -m` starts.
pub fn tools(context: &Context) -> Vec<Entrypoint> {
    let project = context.project;
    let own = project
        .manifests
        .name()
        .map(|name| crate::languages::python::manifest::requirement::normalise(&name.value))
        .unwrap_or_default();
    let mut scripts: Vec<&Fact<(String, String)>> = project.manifests.scripts.iter().collect();
    // the one that is called like the package, else in the order of the file
    scripts.sort_by_key(|script| {
        let is_own = crate::languages::python::manifest::requirement::normalise(&script.value.0) == own;
        (!is_own, script.evidence.line)
    });
    let mut found: Vec<Entrypoint> = scripts.into_iter().map(|script| tool(context, script)).collect();
    let packages = context.modules.iter().filter(|module| file_name(module.path()) == "__main__.py");
    found.extend(packages.map(|module| {
        let package = module.name.trim_end_matches(".__main__").to_owned();
        let mut start = Entrypoint::new(
            Invocation::python(vec!["-m".into(), package]),
            Evidence::file(module.path()),
            "Python program",
        );
        place(&mut start, context, &module.root);
        listen::complete(&mut start, module, context.modules, true);
        start.invocation.arguments.extend(options::only_command(module));
        let prefix = module.name.strip_suffix("__main__").unwrap_or_default();
        let members = || context.modules.iter().filter(|it| it.root == module.root && it.name.starts_with(prefix));
        if start.port.is_none() && members().any(listen::serves) {
            start.port = members().find_map(listen::port).map(|port| (port.value, Some(port.evidence)));
        }
        start
    }));
    found
}

/// A console command: one that serves is told to listen to others.
fn tool(context: &Context, script: &Fact<(String, String)>) -> Entrypoint {
    let (name, target) = &script.value;
    let program = format!("{}/bin/{name}", invocation::ENVIRONMENT);
    let mut start = Entrypoint::new(Invocation::python(vec![program]), script.evidence.clone(), "command-line tool");
    start.is_tool = true;
    let module = target.split(':').next().unwrap_or_default();
    let Some(module) = context.modules.iter().find(|it| it.name == module) else { return start };
    if !options::serves(module, context.modules) {
        return start;
    }
    let imported = || modules::imported(module, context.modules);
    let Some(options) = options::of_server(module).or_else(|| imported().find_map(options::of_server)) else {
        listen::complete(&mut start, module, context.modules, false);
        return start;
    };
    let words = [options.host, "0.0.0.0".into(), options.port, "$PORT".into()];
    start.invocation.arguments.extend(options.subcommand.into_iter().chain(words));
    start.port = Some(options.usual.map_or((PORT, None), |port| (port.value, Some(port.evidence))));
    start.shape = "Python server".into();
    start
}

/// Files that are programs, by the names that programs have.
pub fn scripts(context: &Context, objects: &[Object]) -> Vec<Entrypoint> {
    let names = &names().scripts;
    let folder = &context.project.manifests.folder;
    let own = context.project.manifests.name().map(|name| format!("{}.py", name.value)).unwrap_or_default();
    let of_name = |module: &Module| {
        let name = file_name(module.path());
        names.iter().position(|it| *it == name).or((name == own).then_some(1)).unwrap_or(names.len())
    };
    let files: Vec<(usize, usize, &Module)> = context
        .modules
        .iter()
        .filter(|module| {
            let own = objects.iter().find(|object| context.modules[object.module].path() == module.path());
            // aiohttp has no server that an object is given to
            let is_served = own.is_none_or(|object| object.framework.interface == "aiohttp" && listen::serves(module));
            module.has_guard() || is_served
        })
        .filter(|module| {
            module.main.is_some()
                && !matches!(file_name(module.path()), "manage.py" | "setup.py" | "__init__.py" | "gunicorn.conf.py")
        })
        .map(|module| (relative_to(module.path(), folder).matches('/').count(), of_name(module), module))
        .collect();
    let is_program = |(depth, place, module): &&(usize, usize, &Module)| {
        *place < names.len() || *depth == 0 && (module.has_guard() || context.modules.len() == 1)
    };
    let mut programs: Vec<(usize, usize, &Module)> = files.iter().filter(is_program).copied().collect();
    if programs.is_empty() {
        // what serves is a program wherever it lies, and whatever its name
        programs = files.into_iter().filter(|(_, _, it)| it.has_guard() && listen::serves(it)).collect();
    }
    let windows: Vec<&str> = match programs.as_slice() {
        [] | [_] => Vec::new(), // what is alone is taken in any case
        several => several
            .iter()
            .map(|(_, _, module)| *module)
            .filter(|it| opens_window(it, context.modules))
            .map(Module::path)
            .collect(),
    };
    // what serves is the application; a client beside it only tries it, with windows or without
    programs.sort_by_key(|(depth, place, module)| {
        let is_client = windows.contains(&module.path());
        (is_client, *place == names.len(), *depth, *place, !listen::serves(module), module.path().to_owned())
    });
    programs
        .into_iter()
        .filter_map(|(_, _, module)| {
            let evidence = module.main.clone()?;
            let mut start = Entrypoint::new(Invocation::python(Vec::new()), evidence, "Python program");
            place(&mut start, context, &module.root);
            let top = crate::path::join(folder, &start.folder);
            start.invocation.arguments = arguments(&start, module, &top);
            listen::complete(&mut start, module, context.modules, true);
            Some(start)
        })
        .collect()
}

/// Whether a program imports what opens a window, itself or by other modules of the project.
fn opens_window(module: &Module, modules: &[Module]) -> bool {
    let is_of = |full: &str| names().windows.iter().any(|package| full.split('.').next() == Some(package));
    let (mut reached, mut next) = (vec![module], 0);
    while let Some(module) = reached.get(next).copied() {
        if module.imports.iter().any(|(_, full)| is_of(full)) {
            return true;
        }
        let new =
            modules::imported(module, modules).filter(|it| !reached.iter().any(|known| known.path() == it.path()));
        let new: Vec<&Module> = new.collect();
        reached.extend(new);
        next += 1;
    }
    false
}

/// What Python is given to run a file in `top`: its name as a module, where it imports relatively, or from above its own folder.
pub fn arguments(start: &Entrypoint, module: &Module, top: &str) -> Vec<String> {
    let file = relative_to(module.path(), top);
    let is_relative = file.contains('/') && module.document.lines().any(|(_, line)| line.starts_with("from ."));
    let is_inside_package = file.contains('/') && start.path.is_none() && module.root == top;
    if is_relative || is_inside_package {
        // a package is started by its name
        let name = module.name.strip_suffix(".__main__").unwrap_or(&module.name);
        return vec!["-m".into(), name.to_owned()];
    }
    vec![file]
}
