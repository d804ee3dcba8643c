# Odoo 19 with these addons, for `compose.yaml`. For development and tests see CONTRIBUTING.md.
FROM odoo:19.0
USER root
COPY requirements-hashes.txt /opt/integrator/
RUN pip3 install --no-cache-dir --break-system-packages --ignore-installed \
    --require-hashes --no-deps -r /opt/integrator/requirements-hashes.txt
COPY integrator /opt/integrator/addons/integrator
COPY integrator_account /opt/integrator/addons/integrator_account
COPY integrator_amazon /opt/integrator/addons/integrator_amazon
COPY integrator_amazon_account /opt/integrator/addons/integrator_amazon_account
COPY integrator_impex /opt/integrator/addons/integrator_impex
COPY spapi_simulator /opt/integrator/spapi_simulator
USER odoo
