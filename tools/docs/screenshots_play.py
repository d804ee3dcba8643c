# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`python -m tools.docs.screenshots_play URL all|docs FOLDER LANGUAGE`: go through the web client.

Started by `tools/docs/screenshots.py`; the demo's database is served at the address.
"""

from __future__ import annotations

import json
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.demo.demo import LOGIN
from tools.docs.browser import Browser
from tools.docs.held_order import HeldOrder
from tools.docs.moving_picture import write
from tools.environment.messages import ToolError

WIDE, NARROW = 1400, 390
#: Of the moving picture: only what happens.
GIF_HEIGHT = 720
#: The first row of a list, or the first card of a kanban.
FIRST = ".o_data_row .o_data_cell:not(.o_handle_cell), .o_kanban_record:not(.o_kanban_ghost)"


#: The page of a settlement that shows what speaks for it.
PROOFS = "a[name=proofs]"
#: Takes away the filter that a list begins with.
ALL = ".o_facet_remove"


def with_text(text: str) -> str:
    """Return the row or card of a list that holds a text, for `Screen.clicks`."""
    return f"text={text}"


#: Nothing is being loaded and no dialog of ours is half open.
STILL = """
    document.querySelector('.o_action_manager .o_action, .modal .o_form_view')
    && !document.querySelector('.o_loading_indicator, .o_blockUI')
    && document.readyState === 'complete'
