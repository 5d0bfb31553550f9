"""A replay through the production workflows: exact, repeatable, and its mails say what it claims."""

import csv
import io
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pypdf
import pytest

from models.settings import HOME
from tests.sandbox.daily_statements import write_daily_statements

SHARED = HOME.parent / "shared"
LEDGER = SHARED / "data" / "ar2466"
SAMPLES = HOME / "samples"
SMALL = HOME / "tests" / "ledger"  # a small one of our own: 12 customers, 34 invoices
Rows = Sequence[Mapping[str, str]]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def written(path: Path, rows: Rows) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def replayed(out: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, HOME / "starter.py", "replay", "--out", out, *words]
    return subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, cwd=out.parent, check=False
    )


def ledger(folder: Path, customers: int) -> tuple[Path, Path]:
    """The first customers of the shared ledger, with the hard payments."""
    invoices = rows_of(LEDGER / "invoices.csv")
    chosen = set(sorted({row["customer_id"] for row in invoices})[:customers])
    invoices = [row for row in invoices if row["customer_id"] in chosen]
    numbers = {row["invoice_number"] for row in invoices}
    payments = [
        row for row in rows_of(LEDGER / "payments-hard.csv") if row["invoice_number"] in numbers
    ]
    return written(folder / "invoices.csv", invoices), written(folder / "payments.csv", payments)


