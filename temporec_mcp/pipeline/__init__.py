"""Clean, encode, split, train, evaluate, rank: arrays in, arrays out. No SQL, no clock."""
