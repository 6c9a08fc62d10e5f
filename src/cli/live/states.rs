//! Whether the interfaces are up: nothing comes from one that is down, and silence is not to be taken for peace.

use crate::capture::live::interfaces::state;

/// Interfaces with their states when they were last looked at.
#[derive(Debug)]
pub struct States(Vec<(String, Option<String>)>);

impl States {
    /// Those of now.
    pub fn new(interfaces: &[String]) -> Self {
        Self(interfaces.iter().map(|name| (name.clone(), state(name))).collect())
    }

    /// What has changed since the last time.
    pub fn news(&mut self) -> Vec<String> {
        let changed = self.0.iter_mut().filter_map(|(name, last)| {
            let now = state(name);
            if now == *last {
                return None;
            }
            last.clone_from(&now);
            Some(format!("{name} is {}", now.as_deref().unwrap_or("gone")))
        });
        changed.collect()
    }
}
