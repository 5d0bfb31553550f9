"""localstripe: a provider that remembers, in a process of its own, asked over HTTP."""

import subprocess
import sys
import time
from dataclasses import dataclass

from tests.beside import answers, free_port

# Its own command would keep everything in a file under /tmp that all of them share.
_START = """
import sys
from aiohttp import web
from localstripe import resources, server
resources.Store.dump_to_disk = lambda _: None
web.run_app(server.app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None)
"""
_PATIENCE = 20.0  # seconds
SECRET_KEY = "sk_test_12345"


@dataclass(frozen=True)
class LocalStripe:
    url: str
    process: subprocess.Popen[bytes]

    def wait(self) -> None:
        ends = time.monotonic() + _PATIENCE
        while time.monotonic() < ends:
            assert self.process.poll() is None, "localstripe ended"
            if answers(self.url):
                return
            time.sleep(0.02)
        raise AssertionError(f"localstripe did not answer within {_PATIENCE:.0f} s")

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(10)


def start() -> LocalStripe:
    port = free_port()
    words = [sys.executable, "-c", _START, str(port)]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(words, stdin=quiet, stdout=quiet, stderr=quiet)
    return LocalStripe(f"http://127.0.0.1:{port}", process)
