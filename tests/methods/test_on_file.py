"""Payment methods on file: added, completed, preferred, ended; and what follows for invoices."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from activities import methods
from activities.collection_runs import open_run
from activities.intake import Taken, take_ledger
from gateways.ledger_files import read_ledger_files
from models.tables import EventRecord, PaymentMethodRecord
from rules.errors import FileMistake, UserMistake
from rules.methods import MethodKind, MethodState, Provider, Scheme
from tests.commands.record import Record
from tests.methods.builders import BY_HAND, CARD, IBAN, MANDATE, OTHER_IBAN, write_methods
from tests.workflows.policies import BRISK, digest_of

SIGNED = date(2026, 1, 5)
FULL: dict[str, Any] = {"reference": "MAND-1", "iban": IBAN, "signed_on": SIGNED}


def on_file(record: Record, number: str) -> PaymentMethodRecord:
    with record.writing() as journal:
        found = journal.session.get_one(PaymentMethodRecord, number)
        journal.session.expunge(found)
        return found


def everything(record: Record) -> list[str]:
    """Every method and every event, as they stand."""
    with record.writing() as journal:
        tables = (PaymentMethodRecord, EventRecord)
        return [
            str(row.model_dump()) for table in tables for row in journal.session.exec(select(table))
        ]


def collected_by(record: Record, number: str = "I1") -> str:
    with record.writing() as journal:
        run = open_run(journal.session, number)
        return run.method if run else ""


def take(record: Record, *paths: Path) -> Taken:
    files = read_ledger_files(paths, max_bytes=100_000, known_currency=lambda number: None)
    with record.writing() as journal:
        return take_ledger(journal, files, digest_of(BRISK))


class TestAdding:
    def test_a_mandate_is_kept_with_what_is_usual(self, record: Record) -> None:
        found = on_file(record, record.method(**FULL))
        assert (found.number, found.notice_days, found.scheme) == ("M-C1-1", 14, Scheme.CORE)
        assert found.preferred
        assert found.instrument.startswith("iban:")
        assert IBAN not in found.instrument

    def test_the_same_again_changes_nothing(self, record: Record) -> None:
        record.method(**FULL)
        before = everything(record)
        assert record.method(**FULL) == "M-C1-1"
        assert everything(record) == before

    def test_an_invoice_that_is_open_is_collected_by_it(self, record: Record) -> None:
        assert collected_by(record) == ""
        record.method(**FULL)
        assert collected_by(record) == "M-C1-1"

    def test_a_second_one_is_not_preferred_unless_it_is_said(self, record: Record) -> None:
        record.method(**FULL)
        second = record.method(kind=MethodKind.CARD, token="pm_1", provider=Provider.STRIPE)
        assert not on_file(record, second).preferred
        record.method(kind=MethodKind.CARD, token="pm_1", provider=Provider.STRIPE, preferred=True)
        assert on_file(record, second).preferred
        assert not on_file(record, "M-C1-1").preferred
        assert collected_by(record) == second

    def test_what_needs_no_new_consent_may_be_said_anew(self, record: Record) -> None:
        number = record.method(**FULL)
        record.method(**FULL, holder="Anna Muster", notice_days=3)
        found = on_file(record, number)
        assert (found.holder, found.notice_days) == ("Anna Muster", 3)
        record.method(reference="MAND-1")
        assert (on_file(record, number).holder, on_file(record, number).iban) == (
            "Anna Muster",
            IBAN,
        )

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"iban": OTHER_IBAN}, "another iban (method M-C1-1), expected the same: withdraw it"),
            ({"scheme": Scheme.B2B}, "another scheme (method M-C1-1)"),
            ({"signed_on": date(2026, 1, 6)}, "another signed_on (method M-C1-1)"),
        ],
    )
    def test_another_consent_under_one_reference_is_refused(
        self, record: Record, change: dict[str, Any], says: str
    ) -> None:
        record.method(**FULL)
        before = everything(record)
        with pytest.raises(UserMistake) as refused:
            record.method(**{**FULL, **change})
        assert says in str(refused.value)
        assert everything(record) == before

    def test_another_account_may_be_added_once_the_first_is_withdrawn(self, record: Record) -> None:
        first = record.method(**FULL)
        with record.writing() as journal:
            methods.withdraw(journal, first)
        second = record.method(**{**FULL, "iban": OTHER_IBAN})
        assert (second, on_file(record, second).state) == ("M-C1-2", MethodState.ACTIVE)
        assert record.method(**FULL) == first  # the first one, said again, stays withdrawn
        assert on_file(record, first).state == MethodState.WITHDRAWN

    def test_another_customer_s_reference_is_refused(self, record: Record) -> None:
        record.method(**FULL)
        record.invoice("I2", customer="C2")
        with pytest.raises(UserMistake) as refused:
            record.method("C2", **FULL)
        assert str(refused.value) == (
            "reference MAND-1 is customer C1's, expected one of customer C2"
        )

    def test_a_signature_still_to_come_is_refused(self, record: Record) -> None:
        with pytest.raises(UserMistake) as refused:
            record.method(**{**FULL, "signed_on": date(2026, 3, 3)})
        assert "signed on 2026-03-03 is in the future, expected a day up to 2026-03-02" in str(
            refused.value
        )


class TestNamedByAnInvoice:
    def test_a_reference_is_put_on_file_once(self, record: Record) -> None:
        with record.writing() as journal:
            first = methods.method_named(journal, "C1", "ok").number
            assert methods.method_named(journal, "C1", "ok").number == first
        found = on_file(record, first)
        assert (found.notice_days, found.provider, found.preferred) == (0, Provider.BANK, True)

    def test_two_customers_may_have_one_word_of_the_sandbox(self, record: Record) -> None:
        record.invoice("I2", customer="C2")
        with record.writing() as journal:
            numbers = [methods.method_named(journal, who, "ok").number for who in ("C1", "C2")]
        assert numbers == ["M-C1-1", "M-C2-1"]

    def test_a_file_completes_it(self, record: Record, tmp_path: Path) -> None:
        with record.writing() as journal:
            methods.method_named(journal, "C1", "MAND-1")
        taken = take(record, write_methods(tmp_path, MANDATE))
        found = on_file(record, "M-C1-1")
        assert (taken.methods.new, found.iban, found.signed_on) == (1, IBAN, SIGNED)
        assert found.notice_days == 14

    def test_one_that_was_refused_for_good_is_not_revived_by_its_account(
        self, record: Record
    ) -> None:
        with record.writing() as journal:
            methods.method_named(journal, "C1", "MAND-1").state = MethodState.REFUSED.value
        assert record.method(**FULL) == "M-C1-1"
        assert on_file(record, "M-C1-1").state == MethodState.REFUSED
        assert collected_by(record) == ""


class TestEnding:
    @pytest.mark.parametrize(
        ("end", "state"),
        [(methods.withdraw, MethodState.WITHDRAWN), (methods.delete, MethodState.DELETED)],
    )
    def test_nothing_is_collected_by_it_any_more(
        self, record: Record, end: object, state: MethodState
    ) -> None:
        number = record.method(**FULL)
        with record.writing() as journal:
            assert callable(end)
            end(journal.signed("anna"), number, "moved away")
        found = on_file(record, number)
        assert (found.state, found.preferred) == (state, False)
        assert (found.reason, found.actor) == ("moved away", "anna")
        assert collected_by(record) == ""

    def test_ended_twice_is_ended_once(self, record: Record) -> None:
        number = record.method(**FULL)
        with record.writing() as journal:
            methods.withdraw(journal, number, "moved away")
        before = everything(record)
        with record.writing() as journal:
            methods.delete(journal, number)
            methods.withdraw(journal, number, "again")
        assert everything(record) == before

    def test_another_on_file_is_collected_by_instead(self, record: Record) -> None:
        first = record.method(**FULL)
        second = record.method(kind=MethodKind.CARD, token="pm_1", provider=Provider.STRIPE)
        with record.writing() as journal:
            methods.withdraw(journal, first)
        assert collected_by(record) == second

    def test_one_that_ended_is_not_preferred(self, record: Record) -> None:
        number = record.method(**FULL)
        with record.writing() as journal:
            methods.delete(journal, number)
        with record.writing() as journal, pytest.raises(UserMistake) as refused:
            methods.prefer(journal, number)
        assert "method M-C1-1 is never used again, it was taken off file" in str(refused.value)

    def test_a_customer_who_prefers_by_hand_is_debited_no_more(self, record: Record) -> None:
        record.method(**FULL)
        record.method(kind=MethodKind.BY_HAND, preferred=True)
        assert collected_by(record) == ""
        with record.writing() as journal:
            methods.prefer(journal, "M-C1-1")
        assert collected_by(record) == "M-C1-1"

    def test_the_event_log_has_keys_and_no_account(self, record: Record) -> None:
        number = record.method(**FULL)
        record.method(**FULL, holder="Anna Muster")
        with record.writing() as journal:
            methods.withdraw(journal, number)
            events = journal.session.exec(select(EventRecord)).all()
        told = [(one.event, one.reference) for one in events if one.event.startswith("method")]
        names = ("added", "changed", "withdrawn")
        assert told == [(f"method_{name}", "M-C1-1") for name in names]
        assert not any(IBAN in str(one) or "Anna" in str(one) for one in events)


class TestImport:
    def test_all_kinds_are_counted_and_told_again_as_known(
        self, record: Record, tmp_path: Path
    ) -> None:
        path = write_methods(tmp_path, MANDATE, CARD, BY_HAND)
        first, again = take(record, path), take(record, path)
        assert (first.methods.new, first.methods.known) == (3, 0)
        assert (again.methods.new, again.methods.known) == (0, 3)
        before = everything(record)
        take(record, path)
        assert everything(record) == before

    def test_an_unknown_customer_is_refused_with_the_line(
        self, record: Record, tmp_path: Path
    ) -> None:
        path = write_methods(tmp_path, MANDATE, {**BY_HAND, "customer_id": "C9"})
        before = everything(record)
        with pytest.raises(FileMistake) as refused:
            take(record, path)
        assert str(refused.value).endswith(
            "line 3, column customer_id: no customer 'C9' is known, expected one of these files' "
            "invoices or of an earlier import"
        )
        assert everything(record) == before

    def test_another_account_is_refused_with_the_way_out(
        self, record: Record, tmp_path: Path
    ) -> None:
        take(record, write_methods(tmp_path, MANDATE))
        path = write_methods(tmp_path, {**MANDATE, "iban": OTHER_IBAN})
        with pytest.raises(FileMistake) as refused:
            take(record, path)
        assert str(refused.value).endswith(
            "line 2, column iban: mandate MAND-1 is on file with another iban (method M-C1-1), "
            "expected the same: withdraw it, then add the new one"
        )

    def test_what_has_ended_stays_so_and_is_said(self, record: Record, tmp_path: Path) -> None:
        path = write_methods(tmp_path, MANDATE, BY_HAND)
        take(record, path)
        with record.writing() as journal:
            methods.withdraw(journal, "M-C1-1")
            methods.delete(journal, "M-C1-2")
        taken = take(record, path)
        assert taken.methods.new == 0
        assert taken.notes == [
            f"{path}, line 2: method M-C1-1 stays as it is, its payer withdrew it"
        ]
        assert on_file(record, "M-C1-2").state == MethodState.DELETED
