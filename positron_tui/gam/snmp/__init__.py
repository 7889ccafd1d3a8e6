"""Reading a GAM over SNMP: two engines behind one session, decoders and the reader."""
