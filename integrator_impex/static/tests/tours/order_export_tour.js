/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const openFiles = [
    stepUtils.showAppsMenuItem(),
    {
        content: "Open the app",
        trigger: ".o_app[data-menu-xmlid='integrator.integrator_menu_root']",
        run: "click",
    },
    {
        content: "Open the menu of files",
        trigger: "button[data-menu-xmlid='integrator_impex.integrator_impex_menu_files']",
        run: "click",
    },
];

// An operator finds the order that waits for approval, and lets it leave.
registry.category("web_tour.tours").add("integrator_impex_approval", {
    steps: () => [
        ...openFiles,
        {
            content: "Go to the exports",
            trigger: ".dropdown-item[data-menu-xmlid='integrator_impex.order_export_menu']",
            run: "click",
        },
        {
            content: "Open the one that waits for somebody",
            trigger: ".o_data_row:contains('To approve') td[name='exporter_id']",
            run: "click",
        },
        {
            content: "Approve",
            trigger: ".o_form_view button[name='action_approve']",
            run: "click",
        },
        {
            content: "It waits for its turn, and who approved it is there",
            trigger: ".o_form_view div[name='decided_by_id']:contains('export_approver')",
        },
    ],
});

// A person reads a warehouse's update of an order that nobody knows, and sets it aside.
registry.category("web_tour.tours").add("integrator_impex_unknown_update", {
    steps: () => [
        ...openFiles,
        {
            content: "Go to the updates",
            trigger: ".dropdown-item[data-menu-xmlid='integrator_impex.order_update_menu']",
            run: "click",
        },
        {
            content: "Open the one whose order is unknown",
            trigger: ".o_data_row:contains('PO-LATER') td[name='order_ref']",
            run: "click",
        },
        {
            content: "The reason is there in words",
            trigger: ".o_form_view .alert-warning:contains('No confirmed order')",
        },
        {
            content: "Set it aside",
            trigger: ".o_form_view button[name='action_drop']",
            run: "click",
        },
        {
            content: "It says who did",
            trigger: ".o_form_view div[name='result']:contains('Set aside by')",
        },
    ],
});
