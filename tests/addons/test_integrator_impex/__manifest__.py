# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Test: Integrator Files",
    "summary": "For tests only: services and feeds that another addon brings",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "Integrator founders",
    "website": "https://github.com/integrator-founders/integrator",
    "license": "LGPL-3",
    "depends": ["integrator_impex", "test_integrator"],
}
