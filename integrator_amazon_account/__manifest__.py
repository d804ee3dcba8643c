# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Integrator: Amazon's settlements",
    "summary": "Finds, reads and checks what Amazon pays out",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Integrator founders",
    "website": "https://github.com/integrator-founders/integrator",
    "license": "LGPL-3",
    "depends": ["integrator_amazon", "integrator_account"],
    "auto_install": True,
}
