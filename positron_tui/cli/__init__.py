"""The command line: a thin face on the services; data on stdout, talk on stderr, exit codes."""
