//! The stage that builds a front end.

use crate::analysis::front_end::FrontEnd;
use crate::path::relative_to;
use crate::plan::{FrontEndStage, Variable};

/// The stage of a front end; `in_image` says where a path of the repository lies in the build stage.
pub fn front_end_stage(
    index: usize,
    front_end: &FrontEnd,
    context: &str,
    in_image: impl Fn(&str) -> String,
) -> FrontEndStage {
    let from_context = |path: &str| relative_to(path, context);
    // a file has no slash behind its name
    let end = if front_end.reads_pages { "" } else { "/" };
    FrontEndStage {
        stage: front_end_stage_name(index),
        image: front_end.image.clone(),
        work_folder: in_image(&front_end.folder),
        manifests: manifests(front_end, context),
        environment: front_end.environment.iter().map(|(name, value)| Variable::new(name, value)).collect(),
        setup: front_end.setup.clone(),
        install: front_end.install.clone(),
        cache: front_end.cache.clone(),
        cache_id: front_end.install.split(' ').next().unwrap_or_default().to_owned(),
        source: if front_end.reads_pages { ".".into() } else { format!("{}/", from_context(&front_end.folder)) },
        target: if front_end.reads_pages { format!("{}/", in_image(context)) } else { "./".into() },
        build: front_end.build.clone(),
        output: format!("{}{end}", in_image(&front_end.output)),
        wanted: format!("{}{end}", in_image(&front_end.wanted)),
    }
}

/// What the stage is called.
pub fn front_end_stage_name(index: usize) -> String {
    if index == 0 { "front-end".into() } else { format!("front-end-{}", index + 1) }
}

fn manifests(front_end: &FrontEnd, context: &str) -> Vec<Vec<String>> {
    let from_context = |path: &str| relative_to(path, context);
    let mut files: Vec<String> = front_end.manifests.iter().map(|path| from_context(path)).collect();
    files.push("./".into());
    let folders = front_end.folders.iter();
    let folders = folders.map(|path| vec![from_context(path), format!("./{}/", relative_to(path, &front_end.folder))]);
    std::iter::once(files).chain(folders).collect()
}
