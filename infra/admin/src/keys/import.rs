//! `latchkey keys import`

use crate::{
    ambient,
    answer::Answer,
    fault::Fault,
    keyring::{self, KeysTarget},
    keys::view,
};
use clap::Args;
use serde_json::json;
use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};
use token::{Algorithm, Key, KeyError, Window};
use zeroize::Zeroizing;

const DAY: i64 = 86_400;

#[derive(Args)]
#[command(after_help = "\
Without --sign the key only verifies. Django's tokens have no kid, so Django's key needs no --kid, either.

Examples:
  python manage.py shell -v 0 -c 'from django.conf import settings; print(settings.SECRET_KEY)' | latchkey keys import -
  latchkey keys import django.pub.pem --alg RS256 --days 14
  latchkey keys import rsa.pem --alg RS256 --sign --kid 2026-11       signs after the current key")]
pub(crate) struct Arguments {
    /// A secret as text, a key as PEM or a public key as JWK; - reads standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The algorithm of the key
    #[arg(long, default_value = "HS256", value_name = "ALGORITHM")]
    alg: Algorithm,
    /// The `kid` of its tokens [default: none; with --sign, the thumbprint]
    #[arg(long, value_name = "NAME")]
    kid: Option<String>,
    /// For how many days the key verifies [default: until it is revoked]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i64).range(1..=3660), conflicts_with = "sign")]
    days: Option<i64>,
    /// Let the key sign, as soon as every cache has it
    #[arg(long)]
    sign: bool,
    /// Accept a secret that can be guessed, has several lines or is not text
    #[arg(long)]
    weak: bool,
}

impl Arguments {
    pub(crate) async fn run(&self, target: &KeysTarget) -> Result<Answer, Fault> {
        let material = read(&self.file)?;
        let (ring, now) = (target.open().await?, ambient::now());
        let key = self.key(&material, now)?;
        let what = described(&key, material.len());
        let name = view::name(key.kid()).to_string();
        let next = ring.set.import(key, &ring.policy, now, &keyring::entropy()?)?;
        ring.replace(&next).await?;
        let prospect = view::prospect(&ring.set, &next, now);
        let text = format!("imported {what}{prospect}\n{}", view::text(&next, now));
        Ok(Answer::new(text, view::json(&next, now)).did("keys import", json!({"key": name, "signs": self.sign})))
    }

    fn key(&self, material: &[u8], now: i64) -> Result<Key, Fault> {
        if !self.sign {
            let verify_until = self.days.map(|days| now + days * DAY);
            let key = self.named(self.kid.clone(), material)?;
            return Ok(key.verify_only().within(Window { verify_until, ..Window::default() }));
        }
        let own = |key: Key| key.thumbprint();
        let kid =
            self.kid.clone().map_or_else(|| self.named(None, material).map(own), |kid| Ok::<_, Fault>(Some(kid)))?;
        let key = self.named(kid, material)?;
        if key.kid().is_none() {
            return Err(Fault::usage("a secret that signs needs a name").next("give one with --kid NAME"));
        }
        if key.is_verify_only() {
            return Err(Fault::usage("a public key cannot sign").next("give the private key, or leave --sign out"));
        }
        Ok(key)
    }

    fn named(&self, kid: Option<String>, material: &[u8]) -> Result<Key, Fault> {
        if self.alg.is_symmetric() {
            let key = Key::hmac(kid, self.alg, material)?;
            return if self.weak { Ok(key) } else { expect_good(&key, material).map(|()| key) };
        }
        let mismatch = KeyError::Mismatch { algorithm: self.alg };
        let text = std::str::from_utf8(material).map_err(|_| mismatch)?;
        Ok(match serde_json::from_str(text) {
            Ok(jwk) => Key::public_jwk(kid, self.alg, &jwk)?,
            Err(_) if text.contains("PUBLIC KEY-----") => Key::public_pem(kid, self.alg, text)?,
            Err(_) => Key::private_pem(kid, self.alg, text)?,
        })
    }
}

/// What was taken over, with what is wrong with it.
fn described(key: &Key, length: usize) -> String {
    if !key.algorithm().is_symmetric() {
        return "the key".to_owned();
    }
    let secret = format!("a secret of {length} bytes, whose SHA-256 begins with {}", key.fingerprint());
    key.weakness().map_or(secret.clone(), |weakness| format!("{secret} (weak: {weakness})"))
}

/// # Errors
/// What looks like something else than a secret, and a secret that could be guessed.
fn expect_good(key: &Key, material: &[u8]) -> Result<(), Fault> {
    let length = material.len();
    let says = match (std::str::from_utf8(material), key.weakness()) {
        (Err(_), _) => format!("these {length} bytes are no text"),
        (Ok(text), _) if text.contains(['\n', '\r']) => {
            format!("this text of {length} bytes has {} lines: it may be an error message", text.lines().count())
        }
        (Ok(_), Some(weakness)) if weakness.is_guessable() => {
            format!("this secret of {length} bytes is weak: {weakness}")
        }
        (Ok(_), _) => return Ok(()),
    };
    Err(Fault::refused(says).next("if it is the right secret, import it with --weak; tokens may then be forged"))
}

/// The text without the line break at its end, which editors and `print` put there.
fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let mut bytes = Zeroizing::new(Vec::new());
    let read = match path.to_str() {
        Some("-") => io::stdin().read_to_end(&mut bytes),
        _ => fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)),
    };
    read.map_err(|cause| {
        Fault::usage(format!("{} cannot be read: {cause}", path.display()))
            .next("name a file that holds the key alone, or - for standard input")
    })?;
    let end = bytes.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |last| last + 1);
    bytes.truncate(end);
    Ok(bytes)
}
