"""A table whose cells open something: the heat map, policies two by two, who approves what, the rows of a batch."""

from payerlogic.app.grid.grid import GridRow, heat, part, show_grid

__all__ = ["GridRow", "heat", "part", "show_grid"]
