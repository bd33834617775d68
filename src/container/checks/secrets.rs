//! Nothing in the image is called like a secret.
//!
//! Looked at are the files of every layer, the variables of the image, and its history with the values of build arguments: what a
//! later layer removes is still there for everyone who pulls the image. A build is given a secret by
//! `RUN --mount=type=secret`, an application by the environment or by a file when it is started.

use crate::catalog::secrets;
use crate::container::check::{Check, Verdict};
use crate::container::contents::Contents;
use crate::container::layers::Layers;
use crate::container::subject::Subject;
use crate::error::Result;

/// The check.
pub static CHECK: Check = Check::new("secrets", include_str!("secrets.rs"), check);

fn check(subject: &mut Subject<'_>) -> Result<Verdict> {
    Ok(verdict(&subject.contents, &subject.words("Env"), subject.layers()?))
}

fn verdict(contents: &Contents, variables: &[&str], layers: &Layers) -> Verdict {
    let named = variables.iter().filter_map(|text| text.split_once('=')).filter(|(name, value)| {
        !value.is_empty() && secrets().variables.matches(name) && !secrets().variables.is_public(name)
    });
    let found: Vec<String> =
        named.map(|(name, _)| format!("the variable {name}")).chain(contents.secrets.iter().cloned()).collect();
    let told = layers.told.iter().map(|name| format!("the variable {name}"));
    let told = told.filter(|it| !found.contains(it)).map(|it| format!("{it} in its history"));
    let hidden = layers.layers.iter().flat_map(|layer| &layer.secrets).filter(|path| !contents.secrets.contains(path));
    let hidden = hidden.map(|path| format!("{path} in a layer that a later one hides"));
    let found: Vec<String> = told.chain(hidden).chain(found.iter().cloned()).collect();
    Verdict::none_of(&found, "nothing is called like a secret")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::contents::tests::contents;
    use crate::container::layers::Layer;

    #[test]
    fn secrets_are_files_and_variables() {
        let clean = ["PATH=/bin", "NODE_ENV=production"];
        let certificates = contents(&[("etc/ssl/certs/a.pem", 0o644), ("app/server.js", 0o644)]);
        let layers = Layers::default();
        assert!(matches!(verdict(&certificates, &clean, &layers), Verdict::Passed(_)));
        assert!(matches!(verdict(&certificates, &["DATABASE_PASSWORD=hunter2"], &layers), Verdict::Failed(_)));
        assert!(matches!(verdict(&contents(&[("app/id_rsa", 0o600)]), &clean, &layers), Verdict::Failed(_)));
        let hidden = Layer { secrets: vec!["/app/id_rsa".into()], ..Layer::default() };
        for layers in [
            Layers { layers: vec![hidden], ..Layers::default() },
            Layers { told: vec!["API_TOKEN".into()], ..Layers::default() },
        ] {
            assert!(matches!(verdict(&certificates, &clean, &layers), Verdict::Failed(_)));
        }
    }
}
