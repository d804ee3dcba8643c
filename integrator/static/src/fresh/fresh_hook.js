/* License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */
import {onWillDestroy, status, useComponent, useExternalListener} from "@odoo/owl";
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
 * at is read when somebody does; one that somebody works on, as soon as he has finished; one that
 * was left, maybe before it was ever shown, not at all.
 *
 * @param {Function} read reads the page again
 * @param {Function} [isBusy] whether it must not be read just now
 */
export function useFresh(read, isBusy = () => false) {
    const component = useComponent();
    const isLeft = () => status(component) === "destroyed";
    const bus = useService("bus_service");
    let isReading = false;
    let isLate = false;
    let timer = null;

    const refresh = async () => {
        timer = null;
        if (isLeft()) {
            return;
        }
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
            if (!isLeft() && !(error instanceof ConnectionLostError)) {
                throw error;
            }
        } finally {
            isReading = false;
            if (isLate && !isLeft() && !document.hidden) {
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
    // unlike its unmounting, also of a component that was left before it was mounted
    onWillDestroy(() => {
        bus.unsubscribe(CHANGED, soon);
        browser.clearInterval(every);
        browser.clearTimeout(timer);
    });
}
