/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {registry} from "@web/core/registry";

const back = {
    content: "Back to Home",
    trigger: ".o_breadcrumb .o_back_button a, .breadcrumb-item a:contains('Home')",
    run: "click",
};

// An operator opens the records behind the figures of Home, one after another.
registry.category("web_tour.tours").add("integrator_home", {
    steps: () => [
        {
            content: "A parcel is to be shipped",
            trigger: ".o_integrator_tile:contains('To ship') button:contains('1 later')",
            run: "click",
        },
        {
            content: "It is there, with its field for the tracking number",
            trigger: ".o_list_view .o_data_row:contains('R-1') [name='carrier_tracking_ref']",
        },
        back,
        {
            content: "The bar of today",
            trigger: ".o_integrator_bar:last",
            run: "click",
        },
        {
            content: "It opens the order of today",
            trigger: ".o_list_view .o_data_row:contains('R-1'):contains('To ship')",
        },
        back,
        {
            content: "All changes of products",
            trigger: ".o_integrator_figures button:contains('All changes of products')",
            run: "click",
        },
        {
            content: "Their page",
            trigger: ".o_breadcrumb:contains('Products'), .o_last_breadcrumb_item",
        },
        back,
        {
            content: "Home is there again",
            trigger: ".o_integrator_figures",
        },
    ],
});
