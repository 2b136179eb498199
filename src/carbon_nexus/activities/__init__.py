"""DATA CORE: events in; parse, validate, de-duplicate, quality."""
