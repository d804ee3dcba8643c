/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {Component, onWillStart, onWillUnmount, useExternalListener, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {KanbanRenderer} from "@web/views/kanban/kanban_renderer";
import {kanbanView} from "@web/views/kanban/kanban_view";

const PAUSE = 60000;

// The figures above the channels; every minute they are read again, with the channels below.
export class IntegratorHome extends Component {
    static template = "integrator.Home";
    static props = {list: Object};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({figures: null});
        onWillStart(() => this.read());
        const timer = setInterval(() => this.refresh(), PAUSE);
        onWillUnmount(() => clearInterval(timer));
        useExternalListener(document, "visibilitychange", () => this.refresh());
    }

    async read() {
        this.state.figures = await this.orm.call("integrator.home", "get_figures");
    }

    async refresh() {
        if (this.reading || document.hidden) {
            return;
        }
        this.reading = true;
        try {
            await this.read();
            await this.props.list.load();
        } finally {
            this.reading = false;
        }
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
