//! Blacklisted tokens that have no session: an access token, or a token whose jti is not ours.

use crate::{
    dynamodb::{
        item::{Item, Reader, item, number, text},
        mark,
        names::{EXPIRY, FOLLOWED_BY, MARK, PK, REVOKED_AT, TTL, jti_key},
        write::{Write, written},
    },
    error::Error,
    sessions::{session::ttl, wrote},
    store::Store,
};
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld;

/// What became of a token that was to be blacklisted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Blacklisted {
    /// It was before.
    Already,
    /// It is now.
    Blacklisted,
    /// It was, when this session followed it.
    Followed(String),
}

impl Store {
    /// Blacklists a token by its jti until after `expiry`, the last second at which a token with this jti can be good: for a sliding
    /// token, which keeps its jti when it is refreshed, the end of its refresh period. One write.
    pub async fn blacklist_jti(&self, jti: &str, expiry: i64, now: i64) -> Result<Blacklisted, Error> {
        let mark = mark::unique();
        let mut row = spent(jti, None, expiry, now);
        row.insert(MARK.to_owned(), text(&mark));
        let put = self
            .client
            .put_item()
            .table_name(&self.tables.sessions)
            .set_item(Some(row))
            .condition_expression(format!("attribute_not_exists({PK})"))
            .return_values_on_condition_check_failure(AllOld);
        match written(put.send().await)? {
            Write::Done(_) => Ok(Blacklisted::Blacklisted),
            Write::Refused(Some(met)) if wrote(&Reader(&met), &mark)? => Ok(Blacklisted::Blacklisted),
            Write::Refused(Some(met)) => {
                Ok(Reader(&met).optional_text(FOLLOWED_BY)?.map_or(Blacklisted::Already, Blacklisted::Followed))
            }
            Write::Refused(None) => Ok(Blacklisted::Already),
        }
    }

    /// Whether a token is blacklisted. A row counts as long as it is there, whatever its time: no good token has this jti. One read.
    pub async fn is_blacklisted(&self, jti: &str) -> Result<bool, Error> {
        let get =
            self.client.get_item().table_name(&self.tables.sessions).key(PK, text(jti_key(jti))).consistent_read(true);
        Ok(get.send().await?.item.is_some())
    }
}

/// The row of a token that is good no more: blacklisted, or followed by a session.
pub(crate) fn spent(jti: &str, followed_by: Option<&str>, expiry: i64, now: i64) -> Item {
    let attributes = [
        (REVOKED_AT, Some(number(now))),
        (EXPIRY, Some(number(expiry))),
        (TTL, Some(number(ttl(expiry)))),
        (FOLLOWED_BY, followed_by.map(text)),
    ];
    item(jti_key(jti), attributes)
}
