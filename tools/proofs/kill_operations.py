# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders of a web shop that Amazon ships, for the proof under SIGKILL: each is an export that asks
a question, and a synchronisation.

Runs inside Odoo, see `tools/proofs/kill_play.py`.
"""

from tools.demo.demo_scenario import MARKETPLACE

#: SKU -> pieces of it in each order.
LINES = {"WEB-1": 2, "WEB-2": 1}
STOCK = 5000
#: Amazon asks for more than this, so each export has a question.
FEE_LIMIT = 1.0

#: Number of operations that are not done.
WORK = "SELECT count(*) FROM integrator_operation WHERE state IN ('queued', 'running')"

#: Whatever waits for a time is due.
TIME_PASSES = "UPDATE integrator_operation SET retry_at = NULL WHERE state IN ('queued', 'running')"


def prepare(demo):
    """Let Amazon ship for the web shop, and have pieces there.

    :param demo: `tools.demo.demo_scenario.Demo`
    """
    env, site = demo.env, demo.site
    view = site.warehouse_id.view_location_id
    place = env["stock.location"].create(
        {"name": "Amazon FBA", "usage": "internal", "location_id": view.id}
    )
    site.write(
        {
            "amazon_fulfillment": True,
            "export_minutes": 0,
            "export_fee_limit": FEE_LIMIT,
            "site_stock": "location",
            "site_location_id": place.id,
        }
    )
    for sku in LINES:
        product = env["product.product"].create(
            {"name": sku, "default_code": sku, "is_storable": True, "list_price": 10.0}
        )
        env["stock.quant"]._update_available_quantity(product, place, STOCK)
        demo.remote.set_fba_stock(sku, STOCK, MARKETPLACE)
    env["res.partner"].create(
        {
            "name": "Erika Mustermann",
            "ref": "web",
            "street": "Musterstraße 12",
            "zip": "80331",
            "city": "München",
            "country_id": env.ref("base.de").id,
        }
    )


def sell(demo, day):
    """The web shop sells, and asks Amazon to ship.

    :param int day: of the play
    """
    env = demo.env
    products = env["product.product"].search([("default_code", "in", list(LINES))])
    order = env["sale.order"].create(
        {
            "partner_id": env["res.partner"].search([("ref", "=", "web")], limit=1).id,
            "client_order_ref": f"web {day}",
            "order_line": [
                (0, 0, {"product_id": one.id, "product_uom_qty": LINES[one.default_code]})
                for one in products.sorted("default_code")
            ],
        }
    )
    order.action_confirm()
    env["integrator.operation"]._start("export", demo.site, order)


def answer(demo):
    """A person takes the fees."""
    waiting = demo.env["integrator.operation"].search([("state", "=", "waiting")])
    for step in waiting._open_questions():
        choice = step.choice_ids.filtered(lambda one: one.action == "accept")
        step._answer(choice)


def leave(demo, day):
    """The orders leave Amazon's warehouse, of every second one a piece less; and somebody looks.

    :param int day: of the play
    """
    orders = demo.env["integrator.remote.order"].search([("state", "=", "open")])
    for order in orders:
        status = "Complete"
        if day % 2:
            line = order.line_ids.sorted("sku")[:1]
            demo.remote.plan_fulfillment(order.remote_ref, unfulfillable={line.ref: 1})
            status = "CompletePartialled"
        demo.remote.move_fulfillment(order.remote_ref, status)
    demo.env["integrator.operation"]._start("synchronise", demo.site)


def end_state(demo):
    """Return what there is of these orders, as name -> text."""
    found = {}
    there = demo.remote.fulfillments()
    orders = demo.env["sale.order"].search([("client_order_ref", "like", "web %")])
    for order in orders:
        operations = demo.env["integrator.operation"].search([("order_id", "=", order.id)])
        remote = demo.env["integrator.remote.order"].search([("sale_order_id", "=", order.id)])
        pickings = order.picking_ids
        found[f"web order {order.client_order_ref}"] = str(
            {
                "operations": operations.mapped(lambda one: (one.state, len(one._answers()))),
                "remote": remote.mapped(lambda one: (one.state, one.status)),
                "lines": sorted(remote.line_ids.mapped(lambda one: (one.sku, one.shipped))),
                "parcels": len(remote.parcel_ids),
                "delivered": order.order_line.mapped("qty_delivered"),
                "pickings": sorted(
                    (one.state, sorted(one.move_ids.mapped("product_uom_qty"))) for one in pickings
                ),
                "at Amazon": [_facts(one) for one in there if _shown_id(one) == order.name],
            }
        )
    found["orders that Amazon ships"] = str(len(there))
    reads = demo.env["integrator.operation"].search([("kind", "=", "synchronise")])
    found["looks at them"] = str(reads.mapped("state"))
    for product in demo.env["product.product"].search([("default_code", "in", list(LINES))]):
        stock = demo.remote.fba_stock(product.default_code, MARKETPLACE)
        found[f"stock of {product.default_code}"] = str((product.qty_available, stock))
    return found


def _shown_id(row):
    return row["fulfillmentOrder"]["displayableOrderId"]


def _facts(row):
    items = [(one["sellerSku"], one["quantity"]) for one in row["fulfillmentOrderItems"]]
    return row["fulfillmentOrder"]["fulfillmentOrderStatus"], sorted(items)
