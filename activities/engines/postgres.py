"""PostgreSQL: many processes of many machines, each of which may vanish."""

from typing import Any

from psycopg import Connection
from psycopg.types.string import StrDumperUnknown
from sqlalchemy import URL, Engine, create_engine, event

# libpq by itself waits for ever for a server that does not answer.
_CONNECTION = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
# A server by itself keeps the locks of a client that vanished for two hours (tcp(7)).
_SESSION = (
    "SET lock_timeout = '30s'",
    "SET idle_in_transaction_session_timeout = '60s'",
)


class _Text(StrDumperUnknown):
    """PostgreSQL keeps no NUL. A message that holds one is recorded without, not tried for ever."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\x00", "\N{REPLACEMENT CHARACTER}"))


def engine(url: URL) -> Engine:
    """An engine on a server. What the URL says of a connection goes before what is said here."""
    made = create_engine(
        url,
        pool_pre_ping=True,  # a connection that died while it lay idle is replaced unseen
        isolation_level="READ COMMITTED",  # and the customer's row locked: Journal.lock
        connect_args={name: value for name, value in _CONNECTION.items() if name not in url.query},
    )

    @event.listens_for(made, "connect")
    def _on_connect(connection: "Connection[Any]", _record: Any) -> None:
        connection.adapters.register_dumper(str, _Text)
        for setting in _SESSION:
            connection.execute(setting)
        connection.commit()

    return made
