// PortfolioFiles: see docs/decisions.
