//! Project Wycheproof's vectors for signatures and HMAC, through the verifier of this crate.

use crate::keys::{algorithm::Algorithm, key::Key};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use wycheproof::{TestResult, ecdsa, eddsa, mac, rsa_pkcs1_verify, rsa_pss_verify};

/// How many vectors were looked at, and which were judged otherwise.
#[derive(Default)]
struct Judged {
    seen: usize,
    wrong: Vec<String>,
}

impl Judged {
    /// Holds the verdict of `key` against the vector's. What is merely acceptable may be refused.
    fn hold(&mut self, key: &Key, id: usize, (message, signature): (&[u8], &[u8]), result: TestResult) {
        let accepted = key.verifies(message, &URL_SAFE_NO_PAD.encode(signature));
        let wrong = match result {
            TestResult::Valid => !accepted,
            TestResult::Invalid => accepted,
            TestResult::Acceptable => false,
        };
        self.seen += 1;
        if wrong {
            self.wrong.push(format!("{} {id} {result:?}", key.algorithm()));
        }
    }

    fn demand(self, at_least: usize) {
        assert!(self.seen >= at_least, "only {} vectors", self.seen);
        assert!(self.wrong.is_empty(), "{:?}", self.wrong);
    }
}

macro_rules! signatures {
    ($judged:ident: $($set:ident::$name:ident as $algorithm:ident),+) => {
        $(for group in $set::TestSet::load($set::TestName::$name).unwrap().test_groups {
            let key = Key::public_pem(None, Algorithm::$algorithm, &group.pem).unwrap();
            for test in group.tests {
                $judged.hold(&key, test.tc_id, (&test.msg, &test.sig), test.result);
            }
        })+
    };
}

#[test]
fn ja_31_elliptic_curves() {
    let mut judged = Judged::default();
    signatures!(judged: ecdsa::EcdsaSecp256r1Sha256P1363 as ES256, ecdsa::EcdsaSecp384r1Sha384P1363 as ES384);
    judged.demand(400);
}

#[test]
fn ja_31_edwards_curves() {
    let mut judged = Judged::default();
    signatures!(judged: eddsa::Ed25519 as EdDSA);
    judged.demand(140);
}

#[test]
fn ja_31_rsa() {
    let mut judged = Judged::default();
    signatures!(judged:
        rsa_pkcs1_verify::Rsa2048Sha256 as RS256,
        rsa_pkcs1_verify::Rsa4096Sha384 as RS384,
        rsa_pkcs1_verify::Rsa3072Sha512 as RS512,
        rsa_pss_verify::RsaPss2048Sha256Mgf1SaltLen32 as PS256,
        rsa_pss_verify::RsaPss4096Sha384Mgf1SaltLen48 as PS384,
        rsa_pss_verify::RsaPss4096Sha512Mgf1SaltLen64 as PS512
    );
    judged.demand(1000);
}

/// Shortened tags are not JWS's, and keys that repeat one byte are none of ours.
#[test]
fn ja_31_hmac() {
    let mut judged = Judged::default();
    for (name, algorithm, bits) in [
        (mac::TestName::HmacSha256, Algorithm::HS256, 256),
        (mac::TestName::HmacSha384, Algorithm::HS384, 384),
        (mac::TestName::HmacSha512, Algorithm::HS512, 512),
    ] {
        let groups = mac::TestSet::load(name).unwrap().test_groups;
        for test in groups.into_iter().filter(|group| group.tag_size == bits).flat_map(|group| group.tests) {
            let Ok(key) = Key::hmac(None, algorithm, &test.key) else { continue };
            judged.hold(&key, test.tc_id, (&test.msg, &test.tag), test.result);
        }
    }
    judged.demand(200);
}
