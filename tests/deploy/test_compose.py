"""docker-compose.yml, checked without an engine: its shape, and that it says what is true of us."""

import re
import subprocess
import sys
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from models.settings import Settings
from worker import GRACE

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yml"
COMPOSE: dict[str, Any] = YAML(typ="safe").load(FILE.read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: s for name, s in SERVICES.items() if s["image"].startswith("duely:")}
# What our programs read besides DUELY_*: Temporal's envconfig, and libpq.
READ_BY_OTHERS = {"TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE", "PGPASSWORD"}

every_service = pytest.mark.parametrize("name", SERVICES)


def resolved(text: str) -> str:
    """With the defaults of `${NAME:-default}`: an installation that sets nothing."""
    return re.sub(r"\$\{[A-Z_]+:-([^}]*)\}", r"\1", text)


def test_file_keeps_to_the_compose_specification() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", FILE],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


@every_service
def test_image_has_a_tag_or_a_digest_that_does_not_move(name: str) -> None:
    image = resolved(SERVICES[name]["image"])
    _, _, tag = image.rpartition("/")[2].partition(":")
    assert tag or "@sha256:" in image, image
    assert tag != "latest"
    assert "$" not in image


def test_only_what_people_look_at_is_published_and_only_on_this_machine() -> None:
    published = {name: s["ports"] for name, s in SERVICES.items() if "ports" in s}
    assert published == {
        "temporal-ui": ["127.0.0.1:8080:8080"],
        "web": ["127.0.0.1:8000:8000"],
    }
    assert not [name for name, service in SERVICES.items() if "network_mode" in service]


def test_what_is_kept_is_in_named_volumes() -> None:
    mounted = [volume for s in SERVICES.values() for volume in s.get("volumes", [])]
    sources = {volume.partition(":")[0] for volume in mounted}
    named = {source for source in sources if not source.startswith("./")}
    assert named == set(COMPOSE["volumes"]) == {"postgres", "documents"}
    assert all(":" in volume for volume in mounted), (
        "an anonymous volume is lost with its container"
    )


def test_mounted_files_are_there() -> None:
    mounted = [volume for s in SERVICES.values() for volume in s.get("volumes", [])]
    files = {volume.partition(":")[0] for volume in mounted if volume.startswith("./deploy")}
    assert files
    assert [file for file in files if not (ROOT / file).exists()] == []


def test_whoever_is_waited_for_says_when_it_is_ready() -> None:
    for name, service in SERVICES.items():
        for other, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "test" in SERVICES[other]["healthcheck"], (
                    f"{name} waits for {other} for ever"
                )
            else:
                assert SERVICES[other]["restart"].startswith("on-failure"), f"{other} never ends"


def test_worker_is_given_longer_than_its_grace_to_stop() -> None:
    seconds = int(OURS["worker"]["stop_grace_period"].removesuffix("s"))
    assert timedelta(seconds=seconds) > GRACE + timedelta(seconds=20), "mail and papers close after"


@pytest.mark.parametrize("name", OURS)
def test_our_settings_are_ones_that_are_read(name: str) -> None:
    known = {f"DUELY_{field.upper()}" for field in Settings.model_fields} | READ_BY_OTHERS
    assert set(OURS[name]["environment"]) <= known


@pytest.mark.parametrize("name", OURS)
def test_our_programs_are_there(name: str) -> None:
    assert is_a_program(OURS[name]["command"]), OURS[name]["command"]


def is_a_program(words: list[str]) -> bool:
    """`python FILE` or `python -m MODULE` of the house, which runs when it is started; of a room, its
    `__main__`."""
    python, *rest = words
    file = ROOT / rest[0] if rest[0] != "-m" else _file_of(rest[1])
    return python == "python" and file.is_file() and '__name__ == "__main__"' in file.read_text()


def _file_of(module: str) -> Path:
    found = Path(str(getattr(find_spec(module), "origin", "")))
    return found.with_name("__main__.py") if found.name == "__init__.py" else found


def test_temporal_is_given_what_can_never_be_changed() -> None:
    server = SERVICES["temporal"]["environment"]
    assert server["NUM_HISTORY_SHARDS"] == "512"
    config = YAML(typ="safe").load((ROOT / "deploy/temporal/dynamicconfig.yaml").read_text())
    assert config["limit.maxIDLength"] == [{"value": 255}]
    mounted = SERVICES["temporal"]["volumes"][0].split(":")[1]
    assert mounted == server["DYNAMIC_CONFIG_FILE_PATH"], "the server does not start without it"


def test_servers_of_temporal_have_one_version() -> None:
    images = [SERVICES[name]["image"] for name in ("temporal", "temporal-schema")]
    assert {image.partition(":")[2] for image in images} == {"${TEMPORAL_VERSION:-1.32.0}"}


def test_every_secret_is_asked_for_and_none_has_a_default() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+):\?", FILE.read_text()))
    example = (ROOT / ".env.example").read_text()
    offered = dict(re.findall(r"^([A-Z_]+)=(.*)$", example, re.MULTILINE))
    assert asked == {name for name, value in offered.items() if not value}
    assert offered["DUELY_MAIL_MODE"] == "hold", "nobody is written to before somebody has read"
    assert not [name for name in asked if f"${{{name}:-" in FILE.read_text()]
