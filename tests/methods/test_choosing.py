"""Which method an invoice is debited by, and why one may not be used (domain.md, section 3)."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.methods import Brand, Method, MethodKind, MethodState, choose, masked_iban, why_not
from tests.methods.builders import IBAN, method

TODAY = date(2026, 3, 2)
many = settings(deadline=None, derandomize=True, max_examples=100, database=None)


class TestLapse:
    def test_36_months_after_its_signature_is_the_last_day(self) -> None:
        signed = method(signed_on=date(2023, 3, 2))
        assert why_not(signed, date(2026, 3, 2)) == ""
        assert why_not(signed, date(2026, 3, 3)) == (
            "it lapsed after 2026-03-02, 36 months after its last use"
        )

    def test_each_use_begins_it_anew(self) -> None:
        used = method(signed_on=date(2020, 1, 1), last_used_on=date(2024, 6, 30))
        assert used.lapses_on == date(2027, 6, 30)

    def test_one_signed_on_29_february_lapses_after_the_28th(self) -> None:
        assert method(signed_on=date(2024, 2, 29)).lapses_on == date(2027, 2, 28)

    def test_one_of_which_only_the_reference_is_known_does_not_lapse(self) -> None:
        assert method(signed_on=None).lapses_on is None

    def test_a_card_does_not_lapse(self) -> None:
        assert method(kind=MethodKind.CARD, last_used_on=date(2001, 1, 1)).lapses_on is None

    @many
    @given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
    def test_it_is_three_calendar_years_and_never_longer(self, signed: date) -> None:
        lapses = method(signed_on=signed).lapses_on
        assert lapses is not None
        assert (lapses.year, lapses.month) == (signed.year + 3, signed.month)
        assert lapses.day == signed.day or (signed.month, signed.day, lapses.day) == (2, 29, 28)


class TestWhyNot:
    def test_a_card_may_be_used_on_its_last_day(self) -> None:
        card = method(kind=MethodKind.CARD, expires_on=TODAY)
        assert why_not(card, TODAY) == ""
        assert why_not(card, TODAY + timedelta(days=1)) == "the card expired after 2026-03-02"

    @pytest.mark.parametrize(
        ("state", "words"),
        [
            (MethodState.WITHDRAWN, "its payer withdrew it"),
            (MethodState.DELETED, "it was taken off file"),
            (MethodState.REFUSED, "the other side refused it for good"),
            (MethodState.USED_UP, "it was for one debit, and that was made"),
        ],
    )
    def test_one_that_ended_is_never_used_again(self, state: MethodState, words: str) -> None:
        assert why_not(method(state=state), TODAY) == words

    def test_paying_by_hand_is_no_debit(self) -> None:
        assert why_not(method(kind=MethodKind.BY_HAND), TODAY) == "the customer pays by hand"


class TestChoice:
    def test_the_preferred_one_goes_before_newer_ones(self) -> None:
        first, second = method("1", preferred=True), method("2", reference="B")
        assert choose([first, second], TODAY) == first

    def test_without_a_preferred_one_it_is_the_newest(self) -> None:
        first, second = method("1"), method("2", reference="B")
        assert choose([first, second], TODAY) == second

    def test_a_preferred_one_that_ended_gives_way_to_another(self) -> None:
        ended = method("1", preferred=True, state=MethodState.WITHDRAWN)
        other = method("2", reference="B")
        assert choose([ended, other], TODAY) == other

    def test_one_an_invoice_names_goes_before_the_preferred(self) -> None:
        first, named = method("1", preferred=True), method("2", reference="B")
        assert choose([named, first], TODAY, named="B") == named

    def test_a_named_one_that_may_not_be_used_gives_way_to_the_preferred(self) -> None:
        named = method("1", reference="B", state=MethodState.REFUSED)
        card = method("2", kind=MethodKind.CARD, preferred=True)
        assert choose([named, card], TODAY, named="B") == card

    def test_a_customer_who_prefers_to_pay_by_hand_is_not_debited(self) -> None:
        by_hand = method("2", kind=MethodKind.BY_HAND, preferred=True)
        assert choose([method("1"), by_hand], TODAY) is None

    def test_by_hand_goes_before_what_an_invoice_names(self) -> None:
        by_hand = method("2", kind=MethodKind.BY_HAND, preferred=True)
        assert choose([method("1"), by_hand], TODAY, named="MAND-1") is None

    def test_a_mandate_known_by_its_reference_alone_is_for_invoices_that_name_it(self) -> None:
        bare = method("1", preferred=True, reference="ok", iban="")
        assert choose([bare], TODAY, named="ok") == bare
        assert choose([bare], TODAY) is None

    def test_by_hand_that_was_taken_off_file_blocks_nothing(self) -> None:
        by_hand = method("2", kind=MethodKind.BY_HAND, preferred=True, state=MethodState.DELETED)
        mandate = method("1")
        assert choose([mandate, by_hand], TODAY) == mandate

    def test_what_failed_for_this_invoice_is_not_chosen_again(self) -> None:
        failed, other = method("1", preferred=True), method("2", reference="B")
        assert choose([failed, other], TODAY, but=["1"]) == other
        assert choose([failed], TODAY, but=["1"]) is None

    @many
    @given(
        st.lists(
            st.builds(
                method,
                kind=st.sampled_from(MethodKind),
                state=st.sampled_from(MethodState),
                preferred=st.booleans(),
                reference=st.sampled_from(["A", "B"]),
                iban=st.sampled_from(["", IBAN]),
                expires_on=st.sampled_from([None, date(2026, 1, 1), date(2027, 1, 1)]),
            ),
            max_size=5,
        ),
        st.sampled_from(["", "A", "B"]),
    )
    def test_what_is_chosen_may_be_used_and_something_is_where_nothing_forbids_it(
        self, methods: list[Method], named: str
    ) -> None:
        chosen = choose(methods, TODAY, named=named)
        usable = [one for one in methods if not why_not(one, TODAY)]
        by_hand = any(
            one.preferred and one.kind is MethodKind.BY_HAND and one.state is MethodState.ACTIVE
            for one in methods
        )
        if chosen is not None:
            assert chosen in usable
            assert not by_hand
        else:
            assert by_hand or all(one.is_only_named and one.reference != named for one in usable)


@pytest.mark.parametrize(
    ("known", "shown"),
    [
        (method(iban=IBAN), "DE89…3000"),
        (method(iban=""), "mandate"),
        (method(kind=MethodKind.CARD, brand=Brand.VISA), "visa"),
        (method(kind=MethodKind.CARD), "card"),
        (method(kind=MethodKind.BY_HAND), "by hand"),
    ],
)
def test_people_know_a_method_by_no_whole_account_number(known: Method, shown: str) -> None:
    assert known.shown == shown
    assert IBAN not in known.shown


def test_a_masked_account_keeps_four_at_either_end() -> None:
    assert masked_iban(IBAN) == "DE89…3000"
