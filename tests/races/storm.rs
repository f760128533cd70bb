//! DD-28: every fifth call to the store goes wrong, in every way it can, while fifty clients log in, refresh, verify, log out and
//! steal, the clocks of the service differ and step, and keys rotate. What they were answered must be true.

use crate::{
    TURN, app,
    history::{Act, Event, History, Outcome},
    rounds,
};
use api::{Ambient, Blacklist, Call, Caller, Endpoint, Obtain, Refresh, Service, Verify};
use serde_json::{Value, json};
use settings::Settings;
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use store::User;
use tests::{
    app::{PASSWORD, SECRET, user},
    proxy::{Interference, Proxy},
};
use token::{Algorithm, Key, KeySet, Policy, Rules};
use tokio::task::JoinSet;

const CLIENTS: u64 = 50;

/// Of so many calls one goes wrong.
const EVERY: u64 = 5;

/// How long each round of `LATCHKEY_ROUNDS` is: 50 are ten seconds, 3 000 ten minutes.
const ROUND: Duration = Duration::from_millis(200);

/// Until everything is well again.
const RECOVERY: Duration = Duration::from_secs(30);

/// By how many seconds the clocks of the service differ, or step.
const SKEW: u64 = 2;

/// For how long a host may go on with a set of keys.
const KEPT: Duration = Duration::from_secs(2);

const SETTINGS: [(&str, &str); 7] = [
    // More than clocks differ.
    ("LEEWAY", "3"),
    ("BLACKLIST_AFTER_ROTATION", "true"),
    ("REFRESH_GRACE_SECONDS", "3600"),
    ("REUSE_DETECTION", "true"),
    ("ROTATE_REFRESH_TOKENS", "true"),
    ("SESSION_CHECK", "true"),
    ("SIGNING_KEY", SECRET),
];

