"""Ways in: files, batches, single events and frames; jobs that go on after a crash; rejected rows; undo."""
