"""The prices of the market."""

from decimal import Decimal

PRICES = {"tea": Decimal("3.50"), "coffee": Decimal("4.20")}


def price(thing: str) -> Decimal:
    return PRICES.get(thing, Decimal(0))
