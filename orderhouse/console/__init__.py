"""The console: what people at desks see. Its halves, ``oms`` and ``wms``, know nothing of each other."""
