// OperationsDatabase: see docs/decisions.
