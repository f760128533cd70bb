//! What a session is, and how its row holds it.

use crate::{
    dynamodb::{
        item::{Item, Reader, item, number, text},
        names::{
            ABSOLUTE_EXPIRY, CLAIMS, CREATED_AT, EPOCH, EXPIRY, GENERATION, IP, ISSUED_AT, JTI, KID, LAST_IP, PK,
            PREVIOUS_JTI, REASON, REVOKED_AT, ROTATED_AT, TTL, USER_AGENT, USER_ID, session_key, session_of_key,
        },
    },
    error::Error,
    sessions::end_reason::EndReason,
};
use aws_sdk_dynamodb::types::AttributeValue;

/// How long a row is kept after its last token has expired: longer than clocks differ, and than an access token lives.
const TTL_MARGIN: i64 = 2 * 86_400;

/// Bytes kept of what a client says about itself. A row stays below a kilobyte.
const LONGEST_USER_AGENT: usize = 256;

const LONGEST_IP: usize = 64;

/// A login and what became of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Session {
    /// The first 16 hexadecimal digits of the jti of each of its tokens.
    pub sid: String,
    /// Whose session it is.
    pub user_id: String,
    /// The jti of the one refresh token that is good.
    pub jti: String,
    /// The jti of the refresh token before it.
    pub previous_jti: Option<String>,
    /// The key that signed the current refresh token, so that it can be signed again to the byte.
    pub kid: Option<String>,
    /// How often the session was refreshed.
    pub generation: u64,
    /// When the current refresh token was issued.
    pub issued_at: i64,
    /// When the current refresh token expires: never after `absolute_expiry`.
    pub expiry: i64,
    /// When the session was last refreshed. The grace counts from here.
    pub rotated_at: Option<i64>,
    /// When the session ends, however often it is refreshed.
    pub absolute_expiry: Option<i64>,
    /// When the session was ended, if it was.
    pub revoked_at: Option<i64>,
    /// Why it was ended.
    pub reason: Option<EndReason>,
    /// When the user logged in.
    pub created_at: i64,
    /// The user's [`epoch`](crate::users::User::epoch) as the login read it.
    pub epoch: i64,
    /// Where the login came from.
    pub ip: Option<String>,
    /// Where the last refresh came from, or the logout.
    pub last_ip: Option<String>,
    /// What the last refresh wrote anew into the claims of the current token, as a JSON object; none where it changed nothing.
    pub claims: Option<String>,
    /// What the client said it is; cut to 256 bytes.
    pub user_agent: Option<String>,
}

impl Session {
    /// Whether the session began after all sessions of its user were last ended. It compares epochs, not times: a login that read
    /// the user before a password change and wrote its session after it is dead, and one in the same second after it is not.
    pub fn survives(&self, epoch: i64) -> bool {
        self.epoch >= epoch
    }

    /// Whether `presented` is the one token before the current one, less than `grace` seconds after the rotation that followed it.
    /// Using it does not extend the grace.
    pub fn is_within_grace(&self, presented: &str, now: i64, grace: i64) -> bool {
        self.previous_jti.as_deref() == Some(presented)
            && self.rotated_at.is_some_and(|rotated_at| now.saturating_sub(rotated_at) < grace)
            && grace > 0
    }

    /// Whether it was neither ended nor is over at `now`.
    pub fn is_live(&self, now: i64) -> bool {
        self.revoked_at.is_none() && now < self.expiry
    }
}

/// When DynamoDB may delete a row whose last token ends at `expiry`.
pub(crate) fn ttl(expiry: i64) -> i64 {
    expiry.saturating_add(TTL_MARGIN)
}

/// The row of a session.
pub(crate) fn row(session: &Session) -> Item {
    item(
        session_key(&session.sid),
        [
            (USER_ID, Some(text(&session.user_id))),
            (JTI, Some(text(&session.jti))),
            (PREVIOUS_JTI, session.previous_jti.as_ref().map(text)),
            (KID, session.kid.as_ref().map(text)),
            (GENERATION, Some(number(i64::try_from(session.generation).unwrap_or(i64::MAX)))),
            (ISSUED_AT, Some(number(session.issued_at))),
            (EXPIRY, Some(number(session.expiry))),
            (ROTATED_AT, session.rotated_at.map(number)),
            (ABSOLUTE_EXPIRY, session.absolute_expiry.map(number)),
            (REVOKED_AT, session.revoked_at.map(number)),
            (REASON, session.reason.map(|reason| text(reason.word()))),
            (CREATED_AT, Some(number(session.created_at))),
            (EPOCH, Some(number(session.epoch))),
            (IP, session.ip.as_deref().map(address)),
            (LAST_IP, session.last_ip.as_deref().map(address)),
            (CLAIMS, session.claims.as_deref().map(text)),
            (USER_AGENT, session.user_agent.as_deref().map(|agent| text(cut(agent, LONGEST_USER_AGENT)))),
            (TTL, Some(number(ttl(session.expiry)))),
        ],
    )
}

/// The session in a row.
pub(crate) fn read(row: Reader<'_>) -> Result<Session, Error> {
    let key = row.text(PK)?;
    let sid = session_of_key(&key).ok_or_else(|| Error::corrupt(format!("{key} is not the key of a session")))?;
    let absolute_expiry = row.optional_number(ABSOLUTE_EXPIRY)?;
    let generation = row.number(GENERATION)?;
    Ok(Session {
        sid: sid.to_owned(),
        user_id: row.text(USER_ID)?,
        jti: row.text(JTI)?,
        previous_jti: row.optional_text(PREVIOUS_JTI)?,
        kid: row.optional_text(KID)?,
        generation: u64::try_from(generation)
            .map_err(|_| Error::corrupt(format!("{GENERATION} of {key} is negative")))?,
        issued_at: row.number(ISSUED_AT)?,
        expiry: row.number(EXPIRY)?.min(absolute_expiry.unwrap_or(i64::MAX)),
        rotated_at: row.optional_number(ROTATED_AT)?,
        absolute_expiry,
        revoked_at: row.optional_number(REVOKED_AT)?,
        reason: row.optional_text(REASON)?.as_deref().map(EndReason::of_word),
        created_at: row.number(CREATED_AT)?,
        epoch: row.number(EPOCH)?,
        ip: row.optional_text(IP)?,
        last_ip: row.optional_text(LAST_IP)?,
        claims: row.optional_text(CLAIMS)?,
        user_agent: row.optional_text(USER_AGENT)?,
    })
}

/// An address as a row holds it.
pub(crate) fn address(ip: &str) -> AttributeValue {
    text(cut(ip, LONGEST_IP))
}

/// The longest beginning of at most `longest` bytes that is still text.
fn cut(text: &str, longest: usize) -> &str {
    text.get(..text.floor_char_boundary(longest)).unwrap_or_default()
}
