"""Requests made with a seed: what clients send, what they send by mistake, and what attackers send."""

import base64
import hashlib
import hmac
import json
import time
import uuid

from wire import Request

SECRET = "golden-secret-key-0123456789abcdefghijklmnopqrstuvwxyz-0123456789ABCDEF"
TOKEN_PATHS = {"refresh": "refresh", "verify": "token", "blacklist": "refresh", "sliding/refresh": "token"}

# What a field can be instead of what it should be, as JSON text: Python would not write all of it.
ODD_JSON = [
    "null", "true", "false", "0", "1", "-7", "1.5", "1e2", "1e400", "12345678901234567890", "[]", '["a"]', "{}", '{"a":1}',
    '""', '" "', '"\\t\\n"', '"\\u00a0\\u2003"', '"\\u200b"', '"a\\u0000b"', '"\\ud800"', '"\\udc00x"', '"x"', '"alice "',
    '"\\u00fc"', '"\\ud83d\\udd11"', '"' + "a" * 3000 + '"', '"Bearer x"', '"a.b.c"', '".."', '"\\u2028"',
]
ODD_BODIES = [
    b"", b" ", b"{", b"}", b"[]", b"[1]", b'"x"', b"42", b"4.5", b"null", b"true", b"nul", b"{'a':1}", b'{"a":1,}', b'{"a" 1}',
    b'{"a":1}x', b"\xef\xbb\xbf{}", b'{"username":"\xff"}', b'{"username":NaN}', b'{"username":Infinity}', b'{"username":-Infinity}',
    b'{"username":"a\nb"}', b'{"username":"\\x"}', b'{"username":"\\u12"}', b'{"username":01}', b'{"username":.5}', b'{"username":1.}',
    b'{"a":"' + b"x" * 2000 + b'"}', b"[" * 200 + b"]" * 200, b'{"username":tru}', b"\x00", b"{}\x00", b"a=1&b=2", b"<x/>",
]
CONTENT_TYPES = [
    b"application/json", b"application/json; charset=utf-8", b"APPLICATION/JSON", b"application/json;charset=latin-1", b"text/plain",
    b"application/xml", b"*/*", b"application/*", b"text/*", b"application/x-www-form-urlencoded", b"", b"garbage", b"application/json, x",
    b"multipart/form-data", b"application/vnd.api+json", b"text/html", b"application/json; charset=nonsense",
]
ACCEPTS = [
    b"application/json", b"*/*", b"application/*", b"application/json;q=0", b"application/xml", b"application/xml, */*;q=0.1", b"garbage",
    b"", b"text/plain", b"application/json; indent=4", b"application/json; indent=99", b"application/json; indent=x", b"text/*", b"image/png,*/*",
]
ODD_CLAIMS = [" 1 ", None, True, False, 0, 1, -1, 1.5, "", " ", "x", "1", "999", [], ["x"], {}, {"a": 1}, "é用", "a" * 300, 2**31, 2**53]


