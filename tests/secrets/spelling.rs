//! How a secret may be spelled.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

/// The secrets that stand in the text, in any spelling.
pub(crate) fn found<'s>(secrets: impl IntoIterator<Item = &'s str>, text: &str) -> Vec<&'s str> {
    let texts = [text.to_owned(), text.replace(['-', '_'], "+").replace('/', "+"), text.to_lowercase()];
    secrets.into_iter().filter(|secret| spelled(secret).iter().any(|(at, form)| texts[*at].contains(form))).collect()
}

/// Each spelling, and in which form of the text it is looked for: as it is, with one letter for both alphabets of
/// base64, in small letters.
fn spelled(secret: &str) -> Vec<(usize, String)> {
    let escaped = json!(secret).to_string();
    let percent = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    let mut spelled = vec![
        (0, secret.to_owned()),
        (0, escaped.trim_matches('"').to_owned()),
        (0, json!(escaped).to_string().trim_matches(['"', '\\']).to_owned()),
        (2, percent.to_lowercase()),
        (2, percent.replace("%20", "+").to_lowercase()),
        (2, secret.bytes().map(|byte| format!("{byte:02x}")).collect()),
        (0, format!("{:?}", secret.as_bytes()).trim_matches(['[', ']']).to_owned()),
    ];
    spelled.extend((0..3).map(|offset| (1, within_base64(secret, offset))));
    spelled
}

/// What every base64 text has in it that holds the secret `offset` bytes after a multiple of three.
fn within_base64(secret: &str, offset: usize) -> String {
    let bytes = [&vec![0; offset][..], secret.as_bytes()].concat();
    let letters = STANDARD_NO_PAD.encode(&bytes).replace('/', "+");
    letters.get((offset * 8).div_ceil(6)..bytes.len() * 8 / 6).unwrap().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::URL_SAFE;

    const SECRET: &str = "pass ẅord/\"?>~x9";

    #[test]
    fn finds_every_spelling() {
        let (escaped, percent) = (json!(SECRET).to_string(), utf8_percent_encode(SECRET, NON_ALPHANUMERIC).to_string());
        let hex: String = SECRET.bytes().map(|byte| format!("{byte:02X}")).collect();
        let mut texts = vec![SECRET.to_owned(), escaped, percent, hex, format!("{:?}", SECRET.as_bytes())];
        for before in ["", "u", "us", "use", "user:"] {
            texts.push(STANDARD_NO_PAD.encode(format!("{before}{SECRET}")));
            texts.push(URL_SAFE.encode(format!("{before}{SECRET} and more")));
        }
        for text in texts {
            assert_eq!(found([SECRET], &format!("a line with {text} in it")), [SECRET], "{text}");
        }
        assert_eq!(found([SECRET], "pass word"), [""; 0]);
    }
}
