"""Answers in words: headings, sentences and citations as data.

What lives here: which words an answer gets. What may not: file formats, HTML, pictures.
"""