"""


#: Elements that a view shows once it is drawn.
VIEW = ".o_view_nocontent, .o_data_row, .o_kanban_record"


@dataclass(frozen=True)
class Screen:
    """A picture: its name, the action that is opened, and what is clicked there, in turns."""

    name: str
    action: str
    clicks: tuple[str, ...] = ()
    in_docs: bool = False


SCREENS = (
    Screen("to_do", "integrator.integrator_todo_action", in_docs=True),
    Screen("home", "integrator.integrator_home_action", in_docs=True),
    Screen("to_ship", "integrator.integrator_to_ship_action", in_docs=True),
    Screen("settlements", "integrator_account.integrator_settlement_action", in_docs=True),
    Screen("settlement", "integrator_account.integrator_settlement_action", (FIRST,), in_docs=True),
    Screen(
        "settlement_proofs",
        "integrator_account.integrator_settlement_action",
        (FIRST, PROOFS),
        in_docs=True,
    ),
    Screen(
        "settlement_setup",
        "integrator_account.integrator_settlement_setup_action",
        in_docs=True,
    ),
    Screen("money_without_invoice", "integrator_account.integrator_money_without_invoice_action"),
    Screen("invoice_without_money", "integrator_account.integrator_unpaid_action"),
    Screen("refund_without_note", "integrator_account.integrator_refund_without_note_action"),
    Screen("deferred_money", "integrator_account.integrator_settlement_deferred_action"),
    Screen("settlement_rules", "integrator_account.integrator_settlement_rule_action"),
    Screen("profit", "integrator_account.integrator_profit_report_action", in_docs=True),
    Screen("products", "integrator.product_integration_action"),
    Screen("orders", "integrator.order_integration_action", in_docs=True),
    Screen("order_event", "integrator.order_integration_action", (FIRST,)),
    Screen("remote_orders", "integrator.integrator_order_action"),
    Screen("remote_order", "integrator.integrator_order_action", (FIRST,)),
    Screen("deliveries_on_hold", "integrator.delivery_hold_action"),
    Screen("approval", "integrator.integrator_approval_action"),
    Screen("tasks", "integrator.integrator_task_action"),
    Screen("task", "integrator.integrator_task_action", (FIRST,)),
    Screen("listings", "integrator.integrator_listing_action"),
    Screen("listing", "integrator.integrator_listing_action", (FIRST,), in_docs=True),
    Screen("drift", "integrator.integrator_drift_action"),
    Screen("issues", "integrator.integrator_listing_issue_action"),
    Screen("returns", "integrator.integrator_return_action"),
    Screen("operations", "integrator.integrator_operation_action"),
    Screen(
        "operation_question",
        "integrator.integrator_operation_action",
        (with_text("Waits"),),
        in_docs=True,
    ),
    Screen("operation_rules", "integrator.integrator_operation_rule_action"),
    Screen("remote_order_list", "integrator.integrator_remote_order_action"),
    Screen(
        "fulfilment",
        "integrator.integrator_remote_order_action",
        # those that Amazon has shipped are not followed any more
        (ALL, FIRST),
        in_docs=True,
    ),
    Screen("fulfilment_rules", "integrator_amazon.integrator_amazon_fulfillment_rule_action"),
    Screen("imports", "integrator_impex.integrator_impex_run_action", in_docs=True),
    Screen(
        "import_refused",
        "integrator_impex.integrator_impex_run_action",
        (with_text("Prices"),),
        in_docs=True,
    ),
    Screen("files_group", "integrator_impex.integrator_impex_group_action", (FIRST,)),
    Screen(
        "files_folder",
        "integrator_impex.integrator_impex_group_action",
        (with_text("Prices"),),
        in_docs=True,
    ),
    Screen("layout", "integrator_impex.integrator_impex_descriptor_action", (FIRST,)),
    Screen("locations", "integrator_impex.integrator_impex_location_action"),
    Screen("location", "integrator_impex.integrator_impex_location_action", (FIRST,)),
    Screen("order_exports", "integrator_impex.order_export_action", (ALL,), in_docs=True),
    Screen("order_export", "integrator_impex.order_export_action", (FIRST,)),
    Screen("exporters", "integrator_impex.order_exporter_action"),
    Screen("exporter", "integrator_impex.order_exporter_action", (FIRST,), in_docs=True),
    Screen("order_flags", "integrator_impex.order_eligibility_action"),
    Screen("order_feeds", "integrator_impex.order_feed_action"),
    Screen("order_updates", "integrator_impex.order_update_action"),
    Screen("hold_history", "integrator.integrator_delivery_hold_action"),
    Screen("parcels", "integrator.integrator_parcel_action"),
    Screen("statements", "integrator.integrator_order_check_action"),
    Screen("alerts", "integrator.integrator_alert_action"),
    Screen("documents", "integrator.integrator_document_action"),
    Screen("requests", "integrator.integrator_fetch_request_action"),
    Screen("runs", "integrator.integrator_run_action"),
    Screen("circuits", "integrator.integrator_circuit_action"),
    Screen("mail_errors", "integrator.integrator_digest_entry_action"),
    Screen("synchronise", "integrator.integrator_sync_action"),
    Screen("operations", "integrator.integrator_operation_action"),
    Screen("tax_control", "integrator.tax_control_action"),
    Screen("taxes", "integrator.integrator_tax_rule_action"),
    Screen("match", "integrator.integrator_sku_match_action"),
    Screen("privacy", "integrator.integrator_privacy_report_action"),
    Screen("connectors", "integrator.integrator_owner_rule_action"),
    Screen("refund_reasons", "integrator.integrator_refund_reason_action"),
    Screen("sites", "integrator.integrator_site_action"),
    Screen("site", "integrator.integrator_site_action", (FIRST,), in_docs=True),
    Screen("carriers", "integrator_amazon.integrator_amazon_carrier_action"),
    Screen("marketplaces", "integrator_amazon.integrator_amazon_marketplace_action"),
    Screen("product_types", "integrator_amazon.integrator_amazon_product_type_action"),
    Screen("attribute_rules", "integrator_amazon.integrator_amazon_attribute_rule_action"),
    Screen("quotas", "integrator_amazon.integrator_amazon_quota_action"),
)


def main(url: str, which: str, folder: Path, language: str) -> None:
    """Take pictures.

    :param url: of the web client.
    :param which: "all" screens in two widths, or those of "docs" in the wide one.
    :param folder: for the pictures; NAME.png, or NAME-WIDTH.png.
    :param language: of the user, as Odoo names it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        profile = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        browser = Browser(profile, stack)
        browser.resize(WIDE)
        log_in(browser, url)
        _set_language(browser, language)
        for screen, width, name in _pictures(which):
            _take(browser, url, screen, width, folder / f"{name}.png")
        if which == "docs":
            browser.resize(WIDE, GIF_HEIGHT)
            write(HeldOrder(browser, url).walk(), folder / "held_order.gif")


