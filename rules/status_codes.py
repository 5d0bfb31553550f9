"""What else a bank may say of a debit in a pain.002 or a statement: ISO 20022's external status reasons.

SEPA's own reasons are in `rules/returns.py`. These are about an order's form, dates and amounts, which
we write ourselves: whatever is wrong with them is never the customer's fault.
"""

from rules.consequences import Consequence, Reason, same

UNSTATED = "NARR"  # a refusal without any code: the bank's words, if any, are all there is

STATUS_REASONS: dict[str, Reason] = {
    **same("the bank says it in words only", Consequence.CORRECT, UNSTATED),
    **same(
        "its day is wrong, too late or too far ahead",
        Consequence.CORRECT,
        *("DT01", "DT02", "DT03", "DT04", "DT05", "DT06", "TM01", "CH03", "CH04", "MD05"),
    ),
    **same(
        "its amount or currency cannot be",
        Consequence.CORRECT,
        *("AM01", "AM02", "AM03", "AM09", "AM10", "AM11", "AM12", "AM13", "AM14", "AM15"),
        *("AM16", "AM17", "AM18", "AM19", "AM20", "AM21", "AM22", "AM23", "CURR", "SL13", "SL14"),
    ),
    **same(
        "the file's form is wrong",
        Consequence.CORRECT,
        *("FF02", "FF03", "FF04", "FF05", "FF06", "FF07", "FF08", "FF09", "FF10", "FF11"),
        *("MD03", "MD04", "RF01", "CH07", "CH09", "CH13", "CH14", "CH15", "CH16", "CH17"),
        *("CH19", "CH20", "CH21", "CH22", "TD01", "TD02", "TD03"),
    ),
    **same(
        "our own account or name is wrong at the bank",
        Consequence.CORRECT,
        *("AC03", "AC07", "AC14", "BE01", "BE06", "BE08", "BE09", "BE10", "BE11", "DS24", "AG03"),
        *("RC07", "RC10", "RC11"),
    ),
    **same(
        "the payer's address or bank's code is wrong or missing",
        Consequence.CORRECT,
        *("BE04", "BE07", "BE12", "BE13", "BE14", "RC02", "RC03", "RC04", "RC05", "RC06", "RC08"),
    ),
    **same("the account is wrong or closed", Consequence.NEW_METHOD, "AC02", "AC05"),
    **same(
        "the payer does not let us debit the account", Consequence.NO_RETRY, "SL11", "SL12", "CUST"
    ),
    **same("an authority has blocked the money", Consequence.NO_RETRY, "AM07"),
    **same("it was sent twice", Consequence.OUR_FAULT, "DU01", "DU02", "DU03", "DU04", "DU05"),
}
