//! AWS's Lambda Runtime Interface Emulator, as aws-sam-cli brings it.

use serde_json::Value;
use std::{
    env::consts::ARCH,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
};
use tests::{
    tools::{self, Running},
    wire::{Answer, Request},
};

/// Tells which process the function is, and becomes it; one for another processor is run by an emulator (`make emulate-arm`).
const BOOTSTRAP: &str = r#"echo $$ > "$1"; LIMIT exec $LATCHKEY_RUNNER "$0""#;

/// One function under the emulator. It takes one call at a time: a second beside it would end it.
pub(crate) struct Emulator {
    address: SocketAddr,
    process: PathBuf,
    log: PathBuf,
    _running: Running,
}

impl Emulator {
    /// Starts the emulator for this program; the program itself starts with the first call, as on Lambda.
    pub(crate) async fn start(program: &Path, environment: &[(&str, String)]) -> Self {
        Self::within("", program, environment).await
    }

    /// The same with this done in its shell before it.
    pub(crate) async fn within(limit: &str, program: &Path, environment: &[(&str, String)]) -> Self {
        let (address, runtime_api) = (tools::free_port(), tools::free_port());
        let process = std::env::temp_dir().join(format!("latchkey-invoked-{}", address.port()));
        let mut command = Command::new(emulator());
        command.args(["--runtime-interface-emulator-address", &address.to_string()]);
        command.args(["--runtime-api-address", &runtime_api.to_string()]);
        command.args(["/bin/sh", "-c", &BOOTSTRAP.replace("LIMIT", limit)]).arg(program).arg(&process);
        command.env("AWS_LAMBDA_FUNCTION_NAME", "sample").envs(environment.iter().cloned());
        let name = format!("invoked-{}", address.port());
        let log = tools::root().join(format!("target/tmp/{name}.log"));
        let running = Running::start(&name, &mut command);
        tools::opens(address).await;
        Self { address, process, log, _running: running }
    }

    /// The answer to an event.
    pub(crate) async fn invoke(&self, event: &str) -> Value {
        let answer = self.send(event).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// What the emulator says of an event, also of a function that has ended.
    pub(crate) async fn send(&self, event: &str) -> Answer {
        let request = Request::new("POST", "/2015-03-31/functions/function/invocations").body(event);
        request.send(self.address).await.unwrap()
    }

    /// The process that has answered last.
    pub(crate) fn process(&self) -> u32 {
        std::fs::read_to_string(&self.process).unwrap().trim().parse().unwrap()
    }

    /// What the function wrote, and Lambda about it.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }
}

/// The log of a test that fails stays, to be read.
impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.process);
        if !std::thread::panicking() {
            let _ = std::fs::remove_file(&self.log);
        }
    }
}

/// Where it was set up, whatever the version of Python.
fn emulator() -> PathBuf {
    let libraries = std::fs::read_dir(tools::root().join(".tools/sam/lib")).into_iter().flatten().flatten();
    let name = format!("aws-lambda-rie-{}", if ARCH == "aarch64" { "arm64" } else { ARCH });
    let mut places = libraries.map(|python| python.path().join("site-packages/samcli/local/rapid").join(&name));
    places.find(|place| place.exists()).expect("the emulator; set it up with: infra/tools/extra sam")
}
