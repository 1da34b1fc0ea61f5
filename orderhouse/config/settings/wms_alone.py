"""The floor alone: orders come from somebody else's order management, by messages."""

from orderhouse.config.settings.base import *  # noqa: F403
from orderhouse.config.settings.base import SHARED_APPS

INSTALLED_APPS = [*SHARED_APPS, "orderhouse.wms.apps.WmsConfig", "orderhouse.scanner.apps.ScannerConfig"]
