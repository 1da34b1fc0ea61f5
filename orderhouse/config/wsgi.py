"""The WSGI application granian serves."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orderhouse.config.settings.together")
django_application = get_wsgi_application()

import orderhouse.config.urls  # noqa: E402, F401  (a route without a policy shall stop us here, not at the first request)
from orderhouse.config.ready import take_writer_number  # noqa: E402  (needs the application set up)
from orderhouse.config.serving import MOST_WAITING, SEATS  # noqa: E402
from orderhouse.http.seats import Seats, seated  # noqa: E402

take_writer_number()
# What stands here stays: the collector need not walk it again and again (a quarter of the work of a batch of orders, without this).
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
application = seated(django_application, Seats(SEATS, most_waiting=MOST_WAITING))
