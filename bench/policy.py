"""The policy of the benchmark's creditor: the standard ladder."""

from models.settings import HOME


def policy_text() -> str:
    return (HOME / "samples" / "standard.toml").read_text("utf-8")
