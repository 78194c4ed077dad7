// MeterDataFiles: see docs/decisions.
