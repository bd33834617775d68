"""Settings for a developer's machine."""

from .base import *  # noqa: F403

DEBUG = True
SECRET_KEY = "only-on-this-machine"
