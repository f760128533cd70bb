"""A client as many are, with requests. It knows the address of the API, and nothing of what serves it.

    client.py begin BASE    logs some users in, logs one of them out, and leaves the tokens in kept.json
    client.py go_on BASE    goes on with these tokens, at another address
    client.py come_back BASE    logs every user in, where they were before
"""

import json
import sys
from pathlib import Path

import requests

from settings import HASHERS

KEPT = Path("kept.json")
NEW_PASSWORD = "Quartz-lamp-77"


class Client:
    def __init__(self, base, refresh, access):
        self.base, self.refresh, self.access = base, refresh, access

    @classmethod
    def log_in(cls, base, username, password):
        answer = requests.post(f"{base}/api/token/", json={"username": username, "password": password}, timeout=30)
        answer.raise_for_status()
        return cls(base, **answer.json())

    def hello(self):
        header = {"Authorization": f"Bearer {self.access}"}
        answer = requests.get(f"{self.base}/api/hello/", headers=header, timeout=30)
        answer.raise_for_status()

    def renew(self):
        answer = requests.post(f"{self.base}/api/token/refresh/", json={"refresh": self.refresh}, timeout=30)
        answer.raise_for_status()
        self.access, self.refresh = answer.json()["access"], answer.json()["refresh"]

    def log_out(self):
        answer = requests.post(f"{self.base}/api/token/blacklist/", json={"refresh": self.refresh}, timeout=30)
        answer.raise_for_status()


def refused(act):
    try:
        act()
    except requests.HTTPError as error:
        assert error.response.status_code == 401, error.response.text
        return error.response.json()
    raise AssertionError("it was not refused")


def begin(base):
    # Django replaces a hash of another hasher at a login, so the others move with what they have.
    clients = [Client.log_in(base, name, f"{name}'s password") for name in list(HASHERS)[:3]]
    for client in clients:
        client.hello()
    spent = Client(base, clients[1].refresh, clients[1].access)
    clients[1].renew()
    gone = Client(base, clients[0].refresh, clients[0].access)
    gone.log_out()
    cookie = Client.log_in(base, "forgot", "forgot's password")
    kept = {"live": clients[1:], "dead": [spent, gone], "cookie": [cookie]}
    KEPT.write_text(json.dumps({name: [(c.refresh, c.access) for c in some] for name, some in kept.items()}))


def go_on(base):
    kept = {name: [Client(base, *pair) for pair in pairs] for name, pairs in json.loads(KEPT.read_text()).items()}
    renew_by_cookie(base, kept["cookie"][0].refresh)
    reset_by_link(base, *Path("link.txt").read_text().split())
    for client in kept["live"]:
        client.hello()
        once = Client(base, client.refresh, client.access)
        client.renew()
        client.hello()
        refused(once.renew)
    for client in kept["dead"]:
        assert refused(client.renew)["code"] == "token_not_valid"
    for name in HASHERS:
        client = Client.log_in(base, name, f"{name}'s password")
        client.hello()
        refused(lambda: Client.log_in(base, name, "another password"))
    refused(lambda: Client.log_in(base, "nobody", "nobody's password"))


def renew_by_cookie(base, refresh):
    """As a browser does that has the cookie of dj-rest-auth."""
    answer = requests.post(f"{base}/dj-rest-auth/token/refresh/", cookies={"refresh": refresh}, timeout=30)
    assert answer.status_code == 200 and answer.json()["access"], answer.text


def reset_by_link(base, uid, token):
    """As the page of djoser does to which a mail leads, twice."""
    form = {"uid": uid, "token": token, "new_password": NEW_PASSWORD}
    confirm = f"{base}/auth/users/reset_password_confirm/"
    answers = [requests.post(confirm, json=form, timeout=30) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [204, 400], [answer.text for answer in answers]


def come_back(base):
    for name in HASHERS:
        Client.log_in(base, name, f"{name}'s password").hello()
    Client.log_in(base, "forgot", NEW_PASSWORD).hello()
    refused(lambda: Client.log_in(base, "forgot", "forgot's password"))


if __name__ == "__main__":
    {"begin": begin, "come_back": come_back, "go_on": go_on}[sys.argv[1]](sys.argv[2])
