/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {registry} from "@web/core/registry";

// The ten most frequent jobs, each from Home. Their clicks are counted: the table in
// docs/daily-work.md says how many, and test_jobs.py compares. Typing is not counted.
const CASE = ".o_integrator_desk_case";
const tours = registry.category("web_tour.tours");

const onHome = (words, part) => `.o_integrator_cause:contains('${words}') ${part}`;
const ANSWER = ".o_integrator_answer";

tours.add("integrator_job_1", {
    steps: () => [
        {
            content: "What waits, why, and what to do",
            trigger: onHome("1 unknown SKU", `${ANSWER}:contains('Take the best match')`),
        },
    ],
});

tours.add("integrator_job_2", {
    steps: () => [
        {
            content: "Parcels to ship",
            trigger: ".o_integrator_tile:contains('To ship') .fs-2",
            run: "click",
        },
        {
            content: "Its tracking number",
            trigger: ".o_data_row td[name='carrier_tracking_ref']",
            run: "click",
        },
        {
            content: "Write it",
            trigger: ".o_data_row td[name='carrier_tracking_ref'] input",
            run: "edit T-2",
        },
        {
            content: "It leaves",
            trigger: ".o_data_row button[name='action_integrator_validate']",
            run: "click",
        },
        {
            content: "What follows is said",
            trigger: ".o_notification:contains('the channel is notified within minutes')",
        },
    ],
});

tours.add("integrator_job_3", {
    steps: () => [
        {
            content: "Correct the address",
            trigger: onHome("1 delivery on hold", `${ANSWER}:contains('Correct the address')`),
            run: "click",
        },
        {
            content: "The street",
            trigger: `${CASE} [name='street'] input`,
            run: "edit Way 3",
        },
        {
            content: "Save and release",
            trigger: `${CASE} button[name='action_save']`,
            run: "click",
        },
        {
            content: "The parcel is the next case",
            trigger: `${CASE}:contains('1 parcel to ship') [name='carrier_tracking_ref'] input`,
            run: "edit T-3",
        },
        {
            content: "It leaves",
            trigger: `${CASE} button[name='action_integrator_validate']`,
            run: "click",
        },
        {
            content: "What follows is said",
            trigger: ".o_notification:contains('the channel is notified within minutes')",
        },
    ],
});

tours.add("integrator_job_4", {
    steps: () => [
        {
            content: "Cancel",
            trigger: onHome("Buyer asks to cancel", `${ANSWER}:contains('Cancel as the buyer asks')`),
            run: "click",
        },
        {
            content: "It says which order, and that this is final",
            trigger: ".modal:contains('R-1'):contains('cannot be undone') .modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "The cancellation is sent to the channel",
            trigger: ".o_notification:contains('Cancelled')",
        },
    ],
});

tours.add("integrator_job_5", {
    steps: () => [
        {
            content: "The SKU",
            trigger: onHome("1 unknown SKU", ".o_integrator_open_cause"),
            run: "click",
        },
        {
            content: "The product that it resembles",
            trigger: `${CASE} button[name='action_take_best']`,
            run: "click",
        },
        {
            content: "The order goes on",
            trigger: ".o_notification:contains('1 order goes on')",
        },
    ],
});

tours.add("integrator_job_6", {
    steps: () => [
        {
            content: "Approve",
            trigger: onHome("1 change to approve", `${ANSWER}:contains('Approve')`),
            run: "click",
        },
        {
            content: "The question has product, both prices and per cent",
            trigger:
                ".modal:contains('Item 0'):contains('10.00 → 99.00 USD (+890 %)') " +
                "button[name='action_confirm']",
            run: "click",
        },
        {
            content: "It can be undone",
            trigger: ".o_notification:contains('Approved') button:contains('Undo')",
        },
    ],
});

tours.add("integrator_job_7", {
    steps: () => [
        {
            content: "Both prices are there; Odoo's is sent",
            trigger:
                ".o_integrator_cause:contains('10.00 USD'):contains('77.00 USD') " +
                `${ANSWER}:contains('Send what Odoo has')`,
            run: "click",
        },
        {
            content: "It is being sent",
            trigger: ".o_notification:contains('is being sent')",
        },
    ],
});

tours.add("integrator_job_8", {
    steps: () => [
        {
            content: "Listings",
            trigger: ".o_integrator_tile:contains('Listings live') .fs-2",
            run: "click",
        },
        {
            content: "What Odoo has and what the channel shows stand side by side",
            trigger: ".o_data_row:contains('G-0') td[name='price_site']:contains('10.00')",
        },
        {
            content: "The listing",
            trigger: ".o_data_row:contains('G-0') td[name='title']",
            run: "click",
        },
        {
            content: "Why",
            trigger: ".o_form_view details[open]:contains('Why this price?')",
        },
    ],
});

tours.add("integrator_job_9", {
    steps: () => [
        {
            content: "The return",
            trigger: onHome("1 return", `${ANSWER}:contains('Receive the goods')`),
            run: "click",
        },
        {
            content: "All of it is here",
            trigger: `${CASE} button[name='action_receive_all']`,
            run: "click",
        },
        {
            content: "The credit note is next",
            trigger: `${CASE} button[name='action_propose_refund']`,
            run: "click",
        },
        {
            content: "Post it: the buyer is refunded",
            trigger: ".o_form_view button[name='action_post']:contains('Confirm')",
            run: "click",
        },
        {
            content: "It is posted",
            trigger: ".o_form_view .o_arrow_button_current:contains('Posted')",
        },
    ],
});

tours.add("integrator_job_10", {
    steps: () => [
        {
            content: "Its number",
            trigger: ".o_integrator_find input",
            run: "edit R-1",
        },
        {
            content: "Find it",
            trigger: ".o_integrator_find button",
            run: "click",
        },
        {
            content: "It is the only one, and opened",
            trigger: ".o_form_view .oe_title:contains('R-1')",
        },
    ],
});
