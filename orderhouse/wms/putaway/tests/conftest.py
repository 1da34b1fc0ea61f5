from orderhouse.wms.outbound.tests.shipping_floor import shop  # noqa: F401
from orderhouse.wms.stock.tests.floor import floor  # noqa: F401
