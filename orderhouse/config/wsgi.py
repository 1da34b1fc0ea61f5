"""The WSGI application granian serves."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orderhouse.config.settings.together")
django_application = get_wsgi_application()

import orderhouse.config.urls  # noqa: E402, F401  (a route without a policy shall stop us here, not at the first request)
from orderhouse.config.ready import settle_in, take_writer_number  # noqa: E402  (needs the application set up)
from orderhouse.config.serving import MOST_WAITING, SEATS  # noqa: E402
from orderhouse.http.seats import Seats, seated  # noqa: E402

take_writer_number()
settle_in()
application = seated(django_application, Seats(SEATS, most_waiting=MOST_WAITING))
