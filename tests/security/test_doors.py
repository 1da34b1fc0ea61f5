"""What every address says to a browser, and what it asks of one: headers, cookies, tokens, sizes, patience."""

from __future__ import annotations

from typing import Any

from django.test import Client, override_settings

from orderhouse.people.throttle_address import FREE_FAILURES
from tests.security.houses import PASSWORD, Neighbors
from tests.security.operations import Operation
from tests.security.test_foreign_ids import foreign, send

UNSAFE = ("unsafe-inline", "unsafe-eval", "*", "http:", "https:")
EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "x-frame-options": "DENY",
}
PAGES = ("console", "demo", "scanner")


def directives(policy: str) -> dict[str, list[str]]:
    return {part.split()[0]: part.split()[1:] for part in policy.split(";") if part.strip()}


def test_every_answer_of_every_address_carries_the_headers(neighbors: Neighbors, everything: list[Operation]) -> None:
    """A page that may be framed, sniffed or scripted from elsewhere is one too many: whatever the status, whoever asks."""
    admin, wrong = neighbors.ours.browser("admin"), []
    for operation in everything:
        if operation.method != "GET":
            continue
        who: dict[str, str] = (
            {"authorization": f"Bearer {neighbors.ours.keys[operation.scope]}"} if operation.door == "api" else {}
        )
        for known in (neighbors.ours.known, neighbors.theirs):
            answer = send(admin, operation.ask(lambda ref, known=known: known[ref.kind]), **who)  # type: ignore[misc]
            wrong += [f"{operation.name} {answer.status_code}: {fault}" for fault in _faults(answer)]
    for path in ("/nowhere", "/orders/x", "/static/nothing.js", "/api/v1/nowhere", "/contract/v1/nowhere", "/scanner/nowhere"):
        wrong += [f"{path}: {fault}" for fault in _faults(admin.get(path))]
    assert not wrong, "\n".join(sorted(set(wrong)))


def _faults(answer: Any) -> list[str]:
    faults = [f"{name}: {answer.headers.get(name)!r}" for name, value in EVERYWHERE.items() if answer.headers.get(name) != value]
    if "html" in answer.headers.get("Content-Type", ""):
        policy = directives(answer.headers.get("Content-Security-Policy", ""))
        if (
            policy.get("default-src") != ["'none'"]
            or policy.get("frame-ancestors") != ["'none'"]
            or policy.get("base-uri") != ["'none'"]
        ):
            faults.append(f"its content policy is {policy}")
        if policy.get("form-action") != ["'self'"]:
            faults.append("its forms may be sent elsewhere")
        sources = [source.strip("'") for name, listed in policy.items() for source in listed if name != "connect-src"]
        faults += [f"its content policy allows {source}" for source in sources if source in UNSAFE]
    return faults


def test_what_holds_somebodys_rows_is_kept_by_no_cache(neighbors: Neighbors, everything: list[Operation]) -> None:
    admin, wrong = neighbors.ours.browser("admin"), []
    for operation in everything:
        if operation.method == "GET" and operation.door in PAGES and not str(operation.view.policy).startswith("public"):
            answer = send(admin, operation.ask(lambda ref: neighbors.ours.known[ref.kind]))
            kept = answer.headers.get("Cache-Control", "")
            if answer.status_code == 200 and "no-store" not in kept and "private" not in kept:
                wrong.append(f"{operation.name}: Cache-Control {kept!r}")
    assert not wrong, "\n".join(wrong)


def test_over_https_browsers_are_told_to_stay_there(neighbors: Neighbors) -> None:
    answer = Client().get("/sign-in", secure=True)
    assert "max-age=" in answer.headers.get("Strict-Transport-Security", "")
    assert "Strict-Transport-Security" not in Client().get("/sign-in").headers


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(neighbors: Neighbors) -> None:
    client = Client()
    client.get("/sign-in", secure=True)
    email = "floor@neighbor.example.com"
    assert client.post("/sign-in", {"email": email, "password": PASSWORD}, secure=True).status_code == 302
    seen = dict(client.cookies) | dict(neighbors.ours.scanner().cookies)
    for name, cookie in seen.items():
        assert cookie["samesite"] in ("Lax", "Strict"), name
        if name in ("sessionid", "orderhouse-device", "orderhouse-badge"):
            assert cookie["httponly"], name
    for name in ("sessionid", "csrftoken"):
        if name in client.cookies:
            assert client.cookies[name]["secure"], f"{name} goes over plain http as well, though it was given over https"


