"""The door in full: the second step, addresses that try too often, sessions that end."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from orderhouse.console.tests.conftest import PASSWORD, make_person, sign_in_as
from orderhouse.kernel import clock
from orderhouse.people import totp
from orderhouse.people.change_password import end_sessions
from orderhouse.people.models import User
from orderhouse.people.sealed import Unsealable, seal, unseal
from orderhouse.people.second_factor import (
    CodeRefused,
    begin_second_factor,
    check_second_factor,
    confirm_second_factor,
    drop_second_factor,
)
from orderhouse.people.sign_in import AddressBlocked, SignInBlocked, SignInRefused, sign_in
from orderhouse.people.throttle_address import FREE_FAILURES, key_of, note_failure, seconds_blocked


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    step = totp.step_at(datetime.fromtimestamp(seconds, UTC))
    assert totp.code_of(b"12345678901234567890", step, digits=8) == code


def test_a_sealed_secret_opens_for_its_own_row_alone() -> None:
    sealed = seal(b"a secret of twenty..", label="totp:1")
    assert b"secret" not in sealed
    assert unseal(sealed, label="totp:1") == b"a secret of twenty.."
    assert seal(b"a secret of twenty..", label="totp:1") != sealed
    for changed in (sealed[:-1] + bytes([sealed[-1] ^ 1]), bytes([sealed[0] ^ 1]) + sealed[1:]):
        with pytest.raises(Unsealable):
            unseal(changed, label="totp:1")
    with pytest.raises(Unsealable):
        unseal(sealed, label="totp:2")


def with_factor(business: Any, *roles: str) -> tuple[str, int, bytes, list[str]]:
    """Somebody whose app's last code was used two minutes ago: email, id, secret, recovery codes."""
    email = make_person(business, *roles)
    user = User.objects.get(email=email)
    secret, then = begin_second_factor(user_id=user.pk), clock.now() - timedelta(minutes=2)
    codes = confirm_second_factor(user_id=user.pk, code=totp.code_of(secret, totp.step_at(then)), at=then)
    return email, user.pk, secret, codes


def now_code(secret: bytes) -> str:
    return totp.code_of(secret, totp.step_at(clock.now()))


def test_a_password_alone_does_not_open_a_door_with_two_steps(business: Any) -> None:
    email, _user_id, secret, _codes = with_factor(business, "admin")
    browser, answer = sign_in_as(email)
    assert answer["Location"].startswith("/sign-in/code")
    assert browser.get("/").status_code == 302
    assert browser.post("/sign-in/code", {"code": "000000"}).status_code == 401
    assert browser.post("/sign-in/code", {"code": now_code(secret), "next": "/people"})["Location"] == "/people"
    assert browser.get("/people").status_code == 200


def test_a_code_seen_once_is_refused_the_second_time(business: Any) -> None:
    _email, user_id, secret, _codes = with_factor(business, "admin")
    now = clock.now()
    code = totp.code_of(secret, totp.step_at(now))
    check_second_factor(user_id=user_id, code=code, at=now)
    with pytest.raises(CodeRefused):
        check_second_factor(user_id=user_id, code=code, at=now)
    older = totp.code_of(secret, totp.step_at(now) - 1)
    with pytest.raises(CodeRefused):
        check_second_factor(user_id=user_id, code=older, at=now)


def test_a_recovery_code_opens_once_and_the_table_keeps_none(business: Any) -> None:
    from django.db import connection

    _email, user_id, _secret, codes = with_factor(business, "admin")
    assert len(set(codes)) == 10
    check_second_factor(user_id=user_id, code=codes[0].upper().replace("-", " "), at=clock.now())
    with pytest.raises(CodeRefused):
        check_second_factor(user_id=user_id, code=codes[0], at=clock.now())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(encode(code_hash, 'escape'), ' ') FROM people_recovery_code WHERE user_id = %s", (user_id,)
        )
        assert codes[1] not in cursor.fetchone()[0]


def test_wrong_codes_close_the_door_as_wrong_passwords_do_and_the_password_does_not_open_it_again(business: Any) -> None:
    email, user_id, secret, _codes = with_factor(business, "admin")
    now = clock.now()
    for _ in range(6):
        sign_in(email=email, password=PASSWORD, at=now) if _ < 6 else None
        with pytest.raises(CodeRefused):
            check_second_factor(user_id=user_id, code="not-a-code", at=now)
    with pytest.raises(SignInBlocked):
        check_second_factor(user_id=user_id, code=totp.code_of(secret, totp.step_at(now)), at=now)


