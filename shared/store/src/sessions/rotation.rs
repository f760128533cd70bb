//! Once-only refresh: a session goes on from one refresh token to the next, and only one of them is ever good.

use crate::{
    dynamodb::{
        item::{Item, Reader, number, set_of, text},
        mark,
        names::{
            ABSOLUTE_EXPIRY, CLAIMS, EPOCH, EXPIRY, GENERATION, ISSUED_AT, JTI, KID, LAST_IP, PREVIOUS_JTI, REPEATS,
            REVOKED_AT, ROTATED_AT, TTL, USER_ID, session_key,
        },
        write::{Write, written},
    },
    error::Error,
    sessions::session::{Session, address, read, row, ttl},
    store::Store,
};
use aws_sdk_dynamodb::{operation::update_item::builders::UpdateItemFluentBuilder, types::ReturnValue};

/// A refresh: which token was presented, and which one shall follow it.
#[derive(Clone, Copy, Debug)]
pub struct Rotation<'a> {
    /// The session that the presented token's jti names.
    pub sid: &'a str,
    /// The user that the presented token names.
    pub user_id: &'a str,
    /// The user's epoch as just read: an older session has ended.
    pub epoch: i64,
    /// The jti of the presented refresh token.
    pub presented: &'a str,
    /// The jti of the refresh token that shall follow: fresh for each request, for it tells our own write from another's.
    pub successor: &'a str,
    /// The key that will sign it.
    pub kid: Option<&'a str>,
    /// When it is issued.
    pub issued_at: i64,
    /// When it expires; the session's absolute expiry comes first.
    pub expiry: i64,
    /// Until when the row stays at least: earlier tokens of the session may live longer than the successor, and must find it.
    pub kept_until: i64,
    /// The present second.
    pub now: i64,
    /// For how many seconds after a rotation the token before is answered with the same successor (`REFRESH_GRACE_SECONDS`).
    pub grace: i64,
    /// How often it is, after one rotation (`REFRESH_GRACE_USES`).
    pub repeats: u64,
    /// For how many seconds an expired token is still good (`LEEWAY`).
    pub leeway: i64,
    /// What the successor says anew, as a JSON object; none where its claims are those of the presented token.
    pub claims: Option<&'a str>,
    /// Where the request came from.
    pub ip: Option<&'a str>,
}

/// What a session that begins with a refresh needs beside its [`Rotation`].
#[derive(Clone, Copy, Debug)]
pub struct Adoption<'a> {
    /// When the session ends, however often it is refreshed.
    pub absolute_expiry: Option<i64>,
    /// What the client says it is.
    pub user_agent: Option<&'a str>,
}

/// What became of a refresh. A session that is handed back is the row as it is now; sign its `jti`, `issued_at`, `expiry`, `kid`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Rotated {
    /// The token was followed a moment ago, within the grace: this is the same successor again.
    Again(Session),
    /// The session is over by time.
    Expired,
    /// The successor is the session's current token now.
    Fresh(Session),
    /// There is no such session of this user.
    Missing,
    /// The session ended with all others of its user.
    Outlived,
    /// The token was followed before: somebody uses a copy. The session is still open; end it.
    Replayed(Session),
    /// The session was ended.
    Revoked(Session),
    /// The token was followed a moment ago, and came again more often than anybody needs. The session is still open; end it.
    UsedUp(Session),
}

impl Store {
    /// Follows the presented token by its successor. One write: its condition decides every race, and the row that it met tells a
    /// loser why. Where it tells that the same successor is due again, a second write counts that.
    pub async fn rotate(&self, rotation: &Rotation<'_>) -> Result<Rotated, Error> {
        match written(self.rotating(rotation).send().await)? {
            Write::Done(output) => {
                let row =
                    output.attributes.ok_or_else(|| Error::unavailable("a rotation was answered without its row"))?;
                Ok(Rotated::Fresh(session(&row, rotation)?))
            }
            Write::Refused(met) => self.granted(judge(met.as_ref(), rotation)?, rotation).await,
        }
    }

