// @runyard/postgres-store: the public names, by hand.
export {};
