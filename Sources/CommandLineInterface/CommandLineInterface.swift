// CommandLineInterface: see docs/decisions.
