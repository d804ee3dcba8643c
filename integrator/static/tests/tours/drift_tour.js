/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {registry} from "@web/core/registry";

// An operator lets the site win a price, and reads first what follows.
registry.category("web_tour.tours").add("integrator_site_wins", {
    steps: () => [
        {
            content: "Both prices are there, with their currency",
            trigger: ".o_data_row:contains('10.00 USD'):contains('77.00 USD')",
        },
        {
            content: "The site is to win",
            trigger: ".o_data_row button[name='action_site_wins']",
            run: "click",
        },
        {
            content: "What follows is said in words",
            trigger: ".modal .o_data_row:contains('Item 0'):contains('whatever the pricelist has')",
        },
        {
            content: "Take it over",
            trigger: ".modal button[name='action_confirm']",
            run: "click",
        },
        {
            content: "Nothing is left to decide",
            trigger: "body:not(:has(.modal)) .o_nocontent_help",
        },
    ],
});
