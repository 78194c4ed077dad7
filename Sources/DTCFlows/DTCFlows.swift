// DTCFlows: see docs/decisions.
