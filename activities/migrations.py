"""Bring a database to the newest schema. A new one is migrated by itself."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from models.settings import HOME

MIGRATIONS = HOME / "models" / "migrations"


def migrate(engine: Engine) -> None:
    """Run every migration the database has not seen. Running it again changes nothing."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
