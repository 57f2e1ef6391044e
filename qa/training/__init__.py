"""How the reader's weights are made; nothing of it is imported by the product, or installed with it."""
