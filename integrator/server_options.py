# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Options of the server that no user of a database can change, not even its administrator.

They stand in Odoo's configuration file, or in the environment under the same name in capitals.
"""

import os

from odoo.tools import config


def server_option(name):
    """The values of an option of the server.

    :param str name: in the configuration file; several values are separated by commas
    :return: list of texts, empty when nothing is said
    """
    text = config.get(name) or os.environ.get(name.upper()) or ""
    return [value.strip() for value in text.split(",") if value.strip()]


def practice_hosts():
    """Hosts besides the sites' own that secrets may be sent to, because the server says so: a
    simulator on this machine, as `127.0.0.1` or `127.0.0.1:8090`.

    :return: frozenset of texts
    """
    return frozenset(server_option("integrator_practice_hosts"))
