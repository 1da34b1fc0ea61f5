"""Price lists: kept as they can be read, refused where they are none."""

from __future__ import annotations

from typing import Any

import pytest

from orderhouse.kernel.errors import InvalidInput
from orderhouse.oms.freight.define_tariffs import TariffDefinition, define_tariffs
from orderhouse.oms.freight.queries import tariffs

ZONES: dict[str, Any] = {
    "zones": [{"zone": "all"}],
    "rates": [{"service": "standard", "zone": "all", "base": 300, "per_step": 50, "transit_days": 2}],
}


def test_a_tariff_is_kept_as_a_price_list_that_can_be_read(business: Any) -> None:
    first = define_tariffs(by=business.by, tariffs=[TariffDefinition("POST", "standard", ZONES)])
    dearer = {**ZONES, "rates": [{**ZONES["rates"][0], "base": 320}]}
    assert define_tariffs(by=business.by, tariffs=[TariffDefinition("POST", "standard", dearer)]) == first
    (kept,) = tariffs(business.tenant_id)
    assert (kept.carrier, kept.tariff.code, kept.tariff.rates["standard", "all"].base) == ("POST", "POST", 320)


@pytest.mark.parametrize("zones", [{}, {"zones": [], "rates": []}, {**ZONES, "zones": [{"zone": "near"}]}])
def test_zones_that_are_no_tariff_are_refused(business: Any, zones: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        define_tariffs(by=business.by, tariffs=[TariffDefinition("POST", "standard", zones)])
    with pytest.raises(InvalidInput):
        define_tariffs(by=business.by, tariffs=[TariffDefinition("POST", "express", ZONES)])
    assert tariffs(business.tenant_id) == []
