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


def report_rotation(original, ours):
    """Each client refreshes a session of its own, always with the token that it got last."""
    for clients in (1, 8, 64):
        measured = [rotations(port, clients) for port in (original, ours)]
        (theirs, failed), (own, also) = measured
        ratio = f"ratio {own / theirs:.1f}" if theirs else "no ratio"
        print(f"{clients:2} clients rotate: original {theirs:7.0f}/s ({failed} failed)   ours {own:7.0f}/s ({also} failed)   {ratio}")


def rotations(port, clients):
    """Rotations per second of so many clients, and how many requests failed."""
    tokens = [log_in(port)["refresh"] for _ in range(clients)]
    with multiprocessing.Pool(clients) as pool:
        counted = pool.starmap(rotate, [(port, token) for token in tokens], chunksize=1)
    return sum(answers for answers, _ in counted) / SECONDS, sum(failed for _, failed in counted)


def rotate(port, token):
    answers, failed, end = 0, 0, time.monotonic() + SECONDS
    connection = socket.create_connection(("127.0.0.1", port))
    while time.monotonic() < end:
        connection.sendall(raw("refresh/", {"refresh": token}))
        status, closes, body = receive(connection)
        if status == 200:
            answers, token = answers + 1, json.loads(body)["refresh"]
        else:
            # Whether it took place is not known: a new session.
            failed, token = failed + 1, log_in(port)["refresh"]
        if closes:
            connection.close()
            connection = socket.create_connection(("127.0.0.1", port))
    return answers, failed


def log_in(port):
    return json.loads(call(port, "", {"username": "alice", "password": "alice-pass-1"}))


def rate(port, name):
    """Answers per second to the same call over kept connections."""
    tokens = log_in(port)
    field, token = ("refresh", tokens["refresh"]) if name == "refresh" else ("token", tokens["access"])
    request = raw(f"{name}/", {field: token})
    with multiprocessing.Pool(CLIENTS) as clients:
        return sum(clients.starmap(client, [(port, request)] * CLIENTS)) / SECONDS


def client(port, request):
    answers, end = 0, time.monotonic() + SECONDS
    connection = socket.create_connection(("127.0.0.1", port))
    while time.monotonic() < end:
        connection.sendall(request)
        status, closes, _ = receive(connection)
        assert status == 200, status
        answers += 1
        if closes:
            connection.close()
            connection = socket.create_connection(("127.0.0.1", port))
    return answers


def receive(connection):
    """Reads one answer: its status, whether the server closes after it, and its body."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:])
    length = int(fields[b"content-length"])
    while len(body) < length:
        body += connection.recv(65536)
    return int(head.split(b" ", 2)[1]), fields.get(b"connection", b"").strip() == b"close", body


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
