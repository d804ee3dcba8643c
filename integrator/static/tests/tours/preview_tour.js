/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {registry} from "@web/core/registry";

// An operator looks at what would be sent of a listing, and sends it.
registry.category("web_tour.tours").add("integrator_preview", {
    steps: () => [
        {
            content: "Open the listing",
            trigger: ".o_list_view .o_data_row td[name='sku']:contains('G-0')",
            run: "click",
        },
        {
            content: "Look at what would be sent",
            trigger: ".o_form_view button[name='action_preview']",
            run: "click",
        },
        {
            content: "The price would be sent",
            trigger:
                ".modal .o_data_row:contains('Price'):contains('12.50'):contains('10.00'):contains('Will be sent')",
        },
        {
            content: "What stays is on a page of its own",
            trigger: ".modal .nav-link[name='same']",
            run: "click",
        },
        {
            content: "The stock stays",
            trigger: ".modal .o_data_row:contains('Quantity')",
        },
        {
            content: "Send it",
            trigger: ".modal button[name='action_send']",
            run: "click",
        },
        {
            content: "It says what happens",
            trigger: ".o_notification:contains('sent in the background')",
        },
        {
            content: "The dialog is closed",
            trigger: "body:not(:has(.modal))",
        },
    ],
});

// Of a product whose offers the sites have, there is nothing to send.
registry.category("web_tour.tours").add("integrator_preview_nothing", {
    steps: () => [
        {
            content: "Open the product's page of channels",
            trigger: ".o_form_view .nav-link[name='integrator_template']",
            run: "click",
        },
        {
            content: "Look at what would be sent",
            trigger: ".o_form_view button[name='action_integrator_preview_listings']",
            run: "click",
        },
        {
            content: "There are no messages",
            trigger: ".modal .alert-info:contains('0')",
        },
        {
            content: "And nothing that sends",
            trigger: ".modal:not(:has(button[name='action_send']:visible))",
        },
        {
            content: "What stays is there",
            trigger: ".modal .nav-link[name='same']",
            run: "click",
        },
        {
            content: "The price and the stock",
            trigger: ".modal .o_data_row:contains('Price'):contains('10.00')",
        },
    ],
});
