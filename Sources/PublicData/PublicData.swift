// PublicData: see docs/decisions.
