"""From a folder to a searchable corpus: load, split, encode, store."""
