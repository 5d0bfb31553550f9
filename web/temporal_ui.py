"""Links to Temporal's own pages, where operations watch a workflow."""

from functools import cache
from urllib.parse import quote

from temporalio.envconfig import ClientConfig

from models.settings import Settings


def workflow_address(settings: Settings, workflow_id: str) -> str:
    """Where a workflow is shown; "" where nobody said at which address the pages are."""
    if not settings.temporal_ui:
        return ""
    place = f"namespaces/{quote(_namespace(), safe='')}/workflows/{quote(workflow_id, safe='')}"
    return f"{settings.temporal_ui}/{place}"


@cache
def _namespace() -> str:
    """As for everybody who connects: TEMPORAL_NAMESPACE, or a profile."""
    return ClientConfig.load_client_connect_config().get("namespace") or "default"
