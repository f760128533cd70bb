//! A key set as a process keeps it: fresh for five minutes, renewed ahead of time, good through an outage.

use std::{
    fmt::Display,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use token::{Key, KeySet, Policy};

/// How long, in seconds, a set is used without a thought.
const UNTOUCHED: i64 = 4 * 60;
/// The age, in seconds, from which a request waits for a newer set; a minute before, one fetches it while it is answered.
const FRESH: i64 = Policy::FRESH;
/// How long, in seconds, a set is used through an outage. A key that was revoked lives that long at most.
const BOUND: i64 = Policy::BOUND;
/// Where the set is fetched from. The error is for the log: it holds no key.
pub type Fetch = Box<dyn Fn() -> Pin<Box<dyn Future<Output = Result<KeySet, String>> + Send>> + Send + Sync>;

/// How many seconds lie between two fetches that a request has to wait for.
#[derive(Clone, Copy, Debug)]
pub struct Pauses {
    /// While there is a set to go on with: it is old, or does not know the key that a token names.
    pub with: i64,
    /// While there is none.
    pub without: i64,
}

/// A key set that is fetched, kept and renewed.
pub struct Cache {
    fetch: Fetch,
    /// Held by whoever fetches.
    flight: tokio::sync::Mutex<()>,
    pauses: Pauses,
    state: Mutex<State>,
}

impl Cache {
    /// An empty cache: the first who asks fetches.
    pub fn new(fetch: Fetch, pauses: Pauses) -> Self {
        Self { fetch, flight: tokio::sync::Mutex::default(), pauses, state: Mutex::default() }
    }

    /// The set to use at `now` (Unix seconds), for a request that may name a key by `kid`.
    ///
    /// # Errors
    /// When none could be fetched within the bound; says so for the log.
    pub async fn at(self: &Arc<Self>, now: i64, kid: Option<&str>) -> Result<Arc<KeySet>, &'static str> {
        let state = self.state().clone();
        match state.usable(now) {
            Some(kept) if now - kept.fetched_at < FRESH && knows(&kept.set, kid) => self.renew_behind(kept, now),
            _ => self.renew(now).await,
        }
        let renewed = self.state().clone();
        renewed.usable(now).map(|kept| Arc::clone(&kept.set)).ok_or("no key set could be fetched")
    }

    /// Whether the set, as it is kept now, has a key of this name.
    pub fn knows(&self, kid: &str, now: i64) -> bool {
        self.state().usable(now).is_some_and(|kept| kept.set.knows(kid))
    }

    /// Fetches, one at a time and not too often; on failure the set stays what it was.
    pub async fn renew(&self, now: i64) {
        let _flight = self.flight.lock().await;
        if !self.state().may_try(now, self.pauses) {
            return;
        }
        self.state().tried_at = Some(now);
        match (self.fetch)().await {
            Ok(set) => self.keep(set, now),
            Err(cause) => self.complain(&cause, now),
        }
    }

    /// Lets the fetch run beside the answer. The environment may be frozen in the middle of it: the fetch then goes on,
    /// or fails, with the next request, and whoever needs a newer set waits for that.
    fn renew_behind(self: &Arc<Self>, kept: &Kept, now: i64) {
        let due = now - kept.fetched_at >= UNTOUCHED;
        if due && self.flight.try_lock().is_ok() && self.state().may_try(now, self.pauses) {
            let cache = Arc::clone(self);
            tokio::spawn(async move { cache.renew(now).await });
        }
    }

    fn keep(&self, set: KeySet, now: i64) {
        let kept = self.state().kept.replace(Kept { set: Arc::new(set.clone()), fetched_at: now });
        if kept.is_some_and(|kept| kept.set.to_json() != set.to_json()) {
            tracing::info!(event = "keys_changed", at = now, signer = set.signer(now).and_then(Key::kid));
        }
    }

    fn complain(&self, cause: &dyn Display, now: i64) {
        let age = self.state().kept.as_ref().map_or(-1, |kept| now - kept.fetched_at);
        tracing::error!(event = "keys_not_fetched", %cause, age_of_kept_set = age);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone, Default)]
struct State {
    kept: Option<Kept>,
    tried_at: Option<i64>,
}

#[derive(Clone)]
struct Kept {
    set: Arc<KeySet>,
    fetched_at: i64,
}

impl State {
    fn usable(&self, now: i64) -> Option<&Kept> {
        self.kept.as_ref().filter(|kept| now - kept.fetched_at < BOUND)
    }

    fn may_try(&self, now: i64, pauses: Pauses) -> bool {
        let pause = if self.usable(now).is_some() { pauses.with } else { pauses.without };
        self.tried_at.is_none_or(|tried_at| now - tried_at >= pause || now < tried_at)
    }
}

