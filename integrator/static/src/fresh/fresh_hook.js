/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {onWillUnmount, useExternalListener} from "@odoo/owl";
import {ConnectionLostError} from "@web/core/network/rpc";
import {browser} from "@web/core/browser/browser";
import {useService} from "@web/core/utils/hooks";

/** The server says that something has changed; see `integrator.home._notify_screens`. */
const CHANGED = "integrator_changed";
/** So long it says so no second time: what has changed until then is read, too. */
const DELAY = 3000;
/** Also without a word of the server, whose connection may be cut. */
const PAUSE = 60000;

/**
 * Reads a page again when something has changed, soon, and every minute. A page that nobody looks
 * at is read when somebody does; one that somebody works on, as soon as he has finished.
 *
 * @param {Function} read reads the page again
 * @param {Function} [isBusy] whether it must not be read just now
 */
export function useFresh(read, isBusy = () => false) {
    const bus = useService("bus_service");
    let isReading = false;
    let isLate = false;
    let timer = null;

    const refresh = async () => {
        timer = null;
        if (isReading || document.hidden) {
            isLate = true;
            return;
        }
        if (isBusy()) {
            soon();
            return;
        }
        isReading = true;
        isLate = false;
        try {
            await read();
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
        } finally {
            isReading = false;
            if (isLate && !document.hidden) {
                soon();
            }
        }
    };
    const soon = () => {
        timer = timer || browser.setTimeout(refresh, DELAY);
    };

    bus.subscribe(CHANGED, soon);
    bus.start();
    const every = browser.setInterval(soon, PAUSE);
    useExternalListener(document, "visibilitychange", () => {
        if (!document.hidden) {
            refresh();
        }
    });
    onWillUnmount(() => {
        bus.unsubscribe(CHANGED, soon);
        browser.clearInterval(every);
        browser.clearTimeout(timer);
    });
}
