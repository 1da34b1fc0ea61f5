"""Both wings in one database."""

from orderhouse.config.settings.base import *  # noqa: F403
from orderhouse.config.settings.base import SHARED_APPS

INSTALLED_APPS = [
    *SHARED_APPS,
    "orderhouse.oms.apps.OmsConfig",
    "orderhouse.wms.apps.WmsConfig",
    "orderhouse.scanner.apps.ScannerConfig",
    "orderhouse.demo.apps.DemoConfig",
]