class Generator:
    """Draws requests; remembers tokens, so that used, revoked and rotated ones come back."""

    def __init__(self, random, variant, users):
        self.random, self.variant, self.users = random, variant, users
        self.known = {"access": [], "refresh": [], "sliding": []}
        self.spent = []

    def draw(self):
        kinds = [(self.login, 12), (self.spoilt_login, 18), (self.token_call, 34), (self.guarded, 22), (self.odd_http, 14)]
        [make] = self.random.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])
        return make()

    def learn(self, body):
        """Remembers the tokens of an answer."""
        kinds = {"access": "access", "refresh": "refresh", "token": "sliding"}
        for name, kind in kinds.items():
            if isinstance(body, dict) and isinstance(body.get(name), str) and body[name].count(".") == 2:
                self.known[kind] = [*self.known[kind][-200:], body[name]]

    def forget(self, tokens):
        """Drops what only one of the two services may have revoked: from here on they rightly differ."""
        spoilt = {claims.get(name) for _, _, claims in tokens for name in ("jti", "tid") if isinstance(claims.get(name), str)}
        for kind, known in self.known.items():
            self.known[kind] = [token for token in known if spoilt.isdisjoint(ids(token))]
        self.spent = [token for token in self.spent if spoilt.isdisjoint(ids(token))]

    # -- logins

    def login(self):
        user = self.random.choice(self.users)
        fields = {"username": user["username"], "password": user["password_plain"] or "x"}
        if self.random.random() < 0.2:
            fields["password"] = self.random.choice(["wrong", "", fields["password"].upper(), fields["password"] + "x"])
        if self.random.random() < 0.1:
            fields["username"] = self.random.choice([fields["username"].upper(), fields["username"] + "x", user["email"]])
        path = self.random.choice(["/api/token/", "/api/token/", "/api/token/sliding/"])
        shape = self.random.choice(["json", "json", "escaped", "form", "multipart"])
        return Request("POST", path, *self.encoded(fields, shape))

    def spoilt_login(self):
        path = self.random.choice(["/api/token/", "/api/token/sliding/"])
        if self.random.random() < 0.3:
            return Request("POST", path, [("Content-Type", b"application/json")], self.random.choice(ODD_BODIES))
        names = self.random.choice([["username", "password"]] * 4 + [["username"], ["password"], [], ["Username", "password"]])
        values = {name: self.random.choice(ODD_JSON + ['"alice"', '"alice-pass-1"'] * 5) for name in names}
        body = "{" + ",".join(f'"{name}": {value}' for name, value in values.items()) + "}"
        return Request("POST", path, [("Content-Type", b"application/json")], self.scratched(body.encode(), 0.15))

    # -- tokens

    def token_call(self):
        path = self.random.choice([*TOKEN_PATHS, "refresh", "verify"])
        field = TOKEN_PATHS[path]
        if self.random.random() < 0.06:
            body = f'{{"{field}": {self.random.choice(ODD_JSON)}}}'.encode()
            return Request("POST", f"/api/token/{path}/", [("Content-Type", b"application/json")], body)
        shape = self.random.choice(["json", "json", "json", "form", "multipart"])
        token = self.random.choice(self.spent[-30:]) if self.spent and self.random.random() < 0.08 else self.token(path)
        if path in ("refresh", "blacklist") and token in self.known["refresh"]:
            self.spent.append(token)
        return Request("POST", f"/api/token/{path}/", *self.encoded({field: token}, shape))

    def guarded(self):
        name = {"HTTP_AUTHORIZATION": "Authorization"}.get(self.variant.get("AUTH_HEADER_NAME"), "Authorization")
        scheme = self.random.choice([*self.variant.get("AUTH_HEADER_TYPES", ["Bearer"])] * 6 + ["bearer", "JWT", "Token", "Basic", ""])
        gap = self.random.choice([" "] * 12 + ["  ", "\t", ""])
        tail = self.random.choice([""] * 14 + [" ", " x", "  "])
        header = f"{scheme}{gap}{self.token('hello')}{tail}".replace("\n", "")
        headers = [] if self.random.random() < 0.04 else [(name, header.encode("utf-8"))]
        return Request("GET", "/api/hello/", headers)

    def token(self, path):
        kind = {"refresh": "refresh", "blacklist": "refresh", "sliding/refresh": "sliding", "hello": "access"}.get(path, "access")
        if self.random.random() < 0.25:
            kind = self.random.choice(["refresh", *self.known])
        chance = self.random.random()
        if chance < 0.3 and self.known[kind]:
            return self.random.choice(self.known[kind][-20:])
        if chance < 0.45 and self.known[kind]:
            return self.spoilt(self.random.choice(self.known[kind]))
        token = self.forged(kind)
        return self.spoilt(token) if self.random.random() < 0.12 else token

    def forged(self, kind):
        now = int(time.time())
        names = self.variant
        claims = {
            names.get("TOKEN_TYPE_CLAIM", "token_type"): kind,
            "exp": now + 3000,
            "iat": now - 10,
            names.get("JTI_CLAIM", "jti"): self.uuid(),
            names.get("USER_ID_CLAIM", "user_id"): str(self.random.choice([1, 1, 1, 1, 2, 2, 3, 3, 5, 5, 7, 14, 999, " 1", "+1"])),
        }
        if kind == "sliding":
            claims[names.get("SLIDING_TOKEN_REFRESH_EXP_CLAIM", "refresh_exp")] = now + 6000
        if "AUDIENCE" in names:
            claims["aud"] = self.random.choice(names["AUDIENCE"] if isinstance(names["AUDIENCE"], list) else [names["AUDIENCE"]])
        if "ISSUER" in names:
            claims["iss"] = names["ISSUER"]
        if self.random.random() < 0.04:
            del claims[names.get("USER_ID_CLAIM", "user_id")]
        header = {"alg": names.get("ALGORITHM", "HS256"), "typ": "JWT"}
        for _ in range(self.random.choice([0, 1, 1, 2])):
            self.twist(claims, header, now)
        return signed(header, claims, header.get("alg"))

    def twist(self, claims, header, now):
        """Changes one thing."""
        names = list(claims)
        what = self.random.choice(["drop", "odd", "odd", "time", "time", "extra", "kind", "header", "order"])
        if what == "drop" and names:
            del claims[self.random.choice(names)]
        elif what == "odd" and names:
            claims[self.random.choice([*names, "aud", "iss", "sub", "nbf"])] = self.random.choice(ODD_CLAIMS)
        elif what == "time":
            claims[self.random.choice(["exp", "iat", "nbf", "refresh_exp"])] = now + self.random.choice(
                [-86400, -100, -30, -15, 15, 30, 100, 3000, 0.5, -100.5, 200.5]
            )
        elif what == "extra":
            claims[self.random.choice(["name", "roles", "hash_password", "aud", "iss", "sub", "token_type"])] = self.random.choice(
                ["x", ["a", {"b": None}], "é用🔑", "api", "refresh", "access"]
            )
        elif what == "kind":
            claims["token_type"] = self.random.choice(["access", "refresh", "sliding", "untyped", "Access", "", None, 5])
        elif what == "header":
            header[self.random.choice(["alg", "kid", "crit", "cty", "jku", "x"])] = self.random.choice(
                ["HS256", "HS512", "none", "None", "RS256", "x", ["b64"], 5, None]
            )
        elif what == "order":
            for name in self.random.sample(names, len(names)):
                claims[name] = claims.pop(name)

    def spoilt(self, token):
        parts = token.split(".")
        place = self.random.randrange(len(token))
        letter = self.random.choice("ABCxyz019-_=+/. é\"")
        ways = [
            lambda: token[:place] + letter + token[place + 1 :],
            lambda: token[:place] + letter + token[place:],
            lambda: token[:place] + token[place + 1 :],
            lambda: token[:place],
            lambda: ".".join(parts[:2]),
            lambda: ".".join(parts[:2]) + ".",
            lambda: token + ".x",
            lambda: token + "=",
            lambda: f" {token}\n",
            lambda: f'"{token}"',
            lambda: ".".join([parts[1], parts[0], parts[-1]]),
            lambda: token.swapcase(),
        ]
        return self.random.choice(ways)()

    # -- everything around

    def odd_http(self):
        path = self.random.choice(["", "refresh/", "verify/", "blacklist/", "sliding/", "sliding/refresh/"])
        method = self.random.choice(["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "POST", "POST", "POST"])
        query = self.random.choice([""] * 6 + ["?format=json", "?format=xml", "?username=alice", "?format="])
        headers = [("Content-Type", self.random.choice(CONTENT_TYPES))] if self.random.random() < 0.7 else []
        if self.random.random() < 0.5:
            headers.append(("Accept", self.random.choice(ACCEPTS)))
        body = b""
        if method in ("POST", "PUT", "PATCH"):
            body = self.random.choice([b'{"username":"alice","password":"alice-pass-1","token":"x","refresh":"x"}', *ODD_BODIES])
        base = "/api/hello/" if self.random.random() < 0.15 else f"/api/token/{path}"
        return Request(method, base + query, headers, body)

    def encoded(self, fields, shape):
        if shape == "form":
            body = "&".join(f"{name}={quoted(value)}" for name, value in fields.items()).encode()
            return [("Content-Type", b"application/x-www-form-urlencoded")], body
        if shape == "multipart":
            parts = [f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
            return [("Content-Type", b"multipart/form-data; boundary=edge")], ("".join(parts) + "--edge--\r\n").encode()
        text = json.dumps(fields, ensure_ascii=shape == "escaped")
        return [("Content-Type", b"application/json")], text.encode()

    def scratched(self, body, chance):
        """Cuts or changes a byte now and then."""
        if not body or self.random.random() >= chance:
            return body
        place = self.random.randrange(len(body))
        return self.random.choice([body[:place], body[:place] + bytes([self.random.randrange(32, 127)]) + body[place + 1 :]])

    def uuid(self):
        return uuid.UUID(int=self.random.getrandbits(128), version=4).hex


def signed(header, claims, algorithm):
    """A token under the shared secret; what cannot be signed so is signed as HS256."""
    digest = {"HS384": hashlib.sha384, "HS512": hashlib.sha512}.get(algorithm if isinstance(algorithm, str) else "", hashlib.sha256)
    texts = [json.dumps(part, separators=(",", ":")).encode() for part in (header, claims)]
    message = b".".join(base64.urlsafe_b64encode(text).rstrip(b"=") for text in texts)
    signature = b"" if algorithm in ("none", "None") else hmac.new(SECRET.encode(), message, digest).digest()
    return (message + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


def ids(token):
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return [claims.get("jti"), claims.get("tid")]


def quoted(text):
    safe = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-~"
    return "".join(chr(byte) if byte in safe else "+" if byte == 32 else f"%{byte:02X}" for byte in text.encode())
