/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const CASE = ".o_integrator_desk_case";

/** The app opens on Home; one press on what waits there leads to its case. */
function openCause(words) {
    return [
        stepUtils.showAppsMenuItem(),
        {
            content: "Open the app",
            trigger: ".o_app[data-menu-xmlid='integrator.integrator_menu_root']",
            run: "click",
        },
        {
            content: `Choose: ${words}`,
            trigger: `.o_integrator_open_cause:contains('${words}')`,
            run: "click",
        },
    ];
}

const NOTHING_LEFT = {
    content: "Nothing is left",
    trigger: ".o_nocontent_help:contains('Nothing waits for you')",
};

// An operator answers what holds an order, and ships a parcel, both beside the list of what waits.
registry.category("web_tour.tours").add("integrator_desk", {
    steps: () => [
        ...openCause("1 unknown SKU"),
        {
            content: "The candidate says why it may be the one: take it",
            trigger: `${CASE}:contains('case, blanks or zeros') button[name='action_take_best']`,
            run: "click",
        },
        {
            content: "What goes on is said",
            trigger: ".o_notification:contains('1 order goes on: R-2')",
        },
        {
            content: "The question is gone, and the parcel is the next case: write its number",
            trigger:
                ".o_integrator_desk:not(:contains('unknown SKU')) " +
                `${CASE}:contains('2 × Thing') [name='carrier_tracking_ref'] input`,
            run: "edit T-77",
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
        NOTHING_LEFT,
    ],
});

// On a phone: the list, then the case, and back.
registry.category("web_tour.tours").add("integrator_desk_phone", {
    steps: () => [
        {
            content: "The list alone; choose the SKU",
            trigger:
                `.o_integrator_desk:not(:has(${CASE}:visible)) ` +
                ".o_kanban_record:contains('1 unknown SKU')",
            run: "click",
        },
        {
            content: "The case alone; go back",
            trigger:
                `.o_integrator_desk:has(${CASE} button[name='action_take_best']):not(` +
                ":has(.o_integrator_desk_list:visible)) .o_integrator_desk_back",
            run: "click",
        },
        {
            content: "Choose it again",
            trigger: ".o_kanban_record:contains('1 unknown SKU')",
            run: "click",
        },
        {
            content: "This is it",
            trigger: `${CASE} button[name='action_take_best']`,
            run: "click",
        },
        {
            content: "The next case is there",
            trigger: `${CASE}:contains('parcel to ship')`,
        },
    ],
});

// An operator approves a price after a question, takes it back, and rejects it.
registry.category("web_tour.tours").add("integrator_desk_approve", {
    steps: () => [
        ...openCause("1 change to approve"),
        {
            content: "Product, old and new price, currency and percent are there",
            trigger:
                `${CASE}:contains('Item 0'):contains('10.00 → 99.00 USD (+890 %)') ` +
                "button[name='action_ask_approve']",
            run: "click",
        },
        {
            content: "The question says them again",
            trigger:
                ".modal:contains('Item 0'):contains('10.00 → 99.00 USD (+890 %)') " +
                "button[name='action_confirm']:contains('Approve')",
            run: "click",
        },
        {
            content: "Take it back",
            trigger: ".o_notification:contains('Approved') button:contains('Undo')",
            run: "click",
        },
        {
            content: "It is there again",
            trigger: `${CASE} button[name='action_ask_approve']`,
        },
        {
            content: "Reject it",
            trigger: `${CASE} button[name='action_ask_reject']`,
            run: "click",
        },
        {
            content: "Yes",
            trigger: ".modal button[name='action_confirm']:contains('Reject')",
            run: "click",
        },
        NOTHING_LEFT,
    ],
});

// An operator decides changes that somebody made on the channel: one by a press, one by a key.
registry.category("web_tour.tours").add("integrator_desk_drift", {
    steps: () => [
        ...openCause("2 parts of listings were changed by somebody else"),
        {
            content: "Both values are there; Odoo's is sent",
            trigger:
                `${CASE}:contains('10.00 USD'):contains('77.00 USD') ` +
                "button[name='action_odoo_wins']",
            run: "click",
        },
        {
            content: "The other one is the next case; it is decided by the keyboard",
            trigger: `${CASE}:contains('1 listing was changed'):contains('78.00 USD')`,
            run: "press Alt+s",
        },
        NOTHING_LEFT,
    ],
});

// An operator corrects an address and lets the delivery leave.
registry.category("web_tour.tours").add("integrator_desk_address", {
    steps: () => [
        ...openCause("1 delivery on hold"),
        {
            content: "Write the street",
            trigger: `${CASE}:contains('No street') [name='street'] input`,
            run: "edit Way 9",
        },
        {
            content: "Save and release",
            trigger: `${CASE} button[name='action_save']`,
            run: "click",
        },
        {
            content: "It may leave",
            trigger: ".o_notification:contains('May leave now')",
        },
        {
            content: "It is to be shipped",
            trigger: `${CASE}:contains('1 parcel to ship')`,
        },
    ],
});

// An operator cancels as the buyer asks: the first case is there already.
registry.category("web_tour.tours").add("integrator_desk_cancel", {
    steps: () => [
        {
            content: "Cancel",
            trigger: `${CASE}:contains('Ordered by mistake') button[name='action_integrator_cancel_for_buyer']`,
            run: "click",
        },
        {
            content: "It cannot be undone, and that is said",
            trigger: ".modal:contains('cannot be undone') .modal-footer .btn-primary",
            run: "click",
        },
        NOTHING_LEFT,
    ],
});

// The cases are gone through by the keyboard, and answered in any order.
registry.category("web_tour.tours").add("integrator_desk_keys", {
    steps: () => [
        {
            content: "The first of two",
            trigger: `${CASE}:contains('1 / 2'):contains('HOSE 1')`,
            run: "press Alt+n",
        },
        {
            content: "The second; go back",
            trigger: `${CASE}:contains('2 / 2'):contains('RAKE 1')`,
            run: "press Alt+p",
        },
        {
            content: "The first; forward again, while the page is read anew",
            trigger: `${CASE}:contains('1 / 2'):contains('HOSE 1')`,
            run: async ({press}) => {
                document.dispatchEvent(new Event("visibilitychange"));
                await press("Alt+n");
            },
        },
        {
            content: "Back and forth at once comes to the same case",
            trigger: `${CASE}:contains('2 / 2'):contains('RAKE 1')`,
            run: async ({press}) => {
                await press("Alt+p");
                await press("Alt+n");
            },
        },
        {
            content: "Take its best match",
            trigger: `${CASE}:contains('2 / 2'):contains('RAKE 1')`,
            run: "press Alt+s",
        },
        {
            content: "The other one is left, and taken by its button in the list",
            trigger: `${CASE}:contains('1 unknown SKU'):contains('HOSE 1') .o_data_row button[name='action_choose']`,
            run: "click",
        },
        NOTHING_LEFT,
    ],
});

// An operator takes a cause, and puts another off.
registry.category("web_tour.tours").add("integrator_desk_plan", {
    steps: () => [
        {
            content: "Whose it is",
            trigger: `${CASE}:contains('1 unknown SKU') .o_integrator_whose`,
            run: "click",
        },
        {
            content: "Mine",
            trigger: ".o-dropdown-item:contains('To me')",
            run: "click",
        },
        {
            content: "Not today",
            trigger: `${CASE}:has(.o_integrator_whose:contains('desk_clerk')) .o_integrator_later`,
            run: "click",
        },
        {
            content: "Monday",
            trigger: ".o-dropdown-item:contains('Until Monday')",
            run: "click",
        },
        NOTHING_LEFT,
    ],
});
