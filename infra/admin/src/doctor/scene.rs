//! What is to be looked at, and where it is.

use super::Arguments;
use crate::{
    fault::Fault,
    place::{Chosen, aws, folder, reached},
};
use settings::{Faults, Settings, environment};
use std::path::{Path, PathBuf};
use store::{Access, Store, Tables};

/// A deployment, or a local folder.
pub(super) struct Scene {
    pub(super) settings: Result<Settings, Faults>,
    /// Where a setting is changed, in words.
    pub(super) settings_are: &'static str,
    pub(super) store: Result<Store, Fault>,
    pub(super) keys: Keys,
    /// Where the service answers, if that is known.
    pub(super) url: Option<String>,
    /// Whether it is on AWS, where more can be lost.
    pub(super) is_deployed: bool,
    _engine: Option<folder::Engine>,
}

/// Where the keys are.
pub(super) enum Keys {
    /// In the file of this folder.
    Folder(PathBuf),
    /// In a secret that is to be rotated every so many days, if that is known.
    Secret { name: String, access: Access, days: Option<String> },
    /// Nobody said where.
    Unnamed,
}

impl Scene {
    /// # Errors
    /// Options that contradict each other, or a stack that cannot be described.
    pub(super) async fn of(arguments: &Arguments) -> Result<Self, Fault> {
        match arguments.place.chosen()? {
            Chosen::Folder(folder) => Ok(Self::folder(&folder, arguments).await),
            Chosen::Stack(stack) => Self::stack(stack, arguments).await,
            Chosen::Tables(tables) => Self::tables(tables, arguments),
        }
    }

    async fn folder(folder: &Path, arguments: &Arguments) -> Self {
        let (store, engine) = match folder::look(folder).await {
            Ok((store, engine)) => (Ok(store), engine),
            Err(fault) => (Err(fault), None),
        };
        Self {
            settings: environment::settings(),
            settings_are: "set it in the environment of the service",
            store,
            keys: Keys::Folder(folder.to_owned()),
            url: arguments.url.clone(),
            is_deployed: false,
            _engine: engine,
        }
    }

    async fn stack(stack: &str, arguments: &Arguments) -> Result<Self, Fault> {
        let place = &arguments.place;
        let described = aws::describe(stack, &place.access("CLOUDFORMATION")?).await?;
        let tables = Tables { users: described.output("UsersTable")?, sessions: described.output("SessionsTable")? };
        let keys = Keys::Secret {
            name: described.output("KeysSecret")?,
            access: place.access("SECRETS_MANAGER")?,
            days: described.parameter("KEY_ROTATION_DAYS"),
        };
        Ok(Self {
            settings: Settings::read(|variable| described.parameter(variable)),
            settings_are: "set the parameter of its name and deploy: sam deploy",
            store: Ok(reached(&place.access("DYNAMODB")?, tables)),
            keys,
            url: Some(arguments.url.clone().map_or_else(|| described.output("ApiUrl"), Ok)?),
            is_deployed: true,
            _engine: None,
        })
    }

    fn tables(tables: Tables, arguments: &Arguments) -> Result<Self, Fault> {
        let place = &arguments.place;
        let keys = match &arguments.keys_secret {
            Some(name) => Keys::Secret { name: name.clone(), access: place.access("SECRETS_MANAGER")?, days: None },
            None => Keys::Unnamed,
        };
        Ok(Self {
            settings: environment::settings(),
            settings_are: "set it in the environment of the service",
            store: Ok(reached(&place.access("DYNAMODB")?, tables)),
            keys,
            url: arguments.url.clone(),
            is_deployed: true,
            _engine: None,
        })
    }
}
