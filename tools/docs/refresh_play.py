# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`python -m tools.docs.refresh_play DATABASE`: what `bin/refresh` does inside Odoo's process."""

from __future__ import annotations

import sys

from tools.docs import model_reference, privacy_page, settings_page, translations
from tools.environment.inside_odoo import environment


def main(database: str) -> None:
    """Write the pages that an installed database gives, and bring the translations up to date.

    :param database: with both addons.
    """
    with environment(database) as env:
        model_reference.write(env)
        settings_page.write(env)
        privacy_page.write(env)
    translations.merge()


if __name__ == "__main__":
    main(sys.argv[1])
