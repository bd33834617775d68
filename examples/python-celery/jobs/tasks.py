"""Jobs that a queue hands out."""

import os

from celery import Celery

app = Celery("jobs", broker=os.environ.get("BROKER_URL", "memory://"))


@app.task
def add(left: int, right: int) -> int:
    return left + right
