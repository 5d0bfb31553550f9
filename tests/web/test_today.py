"""Today: who is to be phoned, and what else waits."""

from sqlalchemy import event

from activities.today import today_at
from models.messages import CallOutcome, TakeTask
from models.tables import CallTaskRecord, CustomerRecord, Trouble
from rules.calls import Outcome
from tests.commands.record import berlin
from tests.web.console import TASK, Console
from tests.workflows.policies import SHORT


def calls(console: Console, **amounts: str) -> None:
    """Customers whose calls are due on Tuesday 2026-03-10, each with one invoice."""
    console.record.policy = SHORT
    for customer, amount in amounts.items():
        console.record.invoice(f"I-{customer}", amount=amount, customer=customer)
        console.record.send("2026-03-05", customer=customer)
        console.record.gather("2026-03-10", customer=customer)
    console.record.now = berlin("2026-03-10", "11:00")


def order(page: str, *customers: str) -> list[str]:
    return sorted(customers, key=lambda one: page.index(f"Customer {one}<"))


def test_larger_debt_comes_first_and_the_page_says_why(console: Console) -> None:
    calls(console, C1="100.00", C2="900.00", C3="500.00")
    page = console.logged_in().get("/").text
    assert order(page, "C1", "C2", "C3") == ["C2", "C3", "C1"]
    assert "the amount owed times the days overdue" in page
    assert "<strong>3</strong> to phone" in page


def test_what_nobody_worked_stands_on_top_under_a_heading(console: Console) -> None:
    calls(console, C1="100.00", C2="900.00")
    with console.desk.database.transaction() as session:
        session.get_one(CallTaskRecord, "T-C1-1").escalated_at = console.record.now
    page = console.logged_in().get("/").text
    assert order(page, "C1", "C2") == ["C1", "C2"]
    assert page.index("<h2>Not worked in time</h2>") < page.index("<h2>To phone</h2>")


def test_who_has_taken_which_is_said(console: Console) -> None:
    calls(console, C1="100.00")
    console.record.task_act(TakeTask(by="ben"))
    page = console.logged_in().get("/").text
    assert ">ben</td>" in page.replace("\n", "")


def test_promise_is_named_on_its_day_and_through_its_grace(console: Console) -> None:
    calls(console, C1="100.00")
    day = berlin("2026-03-12").date()
    console.record.call(CallOutcome(outcome=Outcome.PROMISE, day=day, by="anna"))
    browser = console.logged_in()
    named = {}
    for today in ("2026-03-11", "2026-03-12", "2026-03-16", "2026-03-17"):
        console.record.now = berlin(today)
        named[today] = "Promised for today</h2>" in browser.get("/").text
    assert list(named.values()) == [False, True, True, False]


def test_attention_is_counted(console: Console) -> None:
    calls(console, C1="100.00")
    console.record.trouble(Trouble.ADDRESS)
    assert "<strong>1</strong> needs attention" in console.logged_in().get("/").text


def test_markup_in_a_customers_name_is_text(console: Console) -> None:
    calls(console, C1="100.00")
    name = '<script>alert("x")</script>'
    with console.desk.database.transaction() as session:
        session.get_one(CustomerRecord, "C1").name = name
    browser = console.logged_in()
    for path in ("/", TASK):
        page = browser.get(path).text
        assert name not in page
        assert "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;" in page


def test_nobody_to_phone_is_a_sentence(console: Console) -> None:
    assert "Nobody is to be phoned." in console.logged_in("audrey").get("/").text


def test_number_of_queries_does_not_grow(console: Console) -> None:
    def queries() -> int:
        seen: list[str] = []
        engine = console.desk.database.engine

        def note(_c: object, _u: object, statement: str, *_: object) -> None:
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        with console.desk.database.transaction() as session:
            today_at(session, console.record.now)
        event.remove(engine, "before_cursor_execute", note)
        return len([one for one in seen if one.startswith("SELECT")])

    calls(console, C1="100.00")
    first = queries()
    calls(console, C2="100.00", C3="100.00", C4="100.00")
    assert queries() == first
