// EstateSimulator: see docs/decisions.
