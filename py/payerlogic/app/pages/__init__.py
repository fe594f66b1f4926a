"""The pages of the app, one folder a page.

What lives here: widgets and layout. What may not: answers, words of policies.
"""
