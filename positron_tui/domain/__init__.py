"""Pure entities and rules of a G.hn access network: no I/O, standard library only."""
