/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

// An operator finds the delivery that is held back, reads why, and lets it leave.
registry.category("web_tour.tours").add("integrator_hold", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "Open the app",
            trigger: ".o_app[data-menu-xmlid='integrator.integrator_menu_root']",
            run: "click",
        },
        {
            content: "Go to Home",
            trigger: ".o_main_navbar [data-menu-xmlid='integrator.integrator_menu_home']",
            run: "click",
        },
        {
            content: "Open the menu",
            trigger: "button[data-menu-xmlid='integrator.integrator_menu_integration']",
            run: "click",
        },
        {
            content: "Go to the deliveries on hold",
            trigger: ".dropdown-item[data-menu-xmlid='integrator.integrator_menu_holds']",
            run: "click",
        },
        {
            content: "Open the delivery of the buyer who asks",
            trigger: ".o_data_row:contains('Buyer asks to cancel') td[name='integrator_order_ref']",
            run: "click",
        },
        {
            content: "The reason is there in words",
            trigger: ".o_form_view .alert-danger:contains('Ordered by mistake')",
        },
        {
            content: "The buyer's cancellation request can be accepted",
            trigger: ".o_form_view button[name='action_integrator_cancel_for_buyer']",
        },
        {
            content: "Ship anyway",
            trigger: ".o_form_view button[name='action_integrator_release_hold']",
            run: "click",
        },
        {
            content: "Yes",
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "Nothing holds it any more",
            trigger: ".o_form_view:not(:has(.alert-danger:visible))",
        },
    ],
});

// The walk of docs/daily-work.md: the number of each step is that of the page, whose bold words are
// what is pressed or read here (see test_walk.py).
registry.category("web_tour.tours").add("integrator_walk", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "1. Open Integration; To do and Home lead there, too",
            trigger: ".o_app[data-menu-xmlid='integrator.integrator_menu_root']:contains('Integration')",
            run: "click",
        },
        {
            content: "1. Home is there",
            trigger:
                ".o_main_navbar:has([data-menu-xmlid='integrator.integrator_menu_home']:contains('Home')) [data-menu-xmlid='integrator.integrator_menu_todo']:contains('To do')",
        },
        {
            content: "1. Orders",
            trigger: "button[data-menu-xmlid='integrator.integrator_menu_integration']:contains('Orders')",
            run: "click",
        },
        {
            content: "1. Deliveries on hold",
            trigger:
                ".dropdown-item[data-menu-xmlid='integrator.integrator_menu_holds']:contains('Deliveries on hold')",
            run: "click",
        },
        {
            content: "2. Each row names its reason; open it",
            trigger: ".o_data_row:contains('Address missing or unclear') td[name='integrator_order_ref']",
            run: "click",
        },
        {
            content: "2. The red box says what is wrong",
            trigger: ".o_form_view .alert-danger:contains('No street')",
        },
        {
            content: "3. Correct the address",
            trigger:
                ".o_form_view button[name='action_integrator_correct_address']:contains('Correct the address')",
            run: "click",
        },
        {
            content: "3. Fill in the street",
            trigger: ".modal .o_field_widget[name='street'] input",
            run: "edit Way 1",
        },
        {
            content: "3. The postal code",
            trigger: ".modal .o_field_widget[name='zip'] input",
            run: "edit 10115",
        },
        {
            content: "3. The city",
            trigger: ".modal .o_field_widget[name='city'] input",
            run: "edit Town",
        },
        {
            content: "3. Save and release",
            trigger: ".modal button[name='action_save']:contains('Save and release')",
            run: "click",
        },
        {
            content: "3. The red box is gone",
            trigger: ".o_form_view:not(:has(.alert-danger:visible))",
        },
        {
            content: "4. Timeline",
            trigger: ".o_form_view button[name='action_integrator_timeline']:contains('Timeline')",
            run: "click",
        },
        {
            content: "4. The hold is there",
            trigger: ".o_data_row:contains('On hold: Address missing or unclear')",
        },
        {
            content: "4. The correction, and who made it",
            trigger: ".o_data_row:contains('The address was corrected'):contains('walker')",
        },
        {
            content: "4. What support needs is one button away",
            trigger: ".nav-link:contains('Copy for support')",
            run: "click",
        },
        {
            content: "4. It copies",
            trigger: ".o_field_CopyClipboardButton button:contains('Copy')",
        },
        {
            content: "5. Orders",
            trigger: "button[data-menu-xmlid='integrator.integrator_menu_integration']:contains('Orders')",
            run: "click",
        },
        {
            content: "5. To ship",
            trigger: ".dropdown-item[data-menu-xmlid='integrator.integrator_menu_to_ship']:contains('To ship')",
            run: "click",
        },
        {
            content: "5. Write the tracking number in the row",
            trigger: ".o_data_row td[name='carrier_tracking_ref']",
            run: "click",
        },
        {
            content: "5. The number",
            trigger: ".o_data_row td[name='carrier_tracking_ref'] input",
            run: "edit T-1",
        },
        {
            content: "5. Validate",
            trigger: ".o_data_row button[name='action_integrator_validate']:contains('Validate')",
            run: "click",
        },
        {
            content: "5. Nothing is left; To do lists what needs a number",
            trigger: ".o_nocontent_help:contains('Nothing is to be shipped')",
        },
    ],
});
