//! A service whose outbox is emptied by hand.

use ::mail::{Delivered, Post, Sender, Times};
use settings::Settings;
use std::time::{Duration, Instant};
use store::{Addressee, Mail, MailKind, MailState};
use tests::{
    accounts::{DJOSER, djoser},
    app::{SECRET, TestApp},
    ses::Ses,
};
use token::KeySet;

/// The service, and who takes its mails.
pub(crate) struct World {
    pub(crate) app: TestApp,
    pub(crate) ses: Ses,
    pub(crate) keys: KeySet,
    pub(crate) settings: Settings,
}

impl World {
    /// One that lets users in by a link.
    pub(crate) async fn new() -> Self {
        let app = djoser(&[("SEND_ACTIVATION_EMAIL", "true")]).await;
        let settings = Settings::of(&[&DJOSER[..], &[("SIGNING_KEY", SECRET)]].concat()).unwrap();
        let keys = settings.keys().unwrap().unwrap();
        Self { app, ses: Ses::start().await, keys, settings }
    }

    /// Who sends to the stub.
    pub(crate) fn sender(&self) -> Sender {
        Sender::new(&self.ses.access(), store::http_client(), "Example <noreply@example.com>".to_owned())
    }

    pub(crate) fn post<'w>(&'w self, sender: &'w Sender) -> Post<'w> {
        Post { store: &self.app.service.store, keys: &self.keys, settings: &self.settings, sender }
    }

    /// The times of a delivery so many seconds from now, of a mail that is there since now.
    pub(crate) fn times(&self, later: i64) -> Times {
        let since = self.app.now();
        Times { now: since + later, since, until: Instant::now() + Duration::from_secs(60) }
    }

    /// Sends a mail as its function would, once.
    pub(crate) async fn deliver(&self, id: &str) -> Delivered {
        self.deliver_later(id, 0).await
    }

    /// The same after so many seconds.
    pub(crate) async fn deliver_later(&self, id: &str, later: i64) -> Delivered {
        let sender = self.sender();
        self.post(&sender).deliver(id, self.times(later)).await
    }

    /// The only mail.
    pub(crate) async fn only(&self) -> Mail {
        let mut mails = self.app.service.store.mails(None).await.unwrap().mails;
        assert_eq!(mails.len(), 1, "{mails:?}");
        mails.remove(0).0
    }

    pub(crate) async fn state(&self, id: &str) -> MailState {
        self.app.service.store.mail(id).await.unwrap().unwrap().1
    }

    /// Puts a mail about a new password into the outbox, for whoever has this address.
    pub(crate) async fn ask(&self, id: &str, address: &str) -> String {
        let to = Addressee::Address(address.to_owned());
        let mail = Mail { id: id.to_owned(), kind: MailKind::PasswordReset, to, created_at: self.app.now() };
        self.app.service.store.enqueue(&mail).await.unwrap();
        mail.id
    }
}