def checked(folder: Path, invoices: Path, payments: Path, ladder: Path, *more: str) -> str:
    """What the checker that shares no line with the program says of a timeline."""
    command = [
        *(sys.executable, str(SHARED / "check_timeline.py"), "--policy", str(ladder)),
        *("--invoices", str(invoices), "--payments", str(payments)),
        *("--timeline", str(folder / "timeline.csv"), *more),
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


@pytest.mark.skipif(not LEDGER.exists(), reason="the shared ledger is not beside this project")
def test_eight_customers_of_the_hard_ledger_are_exact(tmp_path: Path) -> None:
    invoices, payments = ledger(tmp_path, customers=8)
    brisk = SHARED / "policies" / "brisk.toml"
    out = tmp_path / "out"
    done = replayed(out, "--invoices", invoices, "--payments", payments, "--policy", brisk)
    assert done.returncode == 0, done.stderr
    assert checked(out, invoices, payments, brisk).splitlines()[-1].startswith("0 wrong of ")


@pytest.mark.skipif(not LEDGER.exists(), reason="the shared ledger is not beside this project")
def test_replay_until_a_day_ends_with_that_day(tmp_path: Path) -> None:
    invoices, payments = ledger(tmp_path, customers=2)
    standard = SHARED / "policies" / "standard.toml"
    out, until = tmp_path / "out", "2012-09-14"
    done = replayed(
        out,
        *("--invoices", invoices, "--payments", payments, "--policy", standard, "--until", until),
    )
    assert done.returncode == 0, done.stderr
    last = checked(out, invoices, payments, standard, "--until", until).splitlines()[-1]
    assert last.startswith("0 wrong of ")
    assert max(row["at"][:10] for row in rows_of(out / "timeline.csv")) <= until


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own ledger, replayed with every document."""
    out = tmp_path_factory.mktemp("sample") / "out"
    (out / "mails").mkdir(parents=True)
    (out / "mails" / "of-an-earlier-replay.eml").write_text("stale")
    (out / "notes.txt").write_text("somebody's")
    done = _replay_samples(out, "all")
    assert done.returncode == 0, done.stderr
    return out


def _replay_samples(out: Path, documents: str) -> subprocess.CompletedProcess[str]:
    return replayed(
        out,
        *("--invoices", SMALL / "invoices.csv", "--payments", SMALL / "payments.csv"),
        *("--policy", SAMPLES / "demo.toml", "--documents", documents, "--collections"),
    )


def mails_of(out: Path, *, about_debits: bool = False) -> list[EmailMessage]:
    """The notices, or the letters about debits."""
    found = []
    for path in sorted((out / "mails").glob("*.eml")):
        if ("-L-" in path.name) != about_debits:
            continue
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert isinstance(mail, EmailMessage)
        found.append(mail)
    return found


def test_two_replays_leave_identical_timelines(sample: Path, tmp_path: Path) -> None:
    out = tmp_path / "again"
    assert _replay_samples(out, "none").returncode == 0
    assert (out / "timeline.csv").read_bytes() == (sample / "timeline.csv").read_bytes()


@pytest.mark.skipif(not LEDGER.exists(), reason="the shared data is not beside this tree")
def test_replay_of_daily_statements_leaves_the_timeline_of_the_table(tmp_path: Path) -> None:
    invoices, payments = ledger(tmp_path, customers=2)
    write_daily_statements(payments, tmp_path / "bank")
    words: list[str | Path] = [
        "--invoices",
        invoices,
        "--policy",
        SAMPLES / "standard.toml",
        "--until",
        "2012-06-30",
    ]
    for out, given in (("table", payments), ("statements", tmp_path / "bank")):
        done = replayed(tmp_path / out, *words, "--payments", given)
        assert done.returncode == 0, done.stderr
    timelines = [(tmp_path / out / "timeline.csv").read_bytes() for out in ("table", "statements")]
    assert timelines[0] == timelines[1]


def test_replay_replaces_its_own_names_and_leaves_others(sample: Path) -> None:
    assert not (sample / "mails" / "of-an-earlier-replay.eml").exists()
    assert (sample / "notes.txt").read_text() == "somebody's"
    assert not [path for path in sample.iterdir() if path.name.startswith(".")]


def test_messages_sent_are_the_mails_there_are(sample: Path) -> None:
    rows = rows_of(sample / "timeline.csv")
    sent = {row["reference"] for row in rows if row["event"] == "notice_sent"}
    mails = mails_of(sample)
    assert len(mails) == len(sent) == len({mail["Message-ID"] for mail in mails})
    assert json.loads((sample / "summary.json").read_text())["messages"] == len(mails)


def test_each_failed_debit_is_told_in_a_letter(sample: Path) -> None:
    rows = rows_of(sample / "timeline.csv")
    failed = [row["invoice_number"] for row in rows if row["event"] == "collection_failed"]
    letters = [mail.get_body(("plain",)) for mail in mails_of(sample, about_debits=True)]
    texts = [letter.get_content() for letter in letters if letter is not None]
    assert len(texts) == len(failed) > 0
    assert all(any(number in text for text in texts) for number in failed)


def test_debit_by_a_mandate_is_announced_comes_back_and_is_tried_again(tmp_path: Path) -> None:
    files = {
        "invoices": "customer_id,customer_name,email,phone,language,country,invoice_number,issue_date,"
        "due_date,currency,amount,mandate\n"
        "C-1,One,one@example.com,,en,DE,R-1,2026-01-12,2026-01-26,EUR,80.00,FT-1+return:4:AM04:1\n",
        "methods": "customer_id,kind,reference,iban,signed_on,notice_days\n"
        "C-1,mandate,FT-1+return:4:AM04:1,DE02500105170137075030,2025-03-17,5\n",
        "payments": "payment_id,date,invoice_number,currency,amount\n",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    words = [word for name in files for word in (f"--{name}", tmp_path / f"{name}.csv")]
    out = tmp_path / "out"
    done = replayed(out, *words, "--policy", SAMPLES / "demo.toml", "--collections")
    assert done.returncode == 0, done.stderr
    happened = [f"{row['at'][5:10]} {row['event']}" for row in rows_of(out / "timeline.csv")]
    assert [one for one in happened if "settled" not in one] == [
        "01-12 opened",
        "01-26 collection_started",
        "01-26 collection_succeeded",
        "01-30 payment_returned",
        "02-03 collection_started",
        "02-03 collection_succeeded",
    ]
    subjects = [str(mail["Subject"]) for mail in mails_of(out, about_debits=True)]
    assert len(subjects) == 2, "announced once, and told kindly that it came back"


def test_mail_claims_the_balances_of_the_timeline(sample: Path) -> None:
    claims = defaultdict(list)
    for row in rows_of(sample / "timeline.csv"):
        if row["event"] in ("notice_sent", "notice_listed"):
            claims[row["reference"]].append(row)
    texts = {}
    for mail in mails_of(sample):
        body = mail.get_body(("plain",))
        assert body is not None
        number = next(
            n for n in claims if f"{n}-" not in mail["Subject"] and n in body.get_content()
        )
        texts[number] = body.get_content()
    assert texts.keys() == claims.keys()
    for number, rows in claims.items():
        text = texts[number]
        for row in rows:
            assert row["invoice_number"] in text
            assert _digits(row["balance"]) in _digits(text), f"{number}: {row}"


def _digits(text: str) -> str:
    """Only the digits, line by line: how a country groups and marks decimals does not matter."""
    return "\n".join("".join(c for c in line if c.isdigit()) for line in text.splitlines())


def test_every_attached_invoice_opens_and_shows_number_and_total(sample: Path) -> None:
    amounts = {row["invoice_number"]: row["amount"] for row in rows_of(SMALL / "invoices.csv")}
    seen = set()
    for mail in mails_of(sample):
        for part in mail.iter_attachments():
            text = pypdf.PdfReader(io.BytesIO(part.get_content())).pages[0].extract_text()
            number = next(n for n in amounts if n in text)
            whole, _, cents = amounts[number].partition(".")
            assert whole + cents.ljust(2, "0") in _digits(text)
            seen.add(number)
    listed = {
        row["invoice_number"]
        for row in rows_of(sample / "timeline.csv")
        if row["event"].startswith("notice_")
    }
    assert seen == listed


def test_every_case_is_a_zip_with_its_list(sample: Path) -> None:
    import zipfile

    rows = rows_of(sample / "timeline.csv")
    cases = {row["reference"] for row in rows if row["event"] == "legal_handover"}
    files = sorted((sample / "cases").glob("*.zip"))
    assert len(files) == len(cases) > 0
    for file in files:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            assert {"list.pdf", "calls.csv"} <= set(names)
            assert [name for name in names if name.startswith("notices/")]
            assert [name for name in names if name.startswith("invoices/")]


def test_replay_of_an_empty_ledger_leaves_an_empty_timeline(tmp_path: Path) -> None:
    for name in ("invoices.csv", "payments.csv"):
        header = (SMALL / name).read_text("utf-8").splitlines()[0]
        (tmp_path / name).write_text(header + os.linesep, "utf-8")
    out = tmp_path / "out"
    done = replayed(
        out,
        *("--invoices", tmp_path / "invoices.csv", "--payments", tmp_path / "payments.csv"),
        *("--policy", SAMPLES / "standard.toml"),
    )
    assert done.returncode == 0, done.stderr
    assert rows_of(out / "timeline.csv") == []
