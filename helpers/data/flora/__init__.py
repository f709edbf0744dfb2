"""The herbarium: sixteen invented flowers, drawn one photograph at a time."""
