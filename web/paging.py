"""Which page of a list somebody asks for."""


def page_number(text: str) -> int:
    """1 for anything that is no page."""
    is_number = text.isascii() and text.isdigit() and len(text) < 6
    return max(1, int(text)) if is_number else 1
