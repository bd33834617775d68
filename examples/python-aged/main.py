"""Answers with one of the house rules, which are kept in a file."""

from pathlib import Path

import aiohttp
import yaml
from fastapi import FastAPI, HTTPException

RULES = yaml.safe_load(Path("rules.yaml").read_text(encoding="utf-8"))
app = FastAPI()


@app.get("/rules/{name}")
async def rule(name: str) -> dict[str, str]:
    if name not in RULES:
        raise HTTPException(404)
    return {"rule": RULES[name], "client": aiohttp.__name__}
