"""What somebody types to find something: a number with other separators, a name without accents."""

from rules.matching.numbers import folded, groups

LONGEST = 200  # characters of what is typed that are looked at
SHORTEST = 2  # letters and digits; of fewer, everything is a hit
_SPELT_OUT = (("AE", "A"), ("OE", "O"), ("UE", "U"))  # Mueller finds Müller


def number_key(number: str) -> str:
    """What a number is found by: its letters and digits, and the same without leading zeros."""
    return " ".join(dict.fromkeys((_compact(number), _reduced(number))))


def name_key(name: str, customer_id: str) -> str:
    """What a customer is found by: the name without accents, and the key's letters and digits."""
    return f"{_plain(name)} {number_key(customer_id)}"


def number_parts(typed: str) -> tuple[str, ...]:
    """What of a number's key was typed; one of them has to be in it. () where it is too little."""
    parts = dict.fromkeys((_compact(typed), _reduced(typed)))
    return tuple(part for part in parts if len(part) >= SHORTEST)


def is_same_number(one: str, other: str) -> bool:
    """With other separators, or without leading zeros: `2026/1` is 2026-0001."""
    return _reduced(one) == _reduced(other) or _compact(one) == _compact(other)


def name_parts(typed: str) -> tuple[str, ...]:
    """The words that were typed; each has to be in the name's key. () where they are too little."""
    words = tuple(_plain(typed).split())
    return words if sum(map(len, words)) >= SHORTEST else ()


def _compact(text: str) -> str:
    """A number in other letters than Latin has no groups: it stays as it is."""
    return "".join(groups(text)) or "".join(folded(text).split())


def _reduced(text: str) -> str:
    found = (group.lstrip("0") or "0" if group.isdigit() else group for group in groups(text))
    return "".join(found) or _compact(text)


def _plain(name: str) -> str:
    plain = " ".join(folded(name).split())
    for spelt, short in _SPELT_OUT:
        plain = plain.replace(spelt, short)
    return plain
