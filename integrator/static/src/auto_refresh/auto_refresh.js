/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {Component, onMounted, onWillUnmount, xml} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

const SECONDS = 3;

/**
 * Reads the record of a form again every few seconds while something works on it: while its field
 * `state` is `queued` or `running`, and somebody looks at the page.
 */
export class AutoRefresh extends Component {
    static template = xml`<span class="d-none"/>`;
    static props = {...standardWidgetProps};

    setup() {
        this.isBusy = false;
        onMounted(() => {
            this.timer = browser.setInterval(() => this.refresh(), SECONDS * 1000);
        });
        onWillUnmount(() => browser.clearInterval(this.timer));
    }

    get isUnderWay() {
        return ["queued", "running"].includes(this.props.record.data.state);
    }

    async refresh() {
        if (this.isBusy || !this.isUnderWay || document.hidden) {
            return;
        }
        this.isBusy = true;
        try {
            await this.props.record.load();
        } catch {
            // the server may be away for a moment: the next look tells
        } finally {
            this.isBusy = false;
        }
    }
}

registry.category("view_widgets").add("integrator_auto_refresh", {
    component: AutoRefresh,
    fieldDependencies: [{name: "state", type: "selection"}],
});
