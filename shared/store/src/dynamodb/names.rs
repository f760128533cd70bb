//! Every key and every attribute name, once. DynamoDB reserves `ttl`, which expressions name `#ttl`, and `name`.

use crate::fold::fold;
use aws_lc_rs::digest::{SHA256, digest};

pub(crate) const ABSOLUTE_EXPIRY: &str = "absolute_expiry";
pub(crate) const ADDRESS: &str = "address";
pub(crate) const ATTEMPTS: &str = "attempts";
/// The epoch of a user who is inactive only until the address is confirmed.
pub(crate) const AWAITS_ACTIVATION: &str = "awaits_activation";
/// When somebody began to send a mail, and has not said since what became of it.
pub(crate) const BEGUN_AT: &str = "begun_at";
pub(crate) const CAUSE: &str = "cause";
/// What a refresh wrote anew into the tokens of its session.
pub(crate) const CLAIMS: &str = "claims";
pub(crate) const CREATED_AT: &str = "created_at";
pub(crate) const DESCRIPTION: &str = "description";
pub(crate) const EMAIL: &str = "email";
pub(crate) const ENDS_AT: &str = "ends_at";
pub(crate) const EPOCH: &str = "epoch";
pub(crate) const EXPIRY: &str = "expiry";
/// When the last attempt to send a mail failed for good.
pub(crate) const FAILED_AT: &str = "failed_at";
pub(crate) const FIRST_NAME: &str = "first_name";
/// A name in the form in which it is searched.
pub(crate) const FOLDED: &str = "folded";
/// The session that began with a token whose id could name none.
pub(crate) const FOLLOWED_BY: &str = "followed_by";
pub(crate) const GENERATION: &str = "generation";
pub(crate) const GROUPS: &str = "groups";
pub(crate) const IP: &str = "ip";
pub(crate) const IS_ACTIVE: &str = "is_active";
pub(crate) const IS_STAFF: &str = "is_staff";
pub(crate) const IS_SUPERUSER: &str = "is_superuser";
pub(crate) const ISSUED_AT: &str = "issued_at";
pub(crate) const JTI: &str = "jti";
pub(crate) const KID: &str = "kid";
/// Whether somebody logged in from here before.
pub(crate) const KNOWN: &str = "known";
/// What a mail is about. DynamoDB reserves none of the names of a mail.
pub(crate) const KIND: &str = "kind";
/// Where the last refresh came from, or the logout.
pub(crate) const LAST_IP: &str = "last_ip";
pub(crate) const LAST_LOGIN: &str = "last_login";
pub(crate) const LAST_NAME: &str = "last_name";
/// Who wrote the row's revocation: a value that only that write carries.
pub(crate) const MARK: &str = "mark";
/// Since when a user has the present name or address.
pub(crate) const NAMED_SINCE: &str = "named_since";
/// DynamoDB reserves it: no expression says it.
pub(crate) const NAME: &str = "name";
pub(crate) const ORGANIZATION_ID: &str = "organization_id";
/// Whether the guard of the user's email address is this user's: the first owner of an address keeps it.
pub(crate) const OWNS_EMAIL: &str = "owns_email";
pub(crate) const PASSWORD: &str = "password";
pub(crate) const PK: &str = "pk";
pub(crate) const PREVIOUS_JTI: &str = "previous_jti";
/// Those who were sent a mail in a turn that did not come to its end: a set of ids.
pub(crate) const REACHED: &str = "reached";
pub(crate) const REASON: &str = "reason";
/// When a mail was refused first by the mail service, for a time.
pub(crate) const REFUSED_AT: &str = "refused_at";
/// The request that made a row, so that it is known when it comes again.
pub(crate) const REQUEST: &str = "request";
/// The marks of those who were given the current token again: as many as they are.
pub(crate) const REPEATS: &str = "repeats";
/// When an operator let a mail be tried again, until somebody begins: the filter of the stream looks for it.
pub(crate) const RESENT_AT: &str = "resent_at";
pub(crate) const REVOKED_AT: &str = "revoked_at";
/// For how many sessions of a user there was room at the last login.
pub(crate) const ROOM: &str = "room";
pub(crate) const ROTATED_AT: &str = "rotated_at";
/// What the attributes of a user's slots begin with; a number follows.
pub(crate) const SLOT: &str = "seat_";
/// When a mail was handed over.
pub(crate) const SENT_AT: &str = "sent_at";
/// The sort key, where a table has one.
pub(crate) const SK: &str = "sk";
pub(crate) const TTL: &str = "ttl";
/// An address that the user gave and has not confirmed.
pub(crate) const UNCONFIRMED_EMAIL: &str = "unconfirmed_email";
pub(crate) const UNCONFIRMED_SINCE: &str = "unconfirmed_since";
pub(crate) const UPDATED_AT: &str = "updated_at";
pub(crate) const USER_AGENT: &str = "user_agent";
/// The map of a user's further fields. DynamoDB reserves `attributes`.
pub(crate) const USER_ATTRIBUTES: &str = "user_attributes";
pub(crate) const USER_ID: &str = "user_id";
/// Those who gave one address and have not confirmed it: a set of ids.
pub(crate) const USER_IDS: &str = "user_ids";
pub(crate) const USERNAME: &str = "username";

