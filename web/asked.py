"""What was asked for in an address."""


def page_number(text: str) -> int:
    """A page of a list; 1 for what is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
