// Billing: see docs/decisions.
