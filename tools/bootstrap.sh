#!/usr/bin/env bash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# The part before Python: finds an interpreter that Odoo 19 runs on and that can make virtual
# environments (on a bare Debian, as root, installs one), then hands over to tools/__main__.py.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
check='import ensurepip, ssl, sys, venv; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))'

find_python() {
    local name
    # the system's own first: distributions build it with all optimisations, while one that
    # somebody compiled, as pyenv does, often takes half as long again
    for name in /usr/bin/python3 python3 python3.11 python3.12 python3.13 python3.10; do
        if timeout 20 "$name" -I -c "$check" </dev/null >/dev/null 2>&1; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

apt() {
    DEBIAN_FRONTEND=noninteractive timeout 600 apt-get -q -y \
        -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 "$@" </dev/null >&2
}

if ! python=$(find_python); then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "Python 3.10 to 3.13 with venv is missing: ask your administrator to run" \
            "'apt-get install python3 python3-venv'." >&2
        exit 2
    fi
    echo "Installing Python (python3 python3-venv) …" >&2
    packages=(python3 python3-venv ca-certificates)
    apt --no-install-recommends install "${packages[@]}" ||
        { apt update && apt --no-install-recommends install "${packages[@]}"; }
    python=$(find_python) || {
        echo "This system's python3 is not between 3.10 and 3.13: install one of these." >&2
        exit 2
    }
fi
exec "$python" "$root/tools" "$@"
