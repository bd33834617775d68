"""Shortens links, in memory."""

import os

from aiohttp import web

LINKS = {"docs": "https://docs.python.org/"}


async def follow(request: web.Request) -> web.Response:
    target = LINKS.get(request.match_info["name"])
    if target is None:
        raise web.HTTPNotFound
    return web.json_response({"target": target})


def main() -> None:
    app = web.Application()
    app.router.add_get("/{name}", follow)
    web.run_app(app, host="0.0.0.0", port=int(os.environ.get("PORT", "8080")))


if __name__ == "__main__":
    main()
