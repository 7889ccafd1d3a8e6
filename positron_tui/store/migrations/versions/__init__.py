"""One file per migration; HEAD in store/schema.py names the newest."""
