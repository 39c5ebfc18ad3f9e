"""Places for the boxes of a directed graph, in rows from its sources to its ends."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

_SWEEPS = 12


class GraphLayout:
    """A drawing of a graph in rows: boxes that take from others stand in a later row, and few arrows cross.

    The method is Sugiyama's: rows by the longest path, arrows over several rows led through places of their own, the
    order within rows by the means of neighbours; then positions by least squares, the order kept.

    Args:
        sizes: By box, its size along the row and across.
        arrows: Pairs of the numbers of boxes, from and to. Those that would close a circle are turned for the layout.
        gap: Least distance between boxes of a row.
        row_gap: Distance between rows.

    Attributes:
        centres: By box, its position along the row and across.
        paths: By arrow, the positions that it goes through, from the edge of one box to that of the other.
        width, height: Size of it all.

    Reference:
        Sugiyama, Tagawa and Toda, Methods for Visual Understanding of Hierarchical System Structures, 1981.
    """

    def __init__(
        self,
        sizes: Sequence[tuple[float, float]],
        arrows: Sequence[tuple[int, int]],
        gap: float,
        row_gap: float,
    ) -> None:
        self._gap = gap
        self._widths = [width for width, _ in sizes]
        self._rank = _ranks(len(sizes), arrows)
        self._routes = [self._route(a, b) for a, b in arrows]
        self._neighbours: list[tuple[list[int], list[int]]] = [([], []) for _ in self._widths]
        for route in self._routes:
            for a, b in itertools.pairwise(route):
                upper, lower = (a, b) if self._rank[a] < self._rank[b] else (b, a)
                self._neighbours[lower][0].append(upper)
                self._neighbours[upper][1].append(lower)
        self._rows: list[list[int]] = [[] for _ in range(max(self._rank, default=-1) + 1)]
        for box, rank in enumerate(self._rank):
            self._rows[rank].append(box)
        self._order()
        x = self._positions()
        heights = [max((sizes[box][1] for box in row if box < len(sizes)), default=0.0) for row in self._rows]
        tops = np.cumsum([0.0, *(height + row_gap for height in heights)])
        self._bands = [(float(top), float(top) + height) for top, height in zip(tops, heights, strict=False)]
        self._x = [float(place) for place in x]
        self._heights = [height for _, height in sizes]
        self.centres = [(self._x[box], sum(self._bands[self._rank[box]]) / 2) for box in range(len(sizes))]
        self.paths = [self._path(route) for route in self._routes]
        self.width = max((place + width / 2 for place, width in zip(self._x, self._widths, strict=True)), default=0.0)
        self.height = self._bands[-1][1] if self._bands else 0.0

    def _path(self, route: list[int]) -> list[tuple[float, float]]:
        """Through rows straight across, and aside only between rows, where no boxes are."""
        enter, leave = (0, 1) if self._rank[route[0]] < self._rank[route[-1]] else (1, 0)
        points = [(self._x[route[0]], self._side(route[0], leave))]
        for a, b in itertools.pairwise(route):
            points.append((self._x[a], self._bands[self._rank[a]][leave]))
            points.append((self._x[b], self._bands[self._rank[b]][enter]))
        points.append((self._x[route[-1]], self._side(route[-1], enter)))
        points = [(round(along, 6), round(across, 6)) for along, across in points]  # so that the same are equal
        return [point for i, point in enumerate(points) if i == 0 or point != points[i - 1]]

    def _side(self, box: int, side: int) -> float:
        return self.centres[box][1] + (side - 0.5) * self._heights[box]

    def _route(self, a: int, b: int) -> list[int]:
        """The boxes from `a` to `b`, with a narrow one made in each row between."""
        step = 1 if self._rank[a] < self._rank[b] else -1
        route = [a]
        for rank in range(self._rank[a] + step, self._rank[b], step):
            route.append(len(self._widths))
            self._widths.append(0.0)
            self._rank.append(rank)
        return [*route, b]

    def _order(self) -> None:
        for sweep in range(_SWEEPS):
            downwards = sweep % 2 == 0
            place = {box: i for row in self._rows for i, box in enumerate(row)}
            for row in self._rows if downwards else reversed(self._rows):
                means = {box: self._mean(box, 0 if downwards else 1, place) for box in row}
                row.sort(key=lambda box: means[box])
                place.update((box, i) for i, box in enumerate(row))

    def _mean(self, box: int, side: int, place: dict[int, int]) -> float:
        near = self._neighbours[box][side]
        return float(np.mean([place[other] for other in near])) if near else float(place[box])

    def _positions(self) -> np.ndarray:
        x = np.zeros(len(self._widths))
        for row in self._rows:
            x[row] = np.arange(len(row))
        for sweep in range(2 * _SWEEPS):
            for row in self._rows if sweep % 2 == 0 else reversed(self._rows):
                wanted = []
                for box in row:
                    near = self._neighbours[box][sweep % 2] or self._neighbours[box][1 - sweep % 2]
                    wanted.append(float(np.mean(x[near])) if near else float(x[box]))
                x[row] = self._apart(row, wanted)
        if len(x):
            x -= min(x[box] - self._widths[box] / 2 for box in range(len(x)))
        return x

    def _apart(self, row: list[int], wanted: list[float]) -> list[float]:
        """The positions nearest to those wanted, in the sense of least squares, that keep order and distances."""
        offsets, total = [], 0.0
        for i, box in enumerate(row):
            if i:
                total += (self._widths[row[i - 1]] + self._widths[box]) / 2 + self._gap
            offsets.append(total)
        blocks: list[tuple[float, int]] = []  # mean and number: neighbours that are pushed together
        for place, offset in zip(wanted, offsets, strict=True):
            mean, count = place - offset, 1
            while blocks and blocks[-1][0] > mean:
                other, size = blocks.pop()
                mean, count = (mean * count + other * size) / (count + size), count + size
            blocks.append((mean, count))
        means = [mean for mean, count in blocks for _ in range(count)]
        return [mean + offset for mean, offset in zip(means, offsets, strict=True)]


def _ranks(count: int, arrows: Sequence[tuple[int, int]]) -> list[int]:
    """The number of the row of each box: the longest way to it, arrows that close a circle left out."""
    targets: list[list[int]] = [[] for _ in range(count)]
    for a, b in arrows:
        targets[a].append(b)
    finished: list[int] = []  # each after all that it leads to
    state = [0] * count  # 1: on the way that is being followed, 2: finished
    forward: list[list[int]] = [[] for _ in range(count)]
    for start in range(count):
        stack = [(start, 0)] if state[start] == 0 else []
        while stack:
            box, i = stack.pop()
            state[box] = 1
            if i == len(targets[box]):
                state[box] = 2
                finished.append(box)
                continue
            stack.append((box, i + 1))
            target = targets[box][i]
            if state[target] != 1:
                forward[box].append(target)
            if state[target] == 0:
                stack.append((target, 0))
    ranks = [0] * count
    for box in reversed(finished):
        for target in forward[box]:
            ranks[target] = max(ranks[target], ranks[box] + 1)
    return ranks
