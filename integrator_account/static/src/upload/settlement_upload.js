/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {FileUploadKanbanRenderer} from "@account/views/file_upload_kanban/file_upload_kanban_renderer";
import {FileUploadListRenderer} from "@account/views/file_upload_list/file_upload_list_renderer";
import {_t} from "@web/core/l10n/translation";
import {fileUploadKanbanView} from "@account/views/file_upload_kanban/file_upload_kanban_view";
import {fileUploadListView} from "@account/views/file_upload_list/file_upload_list_view";
import {registry} from "@web/core/registry";

// Files of settlements are dropped where settlements are seen, as bills are on Odoo's own screens.
const dropped = (Renderer) =>
    class extends Renderer {
        setup() {
            super.setup();
            this.dropZoneTitle = _t("Drop the files of the channel here");
            this.dropZoneDescription = _t("As they were downloaded, several at once.");
        }

        // Odoo pastes pictures and PDFs of bills; a settlement is neither
        onPaste() {}
    };

registry.category("views").add("integrator_settlement_kanban", {
    ...fileUploadKanbanView,
    Renderer: dropped(FileUploadKanbanRenderer),
});
registry.category("views").add("integrator_settlement_list", {
    ...fileUploadListView,
    Renderer: dropped(FileUploadListRenderer),
});
