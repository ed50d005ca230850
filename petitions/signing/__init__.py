"""The act of signing: form, pending signature, letter. Every door leads through here.

No address of its own; the doors (pages, later embedding and api) share its form and service.
"""
