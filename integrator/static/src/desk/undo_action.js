/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

/** Says what was decided, with a button that takes it back as long as it has not left. */
function undoAction(env, {params}) {
    const {notification, orm, action} = env.services;
    const undo = async () => {
        close();
        const done = await orm.call("integrator.undo", "action_undo", [[params.undo_id]]);
        done.params.next = {type: "ir.actions.client", tag: "soft_reload"};
        await action.doAction(done);
    };
    const close = notification.add(params.message, {
        type: "success",
        autocloseDelay: params.milliseconds,
        buttons: [{name: _t("Undo"), primary: true, onClick: undo}],
    });
    return {type: "ir.actions.act_window_close"};
}

registry.category("actions").add("integrator_undo", undoAction);
