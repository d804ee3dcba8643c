/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {registry} from "@web/core/registry";
import {rpc} from "@web/core/network/rpc";

const FILES = ["period-1.txt", "period-2.txt"];

// The files that the test has prepared, as a file manager hands them over.
async function grab() {
    const model = "ir.attachment";
    const found = await rpc(`/web/dataset/call_kw/${model}/search_read`, {
        model,
        method: "search_read",
        args: [[["name", "in", FILES]], ["name", "datas"]],
        kwargs: {order: "name"},
    });
    const transfer = new DataTransfer();
    for (const file of found) {
        transfer.items.add(new File([atob(file.datas)], file.name, {type: "text/plain"}));
    }
    return transfer;
}

function drag(anchor, name, dataTransfer) {
    anchor.dispatchEvent(new DragEvent(name, {bubbles: true, cancelable: true, dataTransfer}));
}

function menu(section, item, content, seen) {
    return [
        {
            content,
            trigger: `.o_menu_sections [data-menu-xmlid='${section}']`,
            run: "click",
        },
        {
            trigger: `.dropdown-item[data-menu-xmlid='${item}']`,
            run: "click",
        },
        {trigger: seen},
    ];
}

function list(item, content, seen) {
    const title = `.o_breadcrumb:contains('${content}')`;
    return menu(
        "integrator_account.integrator_menu_settlements",
        `integrator_account.${item}`,
        content,
        `.o_action_manager:has(${title}) .o_list_view .o_data_row:contains('${seen}')`
    );
}

const BREADCRUMB = ".o_breadcrumb";

// An accountant drops two files, sets up the accounts, posts, reverses and posts again, looks at
// the bank, goes through the lists and reads the profit.
registry.category("web_tour.tours").add("integrator_settlement_books", {
    steps: () => [
        {
            content: "Files are dragged over the settlements",
            trigger: ".o_kanban_view .o_kanban_renderer",
            async run({anchor}) {
                drag(anchor, "dragenter", await grab());
            },
        },
        {
            content: "and dropped where it says so",
            trigger: ".o_drop_area:contains('Drop the files of the channel here')",
            async run({anchor}) {
                drag(anchor, "drop", await grab());
            },
        },
        {
            content: "Both were taken, and the first waits for its accounts",
            trigger: ".o_list_view:contains('1002') .o_data_row:contains('1001') .o_data_cell",
            run: "click",
        },
        {
            content: "What is missing is named",
            trigger: ".alert:contains('It is not confirmed yet where rows')",
        },
        {
            content: "Set up",
            trigger: "button[name='action_set_up']",
            run: "click",
        },
        {
            content: "A real row stands beside each account",
            trigger: ".modal .o_data_row:contains('Order / Fees / Commission')",
        },
        {
            trigger: ".modal button[name='action_confirm']",
            run: "click",
        },
        {
            content: "Nothing holds it any more",
            trigger: "body:not(:has(.modal)) button[name='action_post']",
            run: "click",
        },
        {
            content: "The line of the bank was there, and is matched",
            trigger: ".o_field_widget[name='payout_state']:contains('In the bank')",
        },
        {
            content: "What speaks for it",
            trigger: ".o_notebook a[name='proofs']",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name='proofs_html'] tr:contains('Sum of rows'):contains('Agrees')",
        },
        {
            content: "Once more, by the rules of now",
            trigger: "button[name='action_repost']",
            run: "click",
        },
        {
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "Three entries: the first, what reverses it, and the new one",
            trigger: "button[name='action_view_moves']:contains('3')",
        },
        {
            content: "The bank is still matched",
            trigger: "button[name='action_view_bank']",
            run: "click",
        },
        {
            trigger: ".o_form_view:contains('BNK') .o_data_row:contains('Payout')",
        },
        ...list("integrator_menu_money_without_invoice", "Money without invoice", "R-2"),
        ...list("integrator_menu_unpaid", "Invoices without money", "INV/"),
        ...list("integrator_menu_deferred", "Deferred money", "DD7"),
        ...list("integrator_menu_refund_without_note", "Refunds without credit note", "R-1"),
        {
            content: "Choose the refund",
            trigger: ".o_data_row:contains('R-1') .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: "button[name='action_integrator_credit_note']",
            run: "click",
        },
        {
            content: "A draft was made",
            trigger: `.o_action_manager:has(${BREADCRUMB}:contains('Credit notes')) .o_data_row:contains('Draft')`,
        },
        ...menu(
            "account.menu_finance_reports",
            "integrator_account.integrator_menu_profit",
            "Profit",
            ".o_pivot_view:contains('SKU-1')"
        ),
    ],
});
