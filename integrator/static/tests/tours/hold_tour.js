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
            trigger: ".o_data_row:contains('Buyer asks to cancel') td[name='name']",
            run: "click",
        },
        {
            content: "The reason is there in words",
            trigger: ".o_form_view .alert-danger:contains('Ordered by mistake')",
        },
        {
            content: "The buyer's wish can be granted",
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

// The walk of docs/daily-work.md: from Home to a delivery whose address is missing, and out.
registry.category("web_tour.tours").add("integrator_walk", {
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
            content: "The card says what to do now",
            trigger: ".o_kanban_record:contains('Needs you'):contains('wait for an answer')",
        },
        {
            content: "Press the figure",
            trigger: ".o_kanban_record a:contains('deliveries on hold')",
            run: "click",
        },
        {
            content: "Each row names its reason; open it",
            trigger: ".o_data_row:contains('Address missing or unclear') td[name='name']",
            run: "click",
        },
        {
            content: "The red box says what is wrong",
            trigger: ".o_form_view .alert-danger:contains('No street')",
        },
        {
            content: "Correct the address",
            trigger: ".o_form_view button[name='action_integrator_correct_address']",
            run: "click",
        },
        {
            content: "Fill in the street",
            trigger: ".modal .o_field_widget[name='street'] input",
            run: "edit Way 1",
        },
        {
            content: "Save and release: nothing else is to be pressed",
            trigger: ".modal button[name='action_save']",
            run: "click",
        },
        {
            content: "It may leave",
            trigger: ".o_form_view:not(:has(.alert-danger:visible))",
        },
    ],
});
