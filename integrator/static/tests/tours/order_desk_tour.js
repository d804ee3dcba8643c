/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {registry} from "@web/core/registry";

// What is typed into the search finds the order, and nothing else.
const find = (text) => [
    {
        content: `Type ${text}`,
        trigger: ".o_searchview_input",
        run: `edit ${text}`,
    },
    {
        content: "Search for it in all that stands on the label",
        trigger: ".o_searchview_autocomplete .o-dropdown-item:contains('Anything on the label')",
        run: "click",
    },
    {
        content: "It is the only one",
        trigger: ".o_list_view .o_data_row:contains('R-1'):only-of-type",
    },
    {
        content: "Forget it",
        trigger: ".o_searchview_facet .o_facet_remove",
        run: "click",
    },
    {
        content: "Both are there again",
        trigger: ".o_list_view .o_data_row:contains('Q-2')",
    },
];

registry.category("web_tour.tours").add("integrator_find_order", {
    steps: () => [...find("R-1"), ...find("SKU-1"), ...find("WH/OUT")],
});

// From Home to a parcel that has left, with its number: the figure, the row's button, validate.
registry.category("web_tour.tours").add("integrator_ship_order", {
    steps: () => [
        {
            content: "Today's orders",
            trigger: ".o_integrator_bar:last",
            run: "click",
        },
        {
            content: "The next step is a button in the row",
            trigger: ".o_data_row:contains('To ship') button[name='action_next_step']:contains('Ship')",
            run: "click",
        },
        {
            content: "The number is on the first page",
            trigger: ".o_form_view .o_field_widget[name='carrier_tracking_ref'] input:visible",
            run: "edit T-9",
        },
        {
            content: "It leaves",
            trigger: ".o_form_view button[name='button_validate']",
            run: "click",
        },
        {
            content: "It has left",
            trigger: ".o_form_view .o_arrow_button_current:contains('Done')",
        },
    ],
});
