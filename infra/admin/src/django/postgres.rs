//! Django's PostgreSQL database. One query streams a table; the server says each row as JSON, which is what `dumpdata` would say.

use crate::{
    django::{
        fields,
        object::{Broken, Groups, Object},
        passfile,
        rows::{self, Row, Rows, Sink},
        sql::{self, quoted},
        tls,
    },
    fault::Fault,
};
use futures_util::TryStreamExt;
use serde_json::{Map, Value};
use std::{error::Error as _, pin::pin};
use tokio_postgres::{Client, Config, Error, RowStream, config::Host};

/// A server that answers.
pub(crate) struct Database {
    config: Box<Config>,
    tls: tls::TlsMode,
    client: Client,
}

/// The rows of one query.
struct Query {
    /// Lives as long as its rows come.
    client: Client,
    text: String,
    key: String,
}

impl Database {
    pub(super) async fn open(url: &str) -> Result<Self, Fault> {
        let (url, tls) = tls::asked(url)?;
        let mut config: Config = url.parse().map_err(|cause: Error| {
            Fault::usage(format!("the URL of the database is wrong: {}", spoken(&cause)))
                .next("write it like postgres://django@db.example.org:5432/site?sslmode=require")
        })?;
        config.ssl_mode(tls.mode(&config)?);
        if config.get_password().is_some() {
            return Err(Fault::usage("the URL of the database holds a password, which every process here can see")
                .next("leave it out, and put it into PGPASSWORD or ~/.pgpass"));
        }
        let (host, port) = (host(&config), config.get_ports().first().unwrap_or(&5432).to_string());
        let login =
            [host.as_str(), &port, config.get_dbname().unwrap_or_default(), config.get_user().unwrap_or_default()];
        if let Some(password) = passfile::password(login) {
            config.password(password.as_bytes());
        }
        let client = connect(&config, &tls).await?;
        Ok(Self { config: Box::new(config), tls, client })
    }

    pub(super) async fn rows(&self, table: &str) -> Result<Rows, Fault> {
        let Some(key) = self.key(table).await? else { return Err(self.missing(table).await) };
        let member = self.membership(table).await?;
        let count = format!("SELECT count(*) FROM {}", quoted(table));
        let total: i64 = self.client.query_one(&count, &[]).await.map_err(|cause| fault(&cause))?.get(0);
        let query = Query {
            client: connect(&self.config, &self.tls).await?,
            text: select(table, &key, &self.decimals(table).await?, member.as_deref()),
            key,
        };
        let (sink, coming) = tokio::sync::mpsc::channel(rows::AHEAD);
        tokio::spawn(query.run(sink));
        Ok(Rows { total: total.unsigned_abs(), coming })
    }

    pub(super) async fn groups(&self) -> Result<Groups, Fault> {
        if self.key("auth_group").await?.is_none() {
            return Ok(Groups::new());
        }
        let rows = self.client.query("SELECT id::text, name::text FROM auth_group", &[]).await;
        Ok(rows.map_err(|cause| fault(&cause))?.iter().map(|row| (row.get(0), row.get(1))).collect())
    }

    /// The column of the primary key; none where there is no such table.
    async fn key(&self, table: &str) -> Result<Option<String>, Fault> {
        let key = "SELECT a.attname::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid \
                   AND a.attnum = i.indkey[0] WHERE i.indrelid = to_regclass($1) AND i.indisprimary";
        self.name(key, &quoted(table)).await
    }

    /// The column of the table of memberships that leads to the user: `user_id`, or after the name of another model.
    async fn membership(&self, table: &str) -> Result<Option<String>, Fault> {
        let member = "SELECT attname::text FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 \
                      AND NOT attisdropped AND attname NOT IN ('id', 'group_id') ORDER BY attnum LIMIT 1";
        self.name(member, &quoted(&format!("{table}_groups"))).await
    }

