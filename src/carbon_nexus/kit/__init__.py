"""Tools every room may use and that know no room: clock, logs, metrics, jobs, timers."""