def test_no_form_is_taken_without_its_token(neighbors: Neighbors, everything: list[Operation]) -> None:
    """Another site can make a browser send a form, but it cannot read our token."""
    admin, before, taken = neighbors.ours.browser("admin", enforce_csrf_checks=True), neighbors.marked.state(), []
    for operation in everything:
        if operation.method == "GET" or operation.door not in PAGES:
            continue
        answer = send(admin, operation.ask(lambda ref: neighbors.ours.known[ref.kind]))
        if answer.status_code != 403:
            taken.append(f"{operation.name}: {answer.status_code}")
    assert not taken, "\n".join(taken)
    assert neighbors.marked.state() == before


def test_a_session_opens_nothing_in_the_api(neighbors: Neighbors, everything: list[Operation]) -> None:
    """Else a form of another site could send the API what it wants: it asks for no token."""
    admin = neighbors.ours.browser("admin")
    for operation in everything:
        if operation.door == "api":
            assert send(admin, foreign(operation, neighbors.ours.known, neighbors.theirs)).status_code == 401, operation.name


def test_a_body_past_every_cap_is_turned_away_at_every_door(neighbors: Neighbors, everything: list[Operation]) -> None:
    admin, scanner, wrong = neighbors.ours.browser("admin"), neighbors.ours.scanner(), []
    for operation in everything:
        if operation.method == "GET":
            continue
        asked = operation.ask(lambda ref: neighbors.theirs[ref.kind])
        who: dict[str, str] = (
            {"authorization": f"Bearer {neighbors.ours.keys[operation.scope]}"} if operation.door == "api" else {}
        )
        client = scanner if operation.door == "scanner" else admin
        length: dict[str, Any] = {"CONTENT_LENGTH": str(10**10)}
        answer = client.generic(asked.method, asked.path, b"x=1", content_type=asked.media, headers=who, **length)
        if answer.status_code >= 500 or answer.status_code < 300:
            wrong.append(f"{operation.name}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_an_unknown_host_is_answered_by_nobody(neighbors: Neighbors) -> None:
    client, known = Client(raise_request_exception=False), neighbors.ours.keys["everything"]
    for host in ("evil.example", "no host", "testserver.evil.example"):
        named = {"host": host, "authorization": f"Bearer {known}"}
        for path in ("/sign-in", "/scanner/", "/orders"):
            assert client.get(path, headers=named).status_code == 400, path
        for path in ("/api/v1/orders", "/api/v1/nowhere", "/api/v1/openapi.json", "/contract/v1/inbox"):
            answer = client.get(path, headers=named)
            assert (answer.status_code, answer.json()["code"]) == (421, "unknown-host"), path
            assert host not in answer.content.decode()


def test_nobody_is_led_elsewhere_after_signing_in(neighbors: Neighbors) -> None:
    for target in (
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "https:evil.example",
        "\tjavascript:1",
    ):
        answer = Client().post("/sign-in", {"email": "floor@neighbor.example.com", "password": PASSWORD, "next": target})
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/"), target
        assert "evil" not in answer.headers["Location"], target
        assert not answer.headers["Location"].startswith(("//", "/\\"))


@override_settings(PROXIES=0)
def test_guessing_is_slowed_down_for_an_account_and_for_an_address_which_cannot_be_made_up(neighbors: Neighbors) -> None:
    client = Client(REMOTE_ADDR="198.51.100.7")
    wrong = {"password": "guess guess"}
    said = [
        client.post("/sign-in", wrong | {"email": f"{n}@example.com"}, headers={"x-forwarded-for": f"203.0.113.{n}"}).status_code
        for n in range(FREE_FAILURES + 2)
    ]
    assert (said[0], said[-1]) == (401, 429)
    email = {"email": "order-desk@neighbor.example.com"}
    elsewhere = [Client(REMOTE_ADDR=f"198.51.100.{20 + n}").post("/sign-in", wrong | email).status_code for n in range(8)]
    assert (elsewhere[0], elsewhere[-1]) == (401, 429)
