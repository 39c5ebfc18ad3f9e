"""ProgressBar: a bar that redraws itself on the terminal's last line."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class ProgressBar:
    """A bar over a number of steps, with text behind it.

    Args:
        total: Number of steps; `None` if it is not known.
    """

    def __init__(self, total: int | None) -> None:
        self._progress = Progress(
            MofNCompleteColumn(),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
            TextColumn("{task.fields[text]}", markup=False),
            console=Console(soft_wrap=False),
            auto_refresh=False,
        )
        self._task: Any = self._progress.add_task("", total=total, text="")
        self._progress.start()

    def update(self, done: int, text: str) -> None:
        """Draws the bar at `done` steps."""
        self._progress.update(self._task, completed=done, text=text, refresh=True)

    def close(self, text: str) -> None:
        """Draws the bar full, and leaves it on the screen."""
        task = self._progress.tasks[0]
        total = task.total if task.total is not None else max(task.completed, 1)
        self._progress.update(self._task, completed=total, total=total, text=text, refresh=True)
        self._progress.stop()

    def stop(self) -> None:
        """Leaves the bar on the screen as it is."""
        self._progress.stop()
