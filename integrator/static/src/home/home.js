/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {Component, onWillStart, status, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {user} from "@web/core/user";
import {useService} from "@web/core/utils/hooks";
import {ConfirmationDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {KanbanRenderer} from "@web/views/kanban/kanban_renderer";
import {kanbanView} from "@web/views/kanban/kanban_view";
import {useFresh} from "../fresh/fresh_hook";

// The figures above the channels; they are read again with the channels below.
export class IntegratorHome extends Component {
    static template = "integrator.Home";
    static props = {list: Object};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.state = useState({figures: null, mayAdd: false});
        onWillStart(async () => {
            this.state.mayAdd = await user.hasGroup("integrator.group_integrator_manager");
            await this.read();
        });
        useFresh(async () => {
            await this.read();
            await this.props.list.load();
        });
    }

    /** A button or dialog may end when its user has left the page. */
    async read() {
        if (status(this) === "destroyed") {
            return;
        }
        this.state.figures = await this.orm.call("integrator.home", "get_figures");
    }

    about({reason, names, waiting, due, site}) {
        return [reason, names, waiting, due, site].filter(Boolean).join(" · ");
    }

    /** Where a cause is answered: in its list, or case by case. */
    openCause(cause) {
        return this.call(cause, cause.in_list ? "action_open" : "action_decide");
    }

    /** The answer for all records of a cause, which is asked before; else where it is answered. */
    answer(cause) {
        const [cure] = cause.cures;
        if (!cure) {
            return this.openCause(cause);
        }
        const answer = () => this.call(cause, "action_cure_all", cure.method);
        if (!cure.question) {
            return answer();
        }
        this.dialog.add(ConfirmationDialog, {
            body: cure.question,
            confirmLabel: cure.label,
            confirm: answer,
            cancel: () => undefined,
        });
    }

    call(cause, method, ...args) {
        return this.action.doActionButton({
            type: "object",
            name: method,
            resModel: "integrator.todo",
            resId: cause.id,
            args: JSON.stringify(args),
            onClose: () => this.read(),
        });
    }

    /** An order by anything on its label; the page offers to fetch one that Odoo lacks. */
    async find(event) {
        const text = event.target.elements.text.value.trim();
        const domain = [["label_text", "ilike", text]];
        const found = text ? await this.orm.search("integrator.order", domain, {limit: 2}) : [];
        if (found.length === 1) {
            return this.action.doAction({
                type: "ir.actions.act_window",
                res_model: "integrator.order",
                res_id: found[0],
                views: [[false, "form"]],
            });
        }
        return this.action.doAction("integrator.integrator_order_action", {
            additionalContext: text ? {search_default_label_text: text} : {},
        });
    }

    open(figure) {
        const action = this.state.figures.actions[figure.action];
        const domain = figure.domain.length ? figure.domain : action.domain;
        return this.action.doAction({...action, domain});
    }
}

export class IntegratorHomeRenderer extends KanbanRenderer {
    static template = "integrator.HomeRenderer";
    static components = {...KanbanRenderer.components, IntegratorHome};
}

registry
    .category("views")
    .add("integrator_home", {...kanbanView, Renderer: IntegratorHomeRenderer});
