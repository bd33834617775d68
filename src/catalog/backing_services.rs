//! Databases, caches and queues that programs reach, and the images that a compose file starts for them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// A service.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackingService {
    /// Its name, also on the network of a compose file.
    pub name: String,
    /// Its image.
    pub image: String,
    /// The port that it listens on.
    pub port: u16,
    /// How an address of it begins.
    pub scheme: String,
    /// How an address of it begins in Java, with what stands before the host.
    pub jdbc: Option<String>,
    /// What programs depend on that speak to it: modules that they import, and packages as manifests name them, a feature of
    /// one as `sqlx/postgres`.
    pub packages: Vec<String>,
    /// Words in the names of variables that hold its address.
    pub words: Vec<String>,
    /// The image's variable for a user; none where nobody logs in.
    pub user: Option<String>,
    /// The image's variable for the file with the password of that user.
    pub password: Option<String>,
    /// The image's variable for a database.
    pub database: Option<String>,
    /// More variables of the image.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// Where the image keeps its data.
    pub folder: Option<String>,
    /// How the image tells that it is ready.
    #[serde(default)]
    pub health: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(rename = "source")]
    _source: String,
    services: Vec<BackingService>,
}

/// All of them.
pub fn backing_services() -> &'static [BackingService] {
    static TABLE: LazyLock<Table> = LazyLock::new(|| table!("backing_services"));
    &TABLE.services
}

/// The one of a name.
pub fn backing_service(name: &str) -> Option<&'static BackingService> {
    backing_services().iter().find(|service| service.name == name)
}
