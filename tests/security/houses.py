"""Two full businesses side by side: ours, and a neighbor's whose every text is marked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.test import Client

from orderhouse.catalog.open_business import find_business, open_business
from orderhouse.console.desk import TENANT
from orderhouse.contract.messages import Customer
from orderhouse.contract.routes import set_route
from orderhouse.database import execute, unit_of_work
from orderhouse.demo import world
from orderhouse.demo.pace import start_clock
from orderhouse.kernel import clock
from orderhouse.kernel.actors import By
from orderhouse.oms.orders.add_note import add_note
from orderhouse.oms.returns.authorize_returns import ReturnRequest, authorize_returns
from orderhouse.people.api_keys import SCOPES, issue_api_key
from orderhouse.people.define_badges import define_badges
from orderhouse.people.define_person import ROLES, define_person, grant_roles
from orderhouse.people.devices import enroll_device
from orderhouse.people.idempotency import StoredAnswer, claim_key, store_answer
from orderhouse.wms.packing.define_cartons import define_cartons
from orderhouse.wms.packing.rules import Carton
from tests.browser.full_house import fill
from tests.journeys.house import build_house
from tests.security.marks import Marked, as_owner, mark_everything
from tests.security.references import Known, known_of

PASSWORD = "a long enough password"


@dataclass
class Issued:
    """Secrets a business was given, in clear: they must stand nowhere."""

    keys: list[str] = field(default_factory=list)
    devices: list[str] = field(default_factory=list)
    routes: list[str] = field(default_factory=list)
    sessions: list[str] = field(default_factory=list)
    passwords: list[str] = field(default_factory=lambda: [PASSWORD])


@dataclass
class Ours:
    """Our business, with somebody in every role, a key of every scope and a scanner."""

    by: By
    known: Known
    people: dict[str, int]
    keys: dict[str, str]
    issued: Issued

    def browser(self, role: str, **more: Any) -> Client:
        """A browser in which somebody with this role alone is signed in; ``nobody`` has signed in nowhere."""
        client = Client(raise_request_exception=False, **more)
        if role == "nobody":
            return client
        client.force_login(get_user_model().objects.get(pk=self.people[role]))
        session = client.session
        session[TENANT] = self.by.tenant_id
        session.save()
        client.cookies["sessionid"] = str(session.session_key)
        return client

    def scanner(self) -> Client:
        """A browser that is an enrolled scanner in a badge's hand, and signed in nowhere else."""
        client = self.browser("warehouse_manager")
        enrolled = client.post(
            "/scanner/api/enroll", {"node": self.known["node_code"], "name": "Ours"}, content_type="application/json"
        )
        assert enrolled.status_code == 201, enrolled.content
        del client.cookies["sessionid"]
        answer = client.post("/scanner/api/sign-in", {"badge": f"B.{self.known['badge']}"}, content_type="application/json")
        assert answer.status_code == 200, answer.content
        return client


@dataclass
class Neighbors:
    ours: Ours
    theirs: Known
    marked: Marked
    said: list[str] = field(default_factory=list)
    """What our commands said so far: it may be kept, and told to us again."""
    requests: int = 0
    leaks: int = 0
    changes: int = 0
    policy: dict[str, set[str]] = field(default_factory=dict)

    def opened(self, operation: str, role: str, was: bool) -> None:
        """Note whether an operation let somebody in."""
        self.policy.setdefault(operation, set())
        if was:
            self.policy[operation].add(role)


def make_neighbors(code: str) -> Neighbors:
    """Ours (the demonstration's own, so that its pages are open to it) and a neighbor, both in the middle of their day."""
    from orderhouse.people.badge_sign_in import give_badge  # it has models, and pytest reads this file before they are ready

    ours, issued = _business(world.CODE), Issued()
    start_clock(by=ours, seed="fern")
    _furnish(ours, issued)
    neighbor = _business(code)
    _furnish(neighbor, Issued())
    people = {}
    for role in (*ROLES, "stranger"):
        email = f"{role.replace('_', '-')}@{code}.example.com"
        user_id = define_person(email=email, name=role.replace("_", " ").title(), password=PASSWORD)
        if role in ROLES:
            grant_roles(by=ours, user_id=user_id, roles=[role])
        if role == "floor":
            define_badges(by=ours, badges={"FLOOR-1": "Floor"})
            give_badge(by=ours, badge="FLOOR-1", user_id=user_id)
        people[role] = user_id
    keys = {scope: issue_api_key(by=ours, name=scope, scopes=[scope]) for scope in SCOPES}
    keys["everything"] = issue_api_key(by=ours, name="everything", scopes=SCOPES)
    issued.keys += keys.values()
    marked = mark_everything(neighbor.tenant_id)
    return Neighbors(
        Ours(ours, known_of(ours.tenant_id), people, keys, issued), known_of(neighbor.tenant_id, forged=True), marked
    )


def _business(code: str) -> By:
    if earlier := find_business(code):  # of another test in this database
        with unit_of_work(earlier.tenant_id):
            execute("UPDATE people_tenant SET code = %s WHERE tenant_id = %s", (f"t-{earlier.tenant_id}", earlier.tenant_id))
    at = clock.now()
    return By(open_business(code=code, name=code.title(), at=at).tenant_id, "tester", at)


def _furnish(by: By, issued: Issued) -> None:
    """A full house and what even that lacks: a customer, a note, a return, a carton, a scanner, a route, a kept answer."""
    from conftest import BusinessUnderTest

    with as_owner(by.tenant_id) as connection:
        (owner_id, code) = connection.execute(
            "SELECT o.id, t.code FROM catalog_owner o JOIN people_tenant t USING (tenant_id) WHERE tenant_id = %s",
            (by.tenant_id,),
        ).fetchone()  # type: ignore[misc]
    house = build_house(BusinessUnderTest(by.tenant_id, owner_id, code, by))
    samples = fill(house)
    house.order({"A": 1}, customer=Customer("C-1", "Grace Buyer", f"grace@{code}.example.com", "+44 20 1234"))
    add_note(by=by, order_id=samples["order_id"][0], text="Call before delivery")
    authorize_returns(by=by, requests=[ReturnRequest(samples["order_id"][0], {1: 1}, "too small")])
    define_cartons(by=by, cartons=[Carton("S", "Small box", 300, 200, 100, 80, 5_000)])
    _, secret = enroll_device(by=by, node_id=house.nodes["MAIN"], prefix="MAIN-S", name="Scanner at the dock")
    issued.devices.append(secret)
    issued.routes.append(set_route(by=by, destination="node:ELSEWHERE", url="https://elsewhere.example/contract/v1/inbox"))
    with unit_of_work(by.tenant_id):
        claim_key(by=by, key="one-key", fingerprint=b"0" * 32)
        store_answer(by=by, key="one-key", answer=StoredAnswer(200, b"{}"))
