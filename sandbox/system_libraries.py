"""Are the system's libraries there that WeasyPrint loads? If not: one line, with the cure.

Runs before anything is installed, so it stands on the standard library alone.
"""

import ctypes
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress

# Stem -> the names under which the systems keep it, first Linux', then macOS'.
LIBRARIES: dict[str, tuple[str, ...]] = {
    "gobject-2.0": ("libgobject-2.0.so.0", "libgobject-2.0.0.dylib"),
    "pango-1.0": ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    "pangoft2-1.0": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    "harfbuzz": ("libharfbuzz.so.0", "libharfbuzz.0.dylib"),
    "harfbuzz-subset": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
    "fontconfig": ("libfontconfig.so.1", "libfontconfig.1.dylib"),
}

# The package tool that is found first names the system. A font comes along: a slim image has none.
INSTALL_COMMANDS: dict[str, str] = {
    "apt-get": "apt-get update && apt-get install -y"
    " libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core",
    "dnf": "dnf install -y pango dejavu-sans-fonts",
    "apk": "apk add pango harfbuzz-subset font-dejavu",
    "pacman": "pacman -S --needed pango ttf-dejavu",
    "zypper": "zypper install -y libpango-1_0-0 libharfbuzz-subset0 dejavu-fonts",
    "brew": "brew install pango",
}


def missing(load: Callable[[str], bool]) -> list[str]:
    """The libraries of which no name can be loaded."""
    return [stem for stem, names in LIBRARIES.items() if not any(load(name) for name in names)]


def loads(name: str) -> bool:
    """Whether the dynamic linker finds the library, as WeasyPrint will ask it to."""
    with suppress(OSError):
        ctypes.CDLL(name)
        return True
    return False


def advice(
    absent: list[str],
    which: Callable[[str], str | None] = shutil.which,
    environment: Mapping[str, str] = os.environ,
) -> str:
    """One line: what is missing, and the exact command that installs it here."""
    what = f"WeasyPrint needs system libraries that are missing here ({', '.join(absent)})."
    tool = next((name for name in INSTALL_COMMANDS if which(name)), None)
    if tool is None:
        return f"{what} Install Pango 1.44 or newer and HarfBuzz with its subset library."
    command = INSTALL_COMMANDS[tool]
    if tool == "brew":
        # Homebrew's folder is outside of what an Apple-signed Python searches.
        hint = "" if environment.get("DYLD_FALLBACK_LIBRARY_PATH") else _BREW_HINT
        return f"{what} Install them: {command}{hint}"
    if os.geteuid() != 0 and which("sudo"):
        command = " && ".join(f"sudo {part}" for part in command.split(" && "))
    return f"{what} Install them: {command}"


_BREW_HINT = ' && export DYLD_FALLBACK_LIBRARY_PATH="$(brew --prefix)/lib"'


def main() -> int:
    absent = missing(loads)
    if absent:
        print(advice(absent), file=sys.stderr)
    return 1 if absent else 0


if __name__ == "__main__":
    sys.exit(main())
