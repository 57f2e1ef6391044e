"""Who gets in, and as what."""