/// What it is called, and what becomes of the call.
type Kind = (&'static str, fn() -> Interference);

type Faults = Arc<Mutex<BTreeMap<&'static str, usize>>>;

/// The service behind a proxy that is not to be trusted, and what it said.
struct Storm {
    faults: Faults,
    history: History,
    is_over: Arc<AtomicBool>,
    keys: Mutex<Vec<(Instant, Arc<KeySet>)>>,
    service: Service,
    sessions: AtomicU64,
}

/// What a client knows of its session.
struct Known {
    session: u64,
    access: String,
    tokens: Vec<String>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dd_28_in_a_storm_of_faults_every_answer_is_true() {
    let _turn = TURN.lock().await;
    let storm = Storm::begin().await;
    let end = Instant::now() + ROUND * u32::try_from(rounds()).unwrap();
    let rotations = tokio::spawn(storm.rotate_keys(end));
    each(0..CLIENTS, |client| storm.suffer(client, end)).await;
    let (requests, unknown) = (storm.history.len(), storm.history.unknown());
    let rotations = rotations.await.unwrap();
    storm.is_over.store(true, Ordering::SeqCst);
    let calm = Instant::now();
    each(0..CLIENTS, |client| storm.recover(client)).await;
    let recovered = calm.elapsed();
    let chains = storm.history.chains();
    let (sessions, tokens) = (chains.len(), chains.iter().map(|(_, tokens)| tokens.len()).sum::<usize>());
    // What the proxy holds back arrives before the end is looked at.
    tokio::time::sleep(Duration::from_secs(2).saturating_sub(calm.elapsed())).await;
    // No more at once than before: the end of a long storm is no storm of its own.
    let share = chains.len().div_ceil(CLIENTS as usize).max(1);
    each(chains.chunks(share).map(<[_]>::to_vec), |chains| storm.probe_all(chains)).await;
    let faults = storm.faults.lock().unwrap().clone();
    println!(
        "a storm of faults: {requests} requests, {unknown} answered 503, {sessions} sessions, {tokens} tokens probed, \
         {rotations} rotations of keys, well again after {recovered:?}; {faults:?}"
    );
    assert_eq!(storm.history.faults(), Vec::<String>::new());
    assert!(rotations > 0, "no key took over");
    assert!(recovered < RECOVERY, "{recovered:?}");
    assert!(faults.len() == KINDS.len() && unknown > 0, "there was no storm: {faults:?}, {unknown} answered 503");
}

/// Does this for each, all at once.
async fn each<T, F: Future<Output = ()> + Send + 'static>(all: impl IntoIterator<Item = T>, act: impl Fn(T) -> F) {
    let mut acts: JoinSet<()> = all.into_iter().map(act).collect();
    while let Some(done) = acts.join_next().await {
        done.unwrap();
    }
}

impl Storm {
    async fn begin() -> &'static Self {
        let app = app(&SETTINGS).await;
        let known = user("1", "alice", true);
        for client in 0..CLIENTS {
            let (id, username) = (format!("client-{client}"), name(client));
            app.service.store.create_user(&User { id, username, ..known.clone() }).await.unwrap();
        }
        let settings = Settings::of(&SETTINGS).unwrap();
        let keys = Mutex::new(vec![(
            Instant::now(),
            Arc::new(KeySet::first(Algorithm::HS256, &std::array::from_fn(|at| at as u8)).unwrap()),
        )]);
        let (faults, is_over) = (Faults::default(), Arc::new(AtomicBool::new(false)));
        let proxy = Proxy::start(&app.service.engine(), plan(Arc::clone(&faults), Arc::clone(&is_over))).await;
        let service = Service::new(settings, app.service.through(&proxy.url), 2);
        let (history, sessions) = (History::default(), AtomicU64::new(0));
        Box::leak(Box::new(Self { faults, history, is_over, keys, service, sessions }))
    }

    /// Rotates the keys as soon as the last ones have taken over, until the end; how often one has.
    async fn rotate_keys(&'static self, end: Instant) -> usize {
        let policy = policy();
        let mut dice = Dice::new(7);
        while Instant::now() < end {
            let now = Ambient::time();
            let current = self.keys.lock().unwrap().last().unwrap().1.clone();
            let entropy = std::array::from_fn(|_| dice.roll(256) as u8);
            if let Ok(next) = current.rotate(&policy, now, &entropy) {
                self.keys.lock().unwrap().push((Instant::now(), Arc::new(next)));
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let sets = self.keys.lock().unwrap();
        let signers: std::collections::BTreeSet<_> =
            sets.iter().filter_map(|(_, set)| set.signer(Ambient::time()).and_then(Key::kid)).collect();
        signers.len().saturating_sub(1)
    }

    /// The set of some host: the one in force, or one that was a moment ago.
    fn keys_of_a_host(&self, throw: u64) -> Arc<KeySet> {
        let sets = self.keys.lock().unwrap();
        let followed = sets.iter().skip(1).take_while(|(since, _)| since.elapsed() > KEPT).count();
        let held = &sets[followed..];
        held[Dice::new(throw).roll(held.len() as u64) as usize].1.clone()
    }

    /// One client, until the end: session after session.
    async fn suffer(&'static self, client: u64, end: Instant) {
        let mut dice = Dice::new(client);
        while Instant::now() < end {
            let Some(mut known) = self.log_in(client).await else { continue };
            while Instant::now() < end && self.act(&mut known, &mut dice).await {}
        }
    }

    /// Whether the client goes on with this session.
    async fn act(&self, known: &mut Known, dice: &mut Dice) -> bool {
        match dice.roll(30) {
            0 => false,
            1 => self.end(Act::LogOut, known).await,
            2 if known.tokens.len() > 2 => self.end(Act::Replay, known).await,
            3..=7 => self.verify(known).await,
            8..=12 => self.refresh_twice(known).await,
            _ => self.refresh(known).await,
        }
    }

    async fn log_in(&self, client: u64) -> Option<Known> {
        let session = self.sessions.fetch_add(1, Ordering::SeqCst);
        let body = json!({"username": name(client), "password": PASSWORD});
        let (outcome, answer) = self.ask::<Obtain>(Act::LogIn, session, "", body).await;
        assert_ne!(outcome, Outcome::Refused, "somebody with a password is not let in");
        let Outcome::Done(Some(token)) = outcome else { return None };
        Some(Known { session, access: answer["access"].as_str().unwrap().to_owned(), tokens: vec![token] })
    }

    async fn refresh(&self, known: &mut Known) -> bool {
        let answers = [self.present(Act::Refresh, known.session, known.newest()).await];
        known.learn(answers)
    }

    /// As two tabs do.
    async fn refresh_twice(&self, known: &mut Known) -> bool {
        let present = || self.present(Act::Refresh, known.session, known.newest());
        let answers = tokio::join!(present(), present());
        known.learn([answers.0, answers.1])
    }

    async fn verify(&self, known: &Known) -> bool {
        let body = json!({"token": known.access});
        self.ask::<Verify>(Act::Verify, known.session, &known.access, body).await.0 != Outcome::Refused
    }

    /// Ends the session, however often that must be asked for; and looks whether it has ended.
    async fn end(&self, act: Act, known: &mut Known) -> bool {
        let token = if act == Act::Replay { &known.tokens[known.tokens.len() - 3] } else { known.newest() };
        while self.present(act, known.session, token).await.0 == Outcome::Unknown {}
        self.verify(known).await;
        self.refresh(known).await;
        false
    }

    /// The outcome of a request with a refresh token, and the answer.
    async fn present(&self, act: Act, session: u64, token: &str) -> (Outcome, Value) {
        let body = json!({"refresh": token});
        match act {
            Act::LogOut => self.ask::<Blacklist>(act, session, token, body).await,
            _ => self.ask::<Refresh>(act, session, token, body).await,
        }
    }

    async fn ask<E: Endpoint>(&self, act: Act, session: u64, token: &str, body: Value) -> (Outcome, Value) {
        let request = http::Request::post("/").header("Content-Type", "application/json");
        let request = request.body(body.to_string().into()).unwrap();
        let caller = Caller { ip: Some("192.0.2.1".to_owned()), principal: None, user_agent: None };
        let invoked = self.history.tick();
        let keys = self.keys_of_a_host(invoked);
        let ambient = Ambient::at(Ambient::time() + Dice::new(invoked).roll(SKEW + 1).cast_signed()).unwrap();
        let call = Call { ambient, caller, keys: &keys, service: &self.service };
        let answer = Box::pin(api::answer::<E>(call, request)).await;
        let answered = self.history.tick();
        let body: Value = serde_json::from_slice(answer.body()).unwrap();
        let outcome = match answer.status().as_u16() {
            200 => Outcome::Done(body["refresh"].as_str().map(str::to_owned)),
            401 => Outcome::Refused,
            // So says Simple JWT's verify.
            400 if body == json!({"non_field_errors": ["Token is blacklisted"]}) => Outcome::Refused,
            503 => Outcome::Unknown,
            status => panic!("{act:?} is answered {status}: {body}"),
        };
        let token = token.to_owned();
        self.history.record(Event { session, act, token, invoked, answered, outcome: outcome.clone() });
        (outcome, body)
    }

    /// A login and a refresh, as soon as they are granted.
    async fn recover(&'static self, client: u64) {
        loop {
            let Some(known) = self.log_in(client).await else { continue };
            if let (Outcome::Done(_), _) = self.present(Act::Refresh, known.session, known.newest()).await {
                return;
            }
        }
    }

    async fn probe_all(&'static self, chains: Vec<(u64, Vec<String>)>) {
        for (session, tokens) in chains {
            self.probe(session, tokens).await;
        }
    }

    /// Every token of a session, the newest first: it refreshes, unless the session is over. The older ones do not, and then its
    /// successor does not, either.
    async fn probe(&'static self, session: u64, mut tokens: Vec<String>) {
        let Some(newest) = tokens.pop() else { return };
        let successor = self.hear(Act::Refresh, session, &newest).await;
        for token in tokens.iter().rev() {
            self.hear(Act::Replay, session, token).await;
        }
        if let Outcome::Done(Some(successor)) = successor {
            self.hear(Act::Refresh, session, &successor).await;
        }
    }

    /// Asks until it is known.
    async fn hear(&self, act: Act, session: u64, token: &str) -> Outcome {
        loop {
            match self.present(act, session, token).await.0 {
                Outcome::Unknown => {}
                outcome => return outcome,
            }
        }
    }
}

impl Known {
    fn newest(&self) -> &str {
        self.tokens.last().unwrap()
    }

    /// Whether the session goes on.
    fn learn<const N: usize>(&mut self, answers: [(Outcome, Value); N]) -> bool {
        for (outcome, answer) in &answers {
            let Outcome::Done(Some(token)) = outcome else { continue };
            if token != self.newest() {
                self.tokens.push(token.clone());
            }
            self.access = answer["access"].as_str().unwrap().to_owned();
        }
        answers.iter().all(|(outcome, _)| *outcome != Outcome::Refused)
    }
}

fn name(client: u64) -> String {
    format!("client {client}")
}

/// Keys that take over as soon as every host and every clock can know them: what differs from a deployment is how long that takes.
fn policy() -> Policy {
    let policy = Policy::new(Algorithm::HS256, &Rules::default());
    let lead = KEPT.as_secs().cast_signed() + SKEW.cast_signed() + 1;
    Policy { delay: lead - policy.lead(), ..policy }
}

/// Every way to go wrong: answered with an error, before or after it was made, or not at all.
const KINDS: [Kind; 8] = [
    ("failed", || error(500, "InternalServerError")),
    ("cut short", || Interference::CutShort),
    ("hung", || Interference::Hung),
    ("late", || Interference::Late),
    ("lost", || Interference::Lost),
    ("reset", || Interference::Reset),
    ("throttled", || error(400, "ProvisionedThroughputExceededException")),
    ("in conflict", || error(400, "TransactionConflictException")),
];

/// Until the storm is over, one call of `EVERY` goes wrong.
fn plan(faults: Faults, is_over: Arc<AtomicBool>) -> impl FnMut(&tests::proxy::Call) -> Interference + Send + 'static {
    let mut dice = Dice::new(28);
    move |_| {
        if is_over.load(Ordering::SeqCst) || dice.roll(EVERY) > 0 {
            return Interference::Made;
        }
        let (kind, fate) = KINDS[dice.roll(KINDS.len() as u64) as usize];
        *faults.lock().unwrap().entry(kind).or_default() += 1;
        fate()
    }
}

fn error(status: u16, code: &str) -> Interference {
    let body = json!({"__type": format!("com.amazonaws.dynamodb.v20120810#{code}"), "message": "no"});
    Interference::Answered(status, body.to_string())
}

/// The same throws for the same seed (xorshift).
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        Self((seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// From 0 to one less than the sides.
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % sides
    }
}
