"""The version of the package: apart, so that what names it in a document needs nothing else."""

__version__ = "0.1.0"
