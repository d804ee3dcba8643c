/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {registry} from "@web/core/registry";

// An operator sees on Home that a listing has a problem, why its price is what it is, and decides.
registry.category("web_tour.tours").add("integrator_why", {
    steps: () => [
        {
            content: "One listing has a problem",
            trigger:
                ".o_integrator_tile:contains('Listings live') button:contains('1 with problems')",
            run: "click",
        },
        {
            content: "The list has both prices and the problem in words; open it",
            trigger:
                ".o_data_row:contains('10.00'):contains('77.00'):contains('something else') td[name='title']",
            run: "click",
        },
        {
            content: "The form says how the price comes about",
            trigger: ".o_integrator_compare [name='price_explanation']:contains('Sales price: 10.00')",
        },
        {
            content: "A part that is clicked",
            trigger: ".o_field_widget[name='section_ids'] .o_data_row:contains('Price') td[name='name']",
            run: "click",
        },
        {
            content: "It opens words, no fingerprints",
            trigger: ".modal:contains('77.00'):not(:contains('Hash'))",
        },
        {
            content: "Close it",
            trigger: ".modal .btn-close",
            run: "click",
        },
        {
            content: "The cure is at the top: send what Odoo has",
            trigger: ".o_form_view .alert-danger button[name='action_odoo_wins']",
            run: "click",
        },
        {
            content: "It is on its way",
            trigger: ".o_form_view .alert-danger:contains('Is being sent')",
        },
    ],
});

const ROW = ".o_data_row:contains('G-0')";

// A figure of a row, fixed without the mouse: the pencil beside it, the value, the button.
const fix = (figure, label, name, value, words) => [
    {
        // in one step: a list that is read again meanwhile has no focus any more
        content: `From ${figure} an arrow key leads to its pencil, which opens the question`,
        trigger: `${ROW} td[name='${figure}']`,
        run: async ({anchor, press, click}) => {
            anchor.focus();
            await press("ArrowRight");
            const pencil = document.activeElement;
            if (pencil.dataset.tooltip !== label) {
                throw new Error(`The key led to ${pencil.outerHTML}`);
            }
            // the browser itself presses a button by the space bar; a tour cannot
            await click(pencil);
        },
    },
    {
        content: "The new value",
        trigger: `.modal .o_field_widget[name='${name}'] input`,
        run: `edit ${value} && press Tab`,
    },
    {
        content: "Old and new value, and what follows",
        trigger: [...words, "From now on"].reduce(
            (note, text) => `${note}:contains('${text}')`,
            ".modal .o_field_widget[name='note']"
        ),
    },
    {
        content: "Fix it",
        trigger: ".modal button[name='action_confirm']",
        run: "press Alt+q",
    },
];

// An operator, who may not write listings, fixes a price and a quantity in the list.
registry.category("web_tour.tours").add("integrator_fix_in_list", {
    steps: () => [
        ...fix("price_next", "Fix the price…", "price", "12.50", ["10.00 →", "12.50"]),
        {
            content: "The row has it",
            trigger: `${ROW} td[name='price_next']:contains('12.50')`,
        },
        {
            content: "Take it back",
            trigger: ".o_notification:contains('Fixed') button:contains('Undo')",
            run: "click",
        },
        {
            content: "It is as it was",
            trigger: `${ROW} td[name='price_next']:contains('10.00')`,
        },
        ...fix("stock_next", "Fix the quantity…", "quantity", "3", ["5 → 3"]),
        {
            content: "The row has it",
            trigger: `${ROW} td[name='stock_next']:contains('3')`,
        },
    ],
});
