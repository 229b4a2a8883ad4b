"""The indicator: features coded by a specification, an exact fit, the model file, and scoring."""
