//! One rotation under load, for real: the functions as they are deployed, over a local AWS, on a clock that the test
//! moves. Nothing is hastened: caches, publication and windows take the time that they take.

use crate::{
    function::{Clock, Function, event, guarding, posting},
    secrets_manager::{NOW, Secret, SecretsManager},
};
use serde_json::{Value, json};
use store::{Access, Store, Tables};
use tests::{
    app::{PASSWORD, user},
    tools,
};
use token::{Algorithm, KeySet, Policy};

const SECRET: &str = "fleet";
/// How long the story takes, in seconds; the keys rotate ten minutes after its beginning.
const END: i64 = 8_400;
const ROTATION: i64 = 600;
/// How many seconds lie between two tokens.
const PACE: usize = 4;

/// A verifier that is not ours: it keeps what was published for as long as it may.
struct Reader {
    fetched_at: i64,
    keys: Value,
}

impl Reader {
    fn knows(&mut self, kid: &str, now: i64, publisher: &Function) -> bool {
        if now - self.fetched_at >= Policy::MAX_AGE {
            *self = Self { fetched_at: now, keys: publisher.ask(&event("publish_keys")).1 };
        }
        self.keys["keys"].as_array().unwrap().iter().any(|key| key["kid"] == kid)
    }
}

/// Every environment, each with a cache of its own age.
struct Fleet {
    authorizers: Vec<Function>,
    clock: Clock,
    issuers: Vec<Function>,
    obtain: Function,
    publisher: Function,
    readers: Vec<Reader>,
    refresh_token: String,
    rotate: Function,
    verifiers: Vec<Function>,
}

/// What came of it.
#[derive(Debug, Default, Eq, PartialEq)]
struct Count {
    /// Tokens of the old key before the rotation, of the old key after it, and of the new key.
    issued: [usize; 3],
    refused: usize,
    unpublished: usize,
    /// How many seconds after the rotation the new key signed first.
    wait: Option<i64>,
}

/// KR-03, too: functions that have not heard of the rotation sign on with the old key.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kr_04_a_rotation_of_the_deployed_functions_refuses_no_token() {
    let ground = SecretsManager::start().await;
    let first = KeySet::first(Algorithm::EdDSA, &[1; 80]).unwrap();
    let secret = ground.secret_of(SECRET, &first.to_json()).await;
    let mut fleet = Fleet::start(&ground).await;
    let count = fleet.live_through_a_rotation();
    println!("{count:?}");
    assert!(count.issued.iter().all(|tokens| *tokens > 100) && count.issued.iter().sum::<usize>() > 2_000, "{count:?}");
    assert_eq!((count.refused, count.unpublished), (0, 0), "{count:?}");
    assert!(count.wait >= Some(3600), "Secrets Manager may take an hour for the four steps: {count:?}");
    kr_08_a_stolen_key_is_dead_within_five_minutes(&ground, &secret, &fleet).await;
}

async fn kr_08_a_stolen_key_is_dead_within_five_minutes(ground: &SecretsManager, secret: &Secret, fleet: &Fleet) {
    let begun = NOW + END + Policy::FRESH;
    fleet.clock.set(begun);
    let stolen = fleet.issue(0);
    assert!(
        fleet.verdicts(&stolen).into_iter().all(|accepted| accepted),
        "everybody has just fetched the set: the worst case"
    );
    let kid = secret.current().await.signer(begun).unwrap().kid().unwrap().to_owned();
    let revoked = ground.admin_at(&fleet.clock, &["keys", "revoke", &kid, "--yes", "--keys-secret", SECRET]);
    assert!(revoked.status.success(), "{revoked:?}");
    let is_dead = |now: &i64| {
        fleet.clock.set(*now);
        !fleet.verdicts(&stolen).contains(&true)
    };
    let dead = (begun..).step_by(5).find(is_dead).unwrap();
    println!("a revoked key is refused everywhere after {} s", dead - begun);
    assert!(dead - begun < Policy::FRESH, "before the token would have expired");
    let (status, pair) = fleet.log_in();
    assert_eq!(status, 200, "{pair}");
    let fresh = pair["access"].as_str().unwrap();
    assert_ne!(keys::kid(fresh.as_bytes()).unwrap(), kid);
    assert!(fleet.verdicts(fresh).into_iter().all(|accepted| accepted), "whoever logs in again is let in everywhere");
}

