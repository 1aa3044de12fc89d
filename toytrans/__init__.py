"""A tiny encoder-decoder Transformer that learns to translate while you watch what it looks at."""

__version__ = "0.1.0"
