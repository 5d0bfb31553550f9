"""Bring the database of DUELY_DATABASE_URL to the newest schema:  python -m deploy.migrate

The worker and `import` do the same when they start. As a job of its own it may use a role that may
make tables, and an upgrade can be looked at before anything else starts.
"""

import logging

from models.settings import load_settings
from worker import open_database, run

log = logging.getLogger("duely")


async def main() -> None:
    """Running it again changes nothing."""
    open_database(load_settings()).close()
    log.info("the database has the newest schema")


if __name__ == "__main__":
    run(main)
