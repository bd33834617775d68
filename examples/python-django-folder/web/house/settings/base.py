"""Settings for every place."""

from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent.parent
INSTALLED_APPS = ["django.contrib.staticfiles", "rooms"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ROOT_URLCONF = "house.urls"
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "assets"
