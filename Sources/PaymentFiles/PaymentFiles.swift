// PaymentFiles: see docs/decisions.