fn knows(set: &KeySet, kid: Option<&str>) -> bool {
    kid.is_none_or(|kid| set.knows(kid))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use token::Algorithm;

    /// A secret that counts its readers and fails while `broken`.
    #[derive(Default)]
    struct Secret {
        broken: std::sync::atomic::AtomicBool,
        kid: Mutex<String>,
        reads: AtomicUsize,
    }

    impl Secret {
        fn new() -> Arc<Self> {
            let secret = Self::default();
            "first".clone_into(&mut secret.kid.lock().unwrap());
            Arc::new(secret)
        }

        fn fetch(self: &Arc<Self>) -> Fetch {
            let secret = Arc::clone(self);
            Box::new(move || {
                let secret = Arc::clone(&secret);
                Box::pin(async move { secret.read().await })
            })
        }

        async fn read(&self) -> Result<KeySet, String> {
            self.reads.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            if self.broken.load(Ordering::SeqCst) {
                return Err("down".to_owned());
            }
            let kid = self.kid.lock().unwrap().clone();
            Ok(KeySet::new(vec![
                Key::hmac(Some(kid), Algorithm::HS256, b"thirty-two bytes or more, as HS256 wants").unwrap(),
            ])
            .unwrap())
        }

        fn reads(&self) -> usize {
            self.reads.load(Ordering::SeqCst)
        }

        fn breaks(&self, broken: bool) {
            self.broken.store(broken, Ordering::SeqCst);
        }
    }

    const PAUSES: Pauses = Pauses { with: 10, without: 1 };
    /// When the first set is fetched.
    const START: i64 = 1_800_000_000;

    async fn kept(secret: &Arc<Secret>) -> Arc<Cache> {
        let cache = Arc::new(Cache::new(secret.fetch(), PAUSES));
        cache.renew(START).await;
        cache
    }

    async fn drain() {
        for _ in 0..8 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn fetches_once_for_a_fresh_set() {
        let secret = Secret::new();
        let keys = kept(&secret).await;
        for now in START..START + 4 * 60 {
            keys.at(now, Some("first")).await.unwrap();
        }
        drain().await;
        assert_eq!(secret.reads(), 1);
    }

    #[tokio::test]
    async fn renews_ahead_of_expiry_without_making_anyone_wait() {
        let secret = Secret::new();
        let keys = kept(&secret).await;
        "second".clone_into(&mut secret.kid.lock().unwrap());
        assert!(keys.at(START + 4 * 60, None).await.unwrap().knows("first"));
        drain().await;
        assert!(keys.at(START + 4 * 60 + 1, None).await.unwrap().knows("second"));
        assert_eq!(secret.reads(), 2);
    }

    #[tokio::test]
    async fn fetches_once_however_many_ask() {
        let secret = Secret::new();
        let keys = kept(&secret).await;
        let asked = (0..20).map(|_| keys.at(START + FRESH, None));
        for set in join_all(asked).await {
            set.unwrap();
        }
        assert_eq!(secret.reads(), 2);
    }

    #[tokio::test]
    async fn goes_on_with_an_old_set_up_to_the_bound() {
        let secret = Secret::new();
        let keys = kept(&secret).await;
        secret.breaks(true);
        assert!(keys.at(START + FRESH, None).await.is_ok());
        assert!(keys.at(START + BOUND - 1, None).await.is_ok());
        assert!(keys.at(START + BOUND, None).await.is_err());
    }

    #[tokio::test]
    async fn pauses_between_fetches_that_fail() {
        let secret = Secret::new();
        let keys = kept(&secret).await;
        secret.breaks(true);
        for now in START + FRESH..START + FRESH + PAUSES.with {
            keys.at(now, None).await.unwrap();
        }
        assert_eq!(secret.reads(), 2);
    }

    #[tokio::test]
    async fn recovers_from_a_first_fetch_that_failed() {
        let secret = Secret::new();
        secret.breaks(true);
        let keys = kept(&secret).await;
        assert!(keys.at(START, None).await.is_err());
        secret.breaks(false);
        assert!(keys.at(START + PAUSES.without, None).await.is_ok());
    }

    #[tokio::test]
    async fn looks_for_an_unknown_key_and_not_too_often() {
        let secret = Secret::new();
        let keys = kept(&secret).await;
        "second".clone_into(&mut secret.kid.lock().unwrap());
        assert!(keys.at(START + PAUSES.with, Some("second")).await.unwrap().knows("second"));
        for now in START + PAUSES.with..START + 3 * PAUSES.with {
            keys.at(now, Some("forged")).await.unwrap();
        }
        assert_eq!(secret.reads(), 3);
    }

    async fn join_all<T>(futures: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
        let mut pinned: Vec<_> = futures.map(Box::pin).collect();
        let mut done = Vec::new();
        std::future::poll_fn(|context| {
            pinned.retain_mut(|future| match future.as_mut().poll(context) {
                std::task::Poll::Ready(value) => {
                    done.push(value);
                    false
                }
                std::task::Poll::Pending => true,
            });
            if pinned.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
        done
    }
}
