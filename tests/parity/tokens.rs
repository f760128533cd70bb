//! The recorder's recipes for tokens: forged from claims, or a true one spoilt.

use crate::{
    bodies::{Names, repeated},
    recorded,
};
use ::tests::forge;
use md5::{Digest, Md5};
use serde_json::{Map, Number, Value, json};

/// The token of a recipe, at `now` in Unix seconds.
pub(crate) fn forged(recipe: &Value, names: &Names, now: i64) -> String {
    let algorithm = recipe["alg"].as_str().unwrap_or("HS256");
    let header = text_or(&recipe["header_text"], || forge::json(&header(algorithm, &recipe["header"])));
    let claims = text_or(&recipe["payload_text"], || forge::json(&claims(recipe, names, now)));
    let signer = recipe["sign_alg"].as_str().unwrap_or(algorithm);
    let token = forge::token_of_texts(&header, &whole_numbers(&claims), signer, &recorded::key(&recipe["key"]));
    recipe["mutate"].as_str().map_or_else(|| token.clone(), |how| mutated(&token, how))
}

/// The token, spoilt the way that the recorder names `how`.
pub(crate) fn mutated(token: &str, how: &str) -> String {
    let parts: Vec<&str> = token.split('.').collect();
    let joined = |change: fn(&str) -> String| parts.iter().map(|part| change(part)).collect::<Vec<_>>().join(".");
    let [header, claims, signature] = [parts[0], parts[1], parts[2]];
    match how {
        "bearer_prefix" => format!("Bearer {token}"),
        "empty_sig" => format!("{header}.{claims}."),
        "flip_payload" => format!("{header}.{}.{signature}", another_user(token)),
        "flip_sig" => format!("{header}.{claims}.{}", first_letter_changed(signature)),
        "four_segments" => format!("{token}.abcd"),
        "inner_newline" => format!("{header}.\n{claims}.{signature}"),
        "inner_space" => format!("{header}. {claims}.{signature}"),
        "nul" => format!("{token}\0"),
        "pad" => joined(padded),
        "pad_sig" => format!("{header}.{claims}.{}", padded(signature)),
        "quoted" => format!("\"{token}\""),
        "sig_last_bits" => last_bit_changed(token),
        "std_b64" => joined(|part| part.replace('-', "+").replace('_', "/")),
        "surround_space" => format!("  {token} \n"),
        "two_segments" => format!("{header}.{claims}"),
        "unicode" => format!("{token}é"),
        "upper" => token.to_uppercase(),
        _ => panic!("an unknown way to spoil a token: {how}"),
    }
}

/// Simple JWT's fingerprint of a stored password: `REVOKE_TOKEN_CLAIM`.
pub(crate) fn fingerprint(encoded: &str) -> String {
    Md5::digest(encoded).iter().map(|byte| format!("{byte:02X}")).collect()
}

fn text_or(given: &Value, otherwise: impl FnOnce() -> String) -> String {
    given.as_str().map_or_else(otherwise, str::to_owned)
}

fn header(algorithm: &str, changes: &Value) -> Value {
    let mut header = Map::from_iter([("alg".to_owned(), json!(algorithm)), ("typ".to_owned(), json!("JWT"))]);
    for (name, value) in changes.as_object().into_iter().flatten() {
        if value["$drop"].is_null() {
            header.insert(name.clone(), value.clone());
        } else {
            header.shift_remove(name);
        }
    }
    header.sort_keys();
    header.into()
}

fn claims(recipe: &Value, names: &Names, now: i64) -> Value {
    let from = recipe["from"].as_str().map(|name| forge::parts(&names[name]).unwrap().1);
    let mut claims = from.unwrap_or_default();
    for (name, value) in recipe["claims"].as_object().into_iter().flatten() {
        claims.insert(name.clone(), dynamic(value, names, now));
    }
    for dropped in recipe["drop"].as_array().into_iter().flatten() {
        claims.shift_remove(dropped.as_str().unwrap());
    }
    claims.into()
}

fn dynamic(value: &Value, names: &Names, now: i64) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| dynamic(item, names, now)).collect(),
        Value::Object(fields) => match fields.iter().next() {
            Some((name, argument)) if name.starts_with('$') => special(name, argument, names, now),
            _ => fields.iter().map(|(name, value)| (name.clone(), dynamic(value, names, now))).collect(),
        },
        _ => value.clone(),
    }
}

