//! MiniStack's Secrets Manager, and a client that breaks where it is told to.

use crate::function::Clock;
use aws_sdk_secretsmanager::{
    Client,
    config::{
        BehaviorVersion, Config, ConfigBag, Credentials, Intercept, Region, RuntimeComponents,
        interceptors::{BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef},
        retry::RetryConfig,
    },
    error::BoxError,
};
use lambda::rotation::{Rotation, Step};
use std::{
    process::{Command, Output},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use tests::tools::{self, Running};
use token::{Algorithm, KeySet, Policy, Rules};

pub(crate) const NOW: i64 = 1_800_000_000;
pub(crate) const STEPS: [Step; 4] = [Step::Create, Step::Set, Step::Test, Step::Finish];

/// What the template makes.
const INITIAL: &str =
    r#"{"kid":"initial","alg":"HS256","material":"0Zk3aVbKq8sXw1LmNpQrTuYv2B4D6F8HjGcEoIiRnSxUzWy5A7C9eMtPhJgKfLdO"}"#;

/// A local AWS.
pub(crate) struct SecretsManager {
    url: String,
    _ministack: Running,
}

/// Where a client breaks: at which call, and whether AWS still hears that one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crash {
    pub(crate) call: usize,
    pub(crate) heard: bool,
}

/// A secret with its client.
pub(crate) struct Secret {
    client: Client,
    name: String,
    calls: Arc<AtomicUsize>,
}

impl SecretsManager {
    pub(crate) async fn start() -> Self {
        let address = tools::free_port();
        let mut ministack = Command::new(tools::tool("ministack"));
        ministack.envs([("BIND_HOST", "127.0.0.1".to_owned()), ("GATEWAY_PORT", address.port().to_string())]);
        let running = Running::start(&format!("ministack-rotation-{}", address.port()), &mut ministack);
        tools::opens(address).await;
        Self { url: format!("http://{address}"), _ministack: running }
    }

    /// A new secret as the template makes it.
    pub(crate) async fn secret(&self, name: &str) -> Secret {
        self.secret_of(name, INITIAL).await
    }

    /// A new secret that holds this.
    pub(crate) async fn secret_of(&self, name: &str, text: &str) -> Secret {
        let secret = self.again(name, None);
        secret.client.create_secret().name(name).secret_string(text).send().await.unwrap();
        secret
    }

    /// Where it answers.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Runs `latchkey ARGUMENTS` over this AWS; what it printed.
    pub(crate) fn latchkey(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// The same at the time of a clock.
    pub(crate) fn admin_at(&self, clock: &Clock, arguments: &[&str]) -> Output {
        let mut admin = self.command(arguments);
        clock.govern(&mut admin);
        admin.output().unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut admin = Command::new(tools::build(&["latchkey".to_owned()]).join("latchkey"));
        admin.args(arguments).args(["--region", "eu-central-1", "--endpoint-url", &self.url]).env_clear();
        admin.env("ALGORITHM", "EdDSA");
        admin.envs([("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test"), ("PROFILE", "hardened")]);
        admin
    }

    /// A client of a secret, as a function has it that was started anew.
    pub(crate) fn again(&self, name: &str, crash: Option<Crash>) -> Secret {
        let calls = Arc::new(AtomicUsize::new(0));
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-central-1"))
            .credentials_provider(Credentials::new("test", "test", None, None, "test"))
            .http_client(store::http_client())
            .endpoint_url(&self.url)
            .retry_config(RetryConfig::disabled())
            .interceptor(Breaks { calls: Arc::clone(&calls), crash })
            .build();
        Secret { client: Client::from_conf(config), name: name.to_owned(), calls }
    }
}

impl Secret {
    /// Takes one step of the rotation that makes this version, so many seconds after the first.
    pub(crate) async fn step(&self, step: Step, version: &str, after: i64) -> Result<(), String> {
        let rotation = Rotation::new(self.client.clone(), policy(), &self.name, version);
        let seed = version.bytes().fold(7, u8::wrapping_add);
        rotation.take(step, NOW + after, &[seed; 80]).await
    }

    /// Takes all four steps, up to the first that fails.
    pub(crate) async fn rotate(&self, version: &str, after: i64) -> Result<(), String> {
        for step in STEPS {
            self.step(step, version, after).await?;
        }
        Ok(())
    }

    /// The set that functions load.
    pub(crate) async fn current(&self) -> KeySet {
        let value = self.client.get_secret_value().secret_id(&self.name).send().await.unwrap();
        KeySet::parse_secret(value.secret_string().unwrap(), &policy()).unwrap()
    }

    /// The labels of a version.
    pub(crate) async fn labels(&self, version: &str) -> Vec<String> {
        let described = self.client.describe_secret().secret_id(&self.name).send().await.unwrap();
        let mut labels = described.version_ids_to_stages().unwrap().get(version).cloned().unwrap_or_default();
        labels.sort();
        labels
    }

    /// What somebody else writes under a label, as this version.
    pub(crate) async fn put(&self, version: &str, label: &str, text: &str) {
        let put = self.client.put_secret_value().secret_id(&self.name).client_request_token(version);
        put.secret_string(text).version_stages(label).send().await.unwrap();
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

pub(crate) fn policy() -> Policy {
    Policy { delay: 3600, hides_refresh: true, ..Policy::new(Algorithm::EdDSA, &Rules::default()) }
}

/// A function that stops in the middle: before its call leaves, or before the answer arrives.
#[derive(Debug)]
struct Breaks {
    calls: Arc<AtomicUsize>,
    crash: Option<Crash>,
}

impl Breaks {
    fn at(&self, call: usize, heard: bool) -> Result<(), BoxError> {
        let met = self.crash.is_some_and(|crash| crash.call == call && crash.heard == heard);
        if met { Err("the function is gone".into()) } else { Ok(()) }
    }
}

impl Intercept for Breaks {
    fn name(&self) -> &'static str {
        "breaks"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.at(self.calls.fetch_add(1, Ordering::SeqCst) + 1, false)
    }

    fn read_before_deserialization(
        &self,
        _: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.at(self.calls(), true)
    }
}

impl Breaks {
    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}
