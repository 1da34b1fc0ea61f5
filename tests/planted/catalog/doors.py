"""Bugs at the doors: keys, scopes, sessions, roles, second factors, repeated commands."""

from __future__ import annotations

from tests.planted.bug import Bug, Edit

KEYS = ("tests/api/test_keys.py",)
COMMANDS = ("tests/api/test_commands.py",)
DOOR = ("orderhouse/console/tests/test_door.py",)
POLICIES = ("orderhouse/console/tests/test_shell_policies.py",)
WHO_MAY = ("tests/security/test_who_may.py",)
FACTOR = ("orderhouse/console/tests/test_shell_door.py",)

BUGS = (
    Bug(
        "seat-kept-in-line",
        "Who waits for a commit shared with others keeps its connection, and they cannot come into the line.",
        Edit(
            "kernel/together.py",
            "            with self._meanwhile():\n                ticket.wait()\n",
            "            ticket.wait()\n",
        ),
        ("orderhouse/http/tests/test_seats.py",),
    ),
    Bug(
        "seat-not-taken-again",
        "Who was in line goes on without a seat, on a connection beyond those that were granted.",
        Edit("database/lending.py", "        lender.take_again()\n", "        pass\n"),
        ("orderhouse/http/tests/test_seats.py",),
    ),
    Bug(
        "key-expiry-ignored",
        "An expired API key still opens.",
        Edit("people/sql/check_api_key.sql", "\n  AND (k.expires_at IS NULL OR k.expires_at > %(at)s::timestamptz)", ""),
        KEYS,
    ),
    Bug(
        "key-revocation-ignored",
        "A revoked API key still opens.",
        Edit("people/sql/check_api_key.sql", " AND k.revoked_at IS NULL", ""),
        KEYS,
    ),
    Bug(
        "key-secret-unchecked",
        "A key is believed by its number alone.",
        Edit(
            "people/api_keys.py",
            '    if not hmac.compare_digest(presented, bytes(expected or b"")):\n',
            "    if not expected:\n",
        ),
        KEYS,
    ),
    Bug(
        "key-checked-too-late",
        "What a wrong key asks is read before the key is refused.",
        Edit(
            "people/sql/check_api_key.sql",
            "CASE WHEN k.secret_hash = %(hash)s::bytea THEN",
            "CASE WHEN %(hash)s::bytea IS NOT NULL THEN",
        ),
        ("tests/api/test_availability.py",),
    ),
    Bug(
        "known-sku-of-another-owner",
        "What a channel's SKUs meant once, they mean for ever.",
        Edit("oms/api/availability.py", "    if owners != [owner_id]:\n        return None\n", ""),
        ("tests/api/test_availability.py",),
    ),
    Bug(
        "scope-ignored",
        "A key does whatever it likes, whatever scopes it was issued with.",
        Edit("people/api_keys.py", "        if scope not in self.scopes:\n", "        if not self.scopes:\n"),
        KEYS,
    ),
    Bug(
        "idempotency-key-ignored",
        "A command repeated under its Idempotency-Key is done again.",
        Edit(
            "people/idempotency.py",
            "        if claimed:\n            return None\n",
            "        if claimed is not None:\n            return None\n",
        ),
        COMMANDS,
    ),
    Bug(
        "idempotency-body-unchecked",
        "Another request under an old Idempotency-Key gets the old answer.",
        Edit("people/idempotency.py", "if row is None or bytes(row[0]) != fingerprint:", "if row is None:"),
        COMMANDS,
    ),
    Bug(
        "idempotency-shared",
        "Two API keys share their Idempotency-Keys: one is told the other's answer.",
        Edit("http/attend.py", 'f"key:{bearer.name}"', '"key"'),
        COMMANDS,
        ("tests/api",),
    ),
    Bug(
        "refusal-not-kept",
        "A refusal is not kept under its Idempotency-Key: the repeat may be done.",
        Edit(
            "http/attend.py",
            "    store_answer(by=by, key=command_key, answer=StoredAnswer(answer.status_code, _content(answer)))\n    return answer\n\n\ndef _once_by_itself",
            "    if answer.status_code >= 400:\n        return answer\n"
            "    store_answer(by=by, key=command_key, answer=StoredAnswer(answer.status_code, _content(answer)))\n    return answer\n\n\ndef _once_by_itself",
        ),
        COMMANDS,
    ),
    Bug(
        "csrf-off",
        "A form of another site is taken as ours.",
        Edit("config/settings/base.py", '    "django.middleware.csrf.CsrfViewMiddleware",\n', ""),
        DOOR,
    ),
    Bug(
        "role-unchecked",
        "Every page opens to everybody who is signed in.",
        Edit("console/guard.py", "        if roles is None or not desk.may(*wanted):\n", "        if roles is None:\n"),
        (*DOOR, *POLICIES),
    ),
    Bug(
        "page-open-to-too-many",
        "One page for managers is open to the whole floor.",
        Edit("console/wms/bin.py", '@allow("warehouse_manager")\n', '@allow("warehouse_manager", "floor")\n'),
        WHO_MAY,
        (*POLICIES, "orderhouse/console/tests"),
    ),
    Bug(
        "page-closed-to-its-people",
        "The order desk can no longer see what stands on the shelves.",
        Edit("console/policies.py", '"floor", "order_desk", "auditor")\n', '"floor", "auditor")\n'),
        WHO_MAY,
    ),
    Bug(
        "device-door-open",
        "Whoever has signed in, in whatever role, sees the scanners and sets the PINs of badges.",
        Edit("scanner/devices.py", "        if not person.manages:\n", "        if not person.roles:\n"),
        WHO_MAY,
    ),
    Bug(
        "auditor-changes",
        "An auditor may send what a page takes, not only look.",
        Edit("console/policies.py", '    return roles - {"auditor"}\n', "    return roles\n"),
        (*POLICIES, *DOOR),
    ),
    Bug(
        "second-factor-skipped",
        "A password alone opens a door with two steps.",
        Edit(
            "console/welcome.py",
            "            if user.second_factor_since is not None:\n",
            "            if user.second_factor_since is not None and user.second_factor is None:\n",
        ),
        FACTOR,
    ),
    Bug(
        "code-used-twice",
        "A code somebody looked over a shoulder opens a second time.",
        Edit("people/totp.py", ".encode(), code.encode()) and step > after:", ".encode(), code.encode()):"),
        FACTOR,
    ),
    Bug(
        "passwords-guessed",
        "Wrong passwords are never slowed down.",
        Edit("people/sign_in.py", "if user.failed_attempts > FREE_ATTEMPTS else None", "if user.failed_attempts < 0 else None"),
        DOOR,
    ),
    Bug(
        "pin-ignored",
        "A badge with a PIN signs in without it.",
        Edit("people/badge_sign_in.py", "            if kept is None:\n", "            if kept is None or not pin:\n"),
        ("orderhouse/scanner/tests/test_doors.py",),
    ),
    Bug(
        "revoked-device-goes-on",
        "A revoked scanner goes on working.",
        Edit("people/devices.py", 'AND id = %s AND revoked_at IS NULL",', 'AND id = %s",'),
        ("orderhouse/scanner/tests/test_doors.py",),
    ),
    Bug(
        "inline-scripts-allowed",
        "Pages may run whatever script somebody got into them.",
        Edit("console/guard.py", "\"script-src 'self'\",", "\"script-src 'self' 'unsafe-inline'\","),
        DOOR,
    ),
    Bug(
        "lost-commit-repeated",
        "A command whose commit may have succeeded is told to be repeatable although it has no Idempotency-Key.",
        Edit(
            "http/attend.py",
            '    return request.method == "GET" or "HTTP_IDEMPOTENCY_KEY" in request.META\n',
            "    return True\n",
        ),
        COMMANDS,
    ),
)
