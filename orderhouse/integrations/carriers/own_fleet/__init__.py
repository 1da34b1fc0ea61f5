"""Our own vans: a carrier without a contract, for businesses that deliver themselves, for demonstrations and for tests."""
