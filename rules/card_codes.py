"""Why a debit through a card provider failed or came back: Stripe's words, for cards and for SEPA debits.

From Stripe's lists of decline codes, of SEPA debit failures and of dispute reasons; what each asks for is
by domain.md, section 3 ("Cards", and the R-code that a SEPA word stands for).
"""

from rules.consequences import Consequence, Reason, same

_SOFT: dict[str, Reason] = {
    **same("there was not enough money in the account", Consequence.RETRY, "insufficient_funds"),
    **same(
        "a limit of the card or the account is reached",
        Consequence.RETRY,
        *("card_velocity_exceeded", "withdrawal_count_limit_exceeded"),
        *("charge_exceeds_source_limit", "card_decline_rate_limit_exceeded"),
    ),
    **same(
        "the payer's bank could not be asked",
        Consequence.RETRY,
        *("try_again_later", "processing_error", "issuer_not_available", "reenter_transaction"),
        *("approve_with_id", "payment_method_provider_timeout"),
    ),
    **same("the bank gave no reason", Consequence.RETRY, "generic_decline", "card_declined"),
    **same(  # as MS03
        "the bank gave no reason",
        Consequence.RETRY,
        *("generic_could_not_process", "could_not_process", "bank_cannot_process"),
        *("payment_intent_payment_attempt_failed", "payment_method_provider_decline"),
        retries=2,
    ),
}

_HARD: dict[str, Reason] = {
    **same(
        "the bank refuses it without a reason",
        Consequence.NO_RETRY,
        *("do_not_honor", "call_issuer", "no_action_taken", "not_permitted"),
        *("service_not_allowed", "security_violation", "transaction_not_allowed"),
        *("invalid_amount", "highest_risk_level"),
    ),
    **same(
        "the bank wants the card's holder to confirm it",
        Consequence.NO_RETRY,
        *("authentication_required", "payment_intent_authentication_failure"),
        *("authentication_not_handled", "mobile_device_authentication_required"),
    ),
    **same("it was cancelled at the provider", Consequence.NO_RETRY, "canceled"),
    **same(
        "the card is lost, stolen, blocked or expired",
        Consequence.NEW_METHOD,
        *("lost_card", "stolen_card", "pickup_card", "restricted_card", "expired_card"),
        *("fraudulent", "merchant_blacklist", "do_not_try_again", "expired_payment_method"),
        "new_account_information_available",
    ),
    **same(
        "the card is wrong or not made for this",
        Consequence.NEW_METHOD,
        *("invalid_account", "incorrect_number", "invalid_number", "incorrect_cvc", "invalid_cvc"),
        *("invalid_expiry_month", "invalid_expiry_year", "incorrect_zip", "incorrect_address"),
        *("incorrect_pin", "invalid_pin", "pin_try_exceeded", "offline_pin_required"),
        *("online_or_offline_pin_required", "card_not_supported", "currency_not_supported"),
        *("test_card", "testmode_decline", "live_mode_test_card"),
    ),
    **same(
        "the account is wrong, closed or blocked",
        Consequence.NEW_METHOD,
        *("account_closed", "bank_account_closed", "no_account", "invalid_account_number"),
        *("account_number_invalid", "bank_account_invalid_details", "incorrect_account_details"),
        *("bank_account_restricted", "bank_account_unusable", "bank_account_declined"),
        *("bank_ownership_changed", "sepa_unsupported_account", "payment_method_restricted"),
        "payment_method_bank_account_blocked",
    ),
    **same(
        "there is no valid mandate",
        Consequence.STOP_METHOD,
        *("debit_not_authorized", "payment_intent_mandate_invalid", "billing_invalid_mandate"),
    ),
    **same(
        "the payer has taken back their consent",
        Consequence.STOP_METHOD,
        *("revocation_of_authorization", "revocation_of_all_authorizations"),
    ),
    **same(
        "the payer refused it or wanted the money back",
        Consequence.NO_RETRY,
        *("stop_payment_order", "payment_method_customer_decline", "refer_to_customer"),
        "customer_initiated",
    ),
    **same("it was sent twice", Consequence.OUR_FAULT, "duplicate_transaction"),
}

# Why a payment that had succeeded went back, where no decline has the same word.
_DISPUTED: dict[str, Reason] = {
    **same(
        "the payer disputes it with their bank",
        Consequence.NO_RETRY,
        *("credit_not_processed", "product_not_received", "product_unacceptable", "general"),
        *("subscription_canceled", "unrecognized", "noncompliant", "check_returned"),
    ),
    **same("the payer says that it was debited twice", Consequence.OUR_FAULT, "duplicate"),
}

CARD_REASONS: dict[str, Reason] = {**_SOFT, **_HARD, **_DISPUTED}


def is_soft(code: str) -> bool:
    """Whether another day may bring what a provider declined with this word; an unknown one is not."""
    return code in _SOFT