    /// The columns whose numbers JSON would round: `dumpdata` says them as text.
    async fn decimals(&self, table: &str) -> Result<Vec<String>, Fault> {
        let decimals = "SELECT attname::text FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 \
                        AND NOT attisdropped AND atttypid = 'numeric'::regtype";
        let rows = self.client.query(decimals, &[&quoted(table)]).await.map_err(|cause| fault(&cause))?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    async fn name(&self, query: &str, of: &str) -> Result<Option<String>, Fault> {
        let row = self.client.query_opt(query, &[&of]).await.map_err(|cause| fault(&cause))?;
        Ok(row.map(|row| row.get(0)))
    }

    async fn missing(&self, table: &str) -> Fault {
        let with_passwords = "SELECT table_name::text FROM information_schema.columns WHERE column_name = 'password' \
                              AND table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1";
        let others = self.client.query(with_passwords, &[]).await.unwrap_or_default();
        let others: Vec<String> = others.iter().map(|row| row.get(0)).collect();
        sql::no_table("the database", table, &others)
    }
}

impl Query {
    async fn run(self, sink: Sink) {
        let stream = match self.client.query_raw(&self.text, std::iter::empty::<&str>()).await {
            Ok(stream) => stream,
            Err(cause) => return drop(sink.send(Err(fault(&cause))).await),
        };
        if let Err(cause) = self.pass(stream, &sink).await {
            // Nobody is there to hear why nobody could be told.
            let _ = sink.send(Err(fault(&cause))).await;
        }
    }

    async fn pass(&self, stream: RowStream, sink: &Sink) -> Result<(), Error> {
        let mut stream = pin!(stream);
        while let Some(row) = stream.try_next().await? {
            if sink.send(Ok(self.row(&row.try_get::<_, String>(0)?))).await.is_err() {
                break;
            }
        }
        Ok(())
    }

    fn row(&self, text: &str) -> Row {
        let mut fields: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
        let pk = fields.shift_remove(&self.key).unwrap_or_default();
        let at = format!("{} {}", self.key, fields::key(&pk).unwrap_or_else(|| pk.to_string()));
        Row { at, object: Ok::<_, Broken>(Object { key: self.key.clone(), pk, fields }) }
    }
}

/// Times come in UTC, whatever the server thinks.
async fn connect(config: &Config, tls: &tls::TlsMode) -> Result<Client, Fault> {
    let (client, connection) = config.connect(tls.connector()?).await.map_err(|cause| fault(&cause))?;
    tokio::spawn(async move {
        // Whoever waits for an answer hears of it.
        let _ = connection.await;
    });
    client
        .batch_execute("SET TIME ZONE 'UTC'; SET default_transaction_read_only = on")
        .await
        .map_err(|cause| fault(&cause))?;
    Ok(client)
}

/// Of two columns with one name the later one counts.
fn select(table: &str, key: &str, decimals: &[String], member: Option<&str>) -> String {
    let as_text = |name: &String| format!(", t.{0}::text AS {0}", quoted(name));
    let decimals: String = decimals.iter().map(as_text).collect();
    let (key, table, groups) = (quoted(key), quoted(table), quoted(&format!("{table}_groups")));
    let of = |member| format!("SELECT json_agg(g.group_id) FROM {groups} g WHERE g.{} = t.{key}", quoted(member));
    let groups = member.map_or_else(String::new, |member| format!(", ({}) AS groups", of(member)));
    format!("SELECT row_to_json(r)::text FROM (SELECT t.*{decimals}{groups} FROM {table} t ORDER BY t.{key}) r")
}

fn host(config: &Config) -> String {
    match config.get_hosts().first() {
        Some(Host::Tcp(name)) => name.clone(),
        _ => "localhost".to_owned(),
    }
}

fn fault(cause: &Error) -> Fault {
    let fault = Fault::unavailable(format!("the database does not return its rows: {}", spoken(cause)));
    let said = spoken(cause);
    if said.contains("password") {
        return fault.next("put the password into PGPASSWORD or ~/.pgpass");
    }
    if said.contains("certificate") {
        return fault
            .next("name the file of its authority in PGSSLROOTCERT; on one machine, ?sslmode=disable is enough");
    }
    if said.contains("TLS") {
        return fault.next(
            "turn on TLS at the server, or give ?sslmode=disable to send the password and the hashes unencrypted",
        );
    }
    fault.next("check the host, the port and the name of the database: psql URL")
}

/// What the server said, or what came in the way; never the password.
fn spoken(cause: &Error) -> String {
    match (cause.as_db_error(), cause.source()) {
        (Some(said), _) => said.message().to_owned(),
        (None, Some(source)) => source.to_string(),
        (None, None) => cause.to_string(),
    }
}
