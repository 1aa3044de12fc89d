"""One HTML file that shows attention, offline, with the model alive inside it."""

from toytrans.page.writing import write_page

__all__ = ["write_page"]
