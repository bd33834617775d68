//! What the settings of a servlet container say of an application: `META-INF/context.xml`.

use roxmltree::{Document as Tree, ParsingOptions};

use crate::analysis::local_services;
use crate::evidence::Fact;
use crate::path::join;
use crate::repo::Repo;

/// What a web application has its container make.
#[derive(Debug, Clone, Default)]
pub struct ContainerSettings {
    /// The libraries of Tomcat that make pools of connections, which its embedded form lacks.
    pub pools: Vec<&'static str>,
    /// The services that the pools look for on the machine itself.
    pub local_services: Vec<Fact<String>>,
}

/// What the settings in the folder of a module say; nothing where it has none.
pub fn settings(repo: &Repo, folder: &str) -> ContainerSettings {
    let mut found = ContainerSettings::default();
    let Some(document) = repo.read_optional(&join(folder, "src/main/webapp/META-INF/context.xml")) else {
        return found;
    };
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let Ok(tree) = Tree::parse_with_options(document.text(), options) else { return found };
    let is_pool = |kind: &str| kind.ends_with(".sql.DataSource");
    let resources = tree.descendants().filter(|node| node.has_tag_name("Resource"));
    for resource in resources.filter(|node| node.attribute("type").is_some_and(is_pool)) {
        let library = match resource.attribute("factory") {
            None => Some("tomcat-dbcp"),
            Some(factory) if factory.starts_with("org.apache.tomcat.dbcp.") => Some("tomcat-dbcp"),
            Some(factory) if factory.starts_with("org.apache.tomcat.jdbc.") => Some("tomcat-jdbc"),
            Some(_) => None,
        };
        found.pools.extend(library.filter(|library| !found.pools.contains(library)).into_iter().collect::<Vec<_>>());
        let service = resource.attribute("url").and_then(|url| local_services::of_setting("url", url));
        let fact = |name: &str| Fact::new(name.to_owned(), document.evidence_at(resource.range().start));
        found.local_services.extend(service.map(fact));
    }
    found
}
