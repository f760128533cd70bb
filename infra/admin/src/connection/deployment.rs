//! What is to be looked at, and where it is.

use crate::{
    connection::{Chosen, Target, aws, folder, place::Place, reached},
    fault::Fault,
    keyring::{file, secret},
};
use clap::Args;
use settings::{Faults, Settings, environment};
use std::path::{Path, PathBuf};
use store::{Access, Store, Tables};
use token::{Algorithm, KeySet, Policy, Rules};

/// The options that say where the deployment is, its keys included.
#[derive(Args)]
pub(crate) struct DeploymentArgs {
    #[command(flatten)]
    target: Target,
    /// The secret that holds the keys, if you name tables [default: the output KeysSecret of the stack]
    #[arg(long, global = true, value_name = "NAME")]
    keys_secret: Option<String>,
}

impl DeploymentArgs {
    /// As [`Target::place`].
    pub(crate) fn place(&self) -> Result<Place, Fault> {
        self.target.place()
    }
}

/// A deployment, or a local folder.
pub(crate) struct Deployment {
    pub(crate) settings: Result<Settings, Faults>,
    /// Where a setting is changed, in words.
    pub(crate) settings_are: &'static str,
    pub(crate) store: Result<Store, Fault>,
    pub(crate) keys: Keys,
    /// Where the service answers: an output of the stack.
    pub(crate) url: Option<String>,
    /// Whether it is on AWS, where more can be lost.
    pub(crate) is_deployed: bool,
    _engine: Option<folder::Engine>,
}

/// Where the keys are.
pub(crate) enum Keys {
    /// In the file of this folder.
    Folder(PathBuf),
    /// In a secret that is to be rotated every so many days, if that is known.
    Secret { name: String, access: Access, days: Option<String> },
    /// Nobody said where.
    Unnamed,
}

impl Deployment {
    /// # Errors
    /// Options that contradict each other, or a stack that cannot be described.
    pub(crate) async fn of(deployment_args: &DeploymentArgs) -> Result<Self, Fault> {
        let chosen = deployment_args.target.chosen()?;
        if deployment_args.keys_secret.is_some() && !matches!(chosen, Chosen::Tables(_)) {
            return Err(Fault::usage(
                "--keys-secret is for tables that are named: a folder and a stack name their keys",
            )
            .next("leave it out"));
        }
        match chosen {
            Chosen::Folder(folder) => Self::folder(&folder).await,
            Chosen::Stack(stack) => Self::stack(stack, &deployment_args.target).await,
            Chosen::Tables(tables) => Self::tables(tables, deployment_args),
        }
    }

    async fn folder(folder: &Path) -> Result<Self, Fault> {
        folder::demand(folder)?;
        let (store, engine) = match folder::look(folder).await {
            Ok((store, engine)) => (Ok(store), engine),
            Err(fault) => (Err(fault), None),
        };
        Ok(Self {
            settings: folder::settings(folder),
            settings_are: "set it in the environment of the service, or in latchkey.env, and start the service again",
            store,
            keys: Keys::Folder(folder.to_owned()),
            url: None,
            is_deployed: false,
            _engine: engine,
        })
    }

    async fn stack(stack: &str, target: &Target) -> Result<Self, Fault> {
        let described = aws::describe(stack, &target.access("CLOUDFORMATION")?).await?;
        let tables = described.tables()?;
        let keys = Keys::Secret {
            name: described.output("KeysSecret")?,
            access: target.access("SECRETS_MANAGER")?,
            days: described.parameter("KEY_ROTATION_DAYS"),
        };
        Ok(Self {
            settings: Settings::read(|variable| described.parameter(variable)),
            settings_are: "set the parameter of its name and deploy: sam deploy",
            store: Ok(reached(&target.access("DYNAMODB")?, tables)),
            keys,
            url: Some(described.output("ApiUrl")?),
            is_deployed: true,
            _engine: None,
        })
    }

    fn tables(tables: Tables, DeploymentArgs { target, keys_secret }: &DeploymentArgs) -> Result<Self, Fault> {
        let keys = match keys_secret {
            Some(name) => Keys::Secret { name: name.clone(), access: target.access("SECRETS_MANAGER")?, days: None },
            None => Keys::Unnamed,
        };
        Ok(Self {
            settings: environment::settings(),
            settings_are: "set it in the environment of the service",
            store: Ok(reached(&target.access("DYNAMODB")?, tables)),
            keys,
            url: None,
            is_deployed: true,
            _engine: None,
        })
    }

    /// The settings, where one cannot go on without them.
    ///
    /// # Errors
    /// Some are wrong.
    pub(crate) fn stated(&self) -> Result<&Settings, Fault> {
        self.settings.as_ref().map_err(|faults| Fault::usage(faults.to_string().trim_end()).next(self.settings_are))
    }

    /// The keys that the service keeps; none where nobody said where they are. Those of SIGNING_KEY and VERIFYING_KEY go before them.
    ///
    /// # Errors
    /// Whatever keeps the keys from being read.
    pub(crate) async fn kept_keys(&self) -> Result<Option<KeySet>, Fault> {
        match &self.keys {
            Keys::Folder(folder) => file::read(folder).map(Some),
            Keys::Secret { name, access, .. } => {
                let policy = self.settings.as_ref().map(Settings::policy);
                let policy = policy.unwrap_or_else(|_| Policy::new(Algorithm::HS256, &Rules::default()));
                Ok(Some(secret::open(name, access.clone(), &policy).await?.0))
            }
            Keys::Unnamed => Ok(None),
        }
    }
}