impl Fleet {
    async fn start(ground: &SecretsManager) -> Self {
        let store = Store::new(store::client(&access(ground)), Tables::local());
        store.create_tables().await.unwrap();
        store.create_user(&user("1", "alice", true)).await.unwrap();
        let names = ["authorizer", "endpoints", "latchkey", "rotate"].map(str::to_owned);
        let (folder, clock, environment) = (tools::build(&names), Clock::new("fleet"), environment(ground));
        let start = |name: &str, age: i64| {
            clock.set(NOW - age);
            let environment = [environment.as_slice(), &[("_HANDLER", name.to_owned())]].concat();
            Function::start(&folder.join(tools::program(name)), &clock, &environment)
        };
        let obtain = start("obtain", 200);
        let publisher = start("well_known", 250);
        let rotate = start("rotate", 0);
        let many = |name: &str, ages: &[i64]| ages.iter().map(|age| start(name, *age)).collect::<Vec<_>>();
        let issuers = many("refresh", &[0, 70, 140, 290]);
        let (verifiers, authorizers) = (many("verify", &[30, 240]), many("authorizer", &[90, 299]));
        let published = publisher.ask(&event("publish_keys")).1;
        let readers = [20, 297].map(|age| Reader { fetched_at: NOW - age, keys: published.clone() }).into();
        let refresh_token = String::new();
        let mut fleet =
            Self { authorizers, clock, issuers, obtain, publisher, readers, refresh_token, rotate, verifiers };
        fleet.refresh_token = fleet.log_in().1["refresh"].as_str().unwrap().to_owned();
        fleet
    }

    /// A token every few seconds; each is verified at once and in its last second, by whoever's turn it is.
    fn live_through_a_rotation(&mut self) -> Count {
        let (mut count, mut alive) = (Count::default(), Vec::<(i64, String)>::new());
        let first = keys::kid(self.refresh_token.as_bytes());
        let mut rotated = false;
        for (turn, now) in (NOW..NOW + END).step_by(PACE).enumerate() {
            self.clock.set(now);
            if now - NOW >= ROTATION && !std::mem::replace(&mut rotated, true) {
                self.rotate();
            }
            let token = self.issue(turn);
            let kid = keys::kid(token.as_bytes());
            if kid != first {
                count.wait.get_or_insert(now - NOW - ROTATION);
            }
            count.issued[if kid != first { 2 } else { usize::from(rotated) }] += 1;
            count.unpublished += usize::from(!self.is_published(&kid.unwrap(), now));
            count.refused += usize::from(!self.verdict(turn, &token));
            alive.push((now + 299, token));
            for (_, token) in alive.extract_if(.., |(last, _)| *last < now + PACE as i64).collect::<Vec<_>>() {
                count.refused += usize::from(!self.verdict(turn + 1, &token));
            }
        }
        count
    }

    /// The steps as Secrets Manager asks for them.
    fn rotate(&self) {
        for step in ["createSecret", "setSecret", "testSecret", "finishSecret"] {
            let event = json!({"Step": step, "SecretId": SECRET, "ClientRequestToken": "version-1"});
            assert_eq!(self.rotate.call(&event), Ok(Value::Null), "{step}");
        }
    }

    fn log_in(&self) -> (u64, Value) {
        self.obtain.ask(&posting("obtain", &json!({"username": "alice", "password": PASSWORD})))
    }

    /// An access token, by the refresh token of the beginning.
    fn issue(&self, turn: usize) -> String {
        let issuer = &self.issuers[turn % self.issuers.len()];
        let (status, body) = issuer.ask(&posting("refresh", &json!({"refresh": self.refresh_token})));
        assert_eq!(status, 200, "{body}");
        body["access"].as_str().unwrap().to_owned()
    }

    fn is_published(&mut self, kid: &str, now: i64) -> bool {
        let publisher = &self.publisher;
        self.readers.iter_mut().all(|reader| reader.knows(kid, now, publisher))
    }

    /// What one of them says, in turn.
    fn verdict(&self, turn: usize, token: &str) -> bool {
        let verifiers = self.verifiers.len();
        match turn % (verifiers + self.authorizers.len()) {
            at if at < verifiers => verifies(&self.verifiers[at], token),
            at => allows(&self.authorizers[at - verifiers], token),
        }
    }

    /// What all of them say.
    fn verdicts(&self, token: &str) -> Vec<bool> {
        let verifiers = self.verifiers.iter().map(|function| verifies(function, token));
        verifiers.chain(self.authorizers.iter().map(|function| allows(function, token))).collect()
    }
}

fn verifies(function: &Function, token: &str) -> bool {
    function.ask(&posting("verify", &json!({"token": token}))).0 == 200
}

fn allows(function: &Function, token: &str) -> bool {
    let policy = function.call(&guarding(token)).unwrap();
    policy["policyDocument"]["Statement"][0]["Effect"] == "Allow"
}

fn access(ground: &SecretsManager) -> Access {
    let credentials =
        store::Credentials { key_id: "test".to_owned(), secret_key: "test".to_owned(), session_token: None };
    Access {
        region: "eu-central-1".to_owned(),
        endpoint_url: Some(ground.url().to_owned()),
        credentials: Some(credentials),
    }
}

/// What the template gives to every function.
fn environment(ground: &SecretsManager) -> Vec<(&'static str, String)> {
    let Tables { sessions, users } = Tables::local();
    let given = [
        ("ALGORITHM", "EdDSA"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_ENDPOINT_URL", ground.url()),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("KEYS_SECRET", SECRET),
        ("SESSIONS_TABLE", &sessions),
        ("USERS_TABLE", &users),
    ];
    given.map(|(name, value)| (name, value.to_owned())).into()
}
