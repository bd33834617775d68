//! What the checks look at: an image with its files and layers, and what runs of it.

use std::cell::OnceCell;

use serde_json::Value;

use crate::container::contents::Contents;
use crate::container::instance::Instance;
use crate::container::layers::{self, Layers};
use crate::container::{Engine, Trial};
use crate::error::Result;

/// An image under test.
pub struct Subject<'a> {
    /// The engine that holds it.
    pub engine: &'a Engine,
    /// What is asked of it.
    pub trial: &'a Trial,
    /// Its name.
    pub image: &'a str,
    /// What the engine knows of it.
    pub facts: Value,
    /// What stands out among its files.
    pub contents: Contents,
    /// The container that the check `start` left, where it works.
    pub instance: Option<Instance<'a>>,
    layers: OnceCell<Layers>,
}

impl<'a> Subject<'a> {
    /// An image of the engine, its files read once.
    ///
    /// # Errors
    /// When the engine does not have it, or fails.
    pub fn new(engine: &'a Engine, trial: &'a Trial, image: &'a str) -> Result<Self> {
        let facts = engine.inspect("image", image)?;
        let contents = engine.contents(image)?;
        Ok(Self { engine, trial, image, facts, contents, instance: None, layers: OnceCell::new() })
    }

    /// Its layers, read when they are first asked for.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn layers(&self) -> Result<&Layers> {
        if self.layers.get().is_none() {
            let read = self.engine.layers(self.image, |archive| layers::read(archive))?;
            let _ = self.layers.set(read);
        }
        Ok(self.layers.get_or_init(Layers::default))
    }

    /// Its size, in bytes: what the engine says, or that of the files of all layers.
    ///
    /// # Errors
    /// As [`Subject::layers`].
    pub fn size(&self) -> Result<u64> {
        match self.facts["Size"].as_u64() {
            Some(size) => Ok(size),
            None => Ok(self.layers()?.layers.iter().map(|layer| layer.size).sum()),
        }
    }

    /// The port that must answer: the one that is asked for, else the smallest TCP port that it exposes.
    pub fn port(&self) -> Option<u16> {
        self.trial.port.or_else(|| exposed(&self.facts))
    }

    /// The words of a list of its configuration: `Entrypoint`, `Cmd`, `Env`.
    pub fn words(&self, name: &str) -> Vec<&str> {
        self.facts["Config"][name].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// Starts a container of it, with more options of the engine.
    ///
    /// # Errors
    /// When the engine refuses to.
    pub fn start(&self, more: &[&str]) -> Result<Instance<'a>> {
        Instance::start(self.engine, self.trial, self.image, self.port(), more)
    }
}

/// The smallest TCP port that an image exposes.
fn exposed(facts: &Value) -> Option<u16> {
    let ports = facts["Config"]["ExposedPorts"].as_object()?;
    ports.keys().filter_map(|port| port.strip_suffix("/tcp").unwrap_or(port).parse().ok()).min()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::exposed;

    #[test]
    fn the_smallest_exposed_port_is_asked() {
        assert_eq!(exposed(&json!({"Config": {"ExposedPorts": {"9090/tcp": {}, "8080/tcp": {}}}})), Some(8080));
        assert_eq!(exposed(&json!({"Config": {"ExposedPorts": {"53/udp": {}}}})), None);
        assert_eq!(exposed(&json!({"Config": {}})), None);
    }
}
