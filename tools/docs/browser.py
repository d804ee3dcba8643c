# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A browser without a window, steered by its own protocol (Chrome DevTools)."""

from __future__ import annotations

import base64
import itertools
import json
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import websocket

from ..environment.messages import ToolError
from ..environment.processes import end, start
from ..environment.system_packages import BROWSER_PACKAGE, browser

START_SECONDS = 30
ANSWER_SECONDS = 60
WAIT_SECONDS = 30
POLL_SECONDS = 0.1
HEIGHT = 900
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
    "--force-device-scale-factor=1",
)


class Browser:
    """One tab.

    :param folder: for its profile and log.
    :param stack: ends it.
    """

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        profile = folder / "profile"
        command = [
            browser() or BROWSER_PACKAGE,
            *OPTIONS,
            f"--user-data-dir={profile}",
            "about:blank",
        ]
        stack.callback(end, start(command, folder / "browser.log"))
        self._socket = websocket.create_connection(self._address(profile), timeout=ANSWER_SECONDS)
        stack.callback(self._socket.close)
        self._numbers = itertools.count(1)

    @staticmethod
    def _address(profile: Path) -> str:
        """Return the address at which the tab listens, as soon as the browser has written its
        port."""
        limit = time.monotonic() + START_SECONDS
        port_file = profile / "DevToolsActivePort"
        while time.monotonic() < limit:
            if port_file.exists() and (lines := port_file.read_text().splitlines()):
                url = f"http://127.0.0.1:{lines[0]}/json"
                with urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as answer:  # noqa: S310 - loopback
                    tabs = json.load(answer)
                if pages := [tab for tab in tabs if tab["type"] == "page"]:
                    return str(pages[0]["webSocketDebuggerUrl"])
            time.sleep(POLL_SECONDS)
        raise ToolError("The browser did not start.")

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol and return its result.

        :raise ToolError: when the browser refuses it.
        """
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == number:
                break
        if "error" in answer:
            raise ToolError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def ask(self, expression: str) -> Any:
        """Return the value of a JavaScript expression in the page."""
        answer = self.send(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        return answer["result"].get("value")

    def wait(self, expression: str) -> None:
        """Return when a JavaScript expression is true.

        :raise ToolError: that names it, when it is not in time.
        """
        limit = time.monotonic() + WAIT_SECONDS
        while not self.ask(f"!!({expression})"):
            if time.monotonic() > limit:
                raise ToolError(f"The page does not show {expression}")
            time.sleep(POLL_SECONDS)

    def open(self, url: str) -> None:
        """Go to an address and wait until its page is there."""
        self.send("Page.navigate", url=url)
        self.wait("document.readyState === 'complete'")

    def resize(self, width: int, height: int = HEIGHT) -> None:
        """Give the tab a size, in pixels of CSS."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )

    def shot(self) -> bytes:
        """Return what the tab shows, as PNG."""
        answer = self.send("Page.captureScreenshot", format="png")
        return base64.b64decode(answer["data"])

    def picture(self, path: Path) -> None:
        """Write what the tab shows into a file, as PNG."""
        path.write_bytes(self.shot())
