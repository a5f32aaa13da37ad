"""History that only grows. The base lies lower (accounts.history), where documents/ reaches it too; this hands it on."""

from accounts.history import AppendOnlyError, AppendOnlyModel, AppendOnlyQuerySet, forbid_changes

__all__ = ["AppendOnlyError", "AppendOnlyModel", "AppendOnlyQuerySet", "forbid_changes"]
