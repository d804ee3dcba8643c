# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reads the final state in Odoo and at the local Amazon, without numbers of rows."""

UNDER_WAY = ("waiting", "ready", "submitted", "pending")
#: Fields of a refund that are counted up, also by what a killed worker had begun.
NUMBERS = {"adjustment_id", "feed_id"}

#: Number of what is not done: tasks, submissions, documents, events.
WORK = """
    SELECT (SELECT count(*) FROM integrator_task WHERE state IN ('waiting','ready','submitted','pending')),
           (SELECT count(*) FROM integrator_submission WHERE state != 'done'),
           (SELECT count(*) FROM integrator_document WHERE stage != 'done'),
           (SELECT count(*) FROM integrator_fetch_request WHERE state = 'ready' AND source = 'order'),
           (SELECT count(*) FROM product_integration WHERE pending),
           (SELECT count(*) FROM order_integration WHERE pending)
"""  # noqa: E501 - a table

#: The time that passes between two workers: whatever waits for a time is due.
TIME_PASSES = """
    UPDATE integrator_amazon_quota SET tokens = burst;
    UPDATE integrator_amazon_quota SET rate = 1000 WHERE bucket = 'searchOrders';
    UPDATE integrator_fetch_request SET retry_at = NULL WHERE state = 'ready';
    UPDATE integrator_submission SET check_at = NULL WHERE state != 'done';
    UPDATE integrator_task SET update_at = NULL WHERE state IN ('waiting', 'ready')
        AND update_at IS NOT NULL AND after_task_id IS NULL;
    UPDATE integrator_circuit SET next_try_at = now() AT TIME ZONE 'UTC' WHERE state != 'closed';
    UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC', failure_count = 0 WHERE active;
"""


def end_state(demo):
    """Return what there is, as name -> text.

    :param demo: `tools.demo.demo_scenario.Demo`
    """
    return {**_odoo(demo), **_remote(demo), **_stock(demo)}


def _odoo(demo):
    found = {}
    orders = demo.env["integrator.order"].search([("site_id", "=", demo.site.id)])
    for order in orders:
        key = f"order {order.remote_order_id}"
        sales = demo.env["sale.order"].search(
            [("integrator_order_ref", "=", order.remote_order_id)]
        )
        pickings = sorted(sales.picking_ids.mapped("state"))
        lines = sorted(
            (line.product_id.default_code or "", line.product_uom_qty, line.qty_delivered)
            for line in sales.order_line
        )
        values = (order.state, order.remote_status, sales.mapped("state"), len(sales))
        found[key] = str((*values, round(sum(sales.mapped("amount_total")), 2), pickings, lines))
    failed = demo.env["integrator.task"].search([("state", "in", ("error", *UNDER_WAY))])
    found["tasks that are not at their end"] = str(sorted(failed.mapped("kind")))
    return found


def _remote(demo):
    found = {}
    for order_id, state in demo.remote.state()["orders"].items():
        packages = [
            sorted((item["orderItemId"], item["quantity"]) for item in _items(package))
            for package in demo.remote.shipments(order_id)
        ]
        acknowledgements = len(demo.remote.acknowledgements(order_id))
        refunds = sorted(str(_unnumbered(refund)) for refund in demo.remote.refunds(order_id))
        found[f"Amazon's order {order_id}"] = str(
            (state, sorted(packages), acknowledgements, refunds)
        )
    for sku in demo.remote.listings():
        attributes = demo.remote.listing(sku)["attributes"]
        names = ("fulfillment_availability", "purchasable_offer", "item_name")
        found[f"Amazon's listing {sku}"] = str([attributes.get(name) for name in names])
    found["violations"] = str(demo.remote.violations)
    return found


def _items(package):
    detail = package.get("packageDetail", package)
    return detail.get("orderItems", ())


def _stock(demo):
    products = demo.env["product.product"].search([("default_code", "like", "DEMO-")])
    return {
        f"stock of {product.default_code}": str((product.qty_available, product.free_qty))
        for product in products
    }


def _unnumbered(refund):
    return {key: value for key, value in refund.items() if key not in NUMBERS}
