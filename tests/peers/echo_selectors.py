#!/usr/bin/env python3
"""An echo server with one thread and selectors, as a measure for those of the lessons.

Takes the same arguments, and does the same: every read is answered with the prefix and its bytes.
"""

import argparse
import contextlib
import selectors
import socket

BACKLOG = 1024
READ_LIMIT = 64 * 1024


class Connection:
    """One client. It is either being read from, or owed the rest of an answer; never both."""

    def __init__(self, client, selector, prefix):
        client.setblocking(False)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.client = client
        self.selector = selector
        self.prefix = prefix
        self.rest = b""
        selector.register(client, selectors.EVENT_READ, self.ready)

    def ready(self):
        try:
            if self.rest:
                self.write(self.rest)
            else:
                self.echo()
        except BlockingIOError:
            pass  # readiness is a hint, and hints can be wrong
        except OSError:
            self.leave()

    def echo(self):
        data = self.client.recv(READ_LIMIT)
        if data:
            self.write(self.prefix + data if self.prefix else data)
        else:
            self.leave()

    def write(self, answer):
        try:
            count = self.client.send(answer)
        except BlockingIOError:
            count = 0
        owed = self.rest
        self.rest = answer[count:]
        if bool(owed) != bool(self.rest):
            events = selectors.EVENT_WRITE if self.rest else selectors.EVENT_READ
            self.selector.modify(self.client, events, self.ready)

    def leave(self):
        self.selector.unregister(self.client)
        self.client.close()


def serve(host, port, prefix):
    with socket.create_server((host, port), backlog=BACKLOG) as listener, \
            selectors.DefaultSelector() as selector:
        listener.setblocking(False)

        def accept():
            with contextlib.suppress(OSError):
                while True:
                    Connection(listener.accept()[0], selector, prefix)

        selector.register(listener, selectors.EVENT_READ, accept)
        print("listening on %s:%d" % listener.getsockname(), flush=True)
        while True:
            for key, _ in selector.select():
                key.data()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("host", nargs="?", default="127.0.0.1")
    parser.add_argument("port", nargs="?", type=int, default=5678)
    parser.add_argument("--prefix", default="echo ")
    parser.add_argument("--quiet", action="store_true", help="it always is")
    return parser.parse_args()


if __name__ == "__main__":
    args = arguments()
    with contextlib.suppress(KeyboardInterrupt):
        serve(args.host, args.port, args.prefix.encode())
