/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {registry} from "@web/core/registry";

// An operator finds the order that Amazon refused, reads why, and sends it again.
registry.category("web_tour.tours").add("integrator_amazon_retry", {
    steps: () => [
        {
            content: "The order tab shows what became of each event",
            trigger: ".o_list_view .o_data_row:contains('Error')",
        },
        {
            content: "Open the event that failed",
            trigger: ".o_data_row:contains('Error') td[name='record_name']",
            run: "click",
        },
        {
            content: "The reason is there in words",
            trigger: ".alert-danger:contains('tracking number')",
        },
        {
            content: "Send it again",
            trigger: "button[name='action_retry']",
            run: "click",
        },
        {
            content: "Nothing is red any more",
            trigger: ".o_form_view:not(:has(button[name='action_retry']:visible))",
        },
    ],
});
