# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Integrator: settlements and profit",
    "summary": "Books what channels pay out and keep, to the cent, and shows the profit",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Integrator founders",
    "website": "https://github.com/integrator-founders/integrator",
    "license": "LGPL-3",
    "depends": ["integrator"],
    "data": [
        "security/ir.model.access.csv",
        "security/integrator_account_rules.xml",
        "data/ir_cron_data.xml",
        "data/mail_activity_data.xml",
        "wizards/integrator_settlement_views.xml",
        "views/integrator_settlement_views.xml",
        "views/integrator_profit_views.xml",
        "views/integrator_account_menus.xml",
    ],
    "assets": {
        "web.assets_backend": ["integrator_account/static/src/**/*"],
        "web.assets_tests": ["integrator_account/static/tests/tours/**/*"],
    },
}
