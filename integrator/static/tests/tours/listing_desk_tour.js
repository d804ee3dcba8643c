/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {registry} from "@web/core/registry";

// An operator sees on Home that a listing has a problem, why its price is what it is, and decides.
registry.category("web_tour.tours").add("integrator_why", {
    steps: () => [
        {
            content: "One listing has a problem",
            trigger:
                ".o_integrator_tile:contains('Listings live') button:contains('1 with problems')",
            run: "click",
        },
        {
            content: "The list has both prices and the problem in words; open it",
            trigger:
                ".o_data_row:contains('10.00'):contains('77.00'):contains('something else') td[name='title']",
            run: "click",
        },
        {
            content: "The form says how the price comes about",
            trigger: ".o_integrator_compare [name='price_explanation']:contains('Sales price: 10.00')",
        },
        {
            content: "A part that is clicked",
            trigger: ".o_field_widget[name='section_ids'] .o_data_row:contains('Price') td[name='name']",
            run: "click",
        },
        {
            content: "It opens words, no fingerprints",
            trigger: ".modal:contains('77.00'):not(:contains('Hash'))",
        },
        {
            content: "Close it",
            trigger: ".modal .btn-close",
            run: "click",
        },
        {
            content: "The cure is at the top: send what Odoo has",
            trigger: ".o_form_view .alert-danger button[name='action_odoo_wins']",
            run: "click",
        },
        {
            content: "It is on its way",
            trigger: ".o_form_view .alert-danger:contains('Is being sent')",
        },
    ],
});
