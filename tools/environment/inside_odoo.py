# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Work inside Odoo's own process, for scripts that are started in Odoo's environment."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from odoo import api
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config


@contextmanager
def environment(database: str) -> Iterator[Any]:
    """Yield the superuser's environment; what is done with it is committed at the end.

    :param database: its name.
    """
    config.parse_config(["-d", database, "--no-http"], setup_logging=True)
    # loads what Odoo has to know in any process; it serves nothing and returns
    server.start(preload=[], stop=True)
    threading.current_thread().dbname = database
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        yield env(context=env["res.users"].context_get())
        cr.commit()
