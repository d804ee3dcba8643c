# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Constants shared by models, stages and views."""

#: State of a task -> the states that may follow; read by `integrator.task._move` only.
TASK_TRANSITIONS = {
    "waiting": {"ready", "error", "obsolete"},
    "ready": {"submitted", "waiting", "error", "obsolete"},
    # back to ready: the remote did not take it (throttled, unreachable)
    "submitted": {"pending", "success", "error", "ready"},
    "pending": {"success", "error"},
    "success": set(),
    "error": {"ready", "waiting", "obsolete"},
    "obsolete": set(),
}

#: Sections of a listing; each has the task kind of the same name.
SECTIONS = [
    ("product", "Product"),
    ("inventory", "Quantity"),
    ("price", "Price"),
    ("image", "Images"),
    ("relationship", "Relations"),
    ("shipping", "Shipping template"),
]

#: Kind of task -> section of the listing that it updates.
SECTION_OF_KIND = {**{name: name for name, _label in SECTIONS}, "delist": "product"}

#: States in which a task is not processed any more.
TASK_FINISHED = ("success", "obsolete")

#: States of a submission that is on its way.
BATCH_OPEN = ("prepared", "submitted")

#: Kinds of tasks that never wait behind the others of their listings.
URGENT_KINDS = ("inventory", "price")

#: Task states by severity; an event has the most severe state of its tasks.
TASK_SEVERITY = ("error", "waiting", "ready", "submitted", "pending", "success", "obsolete")

#: Statuses of a remote order, the same for all sites.
REMOTE_STATUSES = [
    ("pending", "Pending"),
    ("unshipped", "To ship"),
    ("partially_shipped", "Partially shipped"),
    ("shipped", "Shipped"),
    ("cancelled", "Cancelled"),
    ("unfulfillable", "Cannot be fulfilled"),
    ("unknown", "Unknown"),
]

#: Remote statuses of an order that has to become a sale order.
IMPORTABLE = ("unshipped", "partially_shipped", "shipped", "unfulfillable")

#: Kinds of money on a remote order line.
CHARGE_KINDS = [
    ("item", "Item"),
    ("shipping", "Shipping"),
    ("gift_wrap", "Gift wrap"),
    ("cod_fee", "Cash on delivery fee"),
    ("other", "Other"),
    ("discount", "Discount"),
    ("tax", "Tax"),
]

#: Attempts before a record is not retried any more and waits for a person.
MAX_ATTEMPTS = 3

#: Minutes before each further attempt at work that failed for a passing reason.
RETRY_MINUTES = (1, 5, 15, 60)

#: Days for which finished rows are kept by default.
RETENTION_DAYS = 90

#: The stages in the order in which work flows; each has a scheduled action `ir_cron_<stage>`.
STAGES = (
    "fetch",
    "acknowledge",
    "extract",
    "import",
    "plan_orders",
    "plan_products",
    "reconcile",
    "send",
    "operate",
)

#: Value of our context keys: a client can send texts and numbers, but not this object.
OURS = object()

#: Context key: the change comes from the site, so no event is recorded.
FROM_SITE = "integrator_following"

#: Context key: a decision, or its undoing, writes on listings; no event is recorded, because the
#: decision itself enqueues what has to be sent.
DECIDING = "integrator_deciding"

#: Context key: secrets that have just been entered are tried; nobody else sees them yet.
NEW_SECRETS = "integrator_new_secrets"

#: Context key: why a sale order is being cancelled; it goes into the event.
CANCEL_REASON = "integrator_cancel_reason"


class CancelReason(str):
    """The value of `CANCEL_REASON`: of a type that a client cannot send."""

    __slots__ = ()


#: Stable name of the cause: another module synchronises the same account.
OWNER_CONFLICT = "owner_conflict"

#: Stable name of the cause: the stages do not run.
SILENT = "silent"

#: The value of a section of a listing that is to be closed.
CLOSING = "closing"

#: Sources that can be fetched (see `docs/architecture.md`, "The way in").
SOURCES = [
    ("changes", "Order changes"),
    ("order", "One order"),
    ("report", "Order report"),
    ("queue", "Notifications"),
    ("order_check", "Order check of the day"),
    ("return", "Returns"),
    ("listings", "All listings"),
    ("listing", "Some listings"),
    ("issue", "Listings with issues"),
    ("listing_report", "Report of all listings"),
]

#: Settings of a site that only some adapters mind: forms show them where one does.
SETTINGS = ("send_relationships", "send_shipping", "close_by", "direct_threshold", "stuck_minutes")

#: Capabilities of a site, see `_capabilities` of the adapter.
CAPABILITIES = frozenset(
    {
        *("orders", "acknowledgement", "shipment", "cancellation", "cancellation:pieces", "refund"),
        "invoice",
        *("warehouse", "export"),
        *(f"source:{name}" for name, _label in SOURCES if name != "changes"),
        *(f"setting:{name}" for name in SETTINGS),
    }
)

#: Sources that bring listings.
LISTING_SOURCES = ("listings", "listing", "issue", "listing_report")

#: States of a move that is planned and not done.
PLANNED = ("waiting", "confirmed", "partially_available", "assigned")
