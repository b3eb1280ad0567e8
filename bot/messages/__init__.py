"""All wording of the chat: records in, replies out; a translation is a translation of this package.

Every value is escaped here, at the boundary, and nowhere else.
"""
