# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Integrator: Amazon",
    "summary": "Catalogue out, orders in, shipments out, by Amazon's Selling Partner API",
    "version": "19.0.1.0.0",
    "category": "Sales/Integration",
    "author": "Integrator founders",
    "website": "https://github.com/integrator-founders/integrator",
    "license": "LGPL-3",
    "depends": ["integrator"],
    "external_dependencies": {
        "python": ["google-re2", "httpx", "jsonschema", "lxml", "python-amazon-sp-api"]
    },
    "data": [
        "security/ir.model.access.csv",
        "security/integrator_amazon_rules.xml",
        "data/integrator.amazon.marketplace.csv",
        "data/integrator.amazon.carrier.csv",
        "data/integrator_owner_rule_data.xml",
        "data/integrator_refund_reason_data.xml",
        "views/consent_templates.xml",
        "views/integrator_site_views.xml",
        "views/product_integration_views.xml",
        "views/order_integration_views.xml",
        "views/product_type_views.xml",
        "wizards/amazon_find_type_views.xml",
        "views/integrator_listing_views.xml",
        "views/product_product_views.xml",
        "views/delivery_carrier_views.xml",
        "views/integrator_amazon_marketplace_views.xml",
        "views/site_practice_views.xml",
    ],
    "assets": {"web.assets_tests": ["integrator_amazon/static/tests/tours/*.js"]},
}
