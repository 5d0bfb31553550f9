"""In which zone lists over all customers tell the time."""

from datetime import UTC, tzinfo

from sqlmodel import Session, col, select

from activities.facts import ladder_for
from models.tables import PolicyRecord


def newest_zone(session: Session) -> tzinfo:
    """The zone of the newest policy; UTC before there is one. One query, and one per policy."""
    query = select(PolicyRecord.digest).order_by(col(PolicyRecord.recorded_at).desc()).limit(1)
    digest = session.exec(query).first()
    return ladder_for(session, digest).zone if digest else UTC