fn special(name: &str, argument: &Value, names: &Names, now: i64) -> Value {
    let moment = now + argument.as_i64().unwrap_or_default();
    match name {
        "$claim" => {
            forge::parts(&names[argument[0].as_str().unwrap()]).unwrap().1[argument[1].as_str().unwrap()].clone()
        }
        "$md5pw" => fingerprint(&stored_password(argument.as_str().unwrap())).into(),
        "$now" => moment.into(),
        "$nowf" => Number::from_f64(moment as f64 + 0.5).into(),
        "$nowms" => (moment * 1000).into(),
        "$nowstr" => moment.to_string().into(),
        "$repeat" => repeated(argument).into(),
        "$uuid" => fresh_uuid().into(),
        _ => panic!("an unknown recipe: {name}"),
    }
}

fn stored_password(username: &str) -> String {
    let users = recorded::users();
    let user = users.iter().find(|user| user["username"] == username).unwrap();
    user["password"].as_str().unwrap().to_owned()
}

fn fresh_uuid() -> String {
    let mut random = [0; 16];
    aws_lc_rs::rand::SecureRandom::fill(&aws_lc_rs::rand::SystemRandom::new(), &mut random).unwrap();
    token::jti(random)
}

/// Whole numbers beyond 64 bits are read as floats; Python keeps them whole, so they are written whole again.
fn whole_numbers(claims: &str) -> String {
    claims.replace("1e+30", "1000000000000000000000000000000")
}

fn another_user(token: &str) -> String {
    let (_, mut claims) = forge::parts(token).unwrap();
    claims.insert("user_id".to_owned(), json!("5"));
    forge::encode(forge::json(&claims.into()).as_bytes())
}

fn first_letter_changed(signature: &str) -> String {
    let (old, rest) = signature.split_at(1);
    format!("{}{rest}", if old == "A" { "B" } else { "A" })
}

fn last_bit_changed(token: &str) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (rest, last) = token.split_at(token.len() - 1);
    let place = ALPHABET.iter().position(|letter| last.as_bytes() == [*letter]).unwrap();
    format!("{rest}{}", char::from(ALPHABET[place ^ 1]))
}

fn padded(part: &str) -> String {
    format!("{part}{}", "=".repeat((4 - part.len() % 4) % 4))
}

#[cfg(test)]
mod tests {
    use super::{forged, mutated};
    use crate::{bodies::Names, recorded};
    use ::tests::forge;
    use serde_json::json;

    #[test]
    fn every_algorithm_signs_with_its_recorded_key_and_verifies() {
        let keys = [
            ("ES256", "ec256"),
            ("ES256K", "ec256k"),
            ("ES384", "ec384"),
            ("ES512", "ec521"),
            ("EdDSA", "ed25519"),
            ("PS256", "rsa"),
            ("PS384", "rsa"),
            ("PS512", "rsa"),
            ("RS256", "rsa"),
            ("RS384", "rsa"),
            ("RS512", "rsa"),
        ];
        for (algorithm, key) in keys {
            let recipe = json!({"alg": algorithm, "key": {"file": format!("keys/{key}.pem")}, "claims": {"a": 1}});
            let token = forged(&recipe, &Names::new(), 0);
            let public = recorded::text(&format!("keys/{key}.pub.pem"));
            assert!(forge::verifies(&token, algorithm, &public), "{algorithm}");
            assert!(!forge::verifies(&mutated(&token, "flip_sig"), algorithm, &public), "{algorithm}");
        }
    }

    #[test]
    fn a_changed_last_bit_leaves_the_signature_as_it_was() {
        let token = forged(&json!({}), &Names::new(), 0);
        let changed = mutated(&token, "sig_last_bits");
        assert_ne!(token, changed);
        assert_eq!(token.split_at(token.len() - 1).0, changed.split_at(changed.len() - 1).0);
    }

    #[test]
    fn whole_numbers_stay_whole() {
        let token = forged(&json!({"claims": {"exp": 1e30}}), &Names::new(), 0);
        let claims = forge::decode(token.split('.').nth(1).unwrap()).unwrap();
        assert_eq!(claims, br#"{"exp":1000000000000000000000000000000}"#);
    }
}
