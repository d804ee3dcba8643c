# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Test: Integrator Folder Shop",
    "summary": "For tests only: the site that the guide to sites of your own shows",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "Integrator founders",
    "website": "https://github.com/integrator-founders/integrator",
    "license": "LGPL-3",
    "depends": ["integrator"],
}
