#!/usr/bin/env python3
"""An echo server with asyncio, as a measure for those of the lessons.

Takes the same arguments, and does the same: every read is answered with the prefix and its bytes.
"""

import argparse
import asyncio
import contextlib

BACKLOG = 1024


class Echo(asyncio.Protocol):
    """One client. A Protocol is called by the event loop; streams would cost a task for each."""

    def __init__(self, prefix):
        self.prefix = prefix

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(self.prefix + data if self.prefix else data)

    # Back-pressure: while too much waits for a client that does not read, we do not read from it.

    def pause_writing(self):
        self.transport.pause_reading()

    def resume_writing(self):
        self.transport.resume_reading()

    # No eof_received: without it the transport sends what is left, and closes.


async def serve(host, port, prefix):
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Echo(prefix), host, port, backlog=BACKLOG)
    print("listening on %s:%d" % server.sockets[0].getsockname()[:2], flush=True)
    await server.serve_forever()


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
        asyncio.run(serve(args.host, args.port, args.prefix.encode()))
