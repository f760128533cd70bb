"""Requests per second of both services: the same client, the same calls, one after the other on the same machine."""

import json
import multiprocessing
import socket
import time

CLIENTS = 4
SECONDS = 4


def report(original, ours):
    for name in ("refresh", "verify"):
        measured = [rate(port, name) for port in (original, ours)]
        print(f"{name:8} original {measured[0]:7.0f}/s   ours {measured[1]:7.0f}/s   ratio {measured[1] / measured[0]:.1f}")


def rate(port, name):
    """Answers per second to the same call over kept connections."""
    tokens = json.loads(call(port, "", {"username": "alice", "password": "alice-pass-1"}))
    field, token = ("refresh", tokens["refresh"]) if name == "refresh" else ("token", tokens["access"])
    request = raw(f"{name}/", {field: token})
    with multiprocessing.Pool(CLIENTS) as clients:
        return sum(clients.starmap(client, [(port, request)] * CLIENTS)) / SECONDS


def client(port, request):
    answers, end = 0, time.monotonic() + SECONDS
    connection = socket.create_connection(("127.0.0.1", port))
    while time.monotonic() < end:
        connection.sendall(request)
        status, closes = receive(connection)
        assert status == 200, status
        answers += 1
        if closes:
            connection.close()
            connection = socket.create_connection(("127.0.0.1", port))
    return answers


def receive(connection):
    """Reads one answer: its status, and whether the server closes after it."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:])
    missing = int(fields[b"content-length"]) - len(body)
    while missing > 0:
        missing -= len(connection.recv(65536))
    return int(head.split(b" ", 2)[1]), fields.get(b"connection", b"").strip() == b"close"


def raw(path, fields):
    body = json.dumps(fields).encode()
    head = f"POST /api/token/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    return head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body


def call(port, path, fields):
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(raw(path, fields).replace(b"\r\nHost", b"\r\nConnection: close\r\nHost"))
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return received.partition(b"\r\n\r\n")[2]
