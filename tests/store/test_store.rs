//! What every test stands on: an engine for all, tables for each.

use aws_sdk_dynamodb::{Client, types::AttributeValue};
use local::engine::{Engine, Storage};
use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::atomic::{AtomicU64, Ordering},
};
use store::{Access, Rotation, Session, Store, Tables, User};
use tokio::sync::OnceCell;

/// The present second of every test that does not move it.
pub(crate) const NOW: i64 = 1_800_000_000;

/// The lifetime of the sessions' refresh tokens.
pub(crate) const DAY: i64 = 86_400;

/// A store with tables of its own, and the way to them past the store.
pub(crate) struct TestStore {
    pub(crate) store: Store,
    pub(crate) tables: Tables,
    pub(crate) client: Client,
}

/// Fresh tables on the engine.
pub(crate) async fn test_store() -> TestStore {
    let tables = tables();
    let client = store::client(&Access::local(engine_url().await));
    let store = Store::new(client.clone(), tables.clone());
    store.create_tables().await.unwrap();
    TestStore { store, tables, client }
}

impl TestStore {
    /// A store over the same tables that goes through another address.
    pub(crate) fn through(&self, url: &str) -> Store {
        Store::new(store::client(&Access::local(url)), self.tables.clone())
    }

    pub(crate) async fn user(&self, name: &str) -> User {
        let user = user(name);
        assert_eq!(self.store.create_user(&user).await, Ok(store::Created::Created));
        user
    }

    pub(crate) async fn session(&self, sid: &str) -> Session {
        let session = session(sid);
        assert_eq!(self.store.open_session(&session).await, Ok(store::Opened::Opened));
        session
    }

    /// The item with this key as it lies in the table of sessions.
    pub(crate) async fn session_item(&self, key: &str) -> Option<HashMap<String, AttributeValue>> {
        raw(&self.client, &self.tables.sessions, key).await
    }

    /// The item with this key as it lies in the table of users.
    pub(crate) async fn user_item(&self, key: &str) -> Option<HashMap<String, AttributeValue>> {
        raw(&self.client, &self.tables.users, key).await
    }

    pub(crate) async fn put(&self, table: &str, item: HashMap<String, AttributeValue>) {
        self.client.put_item().table_name(table).set_item(Some(item)).send().await.unwrap();
    }
}

async fn raw(client: &Client, table: &str, key: &str) -> Option<HashMap<String, AttributeValue>> {
    let get = client.get_item().table_name(table).consistent_read(true).key("pk", AttributeValue::S(key.to_owned()));
    get.send().await.unwrap().item
}

/// Names that no other test and no other run has.
pub(crate) fn tables() -> Tables {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let name = format!("{:016x}-{}", RandomState::new().hash_one(()), COUNT.fetch_add(1, Ordering::Relaxed));
    Tables { users: format!("users-{name}"), sessions: format!("sessions-{name}") }
}

pub(crate) async fn engine_url() -> &'static str {
    static URL: OnceCell<String> = OnceCell::const_new();
    URL.get_or_init(|| async {
        match given_url() {
            Some(url) => url,
            None => embedded().await,
        }
    })
    .await
}

async fn embedded() -> String {
    static ENGINE: OnceCell<Engine> = OnceCell::const_new();
    let start = || async { Engine::start(Storage::Memory).await.unwrap() };
    tests::bridge::over_tcp(ENGINE.get_or_init(start).await.socket())
}

#[expect(clippy::disallowed_methods, reason = "which engine to test against is told to the tests, not to the service")]
fn given_url() -> Option<String> {
    std::env::var("LATCHKEY_TEST_DYNAMODB_URL").ok()
}

/// A user whose id, hash and address follow from the name.
pub(crate) fn user(name: &str) -> User {
    User {
        id: format!("id-{name}"),
        username: name.to_owned(),
        password: format!("argon2$of {name}"),
        email: format!("{name}@example.test"),
        first_name: "First".to_owned(),
        last_name: String::new(),
        is_active: true,
        is_staff: false,
        is_superuser: false,
        groups: vec!["b".to_owned(), "a".to_owned()],
        attributes: Default::default(),
        last_login: None,
        named_since: None,
        created_at: NOW,
        epoch: NOW,
    }
}

/// A session that began now, of the user with the id `id-alice`.
pub(crate) fn session(sid: &str) -> Session {
    Session {
        sid: sid.to_owned(),
        user_id: "id-alice".to_owned(),
        jti: format!("{sid}-0"),
        previous_jti: None,
        kid: Some("key-1".to_owned()),
        generation: 0,
        issued_at: NOW,
        expiry: NOW + DAY,
        rotated_at: None,
        absolute_expiry: None,
        revoked_at: None,
        reason: None,
        created_at: NOW,
        epoch: NOW,
        ip: Some("192.0.2.1".to_owned()),
        last_ip: None,
        claims: None,
        user_agent: Some("curl".to_owned()),
    }
}

/// A refresh at `now` of the session `s` by one token with another, from 192.0.2.2, without grace or leeway.
pub(crate) fn rotation<'a>(presented: &'a str, successor: &'a str, now: i64) -> Rotation<'a> {
    Rotation {
        sid: "s",
        user_id: "id-alice",
        epoch: NOW,
        presented,
        presented_expiry: now + DAY,
        successor,
        kid: Some("key-2"),
        expiry: now + DAY,
        kept_until: now + DAY,
        now,
        grace: 0,
        repeats: 32,
        leeway: 0,
        claims: None,
        ip: Some("192.0.2.2"),
        adoption: None,
    }
}
