//! What the cache tells of its keys. Alone in its process: a place in the code that another test reaches first, with
//! nobody listening, stays silent for all.

#![expect(clippy::unwrap_used, reason = "a test that stumbles has failed")]

use keys::{Cache, Pauses};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};
use token::{Algorithm, Key, KeySet};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

/// Long enough for a kept set to be old.
const STALE: i64 = 5 * 60;

#[tokio::test]
async fn tells_that_the_keys_are_others_and_not_that_they_are_the_same() {
    let heard = Heard::default();
    tracing::subscriber::set_global_default(heard.clone()).unwrap();
    let rotated = Arc::new(AtomicBool::new(false));
    let cache = cache_of(&rotated);
    cache.at(0, None).await.unwrap();
    cache.at(STALE, None).await.unwrap();
    assert_eq!(heard.events(), [""; 0]);
    rotated.store(true, Ordering::SeqCst);
    cache.at(2 * STALE, None).await.unwrap();
    assert_eq!(heard.events(), ["keys_changed"]);
}

/// One over a secret that holds another key from the rotation on.
fn cache_of(rotated: &Arc<AtomicBool>) -> Arc<Cache> {
    let rotated = Arc::clone(rotated);
    let fetch = move || {
        let kid = if rotated.load(Ordering::SeqCst) { "second" } else { "first" };
        let key =
            Key::hmac(Some(kid.to_owned()), Algorithm::HS256, b"thirty-two bytes or more, as HS256 wants").unwrap();
        let fetched: std::pin::Pin<Box<dyn Future<Output = _> + Send>> =
            Box::pin(async { Ok(KeySet::new(vec![key]).unwrap()) });
        fetched
    };
    Arc::new(Cache::new(Box::new(fetch), Pauses { with: 10, without: 1 }))
}

/// The events so far, by their names.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    fn events(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl Visit for Heard {
    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "event" {
            self.0.lock().unwrap().push(value.to_owned());
        }
    }
}

impl Subscriber for Heard {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}
