//! `admin doctor`: looks at everything that a deployment consists of, and changes nothing.

mod choices;
mod finding;
mod keys;
mod scene;
mod service;
mod tables;
mod web;

use crate::{ambient, answer::Answer, fault::Fault, place::Place};
use clap::Args;
use scene::Scene;

#[derive(Args)]
#[command(after_help = "\
Each check is a line: ok; warning, for what works and is risky; fault, for what is broken or can be lost for good. What to
do comes after it. The exit code is 0 without a fault and 1 with one; 2 and 3 as everywhere, where nothing could be looked at.

It only reads, and shows no secret. On AWS it needs cloudformation:DescribeStacks; dynamodb:DescribeTable,
DescribeTimeToLive and DescribeContinuousBackups; secretsmanager:DescribeSecret and GetSecretValue.

Examples:
  admin doctor --stack latchkey
  admin doctor --data .latchkey --url http://127.0.0.1:8000
  admin doctor --stack latchkey --json | jq '.checks[] | select(.verdict == \"fault\")'")]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// The secret that holds the keys, where tables are named [default: the output KeysSecret of the stack]
    #[arg(long, value_name = "NAME", conflicts_with_all = ["data", "stack"])]
    keys_secret: Option<String>,
    /// Where the service answers [default: the output ApiUrl of the stack; without either it is not asked]
    #[arg(long, value_name = "URL")]
    url: Option<String>,
}

impl Arguments {
    /// # Errors
    /// Options that contradict each other, or a stack that cannot be described: there is nothing to look at.
    pub(crate) async fn run(&self) -> Result<Answer, Fault> {
        let (scene, now) = (Scene::of(self).await?, ambient::now());
        let mut findings = choices::check(&scene);
        findings.extend(tables::check(&scene).await);
        let (set, of_keys) = keys::check(&scene, now).await;
        findings.extend(of_keys);
        findings.extend(service::check(&scene, set.as_ref(), now).await);
        Ok(finding::answer(&findings))
    }
}