/// The index that lists the sessions of a user.
pub(crate) const BY_USER: &str = "by-user";

/// What the keys of users begin with, and no other key does.
pub(crate) const USER_KEYS: &str = "user";

const MAIL: &str = "mail";

const SESSION_PREFIX: &str = "session#";

/// What the keys of organizations begin with, and no other key of their table does.
pub(crate) const ORGANIZATION_KEYS: &str = "organization#";

/// Longer names become their hash: DynamoDB takes 2 048 bytes of key, and 2 048 bytes of key would break our kilobyte.
const LONGEST_NAME: usize = 512;

pub(crate) fn user_key(id: &str) -> String {
    key("user", id)
}

pub(crate) fn name_key(username: &str) -> String {
    key("name", &fold(username))
}

pub(crate) fn email_key(email: &str) -> String {
    key("email", &fold(email))
}

pub(crate) fn unconfirmed_key(email: &str) -> String {
    key("unconfirmed", &fold(email))
}

pub(crate) fn mail_key(id: &str) -> String {
    key(MAIL, id)
}

/// The id in a key that [`mail_key`] made of a short one.
pub(crate) fn mail_of_key(key: &str) -> Option<&str> {
    key.strip_prefix(MAIL)?.strip_prefix('#')
}

pub(crate) fn session_key(sid: &str) -> String {
    format!("{SESSION_PREFIX}{sid}")
}

/// The session id in a key that [`session_key`] made.
pub(crate) fn session_of_key(key: &str) -> Option<&str> {
    key.strip_prefix(SESSION_PREFIX)
}

pub(crate) fn jti_key(jti: &str) -> String {
    key("jti", jti)
}

pub(crate) fn owner_key(owner: &str) -> String {
    key("owner", owner)
}

pub(crate) fn organization_key(id: &str) -> String {
    format!("{ORGANIZATION_KEYS}{id}")
}

/// The id in a key that [`organization_key`] made.
pub(crate) fn organization_of_key(key: &str) -> Option<&str> {
    key.strip_prefix(ORGANIZATION_KEYS)
}

/// A hash: what a client calls its request may be of any length.
pub(crate) fn request_mark(request: &str) -> String {
    sha256_hex(request)
}

pub(crate) fn slots_key(user_id: &str) -> String {
    key("seats", user_id)
}

/// Always a hash: what is counted may be anything that a stranger typed, and its length and content shall cost and tell nothing.
pub(crate) fn tries_key(counted: &str) -> String {
    format!("tries#{}", sha256_hex(counted))
}

/// Distinct names have distinct keys: `#` and `-sha256#` after the kind keep the plain and the hashed apart.
fn key(kind: &str, name: &str) -> String {
    if name.len() <= LONGEST_NAME { format!("{kind}#{name}") } else { format!("{kind}-sha256#{}", sha256_hex(name)) }
}

fn sha256_hex(text: &str) -> String {
    hex::encode(digest(&SHA256, text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dd_31_a_long_name_fits_a_key() {
        let long = "n".repeat(2_049);
        assert_eq!(name_key(&long), format!("name-sha256#{}", sha256_hex(&long)));
        assert_ne!(name_key(&long), name_key(&"n".repeat(2_050)));
    }

    #[test]
    fn a_short_name_stays_readable() {
        assert_eq!(name_key("Alice"), "name#alice");
        assert_eq!(user_key("7"), "user#7");
    }

    #[test]
    fn bl_07_jtis_are_compared_to_the_byte() {
        let keys = ["ab", "AB", "ab ", "ab\0", "a\u{300}b"].map(jti_key);
        assert_eq!(keys.iter().collect::<std::collections::HashSet<_>>().len(), keys.len());
    }

    #[test]
    fn pw_26_a_counter_key_has_one_length() {
        assert_eq!(tries_key("").len(), tries_key(&"x".repeat(100_000)).len());
    }
}
