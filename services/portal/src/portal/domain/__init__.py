"""Pure figures of pages and rules of sessions."""