    /// Gives a token without a row a session, already followed by its successor: for tokens that Django issued before the move.
    /// One write; a second use of the token meets the session and is judged as by [`Store::rotate`].
    pub async fn adopt(&self, rotation: &Rotation<'_>, adoption: &Adoption<'_>) -> Result<Rotated, Error> {
        let row = row(&adopted(rotation, adoption));
        match self.put_session(row.clone()).await? {
            Write::Done(()) => Ok(Rotated::Fresh(session(&row, rotation)?)),
            Write::Refused(met) => self.granted(judge(met.as_ref(), rotation)?, rotation).await,
        }
    }

    /// Counts that a successor is given again, before it is.
    async fn granted(&self, judged: Rotated, rotation: &Rotation<'_>) -> Result<Rotated, Error> {
        match judged {
            Rotated::Again(session) if rotation.repeats == 0 => Ok(Rotated::UsedUp(session)),
            Rotated::Again(session) => match written(self.repeating(&session, rotation).send().await)? {
                Write::Done(_) => Ok(Rotated::Again(session)),
                Write::Refused(met) => Ok(match judge(met.as_ref(), rotation)? {
                    Rotated::Again(session) => Rotated::UsedUp(session),
                    changed => changed,
                }),
            },
            judged => Ok(judged),
        }
    }

    /// Adds a mark to the set of those who were given the current token again. A try whose answer was lost adds the same
    /// mark again, which changes nothing: nobody is counted twice, and nobody is refused for having been counted.
    fn repeating(&self, session: &Session, rotation: &Rotation<'_>) -> UpdateItemFluentBuilder {
        let mark = mark::short();
        // INVARIANT: no more than so many marks, and only in the session that was judged.
        let room = format!("attribute_not_exists({REPEATS}) OR size({REPEATS}) < :most OR contains({REPEATS}, :mark)");
        self.update_session(rotation.sid)
            .update_expression(format!("ADD {REPEATS} :marks"))
            .condition_expression(format!("{JTI} = :current AND attribute_not_exists({REVOKED_AT}) AND ({room})"))
            .expression_attribute_values(":current", text(&session.jti))
            .expression_attribute_values(":most", number(i64::try_from(rotation.repeats).unwrap_or(i64::MAX)))
            .expression_attribute_values(":marks", set_of(&mark))
            .expression_attribute_values(":mark", text(mark))
    }

    fn rotating(&self, rotation: &Rotation<'_>) -> UpdateItemFluentBuilder {
        let optional = [
            (CLAIMS, ":claims", rotation.claims.map(text)),
            (KID, ":kid", rotation.kid.map(text)),
            (LAST_IP, ":ip", rotation.ip.map(address)),
        ];
        let (known, unknown): (Vec<_>, Vec<_>) = optional.into_iter().partition(|(.., value)| value.is_some());
        let set: String = known.iter().map(|(name, placeholder, _)| format!(", {name} = {placeholder}")).collect();
        let removed: String = unknown.iter().map(|(name, ..)| format!(", {name}")).collect();
        let assignments = format!(
            "SET {PREVIOUS_JTI} = {JTI}, {JTI} = :successor, {GENERATION} = {GENERATION} + :one, {ISSUED_AT} = :issued, \
             {EXPIRY} = :expiry, {ROTATED_AT} = :now, #ttl = :ttl{set} REMOVE {REPEATS}{removed}"
        );
        let call = self
            .update_session(rotation.sid)
            .return_values(ReturnValue::AllNew)
            .update_expression(assignments)
            .condition_expression(condition())
            .expression_attribute_names("#ttl", TTL)
            .expression_attribute_values(":user", text(rotation.user_id))
            .expression_attribute_values(":epoch", number(rotation.epoch))
            .expression_attribute_values(":presented", text(rotation.presented))
            .expression_attribute_values(":successor", text(rotation.successor))
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":issued", number(rotation.issued_at))
            .expression_attribute_values(":expiry", number(rotation.expiry))
            .expression_attribute_values(":now", number(rotation.now))
            .expression_attribute_values(":bound", number(bound(rotation)))
            .expression_attribute_values(":ttl", number(ttl(rotation.expiry.max(rotation.kept_until))));
        let values = known.into_iter().filter_map(|(_, placeholder, value)| Some((placeholder, value?)));
        values.fold(call, |call, (placeholder, value)| call.expression_attribute_values(placeholder, value))
    }
}

