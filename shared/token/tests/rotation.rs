//! Three rotations under load, on a virtual clock: no valid token is refused, none is signed by a key that somebody does
//! not know yet, and nothing is accepted after the end of its key.
//!
//! Five issuers and five verifiers keep the set, or what is published of it, in caches of different age. Nobody looks a
//! key up because a token names it, so the windows alone must do.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that stumbles has failed")]

use token::{Access, Algorithm, Claims, Key, KeySet, Policy, Refresh, Rules, Stamp, Token};

const START: i64 = 1_800_000_000;
const LIFETIME: i64 = 3600;
const HOUR: i64 = 3600;
/// Rotations, in seconds after the start.
const ROTATIONS: [i64; 3] = [HOUR, 5 * HOUR, 9 * HOUR];
const END: i64 = 14 * HOUR;
const TOKENS: usize = 52_000;

/// What every cache is filled from: the sets with the times since when they are in force.
struct Secret(Vec<(i64, KeySet)>);

impl Secret {
    fn at(&self, now: i64) -> &KeySet {
        &self.0.iter().rev().find(|(since, _)| *since <= now).unwrap().1
    }
}

/// A cache of the set that is filled again when it is [`Policy::FRESH`] old, so that its age runs through every value.
struct Cache {
    fetched_at: i64,
    set: KeySet,
    /// It cannot fetch from the one to the other, and goes on with what it has.
    outage: std::ops::Range<i64>,
}

impl Cache {
    fn new(age: i64, secret: &Secret) -> Self {
        Self { fetched_at: START - age, set: secret.at(START).clone(), outage: 0..0 }
    }

    fn at(&mut self, now: i64, secret: &Secret) -> &KeySet {
        if now - self.fetched_at >= Policy::FRESH && !self.outage.contains(&now) {
            self.fetched_at = now;
            self.set = secret.at(now).clone();
        }
        &self.set
    }
}

/// A verifier that is not ours: it keeps what a cache of ours published as long as the answer allows.
struct Reader {
    origin: Cache,
    fetched_at: i64,
    set: KeySet,
}

impl Reader {
    fn new(age: i64, age_of_origin: i64, secret: &Secret) -> Self {
        let origin = Cache::new(age_of_origin, secret);
        Self { set: published(&origin.set, START), origin, fetched_at: START - age }
    }

    fn at(&mut self, now: i64, secret: &Secret) -> &KeySet {
        // The origin has other callers, too, and fetches when it will: at worst a second after it was read.
        let origin = self.origin.at(now, secret);
        if now - self.fetched_at >= Policy::MAX_AGE {
            self.fetched_at = now;
            self.set = published(origin, now);
        }
        &self.set
    }
}

fn published(set: &KeySet, now: i64) -> KeySet {
    KeySet::from_jwks(&set.jwks(now).to_string(), Algorithm::EdDSA).unwrap()
}

/// Numbers that look like chance and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}

#[derive(Debug, Default, Eq, PartialEq)]
struct Count {
    signed: usize,
    verified: usize,
    refused: usize,
    unpublished: usize,
    outlived: usize,
    forged: usize,
}

struct World {
    secret: Secret,
    issuers: Vec<Cache>,
    ours: Vec<Cache>,
    others: Vec<Reader>,
    rules: Rules,
    dice: Dice,
    count: Count,
}

impl World {
    fn new() -> Self {
        let rules = Rules { longest_lifetime: LIFETIME, ..Rules::default() };
        let policy = Policy::new(Algorithm::EdDSA, &rules);
        let mut sets = vec![(START, KeySet::first(Algorithm::EdDSA, &[1; 80]).unwrap())];
        for (at, seed) in ROTATIONS.into_iter().zip(2..) {
            let now = START + at;
            let next = sets.last().unwrap().1.rotate(&policy, now, &[seed; 80]).unwrap();
            sets.push((now, next));
        }
        let secret = Secret(sets);
        let mut issuers: Vec<_> = [0, 60, 119, 240, 299].map(|age| Cache::new(age, &secret)).into();
        // One that hears of the second rotation as late as it may, and signs with the old key until then.
        issuers[4].outage = START + ROTATIONS[1] - 10..START + ROTATIONS[1] - 10 + Policy::BOUND;
        let ours = [1, 150, 298].map(|age| Cache::new(age, &secret)).into();
        let others = [(22, 21), (297, 150)].map(|(age, of_origin)| Reader::new(age, of_origin, &secret)).into();
        Self { secret, issuers, ours, others, rules, dice: Dice(7), count: Count::default() }
    }

