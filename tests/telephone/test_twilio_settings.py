"""With Twilio's settings there is a telephone, without them people dial by hand."""

import pytest
from pydantic import SecretStr

from gateways.telephone import NoTelephone
from gateways.twilio_callbacks import TwilioCallbacks
from gateways.twilio_settings import telephone_of
from gateways.twilio_telephone import TwilioTelephone
from models.settings import Settings, load_settings
from rules.errors import UserMistake
from tests.telephone.scripted_twilio import ACCOUNT, TOKEN, US

WHOLE = {
    "twilio_account": ACCOUNT,
    "twilio_token": TOKEN,
    "twilio_from": US,
    "public_url": "https://duely.example.com/",
}


def settings(**changed: str | SecretStr) -> Settings:
    return Settings.model_validate(WHOLE | changed)


def test_house_without_twilio_has_no_telephone_and_believes_no_callback() -> None:
    connection = telephone_of(Settings())
    assert isinstance(connection.telephone, NoTelephone)
    assert connection.callbacks is None


def test_house_with_twilio_has_a_telephone_and_reads_its_callbacks() -> None:
    connection = telephone_of(settings())
    assert isinstance(connection.telephone, TwilioTelephone)
    assert isinstance(connection.callbacks, TwilioCallbacks)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"twilio_token": SecretStr("")}, "DUELY_TWILIO_TOKEN is not set"),
        ({"twilio_account": ""}, "DUELY_TWILIO_ACCOUNT is not set"),
        ({"twilio_from": "030 23125000"}, "DUELY_TWILIO_FROM: .*no country's code"),
        ({"public_url": ""}, "DUELY_PUBLIC_URL is no address"),
        ({"public_url": "http://duely.example.com"}, "DUELY_PUBLIC_URL is no address"),
        ({"public_url": "https://duely.example.com/?a=1"}, "DUELY_PUBLIC_URL is no address"),
    ],
)
def test_setting_that_is_missing_or_wrong_is_named(
    changed: dict[str, str | SecretStr], said: str
) -> None:
    with pytest.raises(UserMistake, match=said):
        telephone_of(settings(**changed))


def test_token_never_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUELY_TWILIO_TOKEN", "do-not-show")
    assert load_settings().twilio_token.get_secret_value() == "do-not-show"
    assert "do-not-show" not in repr(load_settings())
