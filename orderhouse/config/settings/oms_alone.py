"""The promise wing alone: warehouses are somebody else's, reached by messages."""

from orderhouse.config.settings.base import *  # noqa: F403
from orderhouse.config.settings.base import SHARED_APPS

INSTALLED_APPS = [*SHARED_APPS, "orderhouse.oms.apps.OmsConfig"]
