/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

// An operator answers what holds an order, and ships a parcel, both from the list of what waits.
registry.category("web_tour.tours").add("integrator_desk", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "Open the app",
            trigger: ".o_app[data-menu-xmlid='integrator.integrator_menu_root']",
            run: "click",
        },
        {
            content: "What waits comes first, by cause; open it",
            trigger: ".o_data_row:contains('1 unknown SKU'):contains('Holds 1 order') td[name='title']",
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
            trigger: ".o_arrow_button_current:contains('Answered')",
        },
        {
            content: "Go back to what waits",
            trigger: ".o_main_navbar [data-menu-xmlid='integrator.integrator_menu_todo']",
            run: "click",
        },
        {
            content: "The question is gone; open the parcels",
            trigger:
                ".o_list_view:not(:contains('unknown SKU')) .o_data_row:contains('1 parcel to ship') td[name='title']",
            run: "click",
        },
        {
            content: "It says what is in it; write its number",
            trigger: ".o_data_row:contains('2 × Thing') td[name='carrier_tracking_ref']",
            run: "click",
        },
        {
            content: "The number",
            trigger: ".o_data_row td[name='carrier_tracking_ref'] input",
            run: "edit T-77",
        },
        {
            content: "It leaves",
            trigger: ".o_data_row button[name='button_validate']",
            run: "click",
        },
        {
            content: "Nothing is left, and the page is that of the parcels",
            trigger: ".o_nocontent_help:contains('Nothing is to be shipped')",
        },
    ],
});
