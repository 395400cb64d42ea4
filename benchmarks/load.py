"""A closed-loop HTTP/1.1 client that costs little: prepared requests over a few kept-alive connections.

Run as a process of its own (`python -m benchmarks.load ADDRESS PORT CONNECTIONS TOKEN FILE`); the file has one request
a line, as JSON [path, body, idempotency key] (a GET where the body is null), and behind it a token of its own where it
is not everybody's. Prints one JSON document: seconds, latencies in milliseconds, statuses.
"""

import json
import selectors
import socket
import sys
import time
from collections import Counter
from pathlib import Path


def _request(path: str, body: str | None, token: str, key: str) -> bytes:
    if body is None:
        return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        f"Idempotency-Key: {key}\r\nContent-Type: application/json\r\nContent-Length: {len(body.encode())}\r\n\r\n"
    )
    return head.encode() + body.encode()


class Connection:
    """One kept-alive connection with at most one request under way."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self._read = b""

    def send(self, request: bytes) -> None:
        """Send the next request."""
        self._read = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> int | None:
        """The status once the whole answer is there."""
        part = self.socket.recv(65536)
        if not part:
            raise ConnectionError("the server closed the connection")
        self._read += part
        end = self._read.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = self._read[:end].lower()
        if b"content-length:" not in head:
            # In pieces, of which the last is empty.
            return int(self._read[9:12]) if self._read.endswith(b"0\r\n\r\n") else None
        start = head.index(b"content-length:") + 15
        length = int(head[start:].split(b"\r\n", 1)[0])
        if len(self._read) < end + 4 + length:
            return None
        return int(self._read[9:12])


def run(*, address: tuple[str, int], connections: int, requests: list[bytes]) -> dict[str, object]:
    """Send every request once, `connections` at a time."""
    selector = selectors.DefaultSelector()
    waiting = iter(requests)
    latencies: list[float] = []
    statuses: Counter[int] = Counter()
    opened = [Connection(address) for _ in range(connections)]
    began = time.perf_counter()
    for connection in opened:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(next(waiting))
    active = connections
    while active:
        for key, _events in selector.select():
            connection = key.data
            status = connection.receive()
            if status is None:
                continue
            latencies.append((time.perf_counter() - connection.sent_at) * 1000)
            statuses[status] += 1
            request = next(waiting, None)
            if request is None:
                selector.unregister(connection.socket)
                active -= 1
            else:
                connection.send(request)
    elapsed = time.perf_counter() - began
    for connection in opened:
        connection.socket.close()
    return {"seconds": elapsed, "latencies_ms": latencies, "statuses": statuses}


def main() -> None:
    """Read the requests, run them, print the result."""
    host, port, connections, token, file = sys.argv[1:]
    lines = [json.loads(line) for line in Path(file).read_text().splitlines()]
    requests = [_request(path, body, own[0] if own else token, key) for path, body, key, *own in lines]
    print(json.dumps(run(address=(host, int(port)), connections=int(connections), requests=requests)))


if __name__ == "__main__":
    main()
