# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Files that do not keep the rules of check_models yet, each with what would have to change.

These lists only get shorter: bin/lint tells what can be taken off, a test that nothing is added.
"""

from __future__ import annotations

#: Files of models with more lines than others may have, and why.
LONG_FILES = {}

_OPERATION = "the files of `operation` are named after its parts, not after the models they extend"

#: Models whose files do not all have the model's name, and why.
SPREAD = {
    "integrator/integrator.remote.order": _OPERATION,
    "integrator/integrator.remote.order.line": _OPERATION,
    "integrator/integrator.site": _OPERATION,
    "integrator/sale.order": _OPERATION,
    "integrator/sale.order.line": _OPERATION,
    "integrator/stock.picking": _OPERATION,
    "integrator_impex/integrator.impex.service": "what attribute values add stands with them",
}

# What refers to records of many models: the figures on a card, the lines of a mail.
_MAIL = "the lines of the error mail are one table; a hook per subject would let each add its own"
_TARGETS = "a task refers to its record by a field per model, for the sake of foreign keys"
_EVENTS = "events are about these models of Odoo"

#: File -> models of later subjects that it names -> why it does.
NAMES_AHEAD: dict[str, dict[str, str]] = {
    "integrator/models/inbox/integrator_document.py": {
        "integrator.drift.check": "it chooses who takes over a kind of document",
        "integrator.order": "it chooses who takes over a kind of document",
        "integrator.return": "it chooses who takes over a kind of document",
    },
    "integrator/models/inbox/integrator_fetch_request.py": {
        "integrator.order": "it asks for orders that a document only names",
    },
    "integrator/models/monitoring/integrator_digest.py": dict.fromkeys(
        (
            "integrator.consumption",
            "integrator.document",
            "integrator.fetch.request",
            "integrator.order",
            "integrator.task",
        ),
        _MAIL,
    ),
    "integrator/models/monitoring/integrator_site.py": {
        "integrator.document": "what has files goes before its site",
        "integrator.return": "what has files goes before its site",
        "integrator.submission": "what has files goes before its site",
    },
    "integrator/models/monitoring/integrator_timeline_mixin.py": {
        "integrator.task": "a timeline is made of the tasks of a record",
        "sale.order": "a timeline is made of the tasks of a record",
    },
    "integrator/models/order/integrator_site.py": {
        "stock.picking": "late orders are counted by their deliveries",
    },
    "integrator/models/order/sale_order.py": {
        "stock.picking": "an order shows the hold of its deliveries",
    },
    "integrator/models/outbox/integrator_approval.py": {"integrator.listing": _TARGETS},
    "integrator/models/outbox/integrator_guard.py": {
        "integrator.listing": "the limits are about prices and stock of listings",
        "integrator.listing.section": "the limits are about prices and stock of listings",
    },
    "integrator/models/outbox/integrator_site.py": {
        "integrator.listing": "it counts the listings that another choice of products would close",
    },
    "integrator/models/outbox/integrator_status_map.py": dict.fromkeys(
        ("account.move", "sale.order", "stock.picking"), _EVENTS
    ),
    "integrator/models/outbox/integrator_task.py": dict.fromkeys(
        ("account.move", "integrator.listing", "integrator.order", "stock.picking"), _TARGETS
    ),
    "integrator/models/outbox/integrator_task_gate_mixin.py": dict.fromkeys(
        ("account.move", "integrator.order", "sale.order", "stock.picking"),
        "the gate asks the record whether the task may leave; a hook per subject could",
    ),
    "integrator/models/outbox/product_integration.py": dict.fromkeys(
        ("integrator.listing", "product.product", "product.template"), _EVENTS
    ),
    "integrator/models/site/integrator_adapter_listings.py": {
        "integrator.listing": "the contract of a site has all its hooks in one subject",
    },
    "integrator/models/site/integrator_marketplace.py": {
        "integrator.reconcile": "what changes an offer makes all prices be compared",
    },
    "integrator/models/site/integrator_site.py": {
        "product.product": "a site chooses the products that it sells",
        "sale.order": "a site with orders is not deleted; questions are asked on orders",
    },
}
