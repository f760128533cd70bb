//! AWS's Lambda Runtime Interface Emulator, as aws-sam-cli brings it.

use std::{
    env::consts::ARCH,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use tests::{
    tools::{self, Running},
    wire::Request,
};

/// One function under the emulator. It takes one call at a time: a second beside it would end it.
pub(crate) struct Emulator {
    address: SocketAddr,
    _running: Running,
}

impl Emulator {
    /// Starts the emulator for this program; the program itself starts with the first call, as on Lambda.
    pub(crate) async fn start(program: &Path, environment: &[(&str, String)]) -> Self {
        let (address, runtime_api) = (tools::free_port(), tools::free_port());
        let mut command = Command::new(emulator());
        command.args(["--runtime-interface-emulator-address", &address.to_string()]);
        command.args(["--runtime-api-address", &runtime_api.to_string()]).arg(program);
        command.env("AWS_LAMBDA_FUNCTION_NAME", "sample").envs(environment.iter().cloned());
        let running = Running::start("invoked", &mut command);
        tools::opens(address).await;
        Self { address, _running: running }
    }

    /// The answer to an event.
    pub(crate) async fn invoke(&self, event: &str) -> Value {
        let request = Request::new("POST", "/2015-03-31/functions/function/invocations").body(event);
        let answer = request.send(self.address).await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }
}

/// Where it was set up, whatever the version of Python.
fn emulator() -> PathBuf {
    let libraries = std::fs::read_dir(tools::root().join(".tools/sam/lib")).into_iter().flatten().flatten();
    let name = format!("aws-lambda-rie-{}", if ARCH == "aarch64" { "arm64" } else { ARCH });
    let mut places = libraries.map(|python| python.path().join("site-packages/samcli/local/rapid").join(&name));
    places.find(|place| place.exists()).expect("the emulator; set it up with: infra/tools/extra sam")
}
