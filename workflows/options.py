"""How activities are called: time limits and retry policies, each named once."""

from datetime import timedelta
from typing import TypedDict

from temporalio.common import RetryPolicy


class Options(TypedDict, total=False):
    start_to_close_timeout: timedelta
    schedule_to_close_timeout: timedelta
    heartbeat_timeout: timedelta
    retry_policy: RetryPolicy


# What a service has refused for good stays refused; everything else is tried until it works.
_FOR_GOOD = ["RefusedForGood"]

RECORD_RETRY = RetryPolicy(maximum_interval=timedelta(minutes=1))
# A document that cannot be made after an hour or so of trying will not be made by trying.
PAPERS_RETRY = RetryPolicy(
    maximum_interval=timedelta(minutes=5),
    maximum_attempts=20,
    non_retryable_error_types=_FOR_GOOD,
)
MAIL_RETRY = RetryPolicy(maximum_interval=timedelta(minutes=5), non_retryable_error_types=_FOR_GOOD)
BANK_RETRY = RetryPolicy(
    maximum_interval=timedelta(minutes=15), non_retryable_error_types=_FOR_GOOD
)

# Long work says that it lives: a worker that was silent for so long is taken to be dead, and its work
# is given to another. Short work is given to another when its time is up.
_SILENT = timedelta(seconds=15)

# A record is a transaction and a few messages; for a retail chain it is thousands of messages.
RECORD = Options(
    start_to_close_timeout=timedelta(seconds=45),
    retry_policy=RECORD_RETRY,
)
# An invoice takes a fraction of a second.
PAPERS = Options(
    start_to_close_timeout=timedelta(hours=1),
    heartbeat_timeout=_SILENT,
    retry_policy=PAPERS_RETRY,
)
MAIL = Options(
    start_to_close_timeout=timedelta(minutes=10),
    schedule_to_close_timeout=timedelta(days=3),
    heartbeat_timeout=_SILENT,
    retry_policy=MAIL_RETRY,
)
BANK = Options(
    start_to_close_timeout=timedelta(minutes=2),
    retry_policy=BANK_RETRY,
)
STAFF = Options(
    start_to_close_timeout=timedelta(minutes=1),
    retry_policy=RECORD_RETRY,
)

# What could not be sent for days is tried again after so long (business time).
A_WHILE = timedelta(hours=12)

# A customer's workflow that has had nothing to do for so long ends; the next message starts it.
IDLE = timedelta(days=60)
