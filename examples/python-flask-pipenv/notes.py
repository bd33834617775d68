"""Keeps notes in a file beside the program."""

import json
import os
from pathlib import Path

from flask import Flask, jsonify, request

DATA = Path(__file__).parent / "data"
DATA.mkdir(exist_ok=True)
NOTES = DATA / "notes.json"
LIMIT = int(os.environ.get("NOTES_LIMIT", "100"))

app = Flask(__name__)


@app.get("/")
def listing():
    return jsonify(json.loads(NOTES.read_text()) if NOTES.exists() else ["the first note"])


@app.post("/")
def add():
    notes = (json.loads(NOTES.read_text()) if NOTES.exists() else [])[-LIMIT:]
    notes.append(request.get_data(as_text=True))
    NOTES.write_text(json.dumps(notes))
    return jsonify(notes)
