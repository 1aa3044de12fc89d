"""The Transformer, from its parts."""

from toytrans.model.device import choose_device
from toytrans.model.transformer import Transformer

__all__ = ["Transformer", "choose_device"]
