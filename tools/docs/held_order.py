# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The moving picture of README: an order is held, and repaired."""

from __future__ import annotations

import json

from .browser import Browser
from .moving_picture import Frame

HOLDS = "integrator.delivery_hold_action"
TO_SHIP = "integrator.integrator_to_ship_action"
STREET = "Lindenallee 3"
#: Letters that appear from one frame to the next.
LETTERS = 5
#: Text of a row that is held because of its address.
REASON = "Address"
QUIET = """
    document.querySelector('.o_action_manager .o_action')
    && !document.querySelector('.o_loading_indicator, .o_blockUI')
"""
#: Type into a field as a person does.
TYPE = """
    (() => {
        const input = document.querySelector('.modal [name=street] input');
        input.focus();
        input.value = %s;
        input.dispatchEvent(new Event('input', {bubbles: true}));
        input.dispatchEvent(new Event('change', {bubbles: true}));
    })()
"""
ROW = """
    [...document.querySelectorAll('.o_data_row')]
        .find((row) => row.innerText.includes(%s))
"""


class HeldOrder:
    """The walk.

    :param browser: of somebody who is logged in.
    :param url: of the web client, whose demo has left one held address.
    """

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self._url = url
        self._frames: list[Frame] = []

    def walk(self) -> list[Frame]:
        """Return the frames; the address is corrected afterwards."""
        self._open(HOLDS)
        self._frame("Amazon gave no street for one order. Its delivery waits, with the reason.", 3)
        row = ROW % json.dumps(REASON)
        self._browser.ask(f"{row}.querySelector('.o_data_cell').click()")
        self._browser.wait(
            "document.querySelector('button[name=action_integrator_correct_address]')"
        )
        self._frame("What is missing, and the button that solves it.", 3)
        self._browser.ask(
            "document.querySelector('button[name=action_integrator_correct_address]').click()"
        )
        self._browser.wait("document.querySelector('.modal [name=street] input')")
        self._frame("Only the address, nothing else.")
        for end in range(LETTERS, len(STREET) + LETTERS, LETTERS):
            self._browser.ask(TYPE % json.dumps(STREET[:end]))
            self._frame("The merchant asks the buyer, and types what he answers.", 0.5)
        self._browser.ask("document.querySelector('.modal button[name=action_save]').click()")
        self._browser.wait("!document.querySelector('.modal')")
        self._browser.wait(
            "!document.querySelector('button[name=action_integrator_correct_address]')"
        )
        self._frame("Saved: the hold is lifted by itself, and the parcel may leave.", 3)
        self._open(TO_SHIP)
        self._frame("It stands in To ship, with the time until when it has to leave.", 4)
        return self._frames

    def _open(self, action: str) -> None:
        self._browser.open("about:blank")
        self._browser.open(f"{self._url}/odoo/action-{action}")
        self._browser.wait(f"({QUIET}) && document.querySelector('.o_data_row')")

    def _frame(self, sentence: str, seconds: float = 2) -> None:
        self._browser.wait(QUIET)
        self._browser.ask("new Promise((done) => setTimeout(done, 400))")
        self._frames.append(Frame(self._browser.shot(), sentence, seconds))
