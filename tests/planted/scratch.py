"""A copy of the sources in which one bug at a time is planted, and the tests run there."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.planted.bug import Bug

ROOT = Path(__file__).parents[2]
TAKEN = ("orderhouse", "tests", "bench", "conftest.py", "pyproject.toml")
LONGEST = 240.0
"""Seconds a selection of tests may take. One that does not end has caught nothing: a slow machine must not look like a good test."""
BREAKS = "(the tests cannot begin)"


class Ran(NamedTuple):
    """What a run of tests said: the tests that failed, and how many there were in all."""

    failed: frozenset[str]
    tests: int


class Scratch:
    """A copy under ``folder``. Its databases come from templates of the cluster that the project's own tests use, so that
    only a bug in the schema pays for migrations of its own."""

    def __init__(self, folder: Path, root: Path = ROOT) -> None:
        self.root = folder / "house"
        self._origin = root
        self.root.mkdir(parents=True)
        ignore = shutil.ignore_patterns("__pycache__", "node_modules", "*.pyc")
        for name in TAKEN:
            source = root / name
            if source.is_dir():
                shutil.copytree(source, self.root / name, ignore=ignore)
            elif source.exists():
                shutil.copy2(source, self.root / name)
        if (root.parent / "shared").exists():
            (folder / "shared").symlink_to(root.parent / "shared")

    @contextmanager
    def planted(self, bug: Bug) -> Iterator[None]:
        """Inside the block the sources have the bug; each edit must match once."""
        before = {edit.file: (self.root / "orderhouse" / edit.file).read_text() for edit in bug.edits}
        try:
            for edit in bug.edits:
                path = self.root / "orderhouse" / edit.file
                path.write_text(path.read_text().replace(edit.old, edit.new))
            yield
        finally:
            for file, text in before.items():
                (self.root / "orderhouse" / file).write_text(text)

    def run(self, selection: Sequence[str], *, enough: int = 0) -> Ran:
        """Run tests by pytest's own arguments; ends after ``enough`` failures (0: never)."""
        state = os.environ.get("ORDERHOUSE_TEST_STATE") or self._origin / ".orderhouse" / "test"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ORDERHOUSE_", "DATABASE_", "DJANGO_"))}
        environment = kept | {
            "PYTHONPATH": str(self.root),
            "PYTHONDONTWRITEBYTECODE": "1",
            "ORDERHOUSE_TEST_STATE": str(state),
            "ORDERHOUSE_STATE": str(self.root / "state"),
        }
        flags = ["-q", "-rfE", "--tb=no", "--no-header", "-p", "no:cacheprovider", f"--maxfail={enough}"]
        command = [sys.executable, "-m", "pytest", *flags, *selection]
        process = subprocess.Popen(
            command,
            cwd=self.root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            said, _ = process.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return Ran(frozenset(), 0)
        if process.returncode not in (0, 1):
            if os.environ.get("PLANTED_SHOWS"):
                print(said[-3000:], file=sys.stderr)
            return Ran(frozenset({BREAKS}), 0)
        failed = re.findall(r"^(?:FAILED|ERROR) (\S+?(?:\[.*?\])?)(?: - .*)?$", said, re.MULTILINE)
        return Ran(frozenset(failed), sum(int(n) for n in re.findall(r"(\d+) (?:passed|failed|errors?)\b", said)))

    def drop_template(self) -> None:
        """Forget the template that a bug in the schema had made for itself."""
        script = (
            "import conftest, psycopg, sys; from pathlib import Path; from orderhouse.kernel.postgres import ensure_cluster;"
            "c = psycopg.connect(ensure_cluster(Path(sys.argv[1]).absolute()).url('postgres'), autocommit=True);"
            "c.execute(f'DROP DATABASE IF EXISTS \"template_{conftest._schema_version()}\"')"
        )
        state = os.environ.get("ORDERHOUSE_TEST_STATE") or self._origin / ".orderhouse" / "test"
        environment = os.environ | {"PYTHONPATH": str(self.root), "PYTHONDONTWRITEBYTECODE": "1"}
        subprocess.run(
            [sys.executable, "-c", script, str(state)], cwd=self.root, env=environment, check=False, capture_output=True
        )
