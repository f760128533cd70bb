//! How sessions begin, are read, listed and logged out. How they go on is in `rotation.rs`, how else they end in `endings.rs`.

pub(crate) mod adoption;
pub(crate) mod decision;
pub(crate) mod end_reason;
pub(crate) mod endings;
pub(crate) mod inspection;
pub(crate) mod revocations;
pub(crate) mod rotation;
pub(crate) mod session;
pub(crate) mod slots;
pub(crate) mod token_status;

use crate::{
    dynamodb::{
        budget::within_budget,
        item::{Item, Reader, number, text},
        mark,
        names::{
            BY_USER, CREATED_AT, EPOCH, EXPIRY, GENERATION, ISSUED_AT, JTI, LAST_IP, MARK, PK, REASON, REVOKED_AT, TTL,
            USER_ID, session_key,
        },
        write::{Write, written},
    },
    error::Error,
    sessions::{
        end_reason::EndReason,
        session::{Session, address, read, row, ttl},
    },
    store::Store,
};
use aws_sdk_dynamodb::{
    operation::update_item::builders::UpdateItemFluentBuilder, types::ReturnValuesOnConditionCheckFailure::AllOld,
};

/// What became of a new session.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Opened {
    /// The session exists now.
    Opened,
    /// Another session has this id: draw another one.
    Taken,
}

/// A logout: ends a session by its current refresh token.
#[derive(Clone, Copy, Debug)]
pub struct Revocation<'a> {
    /// The session that the token's jti names.
    pub sid: &'a str,
    /// The user that the token names.
    pub user_id: &'a str,
    /// The jti of the refresh token that was presented.
    pub presented: &'a str,
    /// When that token expires.
    pub expiry: i64,
    /// The present second.
    pub now: i64,
    /// Why.
    pub reason: EndReason,
    /// Where the request came from.
    pub ip: Option<&'a str>,
}

/// What became of a logout.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Revoked {
    /// The session was over before.
    Already,
    /// The token is not the session's current one; the session goes on.
    NotCurrent,
    /// The session is over now.
    Revoked,
}

/// What became of a session that was to be ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ended {
    /// It was over before.
    Already,
    /// It is over now.
    Ended,
    /// There is no such session.
    Missing,
}

impl Store {
    /// Writes a new session. One write.
    pub async fn open_session(&self, session: &Session) -> Result<Opened, Error> {
        match self.put_session(row(session)).await? {
            Write::Done(()) => Ok(Opened::Opened),
            // Ours, from a try whose answer was lost: nobody else draws the same token id.
            Write::Refused(Some(met)) if Reader(&met).text(JTI)? == session.jti => Ok(Opened::Opened),
            Write::Refused(_) => Ok(Opened::Taken),
        }
    }

    /// The session with this id, be it over or not. One read.
    pub async fn session(&self, sid: &str) -> Result<Option<Session>, Error> {
        let key = session_key(sid);
        let get = self.client.get_item().table_name(&self.tables.sessions).key(PK, text(&key)).consistent_read(true);
        get.send().await?.item.map(|row| read(Reader(&row).of(&key)?)).transpose()
    }

    /// All sessions of a user that still have a row, oldest first, as they are now. The index, which may lag, only names them.
    pub async fn sessions_of(&self, user_id: &str) -> Result<Vec<Session>, Error> {
        let keys = within_budget(self.session_keys_of(user_id)).await?;
        let rows = within_budget(self.fetch(&self.tables.sessions, keys)).await?;
        let mut sessions: Vec<Session> = rows.iter().map(|row| read(Reader(row))).collect::<Result<_, _>>()?;
        sessions.retain(|session| session.user_id == user_id);
        sessions.sort_by(|a, b| (a.created_at, &a.sid).cmp(&(b.created_at, &b.sid)));
        Ok(sessions)
    }

    /// Logs out: ends the session if the token is its current one. A token without a session gets a row that says it is over, so
    /// that a token which Django issued stays logged out. One write.
    pub async fn revoke_session(&self, revocation: &Revocation<'_>) -> Result<Revoked, Error> {
        let mark = mark::unique();
        match written(self.revoking(revocation, &mark).send().await)? {
            Write::Done(_) => Ok(Revoked::Revoked),
            Write::Refused(None) => Err(Error::corrupt("a session refused its end and is not there")),
            Write::Refused(Some(met)) => revoked(&Reader(&met), revocation, &mark),
        }
    }

