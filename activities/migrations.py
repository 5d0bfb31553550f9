"""Bring a database to the newest schema. A new one is migrated by itself."""

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Engine

from activities.engines import Alone, wait_for_turn
from models.settings import HOME
from rules.errors import UserMistake

MIGRATIONS = HOME / "models" / "migrations"


def migrate(engine: Engine) -> None:
    """Run every migration the database has not seen, in one transaction. Running it again changes
    nothing; of several processes that start together, one does it and the others wait.

    Raises UserMistake where a newer release has migrated the database.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        wait_for_turn(connection, Alone.MIGRATING)
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise UserMistake(
                "this database was migrated by a newer release, which alone may use it "
                f"(DUELY_DATABASE_URL): {error}"
            ) from error
