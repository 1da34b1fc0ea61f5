from orderhouse.wms.stock.tests.floor import floor  # noqa: F401
