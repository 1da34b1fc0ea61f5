"""Open accounts before anything is known of them but that they are needed."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.ledger import store
from orderhouse.ledger.accounts import Account


def open_accounts(*, tenant_id: int, accounts: Sequence[Account]) -> None:
    """See that all these exist, so that they can be locked. No statement where they are known. Inside a unit of work."""
    store.account_ids(tenant_id, accounts)