    fn sign(&mut self, now: i64) -> (String, i64) {
        let issuer = self.dice.below(self.issuers.len());
        let lifetime = if self.count.signed.is_multiple_of(3) { LIFETIME } else { 300 };
        let refresh =
            Token::<Refresh>::issue(&self.rules, Stamp { now, lifetime, jti: "session" }, "42", &Claims::default());
        let access = refresh.access(&self.rules, Stamp { now, lifetime, jti: "token" });
        let signed = access.sign(self.issuers[issuer].at(now, &self.secret), &self.rules, now).unwrap();
        self.count.signed += 1;
        let kid = signed.kid.as_deref().unwrap();
        let ours = self.ours.iter_mut().all(|cache| cache.at(now, &self.secret).knows(kid));
        let others = self.others.iter_mut().all(|reader| reader.at(now, &self.secret).knows(kid));
        self.count.unpublished += usize::from(!(ours && others));
        (signed.text, now + lifetime)
    }

    fn verify(&mut self, text: &str, now: i64) -> bool {
        let verifier = self.dice.below(self.ours.len() + self.others.len());
        let keys = match self.ours.get_mut(verifier) {
            Some(cache) => cache.at(now, &self.secret),
            None => self.others[verifier - 3].at(now, &self.secret),
        };
        Token::<Access>::verify(text, keys, &self.rules, now).is_ok()
    }

    fn expect(&mut self, text: &str, now: i64) {
        let accepted = self.verify(text, now);
        self.count.verified += 1;
        self.count.refused += usize::from(!accepted);
    }

    /// Whoever stole a key signs with it, again and again, after its end.
    fn forge(&mut self, stolen: &KeySet, now: i64) {
        let token =
            Token::<Refresh>::issue(&self.rules, Stamp { now, lifetime: 300, jti: "forged" }, "42", &Claims::default());
        let token = token.access(&self.rules, Stamp { now, lifetime: 300, jti: "forged" });
        let text = token.sign(stolen, &self.rules, now).unwrap().text;
        let accepted = self.verify(&text, now);
        self.count.forged += 1;
        self.count.outlived += usize::from(accepted);
    }

    /// The keys that have ended, and since when nobody may know them any more.
    fn stolen(&self) -> Vec<(i64, KeySet)> {
        let last = &self.secret.0.last().unwrap().1;
        let ended = last.keys().iter().chain(self.secret.0.iter().flat_map(|(_, set)| set.keys()));
        let ended = ended.filter_map(|key| Some((key.window().verify_until?, key.clone())));
        // A published set keeps an ended key as long as it may be kept.
        let kept = Policy::FRESH + Policy::MAX_AGE;
        ended.map(|(end, key)| (end + kept, KeySet::new(vec![key.within(token::Window::default())]).unwrap())).collect()
    }
}

#[test]
fn kr_04_three_rotations_refuse_no_valid_token() {
    let mut world = World::new();
    let mut alive: Vec<(i64, String)> = Vec::new();
    let stolen = world.stolen();
    for now in START..START + END {
        // Tokens come evenly until those of the last rotation can still be seen to die.
        let due = TOKENS * usize::try_from(now - START).unwrap() / usize::try_from(END - 2 * HOUR).unwrap();
        while world.count.signed < due.min(TOKENS) {
            let (text, expiry) = world.sign(now);
            world.expect(&text, now);
            alive.push((expiry - 1, text));
        }
        for (_, text) in alive.extract_if(.., |(last, _)| *last == now).collect::<Vec<_>>() {
            world.expect(&text, now);
        }
        if now % 60 == 0 {
            stolen.iter().filter(|(end, _)| *end <= now).for_each(|(_, key)| world.forge(key, now));
        }
    }
    println!("{:?}", world.count);
    let Count { signed, verified, forged, .. } = world.count;
    assert!(signed >= 50_000 && verified == 2 * signed && forged > 100, "{:?}", world.count);
    assert_eq!(world.count, Count { signed, verified, forged, ..Count::default() });
}

#[test]
fn an_end_is_exact_to_the_second_for_whoever_has_the_set() {
    let rules = Rules { longest_lifetime: LIFETIME, ..Rules::default() };
    let first = KeySet::first(Algorithm::EdDSA, &[1; 80]).unwrap();
    let next = first.rotate(&Policy::new(Algorithm::EdDSA, &rules), START, &[2; 80]).unwrap();
    let old: &Key = &next.keys()[1];
    let end = old.window().verify_until.unwrap();
    let token =
        Token::<Refresh>::issue(&rules, Stamp { now: end - 9, lifetime: 60, jti: "x" }, "42", &Claims::default());
    let text = token.sign(&first, &rules, end - 9).unwrap().text;
    let accepted = |now| Token::<Refresh>::verify(&text, &next, &rules, now).is_ok();
    assert_eq!((accepted(end - 1), accepted(end)), (true, false));
}
