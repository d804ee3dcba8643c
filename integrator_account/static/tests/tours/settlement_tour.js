/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {registry} from "@web/core/registry";

// An accountant says once what a row is, posts the settlement and looks at its entry.
registry.category("web_tour.tours").add("integrator_settlement", {
    steps: () => [
        {
            content: "The settlement is held, with its amount",
            trigger: ".o_kanban_record:contains('Unknown rows'):contains('15.00')",
            run: "click",
        },
        {
            content: "The row names itself",
            trigger: ".alert:contains('Service / Novelty / Never seen')",
        },
        {
            content: "Answer",
            trigger: "button[name='action_answer']",
            run: "click",
        },
        {
            content: "What it is",
            trigger: ".modal .o_data_row td[name='group_id']",
            run: "click",
        },
        {
            trigger: ".modal .o_data_row td[name='group_id'] input",
            run: "edit Storage",
        },
        {
            trigger: ".ui-autocomplete .ui-menu-item a:contains('Storage and removal')",
            run: "click",
        },
        {
            trigger: ".modal button[name='action_answer']",
            run: "click",
        },
        {
            content: "Nothing holds it any more",
            trigger: "body:not(:has(.modal)) button[name='action_post']",
            run: "click",
        },
        {
            content: "It is posted, its payout is on its way",
            trigger: ".o_field_widget[name='payout_state']:contains('On its way')",
        },
        {
            content: "The entry",
            trigger: "button[name='action_view_moves']",
            run: "click",
        },
        {
            content: "The payout stands in it",
            trigger: ".o_field_widget[name='line_ids'] .o_data_row:contains('Payout 1001')",
        },
    ],
});
