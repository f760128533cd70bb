//! What stands for Secrets Manager: the key of the stage, for whoever asks.

use crate::http;
use serde_json::json;
use std::{
    io::BufReader,
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};
use tests::app::SECRET;

/// A listener that counts the calls.
pub(crate) struct Secret {
    url: String,
    asked: Arc<AtomicUsize>,
}

impl Secret {
    pub(crate) fn publish() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let count = Arc::clone(&count);
                thread::spawn(move || {
                    let mut reader = BufReader::new(stream.try_clone().ok()?);
                    while http::request(&mut reader).is_some() {
                        count.fetch_add(1, Ordering::Relaxed);
                        http::write(&stream, "200 OK", "", &value())?;
                    }
                    Some(())
                });
            }
        });
        Self { url, asked }
    }

    pub(crate) fn url(&self) -> String {
        self.url.clone()
    }

    /// How many calls there were.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

fn value() -> String {
    let set = json!({"kid": "bench", "alg": "HS256", "material": SECRET});
    json!({"Name": "none", "VersionId": "1", "SecretString": set.to_string()}).to_string()
}
