"""Invoices as PDF: the original, or the copy that went with the notices."""

from urllib.parse import quote

from fastapi.responses import Response

from activities.documents import invoice_key
from activities.papers import attachment_name
from models.tables import InvoiceRecord
from rules.staff import Role
from web.refusals import NotThere
from web.routes import Routes
from web.visit import Visitor

routes = Routes()

# A browser's own viewer draws a PDF with styles of its own.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"


@routes.page("/invoices/{number:path}/pdf", role=Role.AUDITOR)
async def invoice_pdf(visit: Visitor, number: str) -> Response:
    desk = visit.desk
    invoice = await desk.database.run(lambda session: session.get(InvoiceRecord, number))
    if invoice is None:
        raise NotThere(f"There is no invoice {number}.")
    try:
        content = await desk.file(invoice_key(invoice))
    except FileNotFoundError:
        raise NotThere(
            f"Of invoice {number} there is no PDF yet: it is drawn with its first notice."
        ) from None
    name = quote(attachment_name(number), safe="")
    headers = {
        "Content-Security-Policy": _POLICY,
        "Content-Disposition": f"inline; filename*=UTF-8''{name}",
    }
    return Response(content, media_type="application/pdf", headers=headers)
