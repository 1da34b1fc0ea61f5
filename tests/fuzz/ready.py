"""Django set up as in ``together``, without a database: a target needs none."""

from __future__ import annotations

import os
import tempfile


def ready() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orderhouse.config.settings.together")
    os.environ.setdefault("ORDERHOUSE_SECRET_KEY", "only to hunt with")
    os.environ.setdefault("ORDERHOUSE_STATE", tempfile.gettempdir())
    import django

    django.setup()
