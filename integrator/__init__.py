from . import models, importers, stages, wizards
