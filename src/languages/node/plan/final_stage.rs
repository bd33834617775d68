//! The final stage: what runs, with what environment, and what it may write.

use crate::analysis::listen::Loopback;
use crate::catalog::Runtime;
use crate::error::Result;
use crate::languages::node::NodeApplication;
use crate::languages::node::plan::{in_image, working_folder};
use crate::path::{is_inside, join};
use crate::plan::model::node::WrittenFolder;
use crate::plan::{Answers, FinalStage, Variable, exec_words};

/// Asks for the health at the port that a variable names when it runs. The name and the path are arguments: the program
/// holds nothing of the repository.
const HEALTH_BY_VARIABLE: &str = "const [name, path] = process.argv.slice(-2); fetch('http://127.0.0.1:' + process.env[name] + path)\
    .then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))";

/// Where the image of Bun has it.
const BUN: &str = "/usr/local/bin/bun";

pub fn final_stage(
    application: &NodeApplication,
    answers: &Answers,
    image: &Runtime,
    is_site: bool,
) -> Result<FinalStage> {
    let port: Option<u16> = answers.some("port").and_then(|port| port.parse().ok());
    let mut last = FinalStage { port, ..FinalStage::new(image) };
    if is_site {
        let port = port.unwrap_or(8080);
        last.environment = vec![
            Variable::new("SERVER_ROOT", "/public"),
            Variable::new("SERVER_PORT", port.to_string()),
            Variable::new("SERVER_HEALTH", "true"),
        ];
        // A script routes the addresses of an application of one page; pages have their own, and one for what is not there.
        let has_pages = application.entry.framework.is_some_and(|framework| framework.has_pages);
        let (name, page) =
            if has_pages { ("SERVER_ERROR_PAGE_404", "404.html") } else { ("SERVER_FALLBACK_PAGE", "index.html") };
        last.environment.insert(2, Variable::new(name, format!("/public/{page}")));
        last.entrypoint = vec!["/static-web-server".into()];
        return Ok(last);
    }
    let mut arguments = exec_words(answers.get("start").unwrap_or_default(), "node server.js")?;
    if arguments.first().is_some_and(|word| word == "node" || word == "bun") {
        arguments.remove(0);
    }
    let node = image.interpreter.clone().unwrap_or_else(|| BUN.into());
    last.entrypoint = vec!["/usr/bin/tini".into(), "--".into(), node.clone()];
    last.is_tool = application.entry.is_tool;
    if last.is_tool {
        last.entrypoint.extend(arguments);
    } else {
        last.command = arguments;
    }
    last.environment = environment(application, port);
    // A volume would hide newer files of the repository behind older ones.
    let shared: Vec<String> =
        application.source.shared_folders.iter().map(|folder| absolute(&working_folder(application), folder)).collect();
    last.writable =
        written(application).into_iter().map(|folder| folder.path).filter(|folder| !shared.contains(folder)).collect();
    if let (Some(path), Some(port)) = (answers.some("health"), port) {
        last.health_check = match port_variable(application) {
            Some(name) => vec![node, "--eval".into(), HEALTH_BY_VARIABLE.into(), name.into(), path.into()],
            None => {
                let address = serde_json::Value::String(format!("http://127.0.0.1:{port}{path}"));
                let program = format!("fetch({address}).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))");
                vec![node, "-e".into(), program]
            }
        };
    }
    Ok(last)
}

/// The variable that tells the application its port.
fn port_variable(application: &NodeApplication) -> Option<&str> {
    let has_usual = application.entry.framework.is_some_and(|framework| framework.port.is_some());
    application.source.port_variable().or(has_usual.then_some("PORT"))
}

fn environment(application: &NodeApplication, port: Option<u16>) -> Vec<Variable> {
    let mode = application.source.mode.as_ref().map_or("production", |mode| &mode.value);
    let mut variables = vec![Variable::new("NODE_ENV", mode)];
    let mut set = |name: &str, value: String| {
        if !variables.iter().any(|variable| variable.name == name) {
            variables.push(Variable::new(name, value));
        }
    };
    let framework = application.entry.framework.map(|framework| &framework.environment);
    framework.into_iter().flatten().for_each(|(name, value)| set(name, value.clone()));
    if let Some(port) = port
        && let Some(name) = port_variable(application)
    {
        set(name, port.to_string());
    }
    let listen = &application.source.listen;
    listen.host_variables.iter().for_each(|name| set(name, "0.0.0.0".into()));
    if let Some(name) = listen.loopback.as_ref().and_then(Loopback::variable) {
        set(name, "0.0.0.0".into());
    }
    for variable in application.entry.environment.iter().filter(|variable| !variable.value.is_empty()) {
        set(&variable.name, variable.value.clone());
    }
    variables
}

/// The files of the repository which it writes and that lie in no folder of its own, absolute in the image.
pub fn own_files(application: &NodeApplication) -> Vec<String> {
    let written = written(application);
    let places = application.source.own_files.iter().map(|fact| in_image(application, &fact.value));
    places.filter(|path| !written.iter().any(|folder| is_inside(path, &folder.path))).collect()
}

/// Folders that the application writes.
pub fn written(application: &NodeApplication) -> Vec<WrittenFolder> {
    let framework = application.entry.framework;
    let (own, working) = (in_image(application, &application.app.folder), working_folder(application));
    let by_framework = framework.into_iter().flat_map(|framework| &framework.writable);
    let by_framework = by_framework.map(|folder| absolute(&own, folder));
    let found = application.source.data_folders.iter().map(|folder| absolute(&working, &folder.path));
    let caches = framework.filter(|_| application.nx.is_none()).into_iter().flat_map(|framework| &framework.cache);
    let caches: Vec<String> = caches.map(|folder| absolute(&own, folder)).collect();
    let mut folders: Vec<String> = found.chain(by_framework).chain(caches.iter().cloned()).collect();
    folders.sort();
    folders.dedup();
    // A folder inside of another is there with it.
    let is_outer = |folder: &&String| !folders.iter().any(|other| other != *folder && is_inside(folder, other));
    let outer = folders.iter().filter(is_outer).cloned();
    let folder = |path: String| WrittenFolder { is_emptied: caches.contains(&path), copied_from: path.clone(), path };
    outer.map(folder).collect()
}

/// A folder that is seen from another of the image. `..` ends at the root, as it does there.
pub fn absolute(above: &str, folder: &str) -> String {
    match folder {
        _ if folder.starts_with('/') => folder.to_owned(),
        _ if folder.starts_with("..") => format!("/{}", join(above, folder)),
        _ => format!("{above}/{folder}"),
    }
}
