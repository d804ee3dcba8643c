# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Set-up, demo, tests and checks of this repository: what stands behind `bin/`.

Only the standard library is used here, because this code runs before any package is installed.
"""
