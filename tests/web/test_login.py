"""Coming in, and going out."""

from tests.web.console import Console


def test_right_password_leads_to_the_first_page(console: Console) -> None:
    browser = console.browser()
    assert browser.get("/").headers["location"] == "/login?next=%2F"
    assert browser.log_in("anna").headers["location"] == "/"
    assert "anna, staff" in browser.get("/").text