/// INVARIANT: only the current token of a session that is neither ended nor over has a successor.
fn condition() -> String {
    format!(
        "{USER_ID} = :user AND {JTI} = :presented AND attribute_not_exists({REVOKED_AT}) AND {EPOCH} >= :epoch \
         AND {EXPIRY} > :bound AND (attribute_not_exists({ABSOLUTE_EXPIRY}) OR {ABSOLUTE_EXPIRY} > :bound)"
    )
}

fn adopted(rotation: &Rotation<'_>, adoption: &Adoption<'_>) -> Session {
    Session {
        sid: rotation.sid.to_owned(),
        user_id: rotation.user_id.to_owned(),
        jti: rotation.successor.to_owned(),
        previous_jti: Some(rotation.presented.to_owned()),
        kid: rotation.kid.map(str::to_owned),
        generation: 1,
        issued_at: rotation.issued_at,
        expiry: rotation.expiry,
        rotated_at: Some(rotation.now),
        absolute_expiry: adoption.absolute_expiry,
        revoked_at: None,
        reason: None,
        created_at: rotation.now,
        epoch: rotation.epoch,
        ip: rotation.ip.map(str::to_owned),
        last_ip: rotation.ip.map(str::to_owned),
        claims: rotation.claims.map(str::to_owned),
        user_agent: adoption.user_agent.map(str::to_owned),
    }
}

/// Why a rotation was refused, from the row that it met. An end comes before everything else, also before our own success.
fn judge(met: Option<&Item>, rotation: &Rotation<'_>) -> Result<Rotated, Error> {
    let Some(met) = met else { return Ok(Rotated::Missing) };
    let session = session(met, rotation)?;
    Ok(match &session {
        session if session.user_id != rotation.user_id => Rotated::Missing,
        Session { revoked_at: Some(_), .. } => Rotated::Revoked(session),
        session if !session.survives(rotation.epoch) => Rotated::Outlived,
        Session { jti, .. } if jti == rotation.successor => Rotated::Fresh(session),
        // Our own success again, whose answer was lost, and which somebody else who asked within the grace has used meanwhile.
        Session { previous_jti: Some(jti), .. } if jti == rotation.successor => {
            Rotated::Fresh(overtaken(session, rotation))
        }
        Session { expiry, .. } if *expiry <= bound(rotation) => Rotated::Expired,
        session if session.is_within_grace(rotation.presented, rotation.now, rotation.grace) => {
            Rotated::Again(session.clone())
        }
        _ => Rotated::Replayed(session),
    })
}

/// A session as this rotation left it, though it went on since.
fn overtaken(session: Session, rotation: &Rotation<'_>) -> Session {
    Session {
        jti: rotation.successor.to_owned(),
        previous_jti: Some(rotation.presented.to_owned()),
        kid: rotation.kid.map(str::to_owned),
        issued_at: rotation.issued_at,
        claims: rotation.claims.map(str::to_owned),
        expiry: session.absolute_expiry.map_or(rotation.expiry, |end| end.min(rotation.expiry)),
        ..session
    }
}

/// What expires at this second or before is over.
fn bound(rotation: &Rotation<'_>) -> i64 {
    rotation.now.saturating_sub(rotation.leeway)
}

fn session(row: &Item, rotation: &Rotation<'_>) -> Result<Session, Error> {
    read(Reader(row).of(&session_key(rotation.sid))?)
}
