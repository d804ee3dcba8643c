/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {rpc} from "@web/core/network/rpc";

const begin = (kind, label, more = []) => [
    {
        content: `Press ${label} on the sale order`,
        trigger: `.o_form_view button[name='action_integrator_${kind}']`,
        run: "click",
    },
    ...more,
    {
        content: "Begin",
        trigger: ".modal-footer button[name='action_start']:visible",
        run: "click",
    },
    {
        content: "The operation is there",
        trigger: "body:not(.modal-open) .o_form_view .o_field_widget[name='progress']",
    },
];

// An operator exports an order; the site is asked for its speeds first.
registry.category("web_tour.tours").add("integrator_export", {
    steps: () =>
        begin("export", "Export to a site", [
            {
                content: "Ask for speeds",
                trigger: ".modal-footer button[name='action_preview']",
                run: "click",
            },
            {
                content: "Take the fast one",
                trigger: ".modal .o_data_row:contains('Express') button[name='action_take']",
                run: "click",
            },
            {
                content: "It is taken",
                trigger: ".modal .o_field_widget[name='speed'] input:value('Express')",
            },
        ]),
});

// Two questions are answered, one of them for ever.
registry.category("web_tour.tours").add("integrator_answer", {
    steps: () => [
        {
            content: "Answer the first question",
            trigger:
                ".o_field_widget[name='choice_ids'] .o_data_row:contains('Only 2 are there'):contains('Export only 2 pieces') button[name='action_choose']",
            run: "click",
        },
        {
            content: "It is asked no more; answer the other one, always",
            trigger:
                ".o_field_widget[name='choice_ids']:not(:contains('Only 2 are there')) .o_data_row:contains('It costs 9.00'):contains('all the same') button[name='action_choose_always']",
            run: "click",
        },
        {
            content: "Nothing is asked any more",
            trigger: ".o_form_view:not(:has(.o_field_widget[name='choice_ids'] .o_data_row))",
        },
    ],
});

// The order is shipped: both sides are compared.
registry.category("web_tour.tours").add("integrator_compare", {
    steps: () => [
        {
            content: "Open what sites ship of the order",
            trigger: ".o_form_view button[name='action_integrator_open_remote_orders']",
            run: "click",
        },
        {
            content: "Open it",
            trigger: ".o_list_view .o_data_row:contains('1Z999') td[name='remote_ref']",
            run: "click",
        },
        {
            content: "The site's word and no difference",
            trigger:
                ".o_form_view:not(:has(.alert-warning:visible)) .o_field_widget[name='original_status']:contains('Complete')",
        },
    ],
});

registry.category("web_tour.tours").add("integrator_unbind", {
    steps: () => begin("unbind", "Unbind"),
});

registry.category("web_tour.tours").add("integrator_bind", {
    steps: () =>
        begin("bind", "Bind", [
            {
                content: "Name the order at the site",
                trigger: ".modal .o_field_widget[name='remote_refs'] textarea",
                run: "edit HAND-1",
            },
        ]),
});

// A label is scanned on Home.
registry.category("web_tour.tours").add("integrator_scan", {
    steps: () => [
        {
            content: "Find by label",
            trigger: ".o_control_panel button:contains('Find by label')",
            run: "click",
        },
        {
            content: "Scan",
            trigger: ".modal .o_field_widget[name='code'] input",
            run: "edit 1z 999 && press Enter",
        },
        {
            content: "Open what was found",
            trigger: ".modal-footer button[name='action_open']:visible",
            run: "click",
        },
        {
            content: "The delivery",
            trigger: "body:not(.modal-open) .o_form_view .o_field_widget[name='carrier_tracking_ref'], body:not(.modal-open) .o_form_view:contains('WH/OUT')",
        },
    ],
});

// Somebody cancels an operation elsewhere: its page shows it by itself.
registry.category("web_tour.tours").add("integrator_refresh", {
    steps: () => [
        {
            content: "It is not done yet; a program cancels it",
            trigger: ".o_form_view .alert-info:contains('goes on in the background')",
            async run() {
                const number = Number(browser.location.pathname.split("/").pop());
                await rpc("/web/dataset/call_kw/integrator.api/cancel_operation", {
                    model: "integrator.api",
                    method: "cancel_operation",
                    args: ["send_products", number],
                    kwargs: {},
                });
            },
        },
        {
            content: "Nobody had to read the page again",
            trigger: ".o_arrow_button_current:contains('Cancelled')",
        },
    ],
});

// What was cancelled is begun once more.
registry.category("web_tour.tours").add("integrator_sync_again", {
    steps: () => [
        {
            content: "Try again",
            trigger: ".o_form_view button[name='action_try_again']",
            run: "click",
        },
        {
            content: "Another operation waits for its turn",
            trigger: ".o_form_view .alert-info:contains('goes on in the background')",
        },
    ],
});
