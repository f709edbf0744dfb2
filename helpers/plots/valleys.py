"""Paths of optimizers in a valley of two weights, seen from above."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from helpers import figures
from helpers.errors import CourseError
from helpers.figures import Drawing
from helpers.plots.common import not_empty, times

Place = Sequence[float]
_LINES = 9  # of equal loss


def valley(loss: Callable[[float, float], float], paths: Mapping[str, Sequence[Place]]) -> Drawing:
    """Paths on a map of the loss, a panel each: who goes straight, who swings from wall to wall.

    Args:
        loss: of the two weights.
        paths: by name: places, each two numbers, the start first.

    Raises:
        CourseError: no path, one without a place, or places that are not two finite numbers where
            the path begins.
    """
    not_empty(paths)
    routes = {name: _as_route(name, path) for name, path in paths.items()}
    reach = np.max([np.abs(route[0]) for route in routes.values()], axis=0)
    reach = 1.3 * np.maximum(reach, 0.35 * (reach.max() or 1.0))
    height = 0.9 + 9.6 / len(routes) * 0.62
    figure, [row] = figures.new_grid(9.6, min(3.6, height), 1, len(routes), sharey=True)
    said = []
    for axes, (name, route) in zip(row, routes.items(), strict=True):
        _draw_map(axes, loss, reach)
        _draw_route(axes, route, 50 * float(reach.max()))
        axes.set(xlim=(-reach[0], reach[0]), ylim=(-reach[1], reach[1]), xlabel="one weight")
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.grid(False)
        axes.set_title(name, loc="left", fontsize=10, fontweight="bold")
        said.append(f"{name}: {_words(loss, route)}")
    row[0].set_ylabel("another weight")
    return Drawing(figure, f"Paths in a valley of two weights. {'; '.join(said)}.")


def _as_route(name: str, path: Sequence[Place]) -> NDArray[np.float64]:
    route = np.array([[float(number) for number in place] for place in path])
    if route.ndim != 2 or route.shape[1] != 2:
        raise CourseError(f"A place on the path of {name!r} is not two numbers.")
    if not np.isfinite(route[0]).all():
        raise CourseError(f"The path of {name!r} begins at {route[0]}: there is no such place.")
    return route


def _draw_map(
    axes: Axes, loss: Callable[[float, float], float], reach: NDArray[np.float64]
) -> None:
    xs, ys = (np.linspace(-far, far, 61) for far in reach)
    heights = np.array([[loss(float(x), float(y)) for x in xs] for y in ys])
    top = float(heights.max())
    if not top > 0:
        return  # flat: no line of equal loss
    levels = np.geomspace(top / 2**_LINES, top, _LINES)
    axes.contourf(xs, ys, heights, levels=[0, *levels], cmap="Blues", alpha=0.45, zorder=0)
    axes.contour(xs, ys, heights, levels=levels, colors=figures.GREY, linewidths=0.6, zorder=1)
    axes.plot(0, 0, "+", color=figures.BLACK, markersize=9, zorder=3)


def _draw_route(axes: Axes, route: NDArray[np.float64], far: float) -> None:
    seen = np.isfinite(route).all(1) & (np.abs(np.nan_to_num(route)).max(1) < far)
    xs, ys = route[seen].T
    axes.plot(xs, ys, color=figures.VERMILION, linewidth=1.3, alpha=0.8, zorder=4)
    axes.scatter(xs, ys, s=12, color=figures.VERMILION, zorder=5, linewidths=0)
    axes.scatter(xs[:1], ys[:1], s=46, facecolor=figures.PAPER, edgecolor=figures.BLACK, zorder=6)


def _words(loss: Callable[[float, float], float], route: NDArray[np.float64]) -> str:
    before, after = loss(*route[0].tolist()), loss(*route[-1].tolist())
    ends = f"{after:.2g}" if math.isfinite(after) and after < 1e150 else "beyond all bounds"
    turns = int((np.diff(np.sign(np.diff(route[:, 1]))) != 0).sum()) if len(route) > 2 else 0
    swings = f", changing direction {times(turns)}" if turns else ""
    return f"loss {before:.2g} becomes {ends} in {len(route) - 1} steps{swings}"
