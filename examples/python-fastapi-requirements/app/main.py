"""A small API: what is in the shop, and whether the shop is open."""

from fastapi import FastAPI

from app.routers import items

app = FastAPI(title="Shop")
app.include_router(items.router)


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "open"}
