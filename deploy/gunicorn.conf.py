"""How the web server runs; GUNICORN_CMD_ARGS and WEB_CONCURRENCY have the last word."""

import os

bind = f"0.0.0.0:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
timeout = 30
graceful_timeout = 20
keepalive = 5
# What a browser sends fits; the proxy in front takes in slow requests whole before it passes them on.
limit_request_line = 4_094
limit_request_fields = 100
limit_request_field_size = 8_190
# A worker that has served this much is replaced: small leaks stay small.
max_requests = 20_000
max_requests_jitter = 2_000
# The application reports by itself, in the same format as the workers and beat.
loglevel = "warning"
forwarded_allow_ips = "*" if os.environ.get("BEHIND_PROXY", "").lower() in ("1", "true", "yes") else "127.0.0.1"
