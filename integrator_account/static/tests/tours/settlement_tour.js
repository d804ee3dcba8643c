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

// The same on a phone: every button is at hand, and nothing is wider than the screen.
registry.category("web_tour.tours").add("integrator_settlement_phone", {
    steps: () => [
        {
            trigger: ".o_kanban_record:contains('Unknown rows')",
            run: "click",
        },
        {
            trigger: ".alert:contains('Service / Novelty / Never seen')",
        },
        {
            trigger: "button[name='action_answer']:visible",
            run: "click",
        },
        {
            content: "Each kind of row is a card",
            trigger: ".modal .o_kanban_record:contains('Never seen')",
            run: "click",
        },
        {
            trigger: ".modal:not(.o_inactive_modal) .o_field_widget[name='group_id'] input",
            run: "click",
        },
        {
            content: "The names of the groups can be read",
            trigger: ".modal .o_kanban_record:contains('Storage and removal'):contains('Expense')",
            run: "click",
        },
        {
            trigger:
                ".modal:not(.o_inactive_modal) .o_field_widget[name='group_id'] input:value(Storage and removal)",
        },
        {
            trigger: ".modal:not(.o_inactive_modal) .o_form_button_save",
            run: "click",
        },
        {
            trigger: ".modal .o_kanban_record:contains('Never seen'):contains('Storage and removal')",
        },
        {
            trigger: ".modal button[name='action_answer']",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) button[name='action_post']:visible",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name='payout_state']:contains('On its way')",
        },
        {
            trigger: ".o_notebook a[name='proofs']",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name='proofs_html'] tr:contains('Agrees')",
            run() {
                const {scrollWidth, clientWidth} = document.querySelector(".o_form_view");
                if (scrollWidth > clientWidth) {
                    throw new Error(`the form is ${scrollWidth} wide on ${clientWidth}`);
                }
            },
        },
    ],
});
