"""Questions answered from documents and live figures, with sources."""