def test_the_first_step_expires_after_five_minutes(business: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    email, _user_id, secret, _codes = with_factor(business, "admin")
    browser, _ = sign_in_as(email)
    later = clock.now() + timedelta(minutes=6)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert browser.post("/sign-in/code", {"code": now_code(secret)})["Location"].startswith("/sign-in?")


def test_dropping_the_factor_ends_the_sessions_it_protected(business: Any) -> None:
    email, user_id, secret, _codes = with_factor(business, "admin")
    browser, _ = sign_in_as(email)
    browser.post("/sign-in/code", {"code": now_code(secret)})
    assert browser.get("/account").status_code == 200
    drop_second_factor(user_id=user_id)
    assert browser.get("/account").status_code == 302
    assert sign_in_as(email)[1]["Location"] == "/"


def test_enrolling_shows_a_code_that_reads_back_and_asks_for_one_of_the_apps(business: Any) -> None:
    email = make_person(business, "floor")
    browser, _ = sign_in_as(email)
    page = browser.get("/account/second-factor")
    secret = begin_second_factor(user_id=User.objects.get(email=email).pk)
    assert read_qr(page.context["qr"]) == totp.address(secret, account=email, issuer="Orderhouse")
    assert browser.post("/account/second-factor", {"code": "123"}).status_code == 401
    done = browser.post("/account/second-factor", {"code": now_code(secret)})
    assert len(done.context["codes"]) == 10
    assert sign_in_as(email)[1]["Location"].startswith("/sign-in/code")


def read_qr(qr: Any) -> str:
    """What a camera would read of the drawing."""
    import re

    import numpy
    import zxingcpp

    picture = numpy.full((qr.side, qr.side), 255, numpy.uint8)
    for x, y, right, height in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)", qr.path):
        picture[int(y) : int(y) + int(height), int(x) : int(x) + int(right)] = 0
    (read,) = zxingcpp.read_barcodes(picture.repeat(8, 0).repeat(8, 1))
    return str(read.text)


def test_an_address_that_tries_many_accounts_waits_whatever_the_account(business: Any) -> None:
    here, elsewhere, now = f"2001:db8:{uuid.uuid4().hex[:4]}:{uuid.uuid4().hex[:4]}::1", "192.0.2.77", clock.now()
    for _ in range(FREE_FAILURES - 1):
        note_failure(here, at=now)
    for _ in range(2):
        with pytest.raises(SignInRefused):
            sign_in(email=f"{uuid.uuid4().hex}@example.com", password="guessed it maybe", at=now, address=here)
    email = make_person(business, "admin")
    with pytest.raises(AddressBlocked):
        sign_in(email=email, password=PASSWORD, at=now, address=here.replace("::1", "::ffff:2"))
    assert sign_in(email=email, password=PASSWORD, at=now, address=elsewhere).email == email
    assert sign_in(email=email, password=PASSWORD, at=now + timedelta(seconds=2), address=here).email == email


def test_failures_of_an_address_are_forgotten_after_a_quiet_quarter_of_an_hour() -> None:
    here, now = f"2001:db8:{uuid.uuid4().hex[:4]}:{uuid.uuid4().hex[:4]}::1", clock.now()
    for _ in range(FREE_FAILURES):
        note_failure(here, at=now)
    note_failure(here, at=now + timedelta(minutes=16))
    assert seconds_blocked(here, at=now + timedelta(minutes=16)) == 0


def test_addresses_are_counted_as_their_holders_have_them() -> None:
    assert key_of("::ffff:192.0.2.1") == key_of("192.0.2.1") == "192.0.2.1"
    assert key_of("2001:db8:1:2:3:4:5:6") == key_of("2001:db8:1:2::9") != key_of("2001:db8:1:3::9")
    assert key_of("unix:") == ""


def test_what_a_browser_says_of_its_address_is_believed_only_from_a_trusted_proxy() -> None:
    from django.test import RequestFactory, override_settings

    from orderhouse.console.origin import address_of

    request = RequestFactory().get("/", headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}, REMOTE_ADDR="10.0.0.1")
    assert address_of(request) == "10.0.0.1"
    with override_settings(PROXIES=1):
        assert address_of(request) == "198.51.100.7"


def test_signing_out_everywhere_ends_copies_of_the_cookie_too(business: Any) -> None:
    email = make_person(business, "admin")
    one, two = sign_in_as(email)[0], sign_in_as(email)[0]
    one.post("/account/sessions/end")
    assert one.get("/account").status_code == 200
    assert two.get("/account").status_code == 302
    copied = Client()
    copied.cookies["sessionid"] = one.cookies["sessionid"].value
    assert copied.get("/account").status_code == 200
    end_sessions(user_id=User.objects.get(email=email).pk)
    assert copied.get("/account").status_code == 302


def test_a_new_password_ends_every_other_session(browser: Callable[..., Client], business: Any) -> None:
    email = make_person(business, "floor")
    here, there = sign_in_as(email)[0], sign_in_as(email)[0]
    wrong = here.post("/account/password", {"present": "wrong", "new": "five green bottles", "again": "five green bottles"})
    assert wrong.status_code == 401
    short = here.post("/account/password", {"present": PASSWORD, "new": "short", "again": "short"})
    assert short.status_code == 422
    here.post("/account/password", {"present": PASSWORD, "new": "five green bottles", "again": "five green bottles"})
    assert (here.get("/account").status_code, there.get("/account").status_code) == (200, 302)
    assert sign_in_as(email, "five green bottles")[1].status_code == 302
