"""The mailbox as pages a browser shows: mails, invoices and cases of the demo. Only on this machine,
and nothing can be changed through it."""

import mimetypes
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, unquote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from models.settings import HOME
from sandbox.archive import Archive, Part, ShownMail
from sandbox.server import free_port

PORT = 8025  # where users of mail catchers look for them
_HOST = "127.0.0.1"
_TEMPLATES = HOME / "templates" / "mailbox"
_HTML = "text/html; charset=utf-8"
# Our own pages: no script, nothing from elsewhere.
_OURS = (
    "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
# A mail's HTML is somebody else's: what it may do in a frame of ours is to look like something.
_THEIRS = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; sandbox"
)
_FILE = (
    "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; plugin-types application/pdf"
)


@dataclass(frozen=True)
class Answer:
    """What a request gets."""

    body: bytes
    content_type: str = _HTML
    policy: str = _OURS
    disposition: str = ""
    status: HTTPStatus = HTTPStatus.OK


class Pages:
    """`with Pages(archive) as pages:` serves at `pages.url`, from a thread of its own."""

    def __init__(self, archive: Archive, *, port: int = PORT) -> None:
        self._archive = archive
        self._templates = Environment(
            loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined
        )
        self._server = _Server((_HOST, free_port(preferred=port)), _Handler)
        self._server.pages = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="mailbox-pages", daemon=True
        )

    def __enter__(self) -> "Pages":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://{_HOST}:{self._server.server_port}"

    def answer(self, target: str) -> Answer:
        """The page at a path. Every name in it is looked up among what there is: none is a path of
        the file system."""
        address = urlsplit(target)
        words = [unquote(word) for word in address.path.split("/")[1:]]
        match words:
            case [""]:
                return self._mails(parse_qs(address.query).get("customer", [""])[0])
            case ["page.css"]:
                return Answer((_TEMPLATES / "page.css").read_bytes(), "text/css; charset=utf-8")
            case ["mails", number, *rest]:
                return self._mail(number, rest)
            case ["documents"]:
                return self._page("documents.html.j2", documents=self._archive.documents())
            case ["documents", *key]:
                return _file(key[-1], self._archive.document("/".join(key)))
            case ["cases"]:
                return self._page("cases.html.j2", cases=self._archive.cases())
            case ["cases", case, *name]:
                found = self._archive.case_file(case, "/".join(name))
                return _file(name[-1] if name else f"{case}.zip", found)
        return _nothing()

    def _mails(self, customer: str) -> Answer:
        mails = self._archive.mails()
        chosen = [mail for mail in mails if customer in ("", mail.customer_id)]
        return self._page("mails.html.j2", mails=chosen[::-1], total=len(mails), customer=customer)

    def _mail(self, number: str, rest: Sequence[str]) -> Answer:
        mail = self._numbered(number)
        match rest:
            case _ if mail is None:
                return _nothing()
            case []:
                return self._page("mail.html.j2", mail=mail, total=len(self._archive.mails()))
            case ["html"]:
                return Answer(mail.html.encode(), policy=_THEIRS)
            case ["source"]:
                return _file(f"{mail.number:04}.eml", mail.received.content)
            case ["attachments", place, _]:
                return _attached(mail.attachments, place)
        return _nothing()

    def _numbered(self, number: str) -> ShownMail | None:
        mails = self._archive.mails()
        is_one = number.isascii() and number.isdigit() and 0 < int(number) <= len(mails)
        return mails[int(number) - 1] if is_one else None

    def _page(self, name: str, **shown: object) -> Answer:
        return Answer(self._templates.get_template(name).render(**shown).encode())


def _attached(parts: Sequence[Part], place: str) -> Answer:
    if not (place.isascii() and place.isdigit() and int(place) < len(parts)):
        return _nothing()
    part = parts[int(place)]
    return _file(part.name, part.content)


def _file(name: str, content: bytes | None) -> Answer:
    """A PDF or a table is shown, everything else is for keeping."""
    if content is None:
        return _nothing()
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if kind == "text/csv":
        kind = "text/plain; charset=utf-8"
    shown = kind == "application/pdf" or kind.startswith("text/plain")
    how = "inline" if shown else "attachment"
    disposition = f"{how}; filename*=UTF-8''{quote(name, safe='')}"
    return Answer(content, kind, _FILE, disposition)


def _nothing() -> Answer:
    return Answer(b"There is nothing here.", "text/plain", status=HTTPStatus.NOT_FOUND)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    pages: Pages


class _Handler(BaseHTTPRequestHandler):
    """http.server calls these by their names."""

    server: _Server

    def do_GET(self) -> None:
        # A name that leads here by trickery (DNS rebinding) is none of ours.
        host = (self.headers.get("Host") or "").rpartition(":")[0]
        answer = self.server.pages.answer(self.path) if host in (_HOST, "localhost") else _nothing()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Content-Security-Policy", answer.policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        if answer.disposition:
            self.send_header("Content-Disposition", answer.disposition)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_HEAD = do_GET

    def log_message(self, *_: object) -> None:
        """Nobody reads this server's talk."""
