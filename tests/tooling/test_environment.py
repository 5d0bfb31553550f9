"""What a test may rely on, and what the set-up says where something is missing."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.system_libraries import INSTALL_COMMANDS, LIBRARIES, advice, loads, missing

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", autouse=True)
def settings_of_a_developer() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DUELY_SMTP_URL", "smtp://real.example")
        patch.setenv("TEMPORAL_ADDRESS", "real.example:7233")
        yield


def test_no_setting_of_a_developer_reaches_a_test() -> None:
    assert not [name for name in os.environ if name.startswith(("DUELY_", "TEMPORAL_"))]


class TestSystemLibraries:
    def test_are_the_ones_that_weasyprint_loads(self) -> None:
        ffi = pytest.importorskip("weasyprint.text.ffi")
        source = Path(ffi.__file__).read_text()
        wanted = set(re.findall(r"'lib([a-z0-9.-]+?)\.so\.\d'", source))
        # Without this one nothing is lost: WeasyPrint asks for it and does without.
        assert wanted - {"harfbuzz-vector"} == set(LIBRARIES)

    def test_that_are_here_are_found(self) -> None:
        assert missing(loads) == []

    def test_that_is_nowhere_is_not_found(self) -> None:
        assert not loads("libduely-nowhere.so.9")

    def test_that_are_missing_are_named_in_one_line_with_the_command(self) -> None:
        absent = missing(lambda name: "pango" not in name)
        assert absent == ["pango-1.0", "pangoft2-1.0"]
        for tool, command in INSTALL_COMMANDS.items():
            line = advice(absent, which={tool: tool}.get)
            assert command in line
            assert "\n" not in line

    def test_on_an_unknown_system_say_what_to_look_for(self) -> None:
        assert "Pango" in advice(["pango-1.0"], which=lambda _: None)


class TestLockedRequirements:
    @pytest.fixture(params=["requirements.txt", "requirements-dev.txt"])
    def text(self, request: pytest.FixtureRequest) -> str:
        return (ROOT / str(request.param)).read_text()

    def test_name_no_address_and_no_path(self, text: str) -> None:
        lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
        assert not [line for line in lines if "://" in line or line.startswith(("-", "/", "."))]

    def test_have_a_hash_for_each_package(self, text: str) -> None:
        blocks = re.split(r"\n(?=[a-z])", text)[1:]
        assert blocks
        assert not [block.split()[0] for block in blocks if "--hash=sha256:" not in block]

    def test_of_the_tools_have_the_same_versions_as_the_runtime(self) -> None:
        def pinned(name: str) -> set[str]:
            return set(re.findall(r"^[a-z][^ ]+==[^ ]+", (ROOT / name).read_text(), re.MULTILINE))

        assert pinned("requirements.txt") < pinned("requirements-dev.txt")
