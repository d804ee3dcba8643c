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
            trigger: ".o_form_view button[name='action_cancel_for_buyer']",
        },
        {
            content: "Ship anyway",
            trigger: ".o_form_view button[name='action_release_hold']",
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
