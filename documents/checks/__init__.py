"""What makes a file acceptable, as plain functions on bytes and paths: no Django, no database, no translation.

`names` and `types` are cheap and run in the web process. The rest opens the file, so it only ever runs in a child process
with limits (documents/inspection.py starts `python -m documents.checks`). A finding is raised as `Refusal`.
"""
