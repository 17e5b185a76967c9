"""Provides what the tests need beyond Python's packages: a Chromium for the browser tests.

Installs it with apt-get when that is allowed, otherwise says what to install.
"""

import os
import shutil
import subprocess
import sys


def chromium() -> str | None:
    """The path of an installed Chromium or Chrome."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def main() -> int:
    """0 when a browser is there, 1 with a line that says what to do when not."""
    if chromium():
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
            subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, check=False)
    if chromium():
        return 0
    print("The browser tests need Chromium; on Debian: sudo apt-get install chromium", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
