"""A letter about debits as it was sent: what it told of, and its mail."""

from urllib.parse import quote

from fastapi.responses import Response

from activities.letter_sheet import letter_sheet
from activities.notice_sheet import read_mail
from models.tables import LetterRecord
from rules.staff import Role
from web.mails import download, mail_as_html
from web.refusals import NotThere
from web.routes import Routes
from web.visit import Visit, Visitor

routes = Routes()

_PAGE = "/letters/{letter:path}"


@routes.page(f"{_PAGE}/as-html", role=Role.AUDITOR)
async def as_html(visit: Visitor, letter: str) -> Response:
    """The mail's own page, for a frame that gives it no rights."""
    return mail_as_html(await _mail(visit, letter), f"letter {letter}")


@routes.page(f"{_PAGE}/whole", role=Role.AUDITOR)
async def whole(visit: Visitor, letter: str) -> Response:
    """The mail byte for byte."""
    return download(f"{letter}.eml", await _mail(visit, letter))


@routes.page(_PAGE, role=Role.AUDITOR)
async def letter_page(visit: Visitor, letter: str) -> Response:
    sheet = await visit.desk.database.run(lambda session: letter_sheet(session, letter))
    if sheet is None:
        raise NotThere(f"There is no letter {letter}.")
    try:
        mail = read_mail(await visit.desk.file(sheet.mail)) if sheet.mail else None
    except FileNotFoundError:
        mail = None
    address = f"/letters/{quote(letter, safe='')}"
    return visit.show("letter.html.j2", sheet=sheet, mail=mail, address=address)


async def _mail(visit: Visit, number: str) -> bytes:
    """The bytes of its mail. Raises NotThere."""
    record = await visit.desk.database.run(lambda session: session.get(LetterRecord, number))
    if record is None:
        raise NotThere(f"There is no letter {number}.")
    missing = NotThere(f"The mail of letter {number} is not kept.")
    if not record.mail:
        raise missing
    try:
        return await visit.desk.file(record.mail)
    except FileNotFoundError:
        raise missing from None
