//! What `rest_framework_simplejwt.token_blacklist` keeps: a row for each token that was issued, and one that points to it when it
//! was logged out.

use crate::{
    django::{
        fields::{key, text, time},
        object::Object,
        rows::{Row, Rows},
    },
    fault::Fault,
    fingerprint::fingerprint,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};
use std::collections::HashSet;

/// A token that was logged out.
#[derive(Debug, PartialEq)]
pub(super) struct Token {
    pub(super) jti: String,
    /// When it expires, in Unix seconds.
    pub(super) expiry: i64,
    pub(super) user_id: Option<String>,
}

/// Which tokens were logged out, of each a number: a million take 19 MB.
pub(super) struct Blacklist(HashSet<u64>);

impl Blacklist {
    /// # Errors
    /// The source ends in the middle, or a row names no token.
    pub(super) async fn read(mut rows: Rows) -> Result<Self, Fault> {
        let mut listed = HashSet::with_capacity(usize::try_from(rows.total).unwrap_or_default());
        while let Some(row) = rows.next().await? {
            let Some(token) = listed_by(&row) else {
                return Err(Fault::refused(format!("a row of the blacklist names no token: {}", row.at))
                    .next("dump without --natural-foreign"));
            };
            listed.insert(fingerprint(token));
        }
        Ok(Self(listed))
    }

    /// Whether this token was logged out; it is asked once.
    ///
    /// # Errors
    /// It has no key.
    pub(super) fn take(&mut self, outstanding: &Object) -> Result<bool, String> {
        let key = key(&outstanding.pk).ok_or("has no pk; dump without --natural-primary")?;
        Ok(self.0.remove(&fingerprint(key)))
    }

    /// Whether all were asked for.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong with a row that names a token for which nobody asked.
    pub(super) fn left(&self, row: &Row) -> Option<String> {
        let token = listed_by(row).filter(|token| self.0.contains(&fingerprint(token)))?;
        Some(format!("{} blacklists the token {token}, which is not there", row.at))
    }
}

/// The token that a row of the blacklist names.
fn listed_by(row: &Row) -> Option<String> {
    foreign(&row.object.as_ref().ok()?.fields, "token")
}

impl Token {
    /// # Errors
    /// Why it is none; goes on after the place of the row.
    pub(super) fn read(object: &Object, user_id_claim: &str) -> Result<Self, String> {
        let fields = &object.fields;
        let jti = text(fields, "jti")?;
        if jti.is_empty() {
            return Err("has no jti".to_owned());
        }
        let expiry = time(fields, "expires_at")?.ok_or("has no expires_at")?;
        // Django forgets whose it is where the token was not issued by the view, but blacklisted all the same.
        let user_id = foreign(fields, "user").or_else(|| claimed(&text(fields, "token").ok()?, user_id_claim));
        Ok(Self { jti, expiry, user_id })
    }
}

/// What a foreign key points to: `dumpdata` calls it by the name of the field, a database adds `_id`.
fn foreign(fields: &Map<String, Value>, name: &str) -> Option<String> {
    key(fields.get(name).or_else(|| fields.get(&format!("{name}_id")))?)
}

/// The user whom a token names. Nobody verified it: it is used to refuse the token, and for nothing else.
fn claimed(token: &str, claim: &str) -> Option<String> {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    key(serde_json::from_slice::<Value>(&claims).ok()?.get(claim)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(fields: Value) -> Result<Token, String> {
        Token::read(
            &Object { key: "pk".to_owned(), pk: json!(1), fields: fields.as_object().unwrap().clone() },
            "user_id",
        )
    }

    #[test]
    fn a_row_of_a_dump_and_one_of_a_database_say_the_same() {
        let token = Token { jti: "j".to_owned(), expiry: 1_709_251_199, user_id: Some("7".to_owned()) };
        let dump = json!({"jti": "j", "user": 7, "token": "t", "expires_at": "2024-02-29T23:59:59Z"});
        let database = json!({"jti": "j", "user_id": 7, "token": "t", "expires_at": "2024-02-29 23:59:59"});
        assert_eq!(read(dump).as_ref(), Ok(&token));
        assert_eq!(read(database), Ok(token));
    }

    #[test]
    fn whom_django_forgot_the_token_names() {
        let token = format!("h.{}.s", URL_SAFE_NO_PAD.encode(r#"{"user_id": "7"}"#));
        let row = |token: &str| json!({"jti": "j", "user": null, "token": token, "expires_at": "2024-02-29T23:59:59Z"});
        assert_eq!(read(row(&token)).unwrap().user_id.as_deref(), Some("7"));
        assert_eq!(read(row("t")).unwrap().user_id, None);
    }

    #[test]
    fn what_is_no_token_is_told() {
        assert_eq!(read(json!({"jti": "", "expires_at": "2024-02-29T23:59:59Z"})), Err("has no jti".to_owned()));
        assert_eq!(read(json!({"jti": "j", "expires_at": null})), Err("has no expires_at".to_owned()));
        let odd = read(json!({"jti": "j", "expires_at": "soon"}));
        assert!(odd.unwrap_err().starts_with("has an expires_at that is not a date and time; write it like"));
    }
}
