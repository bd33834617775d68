"""The clock as an ASGI application."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


async def now(request: Request) -> JSONResponse:
    zone = request.query_params.get("zone")
    time = datetime.now(ZoneInfo(zone) if zone else UTC)
    return JSONResponse({"time": time.isoformat(), "zone": zone or "UTC"})


app = Starlette(routes=[Route("/", now)])
