"""Passwords as they are kept: argon2id, by argon2-cffi with the parameters of RFC 9106."""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Passwords:
    """Makes hashes and checks passwords against them: tens of milliseconds each, on purpose."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._of_nobody = self._hasher.hash("")

    def kept(self, password: str) -> str:
        """What the database keeps of a password."""
        return self._hasher.hash(_normal(password))

    def fits(self, password: str, kept: str | None) -> bool:
        """Whether it is the password. `kept` None, for somebody unknown, takes as long and is no."""
        try:
            self._hasher.verify(kept or self._of_nobody, _normal(password))
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    def is_old(self, kept: str) -> bool:
        """Whether it was made with other parameters than a new one would be."""
        return self._hasher.check_needs_rehash(kept)


def _normal(password: str) -> str:
    """Typed on another keyboard it is the same password."""
    return unicodedata.normalize("NFC", password)
