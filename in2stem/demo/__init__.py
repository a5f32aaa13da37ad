"""The demo world: believable Flemish organisations in six trajectories, one per phase. Deterministic for a given day."""
