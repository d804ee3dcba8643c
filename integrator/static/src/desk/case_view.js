/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {FormController} from "@web/views/form/form_controller";
import {formView} from "@web/views/form/form_view";
import {registry} from "@web/core/registry";
import {useViewButtons} from "@web/views/view_button/view_button_hook";

/**
 * The form in which one case is decided, beside the list of what waits. Nothing is kept
 * but by its buttons: a choice that was left half done is no answer.
 */
export class CaseController extends FormController {
    static props = {
        ...FormController.props,
        onAnswered: {type: Function, optional: true},
    };

    setup() {
        super.setup();
        useViewButtons(this.rootRef, {
            beforeExecuteAction: this.beforeExecuteActionButton.bind(this),
            afterExecuteAction: this.afterExecuteActionButton.bind(this),
            reload: () => this.reload(),
        });
    }

    /** The desk shows the next case, or this one as it is by now. */
    async reload() {
        const isSame = !this.props.onAnswered || (await this.props.onAnswered());
        if (isSame) {
            await this.model.load();
        }
    }

    beforeVisibilityChange() {
        // A half choice is not saved when another tab is looked at
    }

    async beforeLeave() {
        // Nor when another page is opened
    }

    async beforeUnload() {
        // Nor when the tab is closed
    }
}

registry.category("views").add("integrator_case", {
    ...formView,
    Controller: CaseController,
});
