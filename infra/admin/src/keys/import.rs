//! `latchkey keys import`

use super::view;
use crate::{
    ambient,
    answer::Answer,
    fault::Fault,
    keyring::{self, Where},
};
use clap::Args;
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
A key only verifies, unless --sign says otherwise. Django's tokens name no key, so their key gets no name, either.

Examples:
  python manage.py shell -v 0 -c 'from django.conf import settings; print(settings.SECRET_KEY)' | latchkey keys import -
  latchkey keys import django.pub.pem --alg RS256 --days 14
  latchkey keys import rsa.pem --alg RS256 --sign --kid 2026-11       the next key in turn")]
pub(crate) struct Arguments {
    /// A secret as text, a key as PEM or a public key as JWK; - reads standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What the key is for
    #[arg(long, default_value = "HS256", value_name = "ALGORITHM")]
    alg: Algorithm,
    /// The name that its tokens carry [default: none; with --sign, the thumbprint]
    #[arg(long, value_name = "NAME")]
    kid: Option<String>,
    /// For how many days it verifies [default: until it is revoked]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i64).range(1..=3660), conflicts_with = "sign")]
    days: Option<i64>,
    /// It signs as soon as everybody knows it
    #[arg(long)]
    sign: bool,
}

impl Arguments {
    pub(crate) async fn run(&self, place: &Where) -> Result<Answer, Fault> {
        let material = read(&self.file)?;
        let (ring, now) = (place.open().await?, ambient::now());
        let next = ring.set.import(self.key(&material, now)?, &ring.policy, now, &keyring::entropy()?)?;
        ring.replace(&next).await?;
        let text = format!("imported the key{}\n{}", view::prospect(&ring.set, &next, now), view::text(&next, now));
        Ok(Answer::new(text, view::json(&next, now)))
    }

    fn key(&self, material: &str, now: i64) -> Result<Key, Fault> {
        if !self.sign {
            let verify_until = self.days.map(|days| now + days * DAY);
            let key = self.named(self.kid.clone(), material)?;
            return Ok(key.verify_only().within(Window { verify_until, ..Window::default() }));
        }
        let own = |key: Key| key.thumbprint();
        let kid = self.kid.clone().map_or_else(|| self.named(None, material).map(own), |kid| Ok(Some(kid)))?;
        let key = self.named(kid, material)?;
        if key.kid().is_none() {
            return Err(Fault::usage("a secret that signs needs a name").next("give one with --kid NAME"));
        }
        if key.is_verify_only() {
            return Err(Fault::usage("a public key cannot sign").next("give the private key, or leave --sign out"));
        }
        Ok(key)
    }

    fn named(&self, kid: Option<String>, material: &str) -> Result<Key, KeyError> {
        if self.alg.is_symmetric() {
            return Key::hmac(kid, self.alg, material.as_bytes());
        }
        match serde_json::from_str(material) {
            Ok(jwk) => Key::public_jwk(kid, self.alg, &jwk),
            Err(_) if material.contains("PUBLIC KEY-----") => Key::public_pem(kid, self.alg, material),
            Err(_) => Key::private_pem(kid, self.alg, material),
        }
    }
}

/// The text without the line break at its end, which editors and `print` put there.
fn read(path: &Path) -> Result<Zeroizing<String>, Fault> {
    let mut text = Zeroizing::new(String::new());
    let read = match path.to_str() {
        Some("-") => io::stdin().read_to_string(&mut text),
        _ => fs::File::open(path).and_then(|mut file| file.read_to_string(&mut text)),
    };
    read.map_err(|cause| {
        Fault::usage(format!("{} cannot be read: {cause}", path.display()))
            .next("name a file that holds the key alone, or - for standard input")
    })?;
    Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}