    pub(crate) async fn put_session(&self, row: Item) -> Result<Write<()>, Error> {
        let put = self
            .client
            .put_item()
            .table_name(&self.tables.sessions)
            .set_item(Some(row))
            .condition_expression(format!("attribute_not_exists({PK})"))
            .return_values_on_condition_check_failure(AllOld);
        Ok(match written(put.send().await)? {
            Write::Done(_) => Write::Done(()),
            Write::Refused(met) => Write::Refused(met),
        })
    }

    pub(crate) fn update_session(&self, sid: &str) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.tables.sessions)
            .key(PK, text(session_key(sid)))
            .return_values_on_condition_check_failure(AllOld)
    }

    /// Every attribute that a row must have is set if it is not there: then the row is new.
    fn revoking(&self, revocation: &Revocation<'_>, mark: &str) -> UpdateItemFluentBuilder {
        let unless = |name: &str, placeholder: &str| format!("{name} = if_not_exists({name}, {placeholder})");
        let from = revocation.ip.map(|_| format!(", {LAST_IP} = :ip")).unwrap_or_default();
        let assignments = [
            format!("{REVOKED_AT} = :now, {REASON} = :reason, {MARK} = :mark{from}"),
            unless(USER_ID, ":user"),
            unless(JTI, ":presented"),
            unless(EXPIRY, ":expiry"),
            unless("#ttl", ":ttl"),
            unless(ISSUED_AT, ":now"),
            unless(CREATED_AT, ":now"),
            unless(GENERATION, ":zero"),
            unless(EPOCH, ":zero"),
        ];
        let open = format!("attribute_not_exists({REVOKED_AT}) AND {USER_ID} = :user AND {JTI} = :presented");
        let call = self.update_session(revocation.sid);
        let call = match revocation.ip {
            Some(ip) => call.expression_attribute_values(":ip", address(ip)),
            None => call,
        };
        call.update_expression(format!("SET {}", assignments.join(", ")))
            .condition_expression(format!("attribute_not_exists({PK}) OR ({open})"))
            .expression_attribute_names("#ttl", TTL)
            .expression_attribute_values(":now", number(revocation.now))
            .expression_attribute_values(":reason", text(revocation.reason.word()))
            .expression_attribute_values(":mark", text(mark))
            .expression_attribute_values(":user", text(revocation.user_id))
            .expression_attribute_values(":presented", text(revocation.presented))
            .expression_attribute_values(":expiry", number(revocation.expiry))
            .expression_attribute_values(":ttl", number(ttl(revocation.expiry)))
            .expression_attribute_values(":zero", number(0))
    }

    async fn session_keys_of(&self, user_id: &str) -> Result<Vec<String>, Error> {
        let query = self
            .client
            .query()
            .table_name(&self.tables.sessions)
            .index_name(BY_USER)
            .key_condition_expression(format!("{USER_ID} = :user"))
            .expression_attribute_values(":user", text(user_id));
        let (mut keys, mut start) = (Vec::new(), None);
        loop {
            let page = query.clone().set_exclusive_start_key(start).send().await?;
            for row in page.items() {
                keys.push(Reader(row).text(PK)?);
            }
            match page.last_evaluated_key {
                Some(key) => start = Some(key),
                None => return Ok(keys),
            }
        }
    }
}

/// Whether the write that left this mark is the one that asks.
pub(crate) fn wrote(met: &Reader<'_>, mark: &str) -> Result<bool, Error> {
    Ok(met.optional_text(MARK)?.as_deref() == Some(mark))
}

fn revoked(met: &Reader<'_>, revocation: &Revocation<'_>, mark: &str) -> Result<Revoked, Error> {
    if met.text(USER_ID)? != revocation.user_id {
        return Ok(Revoked::NotCurrent);
    }
    if wrote(met, mark)? {
        return Ok(Revoked::Revoked);
    }
    Ok(if met.optional_number(REVOKED_AT)?.is_some() { Revoked::Already } else { Revoked::NotCurrent })
}
