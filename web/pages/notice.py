"""A notice as it was sent: why, what it claimed, its mails and what they brought."""

from urllib.parse import quote

from fastapi.responses import Response

from activities.notice_sheet import enclosure, mails_of, notice_sheet, read_mail
from models.tables import NoticeRecord
from rules.staff import Role
from web.mails import download, mail_as_html
from web.paging import page_number
from web.refusals import NotThere
from web.routes import Routes
from web.visit import Visit, Visitor

routes = Routes()

_PAGE = "/notices/{notice:path}"


@routes.page(f"{_PAGE}/mails/{{part}}/enclosures/{{place}}", role=Role.AUDITOR)
async def enclosed(visit: Visitor, notice: str, part: str, place: str) -> Response:
    """A file that a mail brought, to be kept, not shown."""
    content = await _mail(visit, notice, page_number(part))
    found = enclosure(content, page_number(place))
    if found is None:
        raise NotThere(f"The mail of notice {notice} has no such file.")
    return download(*found)


@routes.page(f"{_PAGE}/mails/{{part}}/as-html", role=Role.AUDITOR)
async def as_html(visit: Visitor, notice: str, part: str) -> Response:
    """The mail's own page, for a frame that gives it no rights."""
    content = await _mail(visit, notice, page_number(part))
    return mail_as_html(content, f"notice {notice}")


@routes.page(f"{_PAGE}/mails/{{part}}/whole", role=Role.AUDITOR)
async def whole(visit: Visitor, notice: str, part: str) -> Response:
    """The mail byte for byte."""
    return download(f"{notice}.{part}.eml", await _mail(visit, notice, page_number(part)))


@routes.page(_PAGE, role=Role.AUDITOR)
async def notice_page(visit: Visitor, notice: str, part: str = "1") -> Response:
    sheet = await visit.desk.database.run(lambda session: notice_sheet(session, notice))
    if sheet is None:
        raise NotThere(f"There is no notice {notice}.")
    wanted = next((one for one in sheet.mails if one.part == page_number(part)), sheet.mails[0])
    try:
        mail = read_mail(await visit.desk.file(wanted.key)) if wanted.key else None
    except FileNotFoundError:
        mail = None
    address = f"/notices/{quote(notice, safe='')}"
    return visit.show("notice.html.j2", sheet=sheet, part=wanted, mail=mail, address=address)


async def _mail(visit: Visit, number: str, part: int) -> bytes:
    """The bytes of one mail. Raises NotThere."""
    desk = visit.desk
    record = await desk.database.run(lambda session: session.get(NoticeRecord, number))
    if record is None:
        raise NotThere(f"There is no notice {number}.")
    mails = await desk.database.run(lambda session: mails_of(session, record))
    key = next((one.key for one in mails if one.part == part), "")
    try:
        return await desk.file(key) if key else _gone(number)
    except FileNotFoundError:
        return _gone(number)


def _gone(number: str) -> bytes:
    raise NotThere(f"The mail of notice {number} is not kept.")
