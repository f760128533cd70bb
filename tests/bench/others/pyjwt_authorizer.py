"""The usual Lambda authorizer in Python: PyJWT, HS256, a policy. `make bench` measures it beside ours."""

import os

import jwt

KEY = os.environ["SIGNING_KEY"]


def handler(event, context):
    scheme, _, token = event["headers"]["Authorization"].partition(" ")
    effect, claims = "Deny", {}
    try:
        claims = jwt.decode(token, KEY, algorithms=["HS256"], options={"require": ["exp"]})
        if scheme == "Bearer" and claims.get("token_type") == "access":
            effect = "Allow"
    except jwt.InvalidTokenError:
        pass
    api, stage = event["methodArn"].split("/")[:2]
    return {
        "principalId": str(claims.get("user_id", "anonymous")),
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Action": "execute-api:Invoke", "Effect": effect, "Resource": f"{api}/{stage}/*"}],
        },
        "context": {"user_id": str(claims.get("user_id", ""))},
    }
