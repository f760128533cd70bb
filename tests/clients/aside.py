"""What happens beside the client under test."""

import os
import time

import requests

BASE = os.environ["LATCHKEY"]
CREDENTIALS = {"username": "alice", "password": os.environ["PASSWORD"]}


def past_the_expiry():
    time.sleep(2.5)


def end_every_session():
    access = requests.post(BASE + "/api/token/", data=CREDENTIALS).json()["access"]
    requests.delete(BASE + "/api/sessions/?all=true", headers={"Authorization": f"Bearer {access}"})
