/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

// An operator goes from the home screen to the one product that failed, and sends it again.
registry.category("web_tour.tours").add("integrator_integration", {
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
            content: "Home comes first, and says what to do now",
            trigger: ".o_kanban_view .o_kanban_record:contains('Needs you')",
        },
        {
            content: "Open the menu",
            trigger: "button[data-menu-xmlid='integrator.integrator_menu_log']",
            run: "click",
        },
        {
            content: "Go to the order tab",
            trigger: ".dropdown-item[data-menu-xmlid='integrator.integrator_menu_orders']",
            run: "click",
        },
        {
            content: "The order tab is there",
            trigger: ".o_breadcrumb:contains('Order events')",
        },
        {
            content: "Open the menu again",
            trigger: "button[data-menu-xmlid='integrator.integrator_menu_log']",
            run: "click",
        },
        {
            content: "Go back to the product tab",
            trigger: ".dropdown-item[data-menu-xmlid='integrator.integrator_menu_products']",
            run: "click",
        },
        {
            content: "Both products are there",
            trigger: ".o_data_row:contains('Good thing')",
        },
        {
            content: "Open the filters",
            trigger: ".o_searchview_dropdown_toggler",
            run: "click",
        },
        {
            content: "Only the errors",
            trigger: ".o_filter_menu .o_menu_item:contains('Errors')",
            run: "click",
        },
        {
            content: "The good one is not there any more",
            trigger: ".o_list_view:not(:contains('Good thing')) .o_data_row:contains('Broken thing')",
        },
        {
            content: "Open the one that failed",
            trigger: ".o_data_row td[name='record_name']:contains('Broken thing')",
            run: "click",
        },
        {
            content: "The reason is there in words",
            trigger: ".alert-danger:contains('No brand. Give one.')",
        },
        {
            content: "Send it again",
            trigger: ".o_form_view button[name='action_retry']",
            run: "click",
        },
        {
            content: "It is in the queue again",
            trigger: ".o_form_view:not(:has(.alert-danger:visible)):contains('Ready')",
        },
    ],
});
