"""Downloads: what a page shows, as documents, pictures and data. Each is made only when it is asked for."""

from payerlogic.app.downloads.buttons import Download, file_stem, show_downloads, show_formats
from payerlogic.app.downloads.case import show_case_exports

__all__ = ["Download", "file_stem", "show_case_exports", "show_downloads", "show_formats"]
