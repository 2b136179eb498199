"""What Prometheus reads about ourselves, at GET /metrics."""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("carbon_nexus_requests_total", "HTTP requests answered.", ["method", "route", "status"])
REQUEST_SECONDS = Histogram("carbon_nexus_request_seconds", "Time to answer an HTTP request.", ["method", "route"])
EVENTS_INGESTED = Counter("carbon_nexus_events_ingested_total", "Events stored.", ["event_type"])
EVENTS_SCANNED = Counter("carbon_nexus_events_scanned_total", "Events estimated and compared by scans.")
SCAN_SECONDS = Histogram(
    "carbon_nexus_scan_seconds", "Time of one scan batch.", buckets=(0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30)
)
SCAN_RATE = Gauge("carbon_nexus_scan_events_per_second", "Rate of the last scan batch that had events.")
UNSCORED_EVENTS = Gauge("carbon_nexus_unscored_events", "Events stored but not yet scanned.")
OLDEST_UNSCORED_SECONDS = Gauge("carbon_nexus_oldest_unscored_seconds", "Age of the oldest unscanned event.")
JOBS_WAITING = Gauge("carbon_nexus_jobs_waiting", "Deferred jobs that wait for a worker.")
LIVE_CLIENTS = Gauge("carbon_nexus_live_clients", "Connections to the live feed.", ["protocol"])
LIVE_DROPPED = Counter("carbon_nexus_live_dropped_total", "Connections that read too slowly.", ["protocol"])
LIVE_LAG_SECONDS = Histogram(
    "carbon_nexus_live_lag_seconds",
    "Time from a change to its hand-out to this process's connections.",
    buckets=(0.01, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)
