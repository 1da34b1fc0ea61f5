"""Bugs in the mailbox between the wings."""

from __future__ import annotations

from tests.planted.bug import Bug, Edit

INBOX = ("orderhouse/contract/tests/test_inbox.py",)
MAILBOX = ("orderhouse/contract/tests/test_mailbox.py",)
WAITING = ("orderhouse/contract/tests/test_deliver_waiting.py",)
HTTP = ("orderhouse/contract/tests/test_http.py",)

BUGS = (
    Bug(
        "letter-takes-effect-twice",
        "A letter that comes a second time takes effect a second time.",
        Edit(
            "contract/inbox.py",
            "            if item.key not in fresh:\n                continue\n            fresh.discard(item.key)\n",
            "            fresh.discard(item.key)\n",
        ),
        INBOX,
    ),
    Bug(
        "same-id-of-another-source",
        "A letter counts as known when any partner ever used its number.",
        Edit(
            "contract/sql/write_receipts.sql",
            "WHERE t.tenant_id = %(tenant)s\nON CONFLICT",
            "WHERE t.tenant_id = %(tenant)s AND NOT EXISTS (\n"
            "  SELECT FROM contract_inbox i WHERE i.tenant_id = t.tenant_id AND i.message_id = u.message_id)\nON CONFLICT",
        ),
        INBOX,
    ),
    Bug(
        "partner-speaks-for-another",
        "A warehouse may report for a warehouse that is not its own.",
        Edit("contract/inbox.py", "getattr(message, kind, code) != code:", "getattr(message, kind, code) is None:"),
        INBOX,
    ),
    Bug(
        "failed-letter-lost",
        "A letter whose receiver failed counts as taken: it never comes again.",
        Edit(
            "contract/transports/in_process.py",
            '    return Outcome(delivery, error=f"{type(error).__name__}: {error}"[:500] or "failed")\n',
            "    return Outcome(delivery)\n",
        ),
        MAILBOX,
    ),
    Bug(
        "poison-spoils-its-neighbors",
        "A batch with one letter that fails is not taken apart: its neighbors fail with it.",
        Edit(
            "contract/transports/in_process.py",
            "        if len(group) == 1:\n            return [_failed(group[0], error)]\n",
            "        if group:\n            return [_failed(each, error) for each in group]\n",
        ),
        MAILBOX,
    ),
    Bug(
        "rolled-back-letters-stay",
        "What a failing receiver had put is delivered although it was rolled back.",
        Edit(
            "contract/transports/in_process.py",
            "        del queue[put_before:]  # what the receiver put was rolled back with it\n",
            "",
        ),
        MAILBOX,
    ),
    Bug(
        "dead-letter-never-dead",
        "A letter that fails for ever is tried for ever, and nobody is told.",
        Edit(
            "contract/deliver_waiting.py",
            "    if letter.attempts >= MOST_TRIES:\n",
            "    if letter.attempts >= MOST_TRIES * MOST_TRIES:\n",
        ),
        WAITING,
        also=(
            Edit(
                "contract/deliver_waiting.py",
                "letters if letter.attempts > 2 * MOST_TRIES]",
                "letters if letter.attempts > 2 * MOST_TRIES * MOST_TRIES]",
            ),
        ),
    ),
    Bug(
        "poison-holds-back-its-subject",
        "A letter that fails by itself holds back all later ones about its subject.",
        Edit(
            "contract/deliver_waiting.py",
            '    return Settled(letter.id, "waiting", at + outbox.delay(letter.attempts), reason, aside=True)\n',
            '    return Settled(letter.id, "waiting", at + outbox.delay(letter.attempts), reason)\n',
        ),
        WAITING,
    ),
    Bug(
        "letters-overtake",
        "A later letter about a subject may go while an older one waits.",
        Edit(
            "contract/sql/lock_heads.sql",
            "AND older.state = 'waiting' AND older.id < o.id AND NOT older.aside))",
            "AND older.state = 'waiting' AND older.id < o.id AND older.aside))",
        ),
        WAITING,
    ),
    Bug(
        "road-counts-as-try",
        "A road that is down uses up a letter's tries, until it is dead.",
        Edit(
            "contract/deliver_waiting.py",
            '    return Settled(letter.id, "waiting", at + UNROUTED_REST, UNROUTED, uncounted=1)\n',
            '    return Settled(letter.id, "waiting", at + UNROUTED_REST, UNROUTED)\n',
        ),
        WAITING,
    ),
    Bug(
        "lease-of-a-dead-worker",
        "A claim ends with its lease no more: what a dead worker held is never carried.",
        Edit(
            "contract/sql/lock_heads.sql",
            "(o.claimed_until IS NULL OR o.claimed_until <= %(at)s OR o.claimed_until > %(at)s + interval '10 minutes')",
            "o.claimed_until IS NULL",
        ),
        WAITING,
    ),
    Bug(
        "heads-unlocked",
        "Two workers claim the same letter.",
        Edit("contract/sql/lock_heads.sql", "\nFOR UPDATE OF o SKIP LOCKED", ""),
        WAITING,
        ("orderhouse/contract/tests",),
    ),
    Bug(
        "signature-unchecked",
        "A letter is believed whoever signed it.",
        Edit(
            "contract/transports/http.py",
            "    except (WebhookVerificationError, EmptyWebhookSecretError, ValueError):\n        return False\n",
            "    except (WebhookVerificationError, EmptyWebhookSecretError, ValueError):\n        return True\n",
        ),
        HTTP,
    ),
    Bug(
        "replay-window-ignored",
        "A letter that was signed long ago is taken as if it were new.",
        Edit(
            "contract/transports/http.py",
            "        Webhook(secret).verify(body, dict(headers), json_parse=False)\n",
            '        signed_at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)\n'
            '        signature = sign(secret, headers["webhook-id"], body, at=signed_at)["webhook-signature"]\n'
            '        return signature in headers["webhook-signature"].split()\n',
        ),
        HTTP,
    ),
    Bug(
        "redirect-followed",
        "A partner's redirect leads our letters wherever it likes.",
        Edit("contract/transports/http.py", "follow_redirects=False", "follow_redirects=True"),
        HTTP,
    ),
    Bug(
        "event-rewritten",
        "What is told of an order is told under the actor of the process, not of whoever did it.",
        Edit("contract/events.py", "[by.actor for by, _ in told]", '["system" for _ in told]'),
        ("orderhouse/contract/tests/test_events.py",),
    ),
)
