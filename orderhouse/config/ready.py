"""Make this process ready to work: the database found and started, Django set up, a writer number taken."""

from __future__ import annotations

import gc
import os
import subprocess
import sys

from orderhouse.kernel.identifiers import ids
from orderhouse.kernel.postgres import database_url


def ready(*, start_database: bool = True) -> str:
    """Set up Django on the configured or embedded database; answers the owner's URL."""
    url = database_url(ensure=start_database)
    os.environ["DATABASE_URL"] = url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orderhouse.config.settings.together")
    import django

    django.setup()
    return url


def take_writer_number() -> None:
    """Take this process's writer number for row ids from the database (kernel.identifiers)."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('people_writer')")
        (number,) = cursor.fetchone()
    ids.seat(number)


def settle_in() -> None:
    """What this process has read and built by now stays: the collector need not walk it again and again. Without this a third of the
    work of a batch of orders is the collector's."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def migrate(url: str) -> None:
    """Bring the database to the present schema, as its owner, in a process of its own (this one acts as the app role)."""
    environment = os.environ | {"DATABASE_URL": url, "ORDERHOUSE_ROLE": ""}
    environment.setdefault("DJANGO_SETTINGS_MODULE", "orderhouse.config.settings.together")
    subprocess.run([sys.executable, "-m", "django", "migrate", "--verbosity=0"], env=environment, check=True)
