# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`python -m tools.proofs.axe_play URL SCRIPT FILE`: looks at every screen of the web client with
axe-core, in two widths.

Started by `tools/proofs/axe_proof.py`; the demo's database is served at the address. What stands
between people and a screen goes to the file, as JSON.
"""

from __future__ import annotations

import json
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tools.docs.browser import Browser
from tools.docs.screenshots_play import NARROW, SCREENS, WIDE, Screen, follow, log_in
from tools.environment.messages import ToolError

#: Elements to look at: the view, and a dialog above it.
OURS = (".o_action_manager .o_content", ".modal .modal-body")
#: Odoo's own parts inside of it -> why they are left out. Nothing of ours is drawn by them.
CHROME = {
    ".o-mail-Chatter": "messages and activities below a form: Odoo's mail",
    ".o_list_table > thead": "heads of lists: sorting, resizing, optional columns",
    ".o_list_record_selector": "the box that selects a row",
    ".o_statusbar_status": "the arrows of the status bar",
    ".o_pivot": "pivot tables",
    ".o_field_domain": "the editor of conditions",
    "canvas": "charts",
}
#: Exceptions for Odoo's widgets: rule -> elements, or what they are part of -> why.
WIDGETS = {
    "color-contrast": {
        ".badge": "the colours of badges are Odoo's, white on green is 3.1 to 1",
        ".o_field_x2many_list_row_add": "the link that adds a line has Odoo's colour of links",
        ".o_form_label": "labels of forms are grey on a phone",
        ".o_field_remaining_days": "days are grey, as Odoo draws them",
    },
    "button-name": {
        ".o_optional_columns_dropdown": "the button that chooses columns has an icon only",
        ".o_clipboard_button": "the button that copies has an icon only",
    },
    "label": {
        ".o_data_cell .form-check-input": "boxes in lists are named by their column only",
        ".o_select_menu_input": "the label points to the list, not to its field",
        ".o_field_boolean .form-check-input:disabled": "the name is beside the box",
    },
    "aria-allowed-attr": {
        ".o-dropdown": "aria-expanded on elements without a role",
        ".o_tag": "aria-selected on tags",
        ".o-autocomplete--input": "aria-selected on fields that complete",
        ".o_progress": "aria-valuenow without the role of a progress bar",
    },
    "aria-required-parent": {".nav-tabs": "pages of forms have no list of tabs around them"},
    "role-img-alt": {".o_field_widget": "the clock of activities"},
    "image-alt": {".o_avatar": "pictures of users beside their names"},
    "autocomplete-valid": {".o_select_menu_input": "a word of Odoo's that keeps browsers quiet"},
}
#: Impacts that fail.
FAILING = ("serious", "critical")
#: Rules of a lesser impact that fail as well: users of screen readers navigate by headings.
HEADINGS = ("heading-order", "empty-heading")
LOOK = """
    axe.run(
        {include: %(include)s, exclude: %(exclude)s},
        {resultTypes: ['violations'], elementRef: false}
    ).then((found) => found.violations
        .filter((one) => %(failing)s.includes(one.impact) || %(headings)s.includes(one.id))
        .map((one) => ({
            rule: one.id,
            impact: one.impact,
            help: one.help,
            nodes: one.nodes
                .filter((node) => !%(widgets)s[one.id]?.some((part) =>
                    document.querySelector(node.target[0])?.closest(part)))
                .map((node) => ({
                    html: node.html, target: node.target.join(' '), why: node.failureSummary,
                })),
        }))
        .filter((one) => one.nodes.length))
"""
#: Text that is still fading in has another contrast.
STAND_STILL = """
    document.head.appendChild(Object.assign(document.createElement('style'), {textContent:
        '*, *::before, *::after {transition: none !important; animation: none !important}'}))
"""
#: The client's own way to an action: quicker than loading the page anew.
OPEN = """
    odoo.__WOWL_DEBUG__.root.env.services.action
        .doAction(%s, {clearBreadcrumbs: true}).then(() => true)
"""


def main(url: str, script: Path, file: Path) -> None:
    """Look at every screen, and write what was found.

    :param url: of the web client.
    :param script: axe-core.
    :param file: a list of `{"screen", "width", "rule", "help", "nodes"}`; it is there only when
        every screen was looked at.
    """
    found: list[dict[str, Any]] = []
    seen = 0
    with ExitStack() as stack:
        profile = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        browser = Browser(profile, stack)
        browser.resize(WIDE)
        log_in(browser, url)
        for width in (WIDE, NARROW):
            browser.resize(width)
            # the client decides once whether it is on a phone
            browser.open(f"{url}/odoo")
            browser.wait("odoo.__WOWL_DEBUG__ && document.querySelector('.o_navbar')")
            browser.ask(f"{script.read_text()}; true")
            browser.ask(f"{STAND_STILL}; true")
            for screen in SCREENS:
                seen += _show(browser, screen)
                found += [{"screen": screen.name, "width": width, **row} for row in _look(browser)]
    if seen != 2 * len(SCREENS):
        raise ToolError(f"Only {seen} of {2 * len(SCREENS)} screens were seen.")
    file.write_text(json.dumps(found, indent=1))


def _show(browser: Browser, screen: Screen) -> bool:
    browser.ask(OPEN % json.dumps(screen.action))
    follow(browser, screen)
    return True


def _look(browser: Browser) -> list[dict[str, Any]]:
    # two frames later everything is drawn
    browser.ask("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    present = [one for one in OURS if browser.ask(f"!!document.querySelector({json.dumps(one)})")]
    values = {
        "include": json.dumps([[one] for one in present]),
        "exclude": json.dumps([[one] for one in CHROME]),
        "failing": json.dumps(FAILING),
        "headings": json.dumps(HEADINGS),
        "widgets": json.dumps({rule: list(parts) for rule, parts in WIDGETS.items()}),
    }
    rows = browser.ask(LOOK % values)
    if rows is None:
        raise ToolError("axe-core gave no answer.")
    return list(rows)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
