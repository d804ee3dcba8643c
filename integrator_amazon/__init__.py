from . import models, lanes
