"""Verifies tokens with joserfc, which is told the issuer and the algorithm: a token a line, a word back."""

import sys

import requests
from joserfc import jwt
from joserfc.errors import BadSignatureError, ExpiredTokenError, InvalidClaimError, UnsupportedAlgorithmError
from joserfc.jwk import KeySet

REFUSALS = {
    BadSignatureError: "signature",
    ExpiredTokenError: "expired",
    InvalidClaimError: "issuer",
    # It looks at the algorithm before it looks for the key.
    UnsupportedAlgorithmError: "unknown key",
}

issuer, algorithm = sys.argv[1:]
configuration = requests.get(issuer + "/.well-known/openid-configuration").json()
assert algorithm in configuration["id_token_signing_alg_values_supported"]
keys = KeySet.import_key_set(requests.get(configuration["jwks_uri"]).json())
claims = jwt.JWTClaimsRegistry(iss={"essential": True, "value": issuer}, exp={"essential": True})


def verdict(token):
    try:
        claims.validate(jwt.decode(token, keys, algorithms=[algorithm]).claims)
    except tuple(REFUSALS) as refusal:
        return REFUSALS[type(refusal)]
    return "good"


for line in sys.stdin:
    print(verdict(line.strip()), flush=True)
