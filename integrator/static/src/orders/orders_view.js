/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {onWillStart, status, useState} from "@odoo/owl";
import {useBus, useService} from "@web/core/utils/hooks";
import {ActionHelper} from "@web/views/action_helper";
import {KanbanController} from "@web/views/kanban/kanban_controller";
import {KanbanRenderer} from "@web/views/kanban/kanban_renderer";
import {ListController} from "@web/views/list/list_controller";
import {ListRenderer} from "@web/views/list/list_renderer";
import {kanbanView} from "@web/views/kanban/kanban_view";
import {listView} from "@web/views/list/list_view";
import {registry} from "@web/core/registry";
import {readAgain} from "../fresh/read_again";
import {useFresh} from "../fresh/fresh_hook";

/** Nothing was found: an order whose number was searched for is offered to be fetched. */
export class OrderHelper extends ActionHelper {
    static template = "integrator.OrderHelper";

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({offers: []});
        onWillStart(() => this.read());
        useFresh(() => this.read());
        useBus(this.env.searchModel, "update", () => this.read());
    }

    async read() {
        const texts = this.env.searchModel.facets
            .filter((facet) => facet.type === "field")
            .flatMap((facet) => facet.values);
        this.state.offers = texts.length
            ? await this.orm.call("integrator.order", "get_fetch_offers", [[], texts])
            : [];
    }

    async fetch(offer) {
        const {site_id: site, remote_order_id: number} = offer;
        const args = [[], site, number];
        // The order may be there, and its offer gone, before the answer: it is shown all the same
        const done = await this.env.services.orm.call("integrator.order", "fetch_order", args);
        if (status(this) !== "destroyed") {
            this.read();
        }
        await this.action.doAction(done);
    }

    open(offer) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "integrator.order",
            res_id: offer.order_id,
            views: [[false, "form"]],
        });
    }
}

/** What is chosen or being written in a list is not to be lost by reading it again. */
const isChosen = (model) =>
    Boolean(model.root.selection?.length || document.querySelector(".o_dialog"));

export class OrderListRenderer extends ListRenderer {
    static components = {...ListRenderer.components, ActionHelper: OrderHelper};
}

export class OrderListController extends ListController {
    setup() {
        super.setup();
        useFresh(
            () => readAgain(this.model),
            () => isChosen(this.model)
        );
    }
}

export class OrderKanbanRenderer extends KanbanRenderer {
    static components = {...KanbanRenderer.components, ActionHelper: OrderHelper};
}

export class OrderKanbanController extends KanbanController {
    setup() {
        super.setup();
        useFresh(
            () => readAgain(this.model),
            () => isChosen(this.model)
        );
    }
}

registry.category("views").add("integrator_orders", {
    ...listView,
    Controller: OrderListController,
    Renderer: OrderListRenderer,
});
registry.category("views").add("integrator_order_cards", {
    ...kanbanView,
    Controller: OrderKanbanController,
    Renderer: OrderKanbanRenderer,
});
