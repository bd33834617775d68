"""Tries the server: what is typed goes there, what comes back is printed."""

import asyncio
import sys


async def main(host: str = "localhost", port: int = 7007) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    for line in sys.stdin:
        writer.write(line.encode())
        print((await reader.readline()).decode(), end="")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:2]))
