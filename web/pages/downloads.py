"""Files that are kept of a customer, to be saved: proofs of refund, the papers of a case."""

from urllib.parse import quote

from fastapi.responses import Response

from models.tables import LegalCaseRecord, RefundRecord
from rules.staff import Role
from web.refusals import NotThere
from web.routes import Routes
from web.visit import Visit, Visitor

routes = Routes()


@routes.page("/refunds/{refund:path}/proof", role=Role.AUDITOR)
async def proof(visit: Visitor, refund: str) -> Response:
    found = await visit.desk.database.run(lambda session: session.get(RefundRecord, refund))
    return await _kept(visit, found.document if found else "", f"{refund}.pdf")


@routes.page("/cases/{case:path}/papers", role=Role.AUDITOR)
async def papers(visit: Visitor, case: str) -> Response:
    found = await visit.desk.database.run(lambda session: session.get(LegalCaseRecord, case))
    return await _kept(visit, found.document if found else "", f"{case}.zip")


async def _kept(visit: Visit, key: str, name: str) -> Response:
    """Raises NotThere where there is no such file."""
    try:
        content = await visit.desk.file(key) if key else None
    except FileNotFoundError:
        content = None
    if content is None:
        raise NotThere(f"There is no file {name}.")
    return download(name, content)


def download(name: str, content: bytes) -> Response:
    """A file for a browser to save, which has no rights here should it be shown."""
    headers = {
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)
