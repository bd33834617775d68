#!/usr/bin/env python
"""Django's command line; on a developer's machine with the settings for one."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "house.settings.development")

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
