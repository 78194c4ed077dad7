// The C face of simdjson for module JSONText.
