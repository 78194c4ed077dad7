// ReadingValidation: see docs/decisions.
