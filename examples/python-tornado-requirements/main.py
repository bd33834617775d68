"""Echoes, with structured logs."""

import asyncio
import logging
import signal

import tornado.web
from pythonjsonlogger.json import JsonFormatter

PORT = 8888


class Echo(tornado.web.RequestHandler):
    def get(self, text: str) -> None:
        self.write({"echo": text})


async def main() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    tornado.web.Application([("/(.*)", Echo)]).listen(PORT, "127.0.0.1")
    await ended.wait()


if __name__ == "__main__":
    asyncio.run(main())
