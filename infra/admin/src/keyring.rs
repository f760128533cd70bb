//! Where the keys are: in the file of a local folder, or in AWS Secrets Manager.

pub(crate) mod file;
pub(crate) mod secret;

use crate::{
    ambient,
    connection::{self, Reach, aws, place::Place},
    fault::Fault,
};
use clap::Args;
use settings::{Settings, environment};
use std::path::PathBuf;
use token::{KeyError, KeySet, Policy, Window};

/// The options that say where. Without any, the local folder `.latchkey`.
#[derive(Args)]
#[command(next_help_heading = "Where the keys are")]
pub(crate) struct KeysTarget {
    /// A local folder, also while the service runs on it [default: .latchkey]
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The CloudFormation stack whose output KeysSecret names the secret, and whose parameters are the settings
    #[arg(long, global = true, value_name = "NAME")]
    stack: Option<String>,
    /// The secret, by name or ARN; the settings are those of the environment
    #[arg(long, global = true, value_name = "NAME")]
    keys_secret: Option<String>,
    #[command(flatten)]
    reach: Reach,
}

/// The keys as they were found, and how they may be replaced.
pub(crate) struct Keyring {
    pub(crate) set: KeySet,
    pub(crate) policy: Policy,
    kept: Kept,
}

enum Kept {
    File(file::Held),
    Secret(secret::Held),
}

impl KeysTarget {
    /// # Errors
    /// Options that contradict each other, wrong settings, and whatever keeps the keys from being read.
    pub(crate) async fn open(&self) -> Result<Keyring, Fault> {
        let given = [self.data.is_some(), self.stack.is_some(), self.keys_secret.is_some()];
        if given.iter().filter(|given| **given).count() > 1 {
            return Err(
                Fault::usage("--data, --stack and --keys-secret each say where the keys are").next("give one of them")
            );
        }
        if let Some(stack) = &self.stack {
            let described = aws::describe(stack, &self.reach.access("CLOUDFORMATION")?).await?;
            let settings = Settings::read(|variable| described.parameter(variable));
            let policy = policy(settings)?;
            let (set, held) = secret::open(&described.output("KeysSecret")?, self.access()?, &policy).await?;
            return Ok(Keyring { set, policy, kept: Kept::Secret(held) });
        }
        if let Some(name) = &self.keys_secret {
            let policy = policy(environment::settings())?;
            let (set, held) = secret::open(name, self.access()?, &policy).await?;
            expect_known(name, &set)?;
            return Ok(Keyring { policy: like_present(policy, &set), set, kept: Kept::Secret(held) });
        }
        if self.reach.is_given() {
            return Err(Fault::usage("--region, --endpoint-url and --profile are about AWS, but no secret is named")
                .next("give --stack NAME or --keys-secret NAME"));
        }
        let folder = self.folder();
        let policy = policy(connection::folder::settings(&folder))?;
        let (set, held) = file::open(&folder)?;
        Ok(Keyring { policy: like_present(policy, &set), set, kept: Kept::File(held) })
    }

    /// Where the events of the service with these keys are kept.
    ///
    /// # Errors
    /// As [`Reach::access`].
    pub(crate) fn place(&self) -> Result<Place, Fault> {
        Ok(match (&self.stack, &self.keys_secret) {
            (Some(stack), _) => Place::Stack(stack.clone(), self.reach.access("CLOUDWATCH_LOGS")?),
            (None, Some(_)) => Place::Unnamed,
            (None, None) => Place::Folder(self.folder()),
        })
    }

    fn folder(&self) -> PathBuf {
        self.data.clone().unwrap_or_else(|| PathBuf::from(connection::FOLDER))
    }

    fn access(&self) -> Result<store::Access, Fault> {
        self.reach.access("SECRETS_MANAGER")
    }
}

impl Keyring {
    /// Puts `next` in the place of the set that was opened, if that is still there.
    ///
    /// # Errors
    /// Somebody else changed the keys meanwhile, or they cannot be written.
    pub(crate) async fn replace(&self, next: &KeySet) -> Result<(), Fault> {
        match &self.kept {
            Kept::File(held) => held.replace(next),
            Kept::Secret(held) => held.replace(next).await,
        }
    }

    /// Within which time the service uses what was written, in words.
    pub(crate) fn in_force(&self) -> &'static str {
        match self.kept {
            Kept::File(_) => "with the next request",
            Kept::Secret(_) => "within 5 minutes, or, where Secrets Manager cannot be reached, within an hour",
        }
    }
}

/// Random bytes for a key.
pub(crate) fn entropy() -> Result<token::Entropy, Fault> {
    ambient::random()
}

fn policy(settings: Result<Settings, settings::Faults>) -> Result<Policy, Fault> {
    let settings = settings.map_err(|faults| {
        Fault::usage(format!("the settings are wrong: {}", faults.to_string().trim_end())).next("correct them first")
    })?;
    Ok(settings.policy())
}

/// # Errors
/// The secret is still the one that the template made, and nobody says which keys the functions derive of it.
fn expect_known(name: &str, set: &KeySet) -> Result<(), Fault> {
    let is_initial = matches!(set.keys(), [key] if key.kid() == Some("initial") && key.window() == Window::default());
    if !is_initial || (is_told("ALGORITHM") && is_told("PROFILE")) {
        return Ok(());
    }
    let says = format!("the secret {name} is as the template made it, and the settings decide which keys come of it");
    Err(Fault::usage(says).next("give --stack NAME, or set ALGORITHM and PROFILE to what the functions have"))
}

fn is_told(variable: &str) -> bool {
    environment::variable(variable).is_some_and(|value| !value.trim().is_empty())
}

/// The policy for keys like the one that signs, where the environment does not say what new keys are made for.
fn like_present(policy: Policy, set: &KeySet) -> Policy {
    match set.signer(ambient::now()) {
        Some(signer) if !is_told("ALGORITHM") => {
            let hides_refresh = policy.hides_refresh || set.refresh_signer(ambient::now()).is_some();
            Policy { algorithm: signer.algorithm(), hides_refresh, ..policy }
        }
        _ => policy,
    }
}

impl From<KeyError> for Fault {
    fn from(error: KeyError) -> Self {
        let fault = Self::refused(error.to_string());
        match error {
            KeyError::Duplicate { .. } => fault.next("give another name with --kid NAME"),
            KeyError::Known => fault.next("nothing is left to do; see it: latchkey keys list"),
            KeyError::Mismatch { .. } => fault.next("name the algorithm, such as --alg ES256, or give another key"),
            KeyError::Missing { .. } => fault.next("list the keys: latchkey keys list"),
            KeyError::TooMany => fault.next("revoke those that are no longer used: latchkey keys revoke --nameless"),
            KeyError::Unmade { .. } => fault.next("make it with openssl, then: latchkey keys import FILE --sign"),
            KeyError::Waiting { .. } => fault.next("see when it signs: latchkey keys list"),
            KeyError::Weak { .. } => fault.next("give another one; for a key as PEM, name the algorithm with --alg"),
            KeyError::Empty
            | KeyError::Entropy
            | KeyError::Malformed { .. }
            | KeyError::Name
            | KeyError::Unknown(_) => fault,
        }
    }
}
