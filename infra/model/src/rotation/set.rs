//! Key sets of the product. What one call makes of them is computed once, since it makes and tries real keys.

use std::{
    collections::HashMap,
    fmt,
    hash::{Hash, Hasher},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};
use token::{Algorithm, Entropy, Key, KeySet, Policy, Unfit, Window};

/// The number of a key.
pub type Kid = u8;

/// The seconds of one tick: half the time for which a host uses a set, so that it may be one tick old.
const TICK: i64 = Policy::FRESH / 2;

/// The ticks of so many seconds.
pub(super) const fn ticks(seconds: i64) -> i64 {
    seconds / TICK
}

/// A key set, told from another by the names and times of its keys.
#[derive(Clone)]
pub struct Set {
    keys: Arc<KeySet>,
    faces: Arc<[Face]>,
}

/// What can be told of a key. Times are ticks.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) struct Face {
    pub(super) kid: Kid,
    pub(super) sign_from: Option<i64>,
    pub(super) sign_until: Option<i64>,
    pub(super) verify_until: Option<i64>,
    pub(super) lifetime: Option<i64>,
}

/// The times of a policy, in ticks.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) struct Times {
    pub(super) delay: i64,
    pub(super) skew: i64,
    pub(super) longest: i64,
}

impl Times {
    fn policy(self) -> Policy {
        Policy {
            algorithm: Algorithm::EdDSA,
            delay: self.delay * TICK,
            hides_refresh: false,
            skew: self.skew * TICK,
            longest_lifetime: self.longest * TICK,
        }
    }
}

impl Set {
    /// The first set of a deployment.
    pub(super) fn first(times: Times) -> Option<Self> {
        Some(Self::of(KeySet::begin(&times.policy(), &entropy(0)).ok()?))
    }

    fn of(keys: KeySet) -> Self {
        let faces = keys.keys().iter().map(Face::of).collect();
        Self { keys: Arc::new(keys), faces }
    }

    pub(super) fn faces(&self) -> &[Face] {
        &self.faces
    }

    pub(super) fn face(&self, kid: Kid) -> Option<&Face> {
        self.faces.iter().find(|face| face.kid == kid)
    }

    /// [`KeySet::rotate`]; `None` while a key waits.
    pub(super) fn rotated(&self, times: Times, now: i64, seed: Kid) -> Option<Self> {
        let call = (self.clone(), None, times, now, seed);
        once(&NEXT, call, || Some(Self::of(self.keys.rotate(&times.policy(), clock(now), &entropy(seed)).ok()?)))
    }

    /// [`KeySet::revoke`].
    pub(super) fn revoked(&self, kid: Kid, times: Times, now: i64, seed: Kid) -> Option<Self> {
        let call = (self.clone(), Some(kid), times, now, seed);
        let name = KIDS.get(usize::from(kid)).map(String::as_str);
        once(&NEXT, call, || Some(Self::of(self.keys.revoke(name, &times.policy(), clock(now), &entropy(seed)).ok()?)))
    }

    /// [`KeySet::check_follows`].
    pub(super) fn check_follows(&self, current: &Self, times: Times, now: i64) -> Result<(), Unfit> {
        let call = (self.clone(), current.clone(), times, now);
        once(&CHECKED, call, || self.keys.check_follows(&current.keys, &times.policy(), clock(now)))
    }

    /// What [`KeySet::jwks`] shows.
    pub(super) fn published(&self, now: i64) -> Arc<[Kid]> {
        once(&PUBLISHED, (self.clone(), now), || {
            let document = self.keys.jwks(clock(now));
            let keys = document.get("keys").and_then(|keys| keys.as_array()).into_iter().flatten();
            keys.filter_map(|key| key.get("kid")?.as_str()).map(number).collect()
        })
    }

    /// [`KeySet::signer`].
    pub(super) fn signer(&self, now: i64) -> Option<Kid> {
        self.keys.signer(clock(now)).map(|key| number(key.kid().unwrap_or_default()))
    }

    /// Whether [`KeySet::verifiers`] has the key.
    pub(super) fn verifies(&self, kid: Kid, now: i64) -> bool {
        let name = KIDS.get(usize::from(kid)).map(String::as_str);
        self.keys.verifiers(name, Algorithm::EdDSA, clock(now)).next().is_some()
    }

    /// The same keys with other times.
    pub(super) fn with(&self, times: impl Fn(Face) -> Face) -> Option<Self> {
        let key = |(key, face): (&Key, &Face)| {
            let Face { sign_from, sign_until, verify_until, lifetime, .. } = times(*face);
            let [sign_from, sign_until, verify_until] = [sign_from, sign_until, verify_until].map(|at| at.map(clock));
            let window = Window { sign_from, sign_until, verify_until };
            key.clone().within(window).for_lifetime(lifetime.map(|ticks| ticks * TICK))
        };
        let keys = self.keys.keys().iter().zip(self.faces.iter()).map(key).collect();
        Some(Self::of(KeySet::new(keys).ok()?))
    }
}

impl Face {
    fn of(key: &Key) -> Self {
        let Window { sign_from, sign_until, verify_until } = key.window();
        let [sign_from, sign_until, verify_until] =
            [sign_from, sign_until, verify_until].map(|at| at.map(|at| (at - START).div_euclid(TICK)));
        let lifetime = key.longest_lifetime().map(|seconds| seconds / TICK);
        Self { kid: number(key.kid().unwrap_or_default()), sign_from, sign_until, verify_until, lifetime }
    }
}

impl PartialEq for Set {
    fn eq(&self, other: &Self) -> bool {
        self.faces == other.faces
    }
}

impl Eq for Set {}

impl Hash for Set {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.faces.hash(state);
    }
}

impl fmt::Debug for Set {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.faces.iter()).finish()
    }
}

/// When everything begins, in Unix seconds.
const START: i64 = 1_800_000_000;

/// The names of the keys that are made of each seed.
static KIDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let name = |seed| Key::fresh(Algorithm::EdDSA, &entropy(seed)).ok()?.kid().map(str::to_owned);
    (0..64).filter_map(name).collect()
});

/// What calls have answered before.
type Memo<K, V> = LazyLock<Mutex<HashMap<K, V>>>;
/// What a rotation is asked with: the set, the key that waits, the times, the present, the seed of a new key.
type Asked = (Set, Option<Kid>, Times, i64, Kid);
static NEXT: Memo<Asked, Option<Set>> = LazyLock::new(Mutex::default);
static CHECKED: Memo<(Set, Set, Times, i64), Result<(), Unfit>> = LazyLock::new(Mutex::default);
static PUBLISHED: Memo<(Set, i64), Arc<[Kid]>> = LazyLock::new(Mutex::default);

fn once<K: Eq + Hash, V: Clone>(memo: &Memo<K, V>, call: K, answer: impl FnOnce() -> V) -> V {
    let mut memo = memo.lock().unwrap_or_else(PoisonError::into_inner);
    memo.entry(call).or_insert_with(answer).clone()
}

fn clock(now: i64) -> i64 {
    START + now * TICK
}

fn entropy(seed: Kid) -> Entropy {
    std::array::from_fn(|at| seed.wrapping_mul(31).wrapping_add(at as u8))
}

fn number(kid: &str) -> Kid {
    KIDS.iter().zip(0..).find(|(name, _)| *name == kid).map_or(Kid::MAX, |(_, number)| number)
}
