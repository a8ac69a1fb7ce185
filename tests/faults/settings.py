"""Production's settings for the processes of a run of faults, at a quicker pace."""

from bench import settings as ours

globals().update({name: value for name, value in vars(ours).items() if name.isupper()})
CELERY_BEAT_SCHEDULE = {"messages": {**ours.CELERY_BEAT_SCHEDULE["messages"], "schedule": 1.0}}
