"""A copy of the database opens no road: signing secrets lie sealed under a key that is not in it, and the key can be changed."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from django.test import override_settings

from orderhouse.config.cli import main
from orderhouse.contract.routes import reseal_routes, routes, set_route
from orderhouse.contract.transports.http import is_signed, sign
from orderhouse.database import execute, fetch_value, unit_of_work
from orderhouse.kernel import clock
from orderhouse.people.sealed import Unsealable

URL = "https://oms.example.org/contract/v1/inbox"
SEALED = "SELECT sealed_secret FROM contract_route WHERE tenant_id = %s AND destination = %s"


def secret_of(business: Any, destination: str = "oms") -> str:
    with unit_of_work(business.tenant_id):
        return routes(business.tenant_id)[destination].secret


def test_the_database_holds_no_secret_that_can_be_read_without_the_key(business: Any) -> None:
    secret = set_route(by=business.by, destination="oms", url=URL)
    with unit_of_work(business.tenant_id):
        kept = bytes(fetch_value(SEALED, (business.tenant_id, "oms")))
    assert secret.encode() not in kept
    assert secret_of(business) == secret
    with override_settings(SECRET_KEY="another house"):
        assert secret_of(business) == ""
        assert not is_signed("", sign(secret, "b", b"x", at=clock.wall()), b"x")


def test_a_sealed_secret_moved_to_another_route_opens_nothing(business: Any) -> None:
    set_route(by=business.by, destination="oms", url=URL)
    set_route(by=business.by, destination="node:BER", url=URL)
    with unit_of_work(business.tenant_id):
        other = fetch_value(SEALED, (business.tenant_id, "node:BER"))
        execute(
            "UPDATE contract_route SET sealed_secret = %s WHERE tenant_id = %s AND destination = 'oms'",
            (other, business.tenant_id),
        )
    assert secret_of(business) == ""


def test_a_key_is_changed_without_a_letter_waiting(business: Any, settings_now: LazySettings) -> None:
    secret = set_route(by=business.by, destination="oms", url=URL)
    old = settings_now.SECRET_KEY
    with override_settings(SECRET_KEY="the new key", SECRET_KEY_FALLBACKS=[old]):
        assert secret_of(business) == secret
        assert reseal_routes(tenant_id=business.tenant_id) == 1
    with override_settings(SECRET_KEY="the new key", SECRET_KEY_FALLBACKS=[]):
        assert secret_of(business) == secret
    with override_settings(SECRET_KEY="a third", SECRET_KEY_FALLBACKS=[]), pytest.raises(Unsealable):
        reseal_routes(tenant_id=business.tenant_id)


def test_the_command_seals_everything_anew(business: Any, capsys: pytest.CaptureFixture[str]) -> None:
    set_route(by=business.by, destination="oms", url=URL)
    main(["secrets", "reseal"])
    assert f"the routes of {business.code}: 1 sealed anew" in capsys.readouterr().out


@pytest.fixture
def settings_now() -> LazySettings:
    from django.conf import settings

    return settings
