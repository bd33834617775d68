//! The stage that builds a front end, for the templates.

use serde::Serialize;

use crate::languages::go::front_end::FrontEnd;
use crate::languages::go::module::Module;
use crate::languages::go::view::Copied;
use crate::plan::Variable;
use crate::repo::relative_to;

/// The stage that builds a front end; its paths are ready for use.
#[derive(Debug, Serialize)]
pub struct FrontEndStage {
    stage: String,
    image: String,
    work_folder: String,
    manifests: Vec<Copied>,
    environment: Vec<Variable>,
    setup: String,
    install: String,
    cache: String,
    cache_id: String,
    source: String,
    build: String,
    output: String,
    wanted: String,
}

/// The stage of a front end.
pub fn stage(index: usize, front_end: &FrontEnd, module: &Module) -> FrontEndStage {
    let from_context = |path: &str| relative_to(path, &module.context);
    let in_image = |path: &str| module.in_image(path);
    FrontEndStage {
        stage: if index == 0 { "front-end".into() } else { format!("front-end-{}", index + 1) },
        image: front_end.image.clone(),
        work_folder: in_image(&front_end.folder),
        manifests: front_end_manifests(front_end, module),
        environment: front_end.environment.clone(),
        setup: front_end.setup.clone(),
        install: front_end.install.clone(),
        cache: front_end.cache.clone(),
        cache_id: front_end.install.split(' ').next().unwrap_or_default().to_owned(),
        source: format!("{}/", from_context(&front_end.folder)),
        build: front_end.build.clone(),
        output: format!("{}/", in_image(&front_end.output)),
        wanted: format!("{}/", in_image(&front_end.wanted)),
    }
}

fn front_end_manifests(front_end: &FrontEnd, module: &Module) -> Vec<Copied> {
    let from_context = |path: &str| relative_to(path, &module.context);
    let mut files: Copied = front_end.manifests.iter().map(|path| from_context(path)).collect();
    files.push("./".into());
    let folders = front_end.folders.iter();
    let folders = folders.map(|path| vec![from_context(path), format!("./{}/", relative_to(path, &front_end.folder))]);
    std::iter::once(files).chain(folders).collect()
}
