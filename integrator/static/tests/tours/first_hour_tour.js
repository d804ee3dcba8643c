/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const openHome = () => [
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
];

// An administrator begins: there is no channel yet.
registry.category("web_tour.tours").add("integrator_first_channel", {
    steps: () => [
        ...openHome(),
        {
            content: "Home leads to the first channel",
            trigger: ".o_integrator_add_channel",
            run: "click",
        },
        {
            content: "The form of a new channel",
            trigger: ".o_form_view [name='site_type']",
        },
    ],
});

// An administrator goes on with the first hour where he stopped.
registry.category("web_tour.tours").add("integrator_first_hour", {
    steps: () => [
        ...openHome(),
        {
            content: "The card says that the channel is not set up, and names the next step",
            trigger: ".o_kanban_record:contains('Not set up'):contains('Next: Test the connection')",
        },
        {
            content: "Open the first steps",
            trigger: ".o_kanban_record button[name='action_open_setup']",
            run: "click",
        },
        {
            content: "Each step is a card with one button; the next one stands out",
            trigger:
                ".o_kanban_record:contains('Test the connection') button.btn-primary:contains('Test')",
            run: "click",
        },
        {
            content: "It works, and says as whom",
            trigger:
                ".o_kanban_record:contains('Test the connection'):contains('Done'):contains('Connected as')",
        },
        {
            content: "A dry run of what was never sent",
            trigger: ".o_kanban_record:contains('Dry run') button:contains('Preview')",
            run: "click",
        },
        {
            content: "Nothing was sent",
            trigger: ".modal:contains('Nothing has been sent')",
        },
        {
            content: "Close it",
            trigger: ".modal-footer button:contains('Close')",
            run: "click",
        },
        {
            content: "Products to offer are counted",
            trigger: "body:not(:has(.modal)) .o_kanban_record:contains('Not offered yet: 1')",
        },
        {
            content: "Switch automatic mode on",
            trigger:
                ".o_kanban_record:contains('Switch automatic mode on') button:contains('Switch on')",
            run: "click",
        },
        {
            content: "It asks with numbers",
            trigger: ".modal:contains('Orders since') .alert-warning:contains('products will be offered')",
        },
        {
            content: "Yes",
            trigger: ".modal-footer button[name='action_switch_on']",
            run: "click",
        },
        {
            content: "Home says what happens in the next minutes",
            trigger: ".o_kanban_record:contains('Automatic mode is on')",
        },
    ],
});

// An operator sends all products by hand and sees what came of it.
registry.category("web_tour.tours").add("integrator_sync", {
    steps: () => [
        ...openHome(),
        {
            content: "Begin from the card",
            trigger: ".o_kanban_record button:contains('Synchronise')",
            run: "click",
        },
        {
            content: "All products",
            trigger: ".modal .o_radio_item:contains('Send all products') input",
            run: "click",
        },
        {
            content: "It says what will happen",
            trigger: ".modal .alert-info:contains('Nothing is ever deleted')",
        },
        {
            content: "Do it",
            trigger: ".modal button[name='action_synchronise']",
            run: "click",
        },
        {
            content: "How far it is stays readable",
            trigger: ".o_form_view .alert-info:contains('goes on in the background')",
        },
    ],
});

// What a synchronisation made is one click away.
registry.category("web_tour.tours").add("integrator_sync_records", {
    steps: () => [
        {
            content: "The page has its name",
            trigger: ".o_form_view .oe_title:contains('Send all products')",
        },
        {
            content: "Everything is done",
            trigger: ".o_arrow_button_current:contains('Done')",
        },
        {
            content: "Open what it made",
            trigger: ".o_form_view button[name='action_open_records']:contains('Records')",
            run: "click",
        },
        {
            content: "The products are there",
            trigger: ".o_list_view .o_data_row",
        },
    ],
});

// An operator approves a change that a guard rail held back.
registry.category("web_tour.tours").add("integrator_approval", {
    steps: () => [
        ...openHome(),
        {
            content: "The card says what to do now",
            trigger: ".o_kanban_record:contains('Needs you')",
        },
        {
            content: "Open what waits",
            trigger: ".o_kanban_record a:contains('1 change to approve')",
            run: "click",
        },
        {
            content: "The row says of what, from which value to which, and by how much",
            trigger: ".o_data_row:contains('Thing'):contains('10.00 → 30.00 USD (+200 %)')",
        },
        {
            content: "Approve it",
            trigger: ".o_data_row:contains('Thing') button[name='action_ask_approve']",
            run: "click",
        },
        {
            content: "Yes, the value is right",
            trigger:
                ".modal:contains('10.00 → 30.00 USD (+200 %)') button[name='action_confirm']",
            run: "click",
        },
        {
            content: "It is approved",
            trigger: ".o_list_view .o_data_row:contains('Approved')",
        },
    ],
});
