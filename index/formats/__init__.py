"""The formats: for each, a reader from the bytes of a file to a `Reading`."""
