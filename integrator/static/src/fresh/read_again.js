/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */

/**
 * Reads the records of a page again. When another reading begins meanwhile, by a search or a button,
 * Odoo drops the first one and its promise never ends; here it ends with the other one.
 *
 * @param {Object} model of a view
 * @returns {Promise} of the records being there
 */
export function readAgain(model) {
    return new Promise((resolve, reject) => {
        model.bus.addEventListener("update", resolve, {once: true});
        model.load().then(() => model.notify(), reject);
    });
}
