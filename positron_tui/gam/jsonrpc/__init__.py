"""The JSON-RPC API of a GAM: what the command line's grammar lacks, with typed refusals."""
