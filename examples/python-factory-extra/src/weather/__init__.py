"""The weather of places, as far as it can be invented."""
