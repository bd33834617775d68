//! The files that hold several images together: what builds them at once, and what runs them with the services that they ask for.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::analysis::backing_services::{Part, told};
use crate::analysis::services::words;
use crate::catalog::{BackingService, backing_service};
use crate::error::Result;
use crate::path::{join, relative_to};
use crate::plan::{App, BuildPlan, Registries, image_name};
use crate::render::{Artifact, Artifacts, Templates, text};

/// The file for `docker buildx bake`.
pub const BAKE_FILE: &str = "docker-bake.hcl";

/// The file for `docker compose`.
pub const COMPOSE_FILE: &str = "compose.yaml";

/// The user and the database that a service is given.
const OWN: &str = "app";

/// An image among others.
#[derive(Debug, Clone, Copy)]
pub struct Member<'a> {
    /// What people call it.
    pub name: &'a str,
    /// Its application.
    pub app: &'a App,
    /// Its plan.
    pub plan: &'a BuildPlan,
    /// Its files.
    pub artifacts: &'a Artifacts,
}

/// An image as the templates see it.
#[derive(Debug, Serialize)]
struct Image {
    name: String,
    context: String,
    dockerfile: String,
    ports: Vec<String>,
    environment: Vec<Setting>,
    volumes: Vec<Volume>,
    needs: Vec<Need>,
    /// Whether it is started again when it ends.
    restarts: bool,
}

/// A service that must be there first.
#[derive(Debug, Serialize)]
struct Need {
    name: &'static str,
    condition: &'static str,
}

/// A variable of a container.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Setting {
    pub(super) name: String,
    pub(super) value: Told,
}

/// The value of a variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Told {
    /// As it stands.
    Text(String),
    /// From the environment of whoever starts it, or `.env`; the text says what is missing.
    Required(String),
    /// From the environment, and nothing where it is not there.
    Optional,
}

/// A folder that outlives the container.
#[derive(Debug, Serialize)]
struct Volume {
    name: String,
    /// The name and the folder, as Compose wants them.
    mount: String,
}

impl Volume {
    fn new(name: String, folder: &str) -> Self {
        Self { mount: format!("{name}:{folder}"), name }
    }
}

/// A service as the templates see it.
#[derive(Debug, Serialize)]
struct Service {
    name: &'static str,
    image: String,
    environment: Vec<Setting>,
    secret: String,
    volumes: Vec<Volume>,
    health: &'static [String],
    /// Other names that it has on the network: those by which a source reaches it.
    aliases: Vec<String>,
}

/// A compose file, and what it wants of people before it works.
#[derive(Debug)]
pub struct Composition {
    /// The file.
    pub artifact: Artifact,
    /// The files with a password that are to be written.
    pub secrets: Vec<String>,
    /// The variables that `.env` must have.
    pub variables: Vec<String>,
}

/// `docker-bake.hcl` in a folder: every image, built at the same time.
///
/// # Errors
/// [`Error::Defect`](crate::error::Error::Defect) when the template does not fit.
pub fn bake(members: &[Member], folder: &str, templates: &Templates) -> Result<Artifact> {
    let view = view(&serde_json::json!({ "images": images(members, folder) }));
    Ok(Artifact { path: join(folder, BAKE_FILE), text: text(templates, "_shared/bake", &view)? })
}

/// `compose.yaml` in a folder: every image and the services that they ask for.
///
/// # Errors
/// [`Error::Defect`](crate::error::Error::Defect) when the template does not fit.
pub fn compose(members: &[Member], folder: &str, is_all: bool, templates: &Templates) -> Result<Composition> {
    let mut images = images(members, folder);
    let mut needed: Vec<&'static BackingService> = Vec::new();
    let mut taken: BTreeSet<u16> = BTreeSet::new();
    let mut variables = BTreeSet::new();
    for (image, member) in images.iter_mut().zip(members) {
        let services: Vec<&'static BackingService> =
            member.app.facts_named("service").filter_map(|fact| backing_service(&fact.value)).collect();
        image.needs = services.iter().map(|service| need(service)).collect();
        for service in &services {
            if !needed.iter().any(|it| it.name == service.name) {
                needed.push(service);
            }
        }
        if let Some(port) = member.plan.last.port {
            let outside = (port..=u16::MAX).find(|outside| taken.insert(*outside)).unwrap_or(port);
            image.ports = vec![format!("{outside}:{port}")];
        }
        let is_set = |name: &str| member.plan.last.environment.iter().any(|variable| variable.name == name);
        for (kind, required) in [("requires", true), ("variable", false)] {
            for fact in member.app.facts_named(kind).filter(|fact| !is_set(&fact.value)) {
                let value = told_value(&fact.value, &services, required);
                if matches!(value, Told::Required(_)) {
                    variables.insert(fact.value.clone());
                }
                image.environment.push(Setting { name: fact.value.clone(), value });
            }
        }
        image.environment.sort_by(|a, b| a.name.cmp(&b.name));
        image.environment.dedup_by(|a, b| a.name == b.name);
        let volume = |(index, folder): (usize, &String)| {
            let number = if index == 0 { String::new() } else { format!("-{}", index + 1) };
            Volume::new(format!("{}-data{number}", image.name), folder)
        };
        image.volumes = member.plan.last.writable.iter().enumerate().map(volume).collect();
    }
    let registries = members.first().map(|member| &member.plan.options.registries);
    needed.sort_by_key(|service| &service.name);
    let mut services: Vec<Service> = needed.into_iter().map(|needed| service(needed, registries)).collect();
    let taken: BTreeSet<String> =
        images.iter().map(|image| image.name.clone()).chain(services.iter().map(|it| it.name.to_owned())).collect();
    for service in &mut services {
        let addresses = members.iter().flat_map(|member| member.app.facts_named("address"));
        let own = backing_service(service.name).map(|it| it.scheme.as_str()).unwrap_or_default();
        let hosts = addresses.filter_map(|fact| fact.value.strip_prefix(own)?.strip_prefix("://").map(str::to_owned));
        let hosts: BTreeSet<String> = hosts.filter(|host| !taken.contains(host)).collect();
        service.aliases = hosts.into_iter().collect();
    }
    let secrets: Vec<&str> = services.iter().map(|it| it.secret.as_str()).filter(|name| !name.is_empty()).collect();
    let volumes = images.iter().flat_map(|image| &image.volumes).chain(services.iter().flat_map(|it| &it.volumes));
    let volumes: Vec<&str> = volumes.map(|volume| volume.name.as_str()).collect();
    let view = view(&serde_json::json!({
        "images": images,
        "services": services,
        "secrets": secrets,
        "volumes": volumes,
        "is_all": is_all,
    }));
    let artifact = Artifact { path: join(folder, COMPOSE_FILE), text: text(templates, "_shared/compose", &view)? };
    let secrets = secrets.iter().map(|name| format!("secrets/{name}")).collect();
    Ok(Composition { artifact, secrets, variables: variables.into_iter().collect() })
}

