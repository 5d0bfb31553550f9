"""Messages that two processes deliver at once: none is lost, and none is kept for ever."""

from collections.abc import Iterator
from typing import Any, cast

import pytest
from sqlmodel import Session, select
from temporalio.client import Client

from activities.database import Database
from activities.post import deliver
from models.tables import OutboxRecord
from tests.database.ledger import Post, invoices, opened, overlapping, take


@pytest.fixture
def two(database_url: str) -> Iterator[tuple[Database, Database]]:
    """Two processes' ways into one database, with two messages waiting in it."""
    with opened(database_url) as one, opened(database_url) as other:
        with one.transaction() as session:
            take(session, invoices("I1", "I2"))
        yield one, other


def waiting(session: Session) -> list[str]:
    return [row.workflow_id for row in session.exec(select(OutboxRecord))]


def nothing(_session: Session) -> None:
    """A transaction that only forgets what its process has delivered."""


async def delivered_by(*processes: Database) -> Post:
    post = Post()
    for database in processes:
        await deliver(database, cast(Client, cast(Any, post)))
    return post


async def test_delivered_by_two_and_forgotten_by_both_at_once_is_gone(
    two: tuple[Database, Database],
) -> None:
    one, other = two
    post = await delivered_by(one, other)
    assert post.started == ["invoice:I1", "invoice:I2"] * 2
    overlapping((one, nothing), (other, nothing))
    with one.transaction() as session:
        assert waiting(session) == []


async def test_message_recorded_meanwhile_is_not_forgotten_with_those_delivered(
    two: tuple[Database, Database],
) -> None:
    one, other = two
    await delivered_by(one, other)
    with one.transaction() as session:  # forgets what it delivered, and leaves a new message
        take(session, invoices("I3"))
    with other.transaction() as session:  # forgets the same ones once more
        assert waiting(session) == ["invoice:I3"]
