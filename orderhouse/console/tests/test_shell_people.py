"""Administrators let people in, say what they may do, and cannot lock the house from inside."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from orderhouse.console.tests.conftest import PASSWORD, make_person, sign_in_as
from orderhouse.kernel import clock
from orderhouse.people.api_keys import KeyRefused, check_api_key
from orderhouse.people.changes import changes
from orderhouse.people.define_person import define_person
from orderhouse.people.invite_person import BelongsElsewhereToo, reset_person
from orderhouse.people.models import User
from orderhouse.people.queries import badges, people
from orderhouse.people.save_view import save_view
from orderhouse.people.saved_views import saved_views
from orderhouse.people.set_roles import LastAdmin, set_roles


def id_of(email: str) -> int:
    return int(User.objects.get(email=email).pk)


def holder(tenant_id: int) -> str | None:
    """Whose badge X-7 is while it works."""
    return next((badge.name for badge in badges(tenant_id) if badge.code == "X-7" and badge.active), None)


def test_somebody_let_in_chooses_a_password_before_anything_else(business: Any, browser: Callable[..., Client]) -> None:
    email = f"{uuid.uuid4().hex[:8]}@example.com"
    page = browser("admin").post("/people/new", {"email": email.upper(), "name": "Bo", "roles": ["order_desk"]})
    once = page.context["invited"].password
    assert once.encode() in page.content
    guest, _ = sign_in_as(email, once)
    assert guest.get("/orders")["Location"] == "/account/password"
    assert (
        guest.post("/account/password", {"present": once, "new": "blue suede shoes", "again": "blue suede shoes"})["Location"]
        == "/"
    )
    assert guest.get("/orders").status_code == 200
    assert sign_in_as(email, once)[1].status_code == 401


def test_inviting_somebody_known_grants_roles_and_leaves_their_password_alone(
    business: Any, browser: Callable[..., Client]
) -> None:
    email = make_person(business, "floor")
    page = browser("admin").post("/people/new", {"email": email, "name": "Not their name", "roles": ["auditor"]})
    assert page.context["invited"].password == ""
    assert sign_in_as(email, PASSWORD)[1].status_code == 302
    assert User.objects.get(email=email).name == "Ada Desk"


def test_who_knows_an_email_only_does_not_learn_whose_it_is(business: Any, browser: Callable[..., Client]) -> None:
    email = f"{uuid.uuid4().hex[:8]}@example.com"
    known = define_person(email=email, name="Ottilie Rarename", password=PASSWORD)
    admin = browser("admin")
    admin.post("/people/new", {"email": email, "name": "Our Bo", "roles": ["order_desk"]})
    admin.post(f"/people/{known}/roles", {"roles": ["auditor"]})  # another role, and not the one they came in by
    admin.post("/people/new", {"email": email, "name": "Bo again", "roles": ["floor"]})
    save_view(by=business.by, user_id=known, page="orders", name="Late ones", query="late=1", shared=True)
    pages = [admin.get(path).content.decode() for path in ("/people", f"/people/{known}", "/people/badges", "/orders")]
    assert [page for page in pages if "Ottilie" in page] == []
    assert all("Our Bo" in page for page in pages[:3])
    shown = saved_views(business.tenant_id, id_of(make_person(business, "order_desk")), "orders")
    assert [view.saved_by for view in shown] == ["Our Bo"]
    admin.post(f"/people/{known}/roles", {})
    assert [view.saved_by for view in saved_views(business.tenant_id, 0, "orders")] == [email]
    assert User.objects.get(pk=known).name == "Ottilie Rarename"


def test_a_refused_invitation_keeps_what_was_typed(browser: Callable[..., Client]) -> None:
    page = browser("admin").post("/people/new", {"email": "no address", "name": "Bo", "roles": ["floor"]})
    assert page.status_code == 422
    for kept in (b"no address", b'value="Bo"', b'value="floor" checked'):
        assert kept in page.content


def test_roles_are_granted_and_withdrawn_and_it_is_kept_who_did_it(business: Any, browser: Callable[..., Client]) -> None:
    email = make_person(business, "floor")
    browser("admin").post(f"/people/{id_of(email)}/roles", {"roles": ["order_desk", "auditor"]})
    assert next(person.roles for person in people(business.by.tenant_id) if person.email == email) == ["auditor", "order_desk"]
    told = [(change.deed, change.detail) for change in changes(business.by.tenant_id) if change.subject == email]
    assert told == [("role-withdrawn", "floor"), ("role-granted", "order_desk"), ("role-granted", "auditor")]


def test_a_person_without_roles_is_out_at_once(business: Any, browser: Callable[..., Client]) -> None:
    email = make_person(business, "order_desk")
    guest, _ = sign_in_as(email)
    assert guest.get("/orders").status_code == 200
    browser("admin").post(f"/people/{id_of(email)}/roles", {})
    assert guest.get("/orders").status_code == 302


def test_the_last_administrator_stays_one(business: Any) -> None:
    email = make_person(business, "admin")
    with pytest.raises(LastAdmin):
        set_roles(by=business.by, user_id=id_of(email), roles=["floor"])
    assert next(person.roles for person in people(business.by.tenant_id) if person.email == email) == ["admin"]


def test_two_administrators_cannot_withdraw_each_other_at_the_same_time(business: Any) -> None:
    ids = [id_of(make_person(business, "admin")) for _ in range(2)]
    barrier, refused = threading.Barrier(2), []

    def withdraw(user_id: int) -> None:
        barrier.wait()
        try:
            set_roles(by=business.by, user_id=user_id, roles=["auditor"])
        except LastAdmin:
            refused.append(user_id)
        finally:
            connection.close()

    threads = [threading.Thread(target=withdraw, args=(user_id,)) for user_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert sum("admin" in person.roles for person in people(business.by.tenant_id)) == 1


def test_another_businesss_people_do_not_exist_here(business: Any, browser: Callable[..., Client]) -> None:
    from orderhouse.catalog.open_business import open_business
    from orderhouse.kernel.actors import By

    other = open_business(code=f"o-{uuid.uuid4().hex[:10]}", name="Other", at=clock.now())

    class Elsewhere:
        by = By(other.tenant_id, "tester", clock.now())

    theirs = make_person(Elsewhere, "admin")
    admin = browser("admin")
    assert admin.get(f"/people/{id_of(theirs)}").status_code == 404
    admin.post(f"/people/{id_of(theirs)}/roles", {"roles": ["admin"]})
    admin.post(f"/people/{id_of(theirs)}/reset")
    assert sign_in_as(theirs)[1].status_code == 302
    assert theirs not in [person.email for person in people(business.by.tenant_id)]
    from orderhouse.people.define_person import grant_roles

    grant_roles(by=business.by, user_id=id_of(theirs), roles=["floor"])
    with pytest.raises(BelongsElsewhereToo):
        reset_person(by=business.by, user_id=id_of(theirs), second_factor=True)


def test_a_reset_ends_sessions_and_gives_a_password_once(business: Any, browser: Callable[..., Client]) -> None:
    email = make_person(business, "floor")
    guest, _ = sign_in_as(email)
    once = browser("admin").post(f"/people/{id_of(email)}/reset").context["invited"].password
    assert guest.get("/account").status_code == 302
    assert sign_in_as(email)[1].status_code == 401
    assert sign_in_as(email, once)[1].status_code == 302


def test_a_badge_is_issued_withdrawn_and_issued_again(business: Any, browser: Callable[..., Client]) -> None:
    admin, tenant = browser("admin"), business.by.tenant_id
    admin.post("/people/badges/issue", {"code": "x-7", "name": "Kim"})
    assert holder(tenant) == "Kim"
    taken = admin.post("/people/badges/issue", {"code": "X-7", "name": "Lee"})
    assert taken.status_code == 409
    assert b"Kim" in taken.content
    answer = admin.post("/people/badges/withdraw", {"code": "X-7"}, follow=True)
    assert b"data-undo" in answer.content
    assert holder(tenant) is None
    admin.post("/people/badges/issue", {"code": "X-7", "name": "Kim"})
    assert holder(tenant) == "Kim"


def test_a_key_is_shown_once_works_and_works_no_more_when_revoked(business: Any, browser: Callable[..., Client]) -> None:
    admin = browser("admin")
    text = admin.post("/people/keys/issue", {"name": "shop", "scopes": ["orders:read"], "days": "30"}).context["key"]
    bearer = check_api_key(text, at=clock.now())
    assert (bearer.name, bearer.scopes) == ("shop", {"orders:read"})
    listed = admin.get("/people/keys")
    assert text not in listed.content.decode()
    assert text.split("_", 2)[2] not in listed.content.decode()
    admin.post(f"/people/keys/{bearer.key_id}/revoke")
    with pytest.raises(KeyRefused):
        check_api_key(text, at=clock.now())
    assert admin.post("/people/keys/issue", {"name": "", "scopes": []}).status_code == 422
