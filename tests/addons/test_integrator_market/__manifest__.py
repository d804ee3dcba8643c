# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Test: Integrator Market",
    "summary": "For tests only: a site with listings, parcels and refunds, as the core plans them",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "Integrator founders",
    "website": "https://github.com/integrator-founders/integrator",
    "license": "LGPL-3",
    "depends": ["integrator"],
}
