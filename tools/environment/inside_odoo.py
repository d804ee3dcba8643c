# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Work inside Odoo's own process, for scripts that are started in Odoo's environment."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from odoo import api
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config


@contextmanager
def environment(database: str, options: Sequence[str] = ()) -> Iterator[Any]:
    """Yield the superuser's environment; what is done with it is committed at the end.

    :param database: its name.
    :param options: further ones of Odoo.
    """
    config.parse_config(["-d", database, "--no-http", *options], setup_logging=True)
    # loads what Odoo has to know in any process; it serves nothing and returns
    server.start(preload=[], stop=True)
    # Odoo reads the name there for its log
    setattr(threading.current_thread(), "dbname", database)  # noqa: B010 - no field of a Thread
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        yield env(context=env["res.users"].context_get())
        cr.commit()
