// ReadingsStore: see docs/decisions.
