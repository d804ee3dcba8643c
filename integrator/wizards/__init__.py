from . import integrator_sync
