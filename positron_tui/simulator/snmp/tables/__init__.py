"""What the MIB holds, module by module; each gives its tables for one unit."""
