"""Verifies tokens with PyJWT, which is told the issuer and the algorithm: a token a line, a word back."""

import sys

import jwt
import requests

REFUSALS = {
    jwt.InvalidSignatureError: "signature",
    jwt.ExpiredSignatureError: "expired",
    jwt.InvalidIssuerError: "issuer",
    jwt.PyJWKClientError: "unknown key",
}

issuer, algorithm = sys.argv[1:]
configuration = requests.get(issuer + "/.well-known/openid-configuration").json()
assert algorithm in configuration["id_token_signing_alg_values_supported"]
keys = jwt.PyJWKClient(configuration["jwks_uri"])


def verdict(token):
    try:
        key = keys.get_signing_key_from_jwt(token)
        jwt.decode(token, key, algorithms=[algorithm], issuer=issuer)
    except tuple(REFUSALS) as refusal:
        return REFUSALS[type(refusal)]
    return "good"


for line in sys.stdin:
    print(verdict(line.strip()), flush=True)
