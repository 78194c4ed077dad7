// JSONText: see docs/decisions.
