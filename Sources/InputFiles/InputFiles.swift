// InputFiles: see docs/decisions.
