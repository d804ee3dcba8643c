/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {registry} from "@web/core/registry";

const services = () => odoo.__WOWL_DEBUG__.root.env.services;
let changed = [];

// There are no websockets in tests: what the page listens to is called as the bus would.
registry.category("web_tour.tours").add("integrator_fresh_home", {
    steps: () => [
        {
            content: "Listen to what pages listen to",
            trigger: ".o_navbar",
            run: () => {
                changed = [];
                const bus = services().bus_service;
                const subscribe = bus.subscribe;
                bus.subscribe = (type, callback) => {
                    if (type === "integrator_changed") {
                        changed.push(callback);
                    }
                    subscribe(type, callback);
                };
                services().action.doAction("integrator.integrator_home_action");
            },
        },
        {
            content: "One thing waits; a colleague puts it off",
            trigger: ".o_integrator_tile:contains('To do') .fs-2:contains('1')",
            run: async () => {
                const orm = services().orm;
                const rows = await orm.search("integrator.todo", []);
                await orm.call("integrator.todo", "action_snooze_tomorrow", [rows]);
                changed.forEach((callback) => callback({}));
            },
        },
        {
            content: "Nothing waits any more",
            trigger: ".o_integrator_tile:contains('To do') .fs-2:contains('0')",
        },
    ],
});

const listeners = new Set();
let held = null;

registry.category("web_tour.tours").add("integrator_left_home", {
    steps: () => [
        {
            content: "Home is left for another page before its figures have come",
            trigger: ".o_navbar",
            run: async () => {
                const {action, bus_service: bus, orm} = services();
                const {subscribe, unsubscribe} = bus;
                const call = orm.call;
                bus.subscribe = (type, callback) => {
                    if (type === "integrator_changed") {
                        listeners.add(callback);
                    }
                    subscribe(type, callback);
                };
                bus.unsubscribe = (type, callback) => {
                    listeners.delete(callback);
                    unsubscribe(type, callback);
                };
                const asked = new Promise((resolve) => {
                    orm.call = (model, method, ...args) => {
                        if (method !== "get_figures") {
                            return call.call(orm, model, method, ...args);
                        }
                        resolve();
                        return new Promise((answer) => {
                            held = answer;
                        });
                    };
                });
                action.doAction("integrator.integrator_home_action");
                await asked;
                action.doAction("integrator.integrator_listing_action");
            },
        },
        {
            content: "The other page",
            trigger: ".o_breadcrumb:contains('Listings')",
            run: () => {
                if (!held || listeners.size) {
                    throw new Error(`${listeners.size} of a page that was left still listen`);
                }
            },
        },
    ],
});

const search = (text) => [
    {
        content: `Type ${text}`,
        trigger: ".o_integrator_find input",
        run: `edit ${text}`,
    },
    {
        content: "Find it",
        trigger: ".o_integrator_find button",
        run: "click",
    },
];

registry.category("web_tour.tours").add("integrator_fetch_order", {
    steps: () => [
        ...search("R-1"),
        {
            content: "It is opened",
            trigger: ".o_form_view .oe_title:contains('R-1')",
        },
        {
            content: "Home",
            trigger: ".o_menu_sections [data-menu-xmlid='integrator.integrator_menu_home'], .o_menu_brand",
            run: "click",
        },
        ...search("R-9"),
        {
            content: "Odoo does not have it",
            trigger: ".o_view_nocontent:contains('Odoo does not have order R-9') .o_integrator_fetch_order",
            run: "click",
        },
        {
            content: "It is on its way",
            trigger: ".o_view_nocontent:contains('is being fetched')",
        },
    ],
});
