"""A database that was migrated once, and copies of it: to migrate takes longer than most tests."""

import shutil
from pathlib import Path

from activities.database import Database
from activities.migrations import migrate


def put(file: Path) -> Path:
    """A migrated SQLite database in its place, where there is none yet. The one that is copied lies
    beside the test's folder, in the run's own."""
    if not file.exists():
        shutil.copy(_once(file.parent.parent), file)
    return file


def _once(folder: Path) -> Path:
    kept = folder / "migrated-once.db"
    if not kept.exists():
        made = kept.with_suffix(".making")
        database = Database(f"sqlite:///{made}")
        migrate(database.engine)
        database.close()
        made.rename(kept)
    return kept
