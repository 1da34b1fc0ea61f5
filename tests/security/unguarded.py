"""The URL of the tests' own PostgreSQL for its superuser, whom row-level security does not bind: what statements leave out shows then."""

from __future__ import annotations

import os
from pathlib import Path

from orderhouse.kernel.postgres import ensure_cluster


def main() -> None:
    given = os.environ.get("DATABASE_ADMIN_URL")
    print(given or ensure_cluster(Path(".orderhouse/test").absolute()).url("postgres", user="postgres"))


if __name__ == "__main__":
    main()
