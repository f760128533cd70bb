//! A running service whose keys are in a file, and whose tokens name it as their issuer.

use local::{Api, KeyFile, Keys, Options, Server, engine::Storage};
use serde_json::{Value, json};
use settings::Settings;
use std::{fs, net::SocketAddr, path::PathBuf};
use tests::{
    app::{PASSWORD, text, user},
    tools,
    wire::{Answer, Request},
};
use token::KeySet;

/// The service, with alice in it. Its folder goes when this is dropped.
pub(crate) struct Issuer {
    folder: PathBuf,
    server: Server,
}

impl Issuer {
    /// A service with these keys. Its tokens say `iss` where the settings have `ISSUER`, which is then its address.
    pub(crate) async fn start(keys: &KeySet, settings: &[(&str, &str)]) -> Self {
        let address = tools::free_port();
        let folder = tools::root().join(format!("target/tmp/issuer-{}", address.port()));
        fs::create_dir_all(&folder).unwrap();
        write(&folder, keys);
        let settings = Settings::read(|name| {
            let found = settings.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
            found.map(|value| if name == "ISSUER" { base(address) } else { value })
        });
        let keys = Keys::File(KeyFile::open(folder.join("keys.json")).unwrap());
        let (settings, place) = (settings.unwrap(), Storage::Memory);
        let options = Options {
            clock: local::system_clock(),
            backend: admin::backend,
            gateway: Api::Rest,
            keys,
            listen: address,
            place,
            settings,
        };
        let server = Server::start(options).await.unwrap();
        server.store().create_user(&user("1", "alice", true)).await.unwrap();
        Self { folder, server }
    }

    /// Its address, which is its name.
    pub(crate) fn name(&self) -> String {
        base(self.server.address())
    }

    pub(crate) fn folder(&self) -> &PathBuf {
        &self.folder
    }

    /// From now on it has these keys.
    pub(crate) fn replace_keys(&self, keys: &KeySet) {
        write(&self.folder, keys);
    }

    /// Alice's refresh and access token.
    pub(crate) async fn log_in(&self) -> (String, String) {
        let answer = self.post("/api/token/", &json!({"username": "alice", "password": PASSWORD})).await;
        (text(&answer, "refresh"), text(&answer, "access"))
    }

    /// The next access and refresh token.
    pub(crate) async fn refresh(&self, token: &str) -> (String, String) {
        let answer = self.post("/api/token/refresh/", &json!({"refresh": token})).await;
        (text(&answer, "access"), text(&answer, "refresh"))
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        Request::json(path, body).send(self.server.address()).await.unwrap()
    }

    pub(crate) async fn greet(&self, access: &str) -> u16 {
        Request::bearer("/api/hello/", access).send(self.server.address()).await.unwrap().status
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn base(address: SocketAddr) -> String {
    format!("http://{address}")
}

/// As the command line does: a file beside it, then renamed.
fn write(folder: &std::path::Path, keys: &KeySet) {
    fs::write(folder.join("next.json"), keys.to_json().as_bytes()).unwrap();
    fs::rename(folder.join("next.json"), folder.join("keys.json")).unwrap();
}
