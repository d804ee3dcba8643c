/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

// An operator sees on Home that an order is held, reads why, and repairs it from there.
registry.category("web_tour.tours").add("integrator_repair", {
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
            content: "Home says what to do now",
            trigger: ".o_kanban_record a:contains('1 unknown SKU: Choose the product')",
        },
        {
            content: "Open the menu",
            trigger: "button[data-menu-xmlid='integrator.integrator_menu_integration']",
            run: "click",
        },
        {
            content: "Go to the orders",
            trigger: ".dropdown-item[data-menu-xmlid='integrator.integrator_menu_remote_orders']",
            run: "click",
        },
        {
            content: "The list says what is next; open the order",
            trigger:
                ".o_data_row:contains('Held'):contains('Choose the product') td[name='remote_order_id']",
            run: "click",
        },
        {
            content: "The reason names where to answer",
            trigger: ".o_form_view .alert:contains('Products to match')",
        },
        {
            content: "The next step is one press away",
            trigger: ".o_form_view button[name='action_next_step']",
            run: "click",
        },
        {
            content: "A candidate says why it may be the one: take it",
            trigger:
                ".o_data_row:contains('case, blanks or zeros') button[name='action_choose']",
            run: "click",
        },
        {
            content: "It is answered",
            trigger: ".o_arrow_button_current:contains('Matched')",
        },
        {
            content: "Go back to the order",
            trigger: ".breadcrumb .o_back_button a, .o_back_button",
            run: "click",
        },
        {
            content: "It is held no more: it waits to be imported",
            trigger: ".o_form_view .o_arrow_button_current:contains('To import')",
        },
    ],
});
