from fastapi import APIRouter, HTTPException

router = APIRouter(prefix="/items")

ITEMS = {1: "tea", 2: "coffee"}


@router.get("")
def listing() -> dict[int, str]:
    return ITEMS


@router.get("/{number}")
def one(number: int) -> dict[str, str]:
    if number not in ITEMS:
        raise HTTPException(404, "no such item")
    return {"name": ITEMS[number]}
