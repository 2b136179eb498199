"""One pass of the pipeline over unscored events, in one transaction per batch."""
