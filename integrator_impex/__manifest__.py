# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Integrator: import and export",
    "summary": "Files in and out by groups of layouts, order feeds, and chains of exporters",
    "version": "19.0.1.0.0",
    "category": "Sales/Integration",
    "author": "Integrator founders",
    "website": "https://github.com/integrator-founders/integrator",
    "license": "LGPL-3",
    "depends": ["integrator"],
    "external_dependencies": {"python": ["google-re2", "httpx", "lxml", "openpyxl", "xlsxwriter"]},
    "data": [
        "security/ir.model.access.csv",
        "security/integrator_impex_rules.xml",
        "data/ir_cron_data.xml",
        "views/integrator_impex_menus.xml",
        "views/integrator_impex_run_views.xml",
        "views/integrator_impex_group_views.xml",
        "views/integrator_impex_descriptor_views.xml",
        "views/integrator_impex_location_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["integrator_impex/static/src/*.js"],
        "web.assets_tests": ["integrator_impex/static/tests/tours/*.js"],
    },
    "demo": ["demo/catalog_pim.xml"],
}
