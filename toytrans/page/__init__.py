"""The page: one HTML file that shows attention offline, with the model alive inside it. What it shows is in `assets`.

`attention_maps.viewer` gives it maps, `decoding.page` the model.
"""

from toytrans.page.packing import packed, packed_fractions, packed_integers, packed_json, packed_weights
from toytrans.page.writing import fill_page

__all__ = ["fill_page", "packed", "packed_fractions", "packed_integers", "packed_json", "packed_weights"]
