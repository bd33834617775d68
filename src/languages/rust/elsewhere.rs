//! Programs that are made for another place than a container: desktops, browsers, other runtimes.

use crate::catalog::{rust_elsewhere, rust_servers};
use crate::error::Error;
use crate::evidence::Evidence;
use crate::languages::rust::manifest::Cargo;
use crate::path::join;
use crate::repo::Repo;

/// Why no image is made of a package, where the table of crates knows one.
pub fn reason(repo: &Repo, package: &Cargo) -> Option<Error> {
    let dependencies = package.dependencies();
    let is_server = rust_servers().iter().any(|server| !server.is_client && dependencies.contains(&server.name));
    let row = rust_elsewhere().iter().find(|row| {
        (row.dependency.is_empty() || dependencies.contains(&row.dependency))
            && (row.file.is_empty() || repo.has(&join(&package.folder, &row.file)))
            && (row.metadata.is_empty() || package.manifest.get(&["package", "metadata", &row.metadata]).is_some())
            && !(row.unless_server && is_server)
    })?;
    let name = package.name().map(|name| name.value).unwrap_or_default();
    Some(Error::Unsupported {
        message: format!("`{}` is {}", name.escape_debug(), row.message),
        evidence: package
            .dependency(&row.dependency)
            .or_else(|| (!row.file.is_empty()).then(|| Evidence::file(join(&package.folder, &row.file)))),
        hint: "name the application that runs on a server: `dockgen init PATH`".into(),
    })
}
