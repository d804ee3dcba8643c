/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {Component, status, useEffect, useState, useSubEnv} from "@odoo/owl";
import {View, getDefaultConfig} from "@web/views/view";
import {ConfirmationDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {Dropdown} from "@web/core/dropdown/dropdown";
import {DropdownItem} from "@web/core/dropdown/dropdown_item";
import {KanbanController} from "@web/views/kanban/kanban_controller";
import {KanbanRecord} from "@web/views/kanban/kanban_record";
import {KanbanRenderer} from "@web/views/kanban/kanban_renderer";
import {kanbanView} from "@web/views/kanban/kanban_view";
import {registry} from "@web/core/registry";
import {useHotkey} from "@web/core/hotkeys/hotkey_hook";
import {readAgain} from "../fresh/read_again";
import {useFresh} from "../fresh/fresh_hook";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";

/** What tells causes apart, also when the first of their records has been answered. */
const KEYS = ["kind", "site_id", "cause"];
/** What tells cases apart; a dialog is made anew each time it is asked for. */
const SAME = ["id", "model", "view_id"];

/** One record of a cause, in its own form. */
export class DeskCase extends Component {
    static template = "integrator.DeskCase";
    static components = {View};
    static props = {shown: Object, onAnswered: Function};

    setup() {
        // The form is a guest: its name and pager are not those of the page
        useSubEnv({config: getDefaultConfig()});
    }

    get viewProps() {
        const {model, res_id, view_id} = this.props.shown;
        return {
            type: "form",
            jsClass: "integrator_case",
            resModel: model,
            resId: res_id,
            views: [[view_id, "form"]],
            context: {integrator_desk: true},
            display: {controlPanel: false},
            preventCreate: true,
            onAnswered: this.props.onAnswered,
        };
    }
}

export class DeskRecord extends KanbanRecord {
    setup() {
        super.setup();
        this.desk = useState(this.env.desk);
    }

    getRecordClasses() {
        const isChosen = this.desk.rowId === this.props.record.resId;
        return super.getRecordClasses() + (isChosen ? " o_integrator_chosen" : "");
    }
}

export class DeskRenderer extends KanbanRenderer {
    static components = {...KanbanRenderer.components, KanbanRecord: DeskRecord};
}

/** Left what waits, by cause; right one case with all that is needed to decide it. */
export class DeskController extends KanbanController {
    static template = "integrator.Desk";
    static components = {
        ...KanbanController.components,
        DeskCase,
        Dropdown,
        DropdownItem,
    };

    setup() {
        this.orm = useService("orm");
        this.asked = null;
        const kept = this.props.state?.desk || {};
        this.desk = useState({
            rowId: this.props.context.integrator_case || false,
            key: kept.key || false,
            position: kept.position || 0,
            shown: null,
            isOpen: Boolean(this.props.context.integrator_case),
            version: 0,
        });
        useSubEnv({desk: this.desk});
        super.setup();
        useSetupAction({
            getLocalState: () => ({
                desk: {key: this.desk.key, position: this.desk.position},
            }),
        });
        // On this page the keys of the pager go from case to case
        this.useStepKey("alt+p", -1, ".o_integrator_previous");
        this.useStepKey("alt+n", 1, ".o_integrator_next");
        useFresh(
            () => this.onAnswered(),
            () => this.isAnswering
        );
        // Also after a search, and when the list was read anew
        useEffect(
            (isReady) => {
                if (isReady) {
                    this.restoreCase();
                }
            },
            () => [this.model.isReady, this.rows.map((row) => row.resId).join()]
        );
    }

    /** Whoever answers a case just now is not interrupted. */
    get isAnswering() {
        const active = document.activeElement;
        const isTyping = active?.matches("input, textarea, [contenteditable='true']");
        return Boolean(
            document.querySelector(".o_dialog") ||
                (isTyping && active.closest(".o_integrator_desk_case"))
        );
    }

    useStepKey(key, step, button) {
        useHotkey(key, () => this.go(step), {
            bypassEditableProtection: true,
            isAvailable: () => Boolean(this.desk.shown),
            withOverlay: () => this.rootRef.el?.querySelector(button),
        });
    }

    get rows() {
        const root = this.model.root;
        if (root.isGrouped) {
            return root.groups.flatMap((group) => group.list.records || []);
        }
        return root.records || [];
    }

    get row() {
        return this.rows.find((row) => row.resId === this.desk.rowId);
    }

    placeOf(rowId) {
        return Math.max(
            this.rows.findIndex((row) => row.resId === rowId),
            0
        );
    }

    get place() {
        const {ids, id} = this.desk.shown;
        return ids.indexOf(id);
    }

    keyOf(row) {
        return JSON.stringify(KEYS.map((name) => row.data[name]?.id || row.data[name]));
    }

    /** Choose what was chosen before; where it is gone, what stands in its place now. */
    async restoreCase() {
        const rows = this.rows;
        const known = rows.find((row) =>
            this.desk.key
                ? this.keyOf(row) === this.desk.key
                : row.resId === this.desk.rowId
        );
        const isFirst = !this.desk.key && !this.desk.rowId;
        const row = known || rows[Math.min(this.desk.position, rows.length - 1)];
        if (!row) {
            Object.assign(this.desk, {rowId: false, key: false, shown: null});
            return;
        }
        if (this.env.isSmall && isFirst) {
            return;
        }
        // what is on its way is kept: the page may be read anew just after a step to the next case
        const {recordId} = this.asked || {recordId: this.desk.shown?.id};
        await this.choose(row, known ? recordId : false);
    }

    /**
     * @param {Object} row of the list
     * @param {Number|false} recordId the record of the cause that is asked for
     * @returns {Promise} of the case being shown
     */
    choose(row, recordId = false) {
        Object.assign(this.desk, {
            rowId: row.resId,
            key: this.keyOf(row),
            position: this.placeOf(row.resId),
        });
        const rowId = row.resId;
        if (this.asked?.rowId !== rowId || this.asked.recordId !== recordId) {
            this.asked = {rowId, recordId};
            this.asked.shown = this.show(this.asked);
        }
        return this.asked.shown;
    }

    async readCase(asked) {
        try {
            return await this.orm.call("integrator.todo", "action_read_case", [
                [asked.rowId],
                asked.recordId,
            ]);
        } finally {
            asked.isReplaced = this.asked !== asked;
            if (!asked.isReplaced) {
                this.asked = null;
            }
        }
    }

    async show(asked) {
        const shown = await this.readCase(asked);
        if (asked.isReplaced) {
            // Another one has been chosen meanwhile
            return;
        }
        const before = this.desk.shown;
        if (!shown.id) {
            // Somebody else has answered it
            this.desk.shown = null;
            await readAgain(this.model);
        } else if (before && SAME.every((name) => before[name] === shown[name])) {
            // A dialog that was made for the case stays the same while it is open
            Object.assign(before, {ids: shown.ids, cures: shown.cures});
        } else {
            this.desk.shown = shown;
            this.desk.version++;
        }
    }

    async openRecord(record) {
        this.desk.isOpen = true;
        this.desk.shown = null;
        await this.choose(record);
    }

    closeCase() {
        this.desk.isOpen = false;
    }

    /**
     * The next or previous case: of the same cause, then of the next one.
     *
     * @param {Number} step 1 or -1
     */
    async go(step) {
        // a step that comes quickly after another one starts from its case
        while (this.asked) {
            await this.asked.shown;
        }
        if (!this.desk.shown) {
            return;
        }
        const {ids} = this.desk.shown;
        const place = this.place + step;
        if (place >= 0 && place < ids.length) {
            return this.choose(this.row, ids[place]);
        }
        const rows = this.rows;
        const beside = this.placeOf(this.desk.rowId) + step + rows.length;
        return this.choose(rows[beside % rows.length]);
    }

    /**
     * Something was done: read what is left. A dialog may end when its user has left the page.
     *
     * @returns {Boolean} whether the same case is still there
     */
    async onAnswered() {
        if (status(this) === "destroyed") {
            return false;
        }
        const version = this.desk.version;
        await readAgain(this.model);
        await this.restoreCase();
        return version === this.desk.version;
    }

    /** A button of the page itself, as one of a form. */
    call(method, ...args) {
        return this.actionService.doActionButton({
            type: "object",
            name: method,
            resModel: "integrator.todo",
            resId: this.desk.rowId,
            args: JSON.stringify(args),
            context: this.props.context,
            onClose: () => this.onAnswered(),
        });
    }

    cure(cure) {
        if (!cure.question) {
            this.call("action_cure_all", cure.method);
            return;
        }
        this.dialog.add(ConfirmationDialog, {
            body: cure.question,
            confirmLabel: cure.label,
            confirm: () => this.call("action_cure_all", cure.method),
            cancel: () => undefined,
        });
    }
}

registry.category("views").add("integrator_desk", {
    ...kanbanView,
    Controller: DeskController,
    Renderer: DeskRenderer,
});
