"""Kept mails and their files, as answers that give them no rights."""

from urllib.parse import quote

from fastapi.responses import HTMLResponse, Response

from activities.notice_sheet import read_mail
from web.refusals import NotThere

# What a customer's mail program would show, and nothing else: no script, no form, nothing fetched.
_MAIL_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


def mail_as_html(content: bytes, whose: str) -> Response:
    """The mail's own page, for a frame that gives it no rights. Raises NotThere."""
    mail = read_mail(content)
    if not mail.html:
        raise NotThere(f"The mail of {whose} has no HTML.")
    return HTMLResponse(mail.html, headers={"Content-Security-Policy": _MAIL_POLICY})


def download(name: str, content: bytes) -> Response:
    """A file for a browser to save, which has no rights here should it be shown."""
    headers = {
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)
