"""Settings: ours from `DUELY_*` variables, Temporal's as its users know them (envconfig)."""

import re
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from rules.errors import UserMistake

HOME = Path(__file__).resolve().parent.parent


class MailMode(StrEnum):
    """How mails leave in the first careful weeks."""

    SEND = "send"
    HOLD = "hold"  # made and shown, nothing advances, they lapse
    REDIRECT = "redirect"  # all to one address; acceptance counts as sent


class Documents(StrEnum):
    """Which documents are made: a replay may do with fewer, production makes all."""

    NONE = "none"
    INVOICES = "invoices"
    ALL = "all"


class Settings(BaseSettings):
    """Every setting with a default that fits the embedded stack. Paths are relative to where the
    program is started; `import_max` and `statement_max` (of a bank's file) are in bytes,
    `backlog_per_day` in customers (0: not spread). `inbox` is the folder to watch, None for none,
    `debit_files` the folder that debits are written to (None: no bank of ours takes any),
    `temporal_ui` the address of Temporal's own pages, "" for none to link to."""

    model_config = SettingsConfigDict(env_prefix="DUELY_", frozen=True, extra="ignore")

    database_url: str = "sqlite:///var/duely.db"
    documents_dir: Path = Path("var/documents")
    smtp_url: str = "smtp://127.0.0.1:1025"
    creditor: Path = HOME / "creditor.toml"
    policy: Path = HOME / "samples" / "standard.toml"
    mail_mode: Annotated[str, NoDecode] = MailMode.SEND.value
    import_max: int = Field(default=50_000_000, gt=0)
    statement_max: int = Field(default=1_000_000_000, gt=0)
    inbox: Path | None = None
    debit_files: Path | None = None
    backlog_per_day: int = Field(default=200, ge=0)
    render_processes: int = Field(default=1, ge=1, le=64)
    write_off_limit: str = "1000"
    web_host: str = "127.0.0.1"
    web_port: int = Field(default=8000, ge=0, le=65_535)
    twilio_account: str = ""
    twilio_token: SecretStr = SecretStr("")
    twilio_from: str = ""
    twilio_api: str = "https://api.twilio.com"
    stripe_key: SecretStr = SecretStr("")
    stripe_webhook_secret: SecretStr = SecretStr("")
    stripe_api: str = "https://api.stripe.com"
    stripe_return_url: str = ""
    public_url: str = ""
    temporal_ui: str = ""

    @field_validator("inbox", "debit_files", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        """Compose hands on what is not set as "": that is no folder, least of all the current one."""
        return value or None

    @field_validator("mail_mode")
    @classmethod
    def _mode_is_known(cls, value: str) -> str:
        mode, _, address = value.partition(":")
        known = mode in (MailMode.SEND, MailMode.HOLD) and not address
        if not known and not (mode == MailMode.REDIRECT and "@" in address):
            raise ValueError("expected send, hold or redirect:ADDRESS")
        return value

    @field_validator("temporal_ui")
    @classmethod
    def _ui_is_an_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("expected an address like http://127.0.0.1:8233")
        return value.rstrip("/")

    @field_validator("write_off_limit")
    @classmethod
    def _limit_is_an_amount(cls, value: str) -> str:
        if value and not re.fullmatch(r"\d{1,12}(\.\d{1,4})?", value, re.ASCII):
            raise ValueError("expected an amount like 1000 or 250.50, or nothing for no limit")
        return value

    @property
    def limit(self) -> Decimal | None:
        """Over this much, in units of an invoice's currency, giving it up needs another person."""
        return Decimal(self.write_off_limit) if self.write_off_limit else None

    @property
    def mode(self) -> MailMode:
        return MailMode(self.mail_mode.partition(":")[0])

    @property
    def redirect_to(self) -> str:
        """The address all mails go to in mode `redirect`, else ""."""
        return self.mail_mode.partition(":")[2]


def load_settings() -> Settings:
    """Read the environment. Raises UserMistake naming the variable that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "DUELY_" + str(first["loc"][0]).upper()
        raise UserMistake(f"{name}: {first['msg']}") from error
