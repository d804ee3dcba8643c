# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A warehouse in memory that ships for others: what it has, and what goes wrong next."""

from dataclasses import replace

from odoo.addons.integrator.operation_types import RemoteOrderState, RemoteParcel

OVER = ("shipped", "cancelled", "unfulfillable")


class Fulfilment:
    """A warehouse that ships for others."""

    def __init__(self):
        self.orders = {}
        self.calls = []
        self.faults = []
        self.discrepancies = []
        self.previews = []
        self.most_lines = 100
        self.prices = {}
        #: Functions that run while a hook is called: name -> function, each once.
        self.meanwhile = {}

    def called(self, hook, *what):
        """Note a call, and raise the next scripted fault of it, or of its number."""
        self.calls.append((hook, *what))
        self.meanwhile.pop(hook, lambda: None)()
        for index, (name, error) in enumerate(self.faults):
            if name in (hook, f"{hook} {self.count(hook)}"):
                del self.faults[index]
                raise error

    def count(self, hook):
        return sum(call[0] == hook for call in self.calls)

    def make(self, remote_ref, *lines, status="unshipped", word="Received"):
        """An order, made by hand: lines are `RemoteOrderLine`."""
        self.orders[remote_ref] = RemoteOrderState(remote_ref, status, word, tuple(lines))

    def ship(self, remote_ref, pieces=None, tracking="1Z999", carrier="UPS", word="Complete"):
        """Let pieces of every line leave in one parcel; without a number, all of them."""
        state = self.orders[remote_ref]
        lines = tuple(
            replace(line, shipped=line.quantity if pieces is None else line.shipped + pieces)
            for line in state.lines
        )
        sent = tuple(
            (new.ref or new.remote_line_id, new.shipped - old.shipped)
            for new, old in zip(lines, state.lines, strict=True)
        )
        parcel = RemoteParcel(str(len(state.parcels) + 1), carrier, tracking, sent)
        is_over = all(line.shipped == line.quantity for line in lines)
        self.orders[remote_ref] = replace(
            state,
            lines=lines,
            parcels=(*state.parcels, parcel),
            status="shipped" if is_over else "partially_shipped",
            original_status=word,
            is_complete=is_over,
        )

    def end(self, remote_ref, status, word):
        """The rest does not leave."""
        state = self.orders[remote_ref]
        column = "cancelled" if status == "cancelled" else "unfulfillable"
        lines = tuple(
            replace(line, **{column: line.quantity - line.shipped}) for line in state.lines
        )
        self.orders[remote_ref] = replace(
            state, lines=lines, status=status, original_status=word, is_complete=True
        )
