"""The residents' pages: no scripts, no stream, one question a page, for old phones and little data."""
