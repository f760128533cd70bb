"""What PyJWT takes to sign and to verify, in µs: cases on standard input, figures on standard output, both JSON.

Its keys are parsed before, as ours are.
"""

import json
import sys
import time

import jwt


def measured(act):
    def once():
        begun, calls = time.perf_counter(), 0
        while time.perf_counter() - begun < 0.1:
            act()
            calls += 1
        return (time.perf_counter() - begun) * 1e6 / calls

    return min(once() for _ in range(7))


def figures(case):
    algorithm = case["alg"]
    private = jwt.get_algorithm_by_name(algorithm).prepare_key(case["material"])
    public = private if algorithm.startswith("HS") else private.public_key()
    header = {"kid": jwt.get_unverified_header(case["token"])["kid"]}
    claims = jwt.decode(case["token"], options={"verify_signature": False})
    return {
        "sign": measured(lambda: jwt.encode(claims, private, algorithm, headers=header)),
        "verify": measured(lambda: jwt.decode(case["token"], public, [algorithm], issuer=case["issuer"])),
    }


print(json.dumps({case["alg"]: figures(case) for case in json.load(sys.stdin)}))
