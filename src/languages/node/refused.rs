//! Packages that are recognised, and refused by name.

use crate::error::Error;
use crate::evidence::Evidence;
use crate::languages::node::package::Package;
use crate::path::join;
use crate::repo::Repo;

/// Why no image can be made of a package, where its own files say so.
pub fn reason(repo: &Repo, package: &Package) -> Option<Error> {
    other_adapter(package).or_else(|| deno(repo, package))
}

/// The adapters of SvelteKit whose output a container can start or serve; `auto` becomes `node` there.
const ADAPTERS: &[&str] = &["@sveltejs/adapter-node", "@sveltejs/adapter-static", "@sveltejs/adapter-auto"];

/// SvelteKit builds for one platform; one that is no container is named, not guessed around.
fn other_adapter(package: &Package) -> Option<Error> {
    if !package.depends_on("@sveltejs/kit") || ADAPTERS.iter().any(|adapter| package.depends_on(adapter)) {
        return None;
    }
    let adapter = package.dependencies().into_iter().find(|name| name.starts_with("@sveltejs/adapter-"))?;
    Some(Error::Unsupported {
        message: format!(
            "`{adapter}` builds for another platform: nothing that it makes can be started in a container"
        ),
        evidence: package.dependency(adapter).map(|fact| fact.evidence),
        hint: "use `@sveltejs/adapter-node` for a server, or `@sveltejs/adapter-static` for files".into(),
    })
}

/// A package that says itself that Deno runs it.
fn deno(repo: &Repo, package: &Package) -> Option<Error> {
    let file =
        ["deno.json", "deno.jsonc"].iter().map(|name| join(&package.folder, name)).find(|path| repo.has(path))?;
    let starts = package.script("start").map(|script| script.value);
    let is_deno = starts.map_or(package.manifest.names(&["scripts"]).is_empty(), |text| text.starts_with("deno "));
    is_deno.then(|| Error::Unsupported {
        message: "Deno runs this package, and dockgen makes images for Node.js and Bun".into(),
        evidence: Some(Evidence::file(file)),
        hint: "say how Node.js starts it: a `start` script in package.json".into(),
    })
}
