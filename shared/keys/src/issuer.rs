//! Another issuer, for the tests.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};
use token::{Algorithm, Key, KeySet};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// An issuer that counts who asks and answers what it is told.
pub(crate) struct Issuer {
    pub(crate) address: SocketAddr,
    pub(crate) answer: Arc<Mutex<String>>,
    asked: Arc<AtomicUsize>,
}

impl Issuer {
    pub(crate) async fn answering(answer: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (answer, asked) = (Arc::new(Mutex::new(answer)), Arc::new(AtomicUsize::new(0)));
        let issuer = Self { address, answer: Arc::clone(&answer), asked: Arc::clone(&asked) };
        tokio::spawn(async move {
            while let Ok((mut caller, _)) = listener.accept().await {
                asked.fetch_add(1, Ordering::SeqCst);
                let _ = caller.read(&mut [0; 4096]).await;
                let text = answer.lock().unwrap().clone();
                let _ = caller.write_all(text.as_bytes()).await;
            }
        });
        issuer
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/jwks.json", self.address)
    }

    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// A set of one key of ES256.
pub(crate) fn key(kid: &str, seed: u8) -> KeySet {
    KeySet::new(vec![Key::generate(Algorithm::ES256, Some(kid.to_owned()), &[seed; 32]).unwrap()]).unwrap()
}

/// An answer that holds this body.
pub(crate) fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}
