/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {registry} from "@web/core/registry";
import {rpc} from "@web/core/network/rpc";

let errorFile = "";

function upload(anchor, name, text) {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], name, {type: "text/csv"}));
    const input = anchor.querySelector("input[type='file']");
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", {bubbles: true}));
}

function call(model, method, args, kwargs = {}) {
    return rpc(`/web/dataset/call_kw/${model}/${method}`, {model, method, args, kwargs});
}

function decode(base64) {
    return new TextDecoder().decode(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
}

function start(name, getText) {
    return [
        {
            content: "Import a file of this group",
            trigger: ".o_form_view:contains('People') button[name='action_start']",
            run: "click",
        },
        {
            content: `Choose ${name}`,
            trigger: ".modal .o_field_widget[name='content']",
            run({anchor}) {
                upload(anchor, name, getText());
            },
        },
        {
            content: "The file is chosen",
            trigger: ".modal .o_field_widget[name='content'] .o_clear_file_button",
        },
        {
            content: "Look what it would do",
            trigger: ".modal button[name='action_start']:visible",
            run: "click",
        },
    ];
}

// Somebody imports contacts; one row has no name. He corrects the error file and imports that.
registry.category("web_tour.tours").add("integrator_impex_repair", {
    steps: () => [
        ...start("contacts.csv", () => "code;name;city\nT1;Tina;Ulm\nT2;;Bonn\n"),
        {
            content: "One row is refused, and says why",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('refused')",
        },
        {
            content: "The refused row stands in front, and names its column",
            trigger:
                ".o_field_widget[name='refused_ids'] .o_data_row:contains('3'):contains('name')",
        },
        {
            content: "Changes stand on their page",
            trigger: ".o_notebook .nav-link:contains('Changes')",
            run: "click",
        },
        {
            content: "What would be new",
            trigger: ".o_field_widget[name='change_ids'] .o_data_row:contains('Tina')",
        },
        {
            content: "Import the good rows",
            trigger: "button[name='action_run']:visible",
            run: "click",
        },
        {
            content: "It is done",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Done')",
        },
        {
            content: "The error file lies beside the file",
            trigger: ".o_notebook .nav-link:contains('Files')",
            run: "click",
        },
        {
            content: "Download the error file and correct it",
            trigger: ".o_field_widget[name='input_ids'] .o_data_row:contains('Error file')",
            async run() {
                const ids = await call("integrator.impex.run", "search", [[]], {limit: 1});
                const result = await call("integrator.impex.run", "get_result", [ids]);
                const made = result.files.find((file) => file.kind === "errors");
                errorFile = decode(made.content).replace("T2;;", "T2;Theo;");
            },
        },
        {
            content: "Back to the group",
            trigger: ".o_back_button a, .breadcrumb-item a:contains('People')",
            run: "click",
        },
        ...start("contacts-errors.csv", () => errorFile),
        {
            content: "Nothing is refused any more",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Ready')",
        },
        {
            content: "Import it",
            trigger: "button[name='action_run']:visible",
            run: "click",
        },
        {
            content: "All is there",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Done')",
        },
    ],
});
