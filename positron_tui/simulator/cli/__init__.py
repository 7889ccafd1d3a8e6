"""The command line of a virtual unit: grammar as data, a shell without I/O, an SSH face."""