def _element(click: str) -> str:
    """Return an expression for what is clicked: a selector, or `with_text`."""
    if not click.startswith("text="):
        return f"document.querySelector({json.dumps(click)})"
    text = json.dumps(click.removeprefix("text="))
    rows = "document.querySelectorAll('.o_data_row, .o_kanban_record')"
    row = f"[...{rows}].find((row) => row.innerText.includes({text}))"
    return f"(({row} || {{querySelector: () => null}}).querySelector('.o_data_cell') || {row})"


def _pictures(which: str) -> list[tuple[Screen, int, str]]:
    """Screen, width and name of each picture."""
    if which == "docs":
        return [(screen, WIDE, screen.name) for screen in SCREENS if screen.in_docs]
    widths = (WIDE, NARROW)
    return [(screen, width, f"{screen.name}-{width}") for screen in SCREENS for width in widths]


def log_in(browser: Browser, url: str) -> None:
    browser.open(f"{url}/web/login")
    browser.ask(
        f"""
        document.querySelector('input[name=login]').value = '{LOGIN}';
        document.querySelector('input[name=password]').value = '{LOGIN}';
        document.querySelector('form.oe_login_form').submit();
        """
    )
    browser.wait("location.pathname.startsWith('/odoo') && document.querySelector('.o_navbar')")


def _set_language(browser: Browser, language: str) -> None:
    """Set the language of the user, which is loaded before."""
    if language == "en_US":
        return
    known = _call(browser, "res.lang", "search", [[["code", "=", language]]])
    wizard = _call(browser, "base.language.install", "create", [{"lang_ids": [[6, 0, known]]}])
    _call(browser, "base.language.install", "lang_install", [wizard])
    user = _call(browser, "res.users", "search", [[["login", "=", LOGIN]]])
    _call(browser, "res.users", "write", [user, {"lang": language}])


def _call(browser: Browser, model: str, method: str, arguments: list[Any]) -> Any:
    """Call a method as the user, archived records included, as the web client does.

    :raise ToolError: with Odoo's words, when it refuses.
    """
    context = {"context": {"active_test": False}}
    params = {"model": model, "method": method, "args": arguments, "kwargs": context}
    body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
    answer = browser.ask(
        f"""
        fetch('/web/dataset/call_kw', {{
            method: 'POST',
            headers: {{'Content-Type': 'application/json'}},
            body: {json.dumps(body)},
        }}).then((answer) => answer.json())
        """
    )
    if "error" in answer:
        raise ToolError(f"{model}.{method}: {answer['error']['data']['message']}")
    return answer["result"]


def _take(browser: Browser, url: str, screen: Screen, width: int, path: Path) -> None:
    browser.resize(width)
    # from somewhere else: the client reads the action anew
    browser.open("about:blank")
    browser.open(f"{url}/odoo/action-{screen.action}")
    follow(browser, screen)
    browser.ask("new Promise((done) => setTimeout(done, 1500))")
    browser.picture(path)


def follow(browser: Browser, screen: Screen) -> None:
    """Click through a screen whose action is being opened, until it stands still."""
    browser.wait(STILL)
    for click in screen.clicks:
        there = _element(click)
        browser.wait(f"{there} || document.querySelector('{VIEW}')")
        if not browser.ask(f"!!{there}"):
            break
        browser.ask(f"{there}.click()")
        if click == ALL:
            # a search begins a moment later
            browser.ask("new Promise((done) => setTimeout(done, 1000))")
        else:
            browser.wait("document.querySelector('.o_form_view')")
        browser.wait(STILL)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4])
