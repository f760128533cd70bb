//! What the cache tells of its keys. Alone in its process: a place in the code that another test reaches first, with
//! nobody listening, stays silent for all.

#![expect(clippy::unwrap_used, reason = "a test that stumbles has failed")]

use keys::{Cache, Pauses};
use std::sync::{Arc, Mutex};
use token::{Algorithm, Key, KeySet};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

/// Long enough for a kept set to be old.
const STALE: i64 = 5 * 60;
const START: i64 = 1_800_000_000;

#[tokio::test]
async fn tells_that_the_keys_are_others_and_not_that_they_are_the_same_and_how_old_they_are_in_an_outage() {
    let heard = Heard::default();
    tracing::subscriber::set_global_default(heard.clone()).unwrap();
    let kid = Arc::new(Mutex::new(None));
    let cache = cache_of(&kid);
    let holds = |name| *kid.lock().unwrap() = name;
    assert!(cache.at(START, None).await.is_err());
    assert_eq!(heard.events(), ["keys_not_fetched", "-1"], "there is none to go on with");
    holds(Some("first"));
    cache.at(START + STALE, None).await.unwrap();
    cache.at(START + 2 * STALE, None).await.unwrap();
    assert_eq!(heard.events(), [""; 0]);
    holds(Some("second"));
    cache.at(START + 3 * STALE, None).await.unwrap();
    assert_eq!(heard.events(), ["keys_changed"]);
    holds(None);
    cache.at(START + 4 * STALE, None).await.unwrap();
    assert_eq!(heard.events(), ["keys_not_fetched", "300"]);
}

/// One over a secret that holds a key of this name, or cannot be read.
fn cache_of(kid: &Arc<Mutex<Option<&'static str>>>) -> Arc<Cache> {
    let kid = Arc::clone(kid);
    let set = |kid: &str| {
        let secret = b"thirty-two bytes or more, as HS256 wants";
        KeySet::new(vec![Key::hmac(Some(kid.to_owned()), Algorithm::HS256, secret).unwrap()]).unwrap()
    };
    let fetch = move || {
        let read = kid.lock().unwrap().map(set).ok_or("down".to_owned());
        let fetched: std::pin::Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(async { read });
        fetched
    };
    Arc::new(Cache::new(Box::new(fetch), Pauses { with: 10, without: 1 }))
}

/// The events since it was asked last: their names, and the ages of sets that they tell.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    fn events(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Visit for Heard {
    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}

    fn record_i64(&mut self, field: &Field, value: i64) {
        if field.name() == "age_of_kept_set" {
            self.0.lock().unwrap().push(value.to_string());
        }
    }

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
