//! The product itself, in this process, on a free port, over an engine in memory; and pages for it to fetch.

use crate::{bridge, clock::Clock};
use local::{Api, Options, Server, engine::Storage};
use settings::Settings;
use std::{net::SocketAddr, sync::Arc};
use store::Store;
use token::{Key, KeyError, KeySet};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// The table of mails.
const OUTBOX: &str = "latchkey-outbox";

/// A running service; it stops when this is dropped.
pub struct Service {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its store, to look into and to write to behind its back.
    pub store: Store,
    /// Its clock, where that stands until it is moved.
    pub clock: Option<Clock>,
    server: Server,
}

impl Service {
    /// Starts a service with empty tables, by the clock of the machine; what `variables` does not name has its default.
    ///
    /// # Errors
    /// The text of every fault of the settings, or why the server does not start.
    pub async fn start(variables: &[(String, String)]) -> Result<Self, String> {
        let settings = Settings::of(variables).map_err(|faults| faults.to_string())?;
        let keys = keys(&settings)?;
        Self::over(Api::Rest, settings, keys, None).await
    }

    /// The same behind this kind of API, by a clock that stands.
    ///
    /// # Errors
    /// As [`Service::start`].
    pub async fn behind(gateway: Api, variables: &[(String, String)]) -> Result<Self, String> {
        let settings = Settings::of(variables).map_err(|faults| faults.to_string())?;
        let keys = keys(&settings)?;
        Self::over(gateway, settings, keys, Some(Clock::standing())).await
    }

    /// Starts a service with these keys and a clock that stands, whatever key the variables name.
    ///
    /// # Errors
    /// The text of every fault of the settings, or why the server does not start.
    pub async fn with_keys(variables: &[(String, String)], keys: KeySet) -> Result<Self, String> {
        let settings = Settings::of(variables).map_err(|faults| faults.to_string())?;
        Self::over(Api::Rest, settings, keys, Some(Clock::standing())).await
    }

    /// The same by the clock of the machine.
    ///
    /// # Errors
    /// The text of every fault of the settings, or why the server does not start.
    pub async fn live_with_keys(variables: &[(String, String)], keys: KeySet) -> Result<Self, String> {
        let settings = Settings::of(variables).map_err(|faults| faults.to_string())?;
        Self::over(Api::Rest, settings, keys, None).await
    }

    async fn over(gateway: Api, settings: Settings, keys: KeySet, stands: Option<Clock>) -> Result<Self, String> {
        let (keys, listen, place) = (keys.into(), ([127, 0, 0, 1], 0).into(), Storage::Memory);
        let clock = stands.clone().map_or_else(local::system_clock, local::Clock::from);
        let options = Options { clock, backend: admin::backend, gateway, keys, listen, place, settings };
        let server = Server::start(options).await.map_err(|fault| fault.to_string())?;
        Ok(Self { address: server.address(), store: server.store().clone(), clock: stands, server })
    }

    /// A URL of its DynamoDB engine, for whoever knows no sockets.
    pub fn engine(&self) -> String {
        bridge::over_tcp(self.server.engine())
    }

    /// Its tables by another address, such as that of a proxy in front of its engine.
    pub fn through(&self, url: &str) -> Store {
        Store::new(store::client(&store::Access::local(url)), store::Tables::local())
    }

    /// Takes the tables away; the service goes on without.
    ///
    /// # Panics
    /// They are not there.
    pub async fn lose_the_store(&self) {
        let (client, tables) = self.tables();
        for table in tables {
            client.delete_table().table_name(table).send().await.expect("a table to take away");
        }
    }

    /// Takes every row away, and every mail.
    ///
    /// # Panics
    /// There are no tables.
    pub async fn forget_everything(&self) {
        let (client, [users, sessions]) = self.tables();
        for table in [users, sessions, OUTBOX.to_owned()] {
            let rows =
                client.scan().table_name(&table).send().await.expect("a table to read").items.unwrap_or_default();
            for mut row in rows {
                let key = row.remove("pk").expect("a key");
                client.delete_item().table_name(&table).key("pk", key).send().await.expect("a row to take away");
            }
        }
    }

    /// Every row of every table, as text.
    ///
    /// # Panics
    /// There are no tables.
    pub async fn everything_kept(&self) -> String {
        let (client, tables) = self.tables();
        let mut kept = String::new();
        for table in tables {
            let rows = client.scan().table_name(table).send().await.expect("a table to read").items.unwrap_or_default();
            kept.extend(rows.iter().map(|row| format!("{row:?}\n")));
        }
        kept
    }

    fn tables(&self) -> (aws_sdk_dynamodb::Client, [String; 2]) {
        let tables = store::Tables::local();
        (store::client_of_socket(self.server.engine()), [tables.users, tables.sessions])
    }
}

/// Serves these pages (path, status, body; a redirect's body is its target) on a free port, as long as the process lives.
///
/// # Panics
/// There is no free port.
pub async fn publish(pages: Vec<(&'static str, u16, String)>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let pages = Arc::new(pages);
    tokio::spawn(async move {
        while let Ok((caller, _)) = listener.accept().await {
            let pages = Arc::clone(&pages);
            tokio::spawn(async move { show(caller, &pages).await });
        }
    });
    address
}

/// The keys of the settings; where they name none, one that nobody else has, as on the first start, or none beside JWK_URL.
fn keys(settings: &Settings) -> Result<KeySet, String> {
    if let Some(keys) = settings.keys().map_err(|faults| faults.to_string())? {
        return Ok(keys);
    }
    match Key::generate(settings.algorithm, None, &[7; 64]) {
        Err(KeyError::Unmade { .. }) if settings.jwk_url.is_some() => Ok(KeySet::default()),
        key => key.and_then(|key| KeySet::new(vec![key])).map_err(|fault| fault.to_string()),
    }
}

async fn show(mut caller: TcpStream, pages: &[(&str, u16, String)]) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && caller.read_buf(&mut head).await? > 0 {}
    let head = String::from_utf8_lossy(&head);
    let asked = head.split(' ').nth(1).unwrap_or_default();
    let page = pages.iter().find(|(path, ..)| *path == asked);
    let (status, body) = page.map_or((404, ""), |(_, status, body)| (*status, body.as_str()));
    let location = if status == 302 { format!("Location: {body}\r\n") } else { String::new() };
    let fields = format!("Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n", body.len());
    caller.write_all(format!("HTTP/1.1 {status} \r\n{location}{fields}\r\n{body}").as_bytes()).await
}
