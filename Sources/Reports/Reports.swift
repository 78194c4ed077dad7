// Reports: see docs/decisions.
