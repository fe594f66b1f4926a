"""What the keyboard does on every page: a list of commands, shortcuts, links past the head; and small repairs of the
page that Streamlit gives no other way to make.
"""

from payerlogic.app.keyboard.palette import follow, show_keyboard

__all__ = ["follow", "show_keyboard"]
