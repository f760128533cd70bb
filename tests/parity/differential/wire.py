"""Requests as bytes, answers as they came: nothing is added, folded or repaired."""

import socket


class Request:
    """One request; every header is a pair of a name and bytes."""

    def __init__(self, method, target, headers=(), body=b""):
        self.method, self.target, self.headers, self.body = method, target, list(headers), body

    def bytes(self):
        lines = [f"{self.method} {self.target} HTTP/1.1".encode("latin-1"), b"Host: 127.0.0.1"]
        lines += [name.encode() + b": " + value for name, value in self.headers]
        if self.body or self.method in ("POST", "PUT", "PATCH"):
            lines.append(b"Content-Length: %d" % len(self.body))
        lines += [b"Connection: close", b"", b""]
        return b"\r\n".join(lines) + self.body

    def __str__(self):
        headers = " ".join(f"{name}: {value.decode('latin-1')}" for name, value in self.headers)
        return f"{self.method} {self.target} [{headers}] {self.body[:1500]!r}"


class Answer:
    """Status, headers with lower-case names, and body."""

    def __init__(self, received):
        head, _, self.body = received.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split(" ")[1])
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            self.headers[name.lower()] = value.strip()
        if self.headers.get("transfer-encoding") == "chunked":
            self.body = dechunked(self.body)


def dechunked(rest):
    body = b""
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        body += rest[: int(size, 16)]
        rest = rest[int(size, 16) + 2 :]
    return body


def send(port, request):
    """Sends one request over a connection of its own and reads until the server closes it."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        received = b""
        try:
            connection.sendall(request.bytes())
        except OSError:
            pass  # A server that refuses a body early stops reading: its answer counts.
        try:
            while chunk := connection.recv(65536):
                received += chunk
        except ConnectionResetError:
            if not received:
                raise
    return Answer(received)
