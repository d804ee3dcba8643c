/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {Component, onWillUnmount, useEffect, xml} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

const PAUSE = 2000;

// Shows how far a run is for as long as it goes on: the form is read again every two seconds.
export class FollowRun extends Component {
    static template = xml`<span class="d-none" />`;
    static props = {...standardWidgetProps};

    setup() {
        useEffect(
            (task) => {
                if (task) {
                    this.timer = setInterval(() => this.follow(), PAUSE);
                }
                return () => clearInterval(this.timer);
            },
            () => [this.props.record.data.task]
        );
        onWillUnmount(() => clearInterval(this.timer));
    }

    async follow() {
        if (this.reading || document.hidden) {
            return;
        }
        this.reading = true;
        try {
            await this.props.record.load();
        } catch {
            // the server may be away for a moment: the next look tells
        } finally {
            this.reading = false;
        }
    }
}

registry.category("view_widgets").add("integrator_impex_follow", {component: FollowRun});
