"""What things cost, over HTTP."""

from litestar import Litestar, get
from prices import price


@get("/{thing:str}")
async def one(thing: str) -> dict[str, str]:
    return {"thing": thing, "price": str(price(thing))}


app = Litestar([one])
