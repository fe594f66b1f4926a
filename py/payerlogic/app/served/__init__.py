"""The script that is served, in a folder of its own.

Streamlit takes a folder ``pages`` beside a script for the pages of the app, and then knows none of ours until someone
has seen the first: a link opened right after the start said "Page not found".
"""
