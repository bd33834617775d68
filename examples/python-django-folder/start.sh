#!/bin/sh
# What the old servers start; a container starts the last line alone.
set -e
cd web
MODULE=house.asgi:application
WORKERS=${WEB_CONCURRENCY:-1}
python manage.py migrate --no-input
exec uvicorn "$MODULE" --host "$LISTEN" --workers "$WORKERS" --no-access-log "$@"
