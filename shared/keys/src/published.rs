//! The keys that another issuer publishes: Simple JWT's `JWK_URL`.

use crate::cache::{Cache, Fetch, Pauses};
use http::{Request, Uri, header::ACCEPT};
use std::{sync::Arc, time::Duration};
use token::{Algorithm, KeySet};
use web::Client;

/// How long an issuer may take, from the connection to the last byte.
const PATIENCE: Duration = Duration::from_secs(3);

/// The longest set that is read, in bytes: hundreds of keys.
const LONGEST: usize = 256 * 1024;

/// An issuer that is slow or gone, or a client that makes key names up, costs one request in this many seconds.
const PAUSES: Pauses = Pauses { with: 30, without: 5 };

/// The keys of another issuer, fetched when the first token asks for one. Nothing a token says changes where they are
/// fetched from.
pub(crate) struct Published {
    cache: Arc<Cache>,
}

impl Published {
    /// The keys at `url`, for tokens of one algorithm.
    ///
    /// # Errors
    /// An address that is none, or a system without root certificates; says so in words.
    pub(crate) fn at(url: &str, algorithm: Algorithm) -> Result<Self, String> {
        let uri: Uri = url.parse().map_err(|_| format!("{url:?} is no address"))?;
        Ok(Self { cache: Arc::new(Cache::new(fetch(Client::new()?, uri, algorithm), PAUSES)) })
    }

    /// The keys `own`, beside which those of the issuer count for a token that names one by `kid` and not one of ours.
    ///
    /// Where they cannot be fetched, only ours count: the token is refused as any other with an unknown key.
    pub(crate) async fn beside(&self, own: &KeySet, now: i64, kid: Option<&str>) -> KeySet {
        match kid.filter(|kid| !own.knows(kid)) {
            Some(kid) => own.trusting(self.cache.at(now, Some(kid)).await.ok()),
            None => own.trusting(None),
        }
    }

    /// The issuer's keys by themselves, for whoever has none.
    ///
    /// # Errors
    /// When they could not be fetched within the bound; says so for the log.
    pub(crate) async fn alone(&self, now: i64, kid: Option<&str>) -> Result<Arc<KeySet>, &'static str> {
        self.cache.at(now, kid).await
    }

    /// Whether the issuer is known to have a key of this name, so that it need not be looked for anywhere else.
    pub(crate) fn knows(&self, kid: &str, now: i64) -> bool {
        self.cache.knows(kid, now)
    }
}

fn fetch(client: Client, uri: Uri, algorithm: Algorithm) -> Fetch {
    Box::new(move || {
        let (client, uri) = (client.clone(), uri.clone());
        Box::pin(async move {
            let request = Request::get(uri).header(ACCEPT, "application/jwk-set+json, application/json");
            let json = client.get(request, PATIENCE, LONGEST).await;
            let json = json.map_err(|cause| format!("the issuer of JWK_URL: {cause}"))?;
            KeySet::from_jwks(&json, algorithm).map_err(|cause| format!("the issuer's keys: {cause}"))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issuer::{Issuer, key, ok};
    use tokio::net::TcpListener;

    fn published(issuer: &Issuer) -> Published {
        Published::at(&issuer.url(), Algorithm::ES256).unwrap()
    }

    async fn trusts(published: &Published, now: i64, kid: &str) -> bool {
        let keys = published.beside(&key("own", 1), now, Some(kid)).await;
        keys.verifiers(Some(kid), Algorithm::ES256, now).next().is_some()
    }

    #[tokio::test]
    async fn fetches_when_a_token_names_a_foreign_key_and_then_not_for_five_minutes() {
        let issuer = Issuer::answering(ok(&key("theirs", 2).jwks(0).to_string())).await;
        let published = published(&issuer);
        assert!(trusts(&published, 0, "own").await);
        published.beside(&key("own", 1), 0, None).await;
        assert_eq!(issuer.asked(), 0, "for tokens of ours nobody is asked");
        for now in 0..200 {
            assert!(trusts(&published, now, "theirs").await);
        }
        assert_eq!(issuer.asked(), 1);
        assert!(published.knows("theirs", 0) && !published.knows("own", 0));
    }

    #[tokio::test]
    async fn gives_the_keys_by_themselves_or_says_that_there_are_none() {
        let issuer = Issuer::answering(ok(&key("theirs", 2).jwks(0).to_string())).await;
        assert!(published(&issuer).alone(0, None).await.unwrap().knows("theirs"));
        let broken = Issuer::answering(ok("{")).await;
        assert!(published(&broken).alone(0, None).await.is_err());
    }

    #[tokio::test]
    async fn asks_again_for_an_unknown_key_once_in_thirty_seconds() {
        let issuer = Issuer::answering(ok(&key("theirs", 2).jwks(0).to_string())).await;
        let published = published(&issuer);
        for now in 0..60 {
            assert!(!trusts(&published, now, &format!("invented {now}")).await);
        }
        assert_eq!(issuer.asked(), 2);
        *issuer.answer.lock().unwrap() = ok(&key("new", 3).jwks(0).to_string());
        assert!(trusts(&published, 60, "new").await);
    }

    #[tokio::test]
    async fn reads_a_set_of_hundreds_of_keys() {
        let set = key("theirs", 2).jwks(0).to_string();
        let issuer = Issuer::answering(ok(&format!("{}{set}", " ".repeat(256 * 1024 - set.len())))).await;
        assert!(trusts(&published(&issuer), 0, "theirs").await);
    }

    #[tokio::test]
    async fn follows_no_redirect_and_reads_no_endless_answer() {
        let elsewhere = Issuer::answering(ok(&key("theirs", 2).jwks(0).to_string())).await;
        let redirect =
            format!("HTTP/1.1 302 Found\r\nLocation: http://{}/\r\nContent-Length: 0\r\n\r\n", elsewhere.address);
        let endless = ok(&format!("{}{}", " ".repeat(LONGEST), key("theirs", 2).jwks(0)));
        for answer in [redirect, endless, ok("[]"), ok("{"), "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n".to_owned()]
        {
            let issuer = Issuer::answering(answer).await;
            assert!(!trusts(&published(&issuer), 0, "theirs").await);
            assert_eq!(issuer.asked(), 1);
        }
        assert_eq!(elsewhere.asked(), 0);
    }

    #[tokio::test]
    async fn ja_12_nothing_a_token_says_is_asked() {
        let victim = Issuer::answering(ok("{}")).await;
        let issuer = Issuer::answering(ok(&key("theirs", 2).jwks(0).to_string())).await;
        assert!(!trusts(&published(&issuer), 0, &format!("http://{}/", victim.address)).await);
        assert_eq!((victim.asked(), issuer.asked()), (0, 1));
    }

    #[tokio::test]
    async fn waits_for_nobody_for_long() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let published = Published::at(&url, Algorithm::ES256).unwrap();
        assert!(!trusts(&published, 0, "theirs").await);
    }
}
