"""One file a screen; each shows what the services know and hands them what was asked."""
