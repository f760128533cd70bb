//! The two templates, expanded.

use serde_json::Value;
use std::{process::Command, sync::LazyLock};
use tests::tools;

/// One of them.
pub(crate) struct Template {
    pub(crate) path: &'static str,
    root: Value,
}

/// Both, with the defaults of their parameters.
pub(crate) static BOTH: LazyLock<[Template; 2]> =
    LazyLock::new(|| ["template.yaml", "infra/http-api.yaml"].map(|path| Template::expanded(path, &[])));

impl Template {
    pub(crate) fn expanded(path: &'static str, parameters: &[&str]) -> Self {
        let mut python = Command::new(tools::tool("python"));
        let output = tools::done(python.args(["tests/template/expand.py", path]).args(parameters));
        Self { path, root: serde_json::from_slice(&output.stdout).unwrap() }
    }

    /// All of it.
    pub(crate) fn root(&self) -> &Value {
        &self.root
    }

    /// A section, such as `Outputs`.
    pub(crate) fn section(&self, name: &str) -> impl Iterator<Item = (&str, &Value)> {
        self.root[name].as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The resources of a type, by name.
    pub(crate) fn resources(&self, kind: &str) -> impl Iterator<Item = (&str, &Value)> {
        self.section("Resources").filter(move |(_, resource)| resource["Type"] == kind)
    }

    pub(crate) fn resource(&self, name: &str) -> &Value {
        let found = &self.root["Resources"][name];
        assert!(found.is_object(), "{} lacks {name}", self.path);
        found
    }
}
