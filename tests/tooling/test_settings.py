"""Settings as an environment hands them on."""

import pytest

from models.settings import load_settings


@pytest.mark.parametrize("name", ["INBOX", "DEBIT_FILES"])
def test_folder_that_is_set_to_nothing_is_no_folder(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"DUELY_{name}", "")
    assert getattr(load_settings(), name.lower()) is None
