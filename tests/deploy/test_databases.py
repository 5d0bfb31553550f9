"""What the postgres image runs on a new data folder, run on a PostgreSQL of our own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from tests.postgres import Postgres

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = [ROOT / "deploy/postgres/10-databases.sh", ROOT / "deploy/temporal/schema.sh"]
PASSWORD = 'it\'s a "secret" \\ of $HOME'  # nothing of it means anything to shell or SQL


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_script_is_one_that_a_plain_shell_reads_and_that_stops_at_a_fault(script: Path) -> None:
    assert os.access(script, os.X_OK)
    assert "set -eu" in script.read_text()
    assert subprocess.run(["sh", "-n", script], check=False).returncode == 0


def test_new_server_gets_roles_and_databases_and_ours_is_migrated(postgres: Postgres) -> None:
    server = make_url(postgres.url("postgres"))
    environment = {
        "PATH": f"{postgres.programs}:{os.environ['PATH']}",
        "PGHOST": str(server.query["host"]),
        "POSTGRES_USER": "postgres",
        "DUELY_DB_PASSWORD": PASSWORD,
        "TEMPORAL_DB_PASSWORD": PASSWORD,
    }
    assert shutil.which("psql", path=environment["PATH"])
    subprocess.run([SCRIPTS[0]], env=environment, check=True, capture_output=True)
    owners = postgres.run(
        "SELECT datname, pg_get_userbyid(datdba) FROM pg_database "
        "WHERE datname ~ '^(duely|temporal)' ORDER BY datname"
    )
    assert owners == [
        ("duely", "duely"),
        ("temporal", "temporal"),
        ("temporal_visibility", "temporal"),
    ]
    url = server.set(username="duely", database="duely").render_as_string(hide_password=False)
    migrated = subprocess.run(
        [sys.executable, "-m", "deploy.migrate"],
        cwd=ROOT,
        env={**os.environ, "DUELY_DATABASE_URL": url, "PGPASSWORD": PASSWORD},
        capture_output=True,
        text=True,
        check=False,
    )
    assert migrated.returncode == 0, migrated.stderr
    assert "newest schema" in migrated.stderr
