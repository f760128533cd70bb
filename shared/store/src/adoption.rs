//! Sessions for tokens that have none: a refresh token that Django issued before the move, or one whose jti is not ours.

use crate::error::Error;
use crate::item::Reader;
use crate::mark;
use crate::names::JTI;
use crate::revocations;
use crate::session::{Session, row};
use crate::sessions::Opened;
use crate::transaction::{Refusal, Transaction, put_new};
use crate::{Store, within_budget};

impl Store {
    /// Spends a token without a row on a session that goes on in its place: of all who try, one gets it. If the token's jti names the
    /// session, that is one write. Otherwise the jti, good until `expiry`, is blacklisted in the same transaction.
    ///
    /// [`Opened::Taken`] when the token was spent before. Rotate then: the session may be in its grace.
    pub async fn adopt(&self, session: &Session, presented: &str, expiry: i64, now: i64) -> Result<Opened, Error> {
        if presented.starts_with(&session.sid) {
            return self.open_session(session).await;
        }
        let table = &self.tables.sessions;
        let spent = revocations::row(presented, expiry, now, &mark::unique());
        let items = vec![put_new(table, row(session))?, put_new(table, spent)?];
        match within_budget(self.transact(items)).await? {
            Transaction::Done => Ok(Opened::Opened),
            Transaction::Refused(refusals) => adopted(&refusals, session),
        }
    }
}

fn adopted(refusals: &[Refusal], session: &Session) -> Result<Opened, Error> {
    match refusals {
        // Ours, from a try whose answer was lost: nobody else draws the same token id.
        [Refusal { met: Some(met), .. }, ..] if Reader(met).text(JTI)? == session.jti => Ok(Opened::Opened),
        _ => Ok(Opened::Taken),
    }
}
