"""Ladders for tests. With every day of March 2026 a plain one: no German holiday falls in it."""

from functools import cache

from gateways.policy_files import policy_from_text
from rules.policy import Policy

HEAD = """\
name = "test"
timezone = "Europe/Berlin"
business_days = "DE"
send_at = "09:00"
"""
COLLECT = """
[[stage]]
kind = "collect"
retry_days = [2, 2]
"""
NOTICES = """
[[stage]]
kind = "notice"
level = 1
window = [3, 9]
pay_within = 4

[[stage]]
kind = "notice"
level = 2
window = [5, 10]
pay_within = 4

[[stage]]
kind = "notice"
level = 3
window = [5, 10]
pay_within = 4
"""
NOTICE = """
[[stage]]
kind = "notice"
level = 1
window = [3, 9]
pay_within = 4
"""
CALL = """
[[stage]]
kind = "call"
window = [5, 10]
attempts = 2
retry_days = [1]
escalate_after = 3
"""
LEGAL = """
[[stage]]
kind = "legal"
window = [3, 8]
"""
EARLY = 'send = "early"\n'
FEWEST = 'send = "fewest"\n'

# A due date of Monday 2026-03-02 gives notices on Thu 03-05, Tue 03-10, Mon 03-16, the call on
# Mon 03-23 with a second attempt on 03-24, and the handover on Fri 03-27.
BRISK = HEAD + EARLY + COLLECT + NOTICES + CALL + LEGAL
# The same with one notice: 03-05, the call on 03-10 with a second attempt on 03-11, the lawyer on
# Mon 03-16 (03-14 is a Saturday).
SHORT = HEAD + EARLY + NOTICE + CALL + LEGAL
SHORT_WITH_APPROVAL = SHORT + "approval = true\n"
# Notices only, on the last day of each window: 03-11, 03-20 (rolled back from 21 Saturday), 03-30.
PATIENT = HEAD + FEWEST + COLLECT + NOTICES
# Notices only, which may leave from 09:00 to 10:00.
ONE_HOUR = HEAD + EARLY + 'send_until = "10:00"\n' + NOTICES


@cache
def parsed(text: str) -> Policy:
    return policy_from_text(text, "policy.toml")


def digest_of(text: str) -> str:
    return parsed(text).digest
