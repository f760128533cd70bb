//! `latchkey doctor`: looks at everything that a deployment consists of, and changes nothing.

mod choices;
mod finding;
mod keys;
mod service;
mod tables;
mod web;

use crate::{
    ambient,
    answer::Answer,
    connection::deployment::{Deployment, DeploymentArgs},
    fault::Fault,
};
use clap::Args;

/// What `latchkey doctor` is given.
#[derive(Args)]
#[command(after_help = "\
Each check is a line: ok; warning, if something works but is risky; fault, if something is broken or can be lost for good. What
to do follows each line. The exit code is 0 without a fault and 1 with one. If nothing can be checked, it is 2 or 3, as for all commands.

The command only reads, and shows no secret. On AWS it needs cloudformation:DescribeStacks; dynamodb:DescribeTable,
DescribeTimeToLive and DescribeContinuousBackups; secretsmanager:DescribeSecret and GetSecretValue.

Examples:
  latchkey doctor --stack latchkey
  latchkey doctor --data .latchkey --url http://127.0.0.1:8000
  latchkey doctor --stack latchkey --json | jq '.checks[] | select(.verdict == \"fault\")'")]
pub struct Arguments {
    #[command(flatten)]
    deployment_args: DeploymentArgs,
    /// The base URL of the service [default: the output ApiUrl of the stack; without either, the service is not called]
    #[arg(long, value_name = "URL")]
    url: Option<String>,
}

impl Arguments {
    /// # Errors
    /// Options that contradict each other, or a stack that cannot be described: there is nothing to look at.
    pub(crate) async fn run(&self) -> Result<Answer, Fault> {
        let (deployment, now) = (Deployment::of(&self.deployment_args).await?, ambient::now());
        let url = self.url.as_ref().or(deployment.url.as_ref());
        let mut findings = choices::check(&deployment);
        findings.extend(tables::check(&deployment).await);
        let (set, of_keys) = keys::check(&deployment, now).await;
        findings.extend(of_keys);
        findings.extend(service::check(url, set.as_ref(), now).await);
        Ok(finding::answer(&findings))
    }
}