fn images(members: &[Member], folder: &str) -> Vec<Image> {
    let mut names: BTreeSet<String> = BTreeSet::new();
    let mut own = |name: &str| {
        let name = image_name(name);
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let mut all = std::iter::once(name.clone()).chain(numbered).filter(|it| backing_service(it).is_none());
        all.find(|name| names.insert(name.clone())).unwrap_or(name)
    };
    let image = |member: &Member| Image {
        name: own(member.name),
        context: relative_to(&member.artifacts.context, folder),
        dockerfile: relative_to(&member.artifacts.dockerfile.path, &member.artifacts.context),
        ports: Vec::new(),
        environment: Vec::new(),
        volumes: Vec::new(),
        needs: Vec::new(),
        restarts: !member.plan.last.is_tool || member.plan.last.port.is_some(),
    };
    members.iter().map(image).collect()
}

/// What a variable is told: where a service is, where it tells of one and no password is in it.
fn told_value(name: &str, services: &[&'static BackingService], is_required: bool) -> Told {
    let Some((service, part)) = told(name, services) else {
        return if is_required { Told::Required(format!("{name} is not set")) } else { Told::Optional };
    };
    let login = service.user.is_some();
    let is_of_java = words(name).iter().any(|word| matches!(word.as_str(), "datasource" | "datasources" | "jdbc"));
    let jdbc = service.jdbc.as_ref().filter(|_| is_of_java);
    if let (Part::Address, Some(start)) = (part, jdbc) {
        return Told::Text(format!("{start}{}:{}/{OWN}", service.name, service.port)); // the login has variables of its own
    }
    match part {
        Part::Place => Told::Text(format!("{}:{}", service.name, service.port)),
        Part::Host => Told::Text(service.name.clone()),
        Part::Port => Told::Text(service.port.to_string()),
        Part::User if login => Told::Text(OWN.into()),
        Part::Database if service.database.is_some() => Told::Text(OWN.into()),
        Part::Address if !login => Told::Text(format!("{}://{}:{}", service.scheme, service.name, service.port)),
        Part::Address => Told::Required(format!(
            "write {}://{OWN}:PASSWORD@{}:{}/{OWN} with the password of secrets/{}-password",
            service.scheme, service.name, service.port, service.name
        )),
        Part::Password if login => Told::Required(format!("write the password of secrets/{}-password", service.name)),
        Part::User | Part::Password | Part::Database if is_required => Told::Required(format!("{name} is not set")),
        Part::User | Part::Password | Part::Database => Told::Optional,
    }
}

fn need(service: &'static BackingService) -> Need {
    let condition = if service.health.is_empty() { "service_started" } else { "service_healthy" };
    Need { name: &service.name, condition }
}

fn service(service: &'static BackingService, registries: Option<&Registries>) -> Service {
    let secret = service.password.as_ref().map(|_| format!("{}-password", service.name)).unwrap_or_default();
    let mut environment: Vec<Setting> = Vec::new();
    let mut set = |name: &Option<String>, value: &str| {
        if let Some(name) = name {
            environment.push(Setting { name: name.clone(), value: Told::Text(value.to_owned()) });
        }
    };
    set(&service.user, OWN);
    set(&service.password, &format!("/run/secrets/{secret}"));
    set(&service.database, OWN);
    service.settings.iter().for_each(|(name, value)| set(&Some(name.clone()), value));
    let volume = |folder: &String| Volume::new(format!("{}-data", service.name), folder);
    Service {
        name: &service.name,
        image: registries.map_or_else(|| service.image.clone(), |registries| registries.reference(&service.image)),
        environment,
        secret,
        volumes: service.folder.iter().map(volume).collect(),
        health: &service.health,
        aliases: Vec::new(),
    }
}

fn view(fields: &serde_json::Value) -> serde_json::Map<String, serde_json::Value> {
    fields.as_object().cloned().unwrap_or_default()
}
