"""The dashboard in the browser: serves the page that frontend/ is built into."""
