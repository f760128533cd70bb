//! Which key a request will ask for, before anything in it is verified.
//!
//! Only a hint: it decides whether the key set is worth fetching again, never what to trust.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use http::HeaderMap;
use serde_json::Value;

/// The longest header of a token that is looked at, in characters.
const LONGEST: usize = 512;

/// The `kid` of the token that a request brings: in its body, or in a header, the one that is called `first` before all
/// others.
pub fn named(headers: &HeaderMap, first: &str, body: &[u8]) -> Option<String> {
    let mut values = headers.get_all(first).iter().chain(headers.values());
    kid(body).or_else(|| values.find_map(|value| kid(value.as_bytes())))
}

/// The `kid` of the first token in `text`: a body in any encoding, or the value of a header. A token's characters stand
/// for themselves in JSON, in forms and in multipart alike.
pub fn kid(text: &[u8]) -> Option<String> {
    let is_ours = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    // Every base64url text of an object starts like this: `{"`.
    let start = text.windows(3).position(|window| window == b"eyJ")?;
    let header: Vec<u8> = text.get(start..)?.iter().take(LONGEST).take_while(|byte| is_ours(byte)).copied().collect();
    let header: Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    header.get("kid")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str) -> String {
        format!("{}.e30.c2ln", BASE64_URL_SAFE_NO_PAD.encode(header))
    }

    #[test]
    fn finds_the_key_in_every_kind_of_body() {
        let token = token(r#"{"alg":"HS256","kid":"k1"}"#);
        for text in [
            format!(r#"{{"refresh":"{token}"}}"#),
            format!("format=json&token={token}&x=1"),
            format!("--b\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n{token}\r\n--b--"),
            format!("Bearer {token}"),
        ] {
            assert_eq!(kid(text.as_bytes()).as_deref(), Some("k1"), "{text}");
        }
    }

    #[test]
    fn looks_into_the_body_then_into_the_header_then_anywhere() {
        let of = |kid: &str| token(&format!(r#"{{"kid":"{kid}"}}"#));
        let mut headers = HeaderMap::new();
        headers.insert("cookie", format!("access={}", of("cookie")).parse().unwrap());
        assert_eq!(named(&headers, "Authorization", b"").as_deref(), Some("cookie"));
        headers.insert("authorization", format!("Bearer {}", of("header")).parse().unwrap());
        assert_eq!(named(&headers, "Authorization", b"").as_deref(), Some("header"));
        assert_eq!(named(&headers, "Authorization", of("body").as_bytes()).as_deref(), Some("body"));
    }

    #[test]
    fn finds_nothing_where_nothing_is() {
        for text in ["", "eyJ", "eyJhbGciOiJIUzI1NiJ9.e30.c2ln", "{\"username\":\"a\"}", "eyJ\u{e9}"] {
            assert_eq!(kid(text.as_bytes()), None, "{text}");
        }
        assert_eq!(kid(token(r#"{"kid":7}"#).as_bytes()), None);
        assert_eq!(kid(token(&format!(r#"{{"kid":"{}"}}"#, "x".repeat(600))).as_bytes()), None);
    }
}
