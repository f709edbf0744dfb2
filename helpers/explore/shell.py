"""What the widgets share: a panel, a heading, labelled sliders, work in small steps.

The pure parts never import this module; it is the only place that knows how ipywidgets look.
"""

from __future__ import annotations

import asyncio
import base64
import html
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import ipywidgets as widgets

T = TypeVar("T")
PAUSE = 0.2  # seconds without a change before something slow is started

STYLE = """<style>
.explore-panel { color: var(--jp-ui-font-color1, #222); max-width: 960px; }
.explore-panel .widget-html-content, .explore-panel .jupyter-widgets { color: inherit; }
.explore-panel .widget-label, .explore-panel .widget-readout { color: inherit; }
.explore-heading { font: 600 18px/1.3 var(--jp-ui-font-family, sans-serif); margin: 2px 0 0; }
.explore-text { font: 13px/1.45 var(--jp-ui-font-family, sans-serif); }
.explore-muted { color: var(--jp-ui-font-color2, #666); }
.explore-group { font: 600 11px/1.2 var(--jp-ui-font-family, sans-serif); letter-spacing: .06em;
  text-transform: uppercase; color: var(--jp-ui-font-color2, #666); margin: 8px 0 0; }
.explore-goal { border-left: 4px solid #0072B2; padding: 5px 12px; border-radius: 3px;
  background: var(--jp-layout-color2, #f3f3f3); }
.explore-goal.explore-reached { border-left-color: #009E73; }
.explore-picture img, img.explore-picture { border-radius: 6px; }
.explore-panel :focus-visible { outline: 2px solid #0072B2; outline-offset: 2px; }
.explore-code textarea { font: 12px/1.45 var(--jp-code-font-family, monospace); }
</style>"""


class Panel(widgets.VBox):
    """A finished widget, and what stands for it where there is no kernel.

    Attributes:
        explorer: the object behind the controls, for tests and for the curious.
    """

    def __init__(self, children: list[widgets.Widget], explorer: Any) -> None:
        super().__init__(children, layout=widgets.Layout(width="100%", overflow="hidden"))
        self.add_class("explore-panel")
        self.explorer = explorer

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle = dict(super()._repr_mimebundle_(**options) or {})
        bundle["text/plain"] = self.explorer.words
        bundle["image/jpeg"] = base64.b64encode(self.explorer.picture.value).decode("ascii")
        return bundle


def heading(title: str, text: str) -> widgets.HTML:
    """The title of a widget and one sentence on what it shows."""
    return widgets.HTML(
        f'{STYLE}<div role="heading" aria-level="3" class="explore-heading">{html.escape(title)}'
        f'</div><div class="explore-text explore-muted">{html.escape(text)}</div>'
    )


def group_heading(text: str) -> widgets.HTML:
    """A small heading over some controls."""
    return widgets.HTML(f'<div class="explore-group">{html.escape(text)}</div>')


def goal_box(text: str, feedback: str, reached: bool) -> str:
    """What to find out, and how far one is; announced to screen readers when it changes."""
    mark = "✓ " if reached else ""
    kind = "explore-goal explore-reached" if reached else "explore-goal"
    return (
        f'<div class="{kind} explore-text"><b>Goal.</b> {html.escape(text)}'
        f'<div role="status" aria-live="polite">{mark}{html.escape(feedback)}</div></div>'
    )


def problem_box(problem: Exception) -> str:
    """Why something could not be done, in the place where its result would have stood."""
    return f'<div role="status" class="explore-text">{html.escape(str(problem))}</div>'


def slider(
    label: str, low: float, high: float, step: float, value: float, note: str, wide: int = 112
) -> widgets.FloatSlider | widgets.IntSlider:
    """A labelled slider that moves with the arrow keys; whole numbers when all of them are."""
    whole = all(float(x).is_integer() for x in (low, high, step, value))
    kind = widgets.IntSlider if whole else widgets.FloatSlider
    cast = int if whole else float
    options: dict[str, Any] = {} if whole else {"readout_format": ".2f"}
    return kind(
        value=cast(value),
        min=cast(low),
        max=cast(high),
        step=cast(step),
        description=label,
        tooltip=note,
        continuous_update=True,
        style={"description_width": f"{wide}px"},
        layout=widgets.Layout(width="auto", margin="0 2px", height="27px"),
        **options,
    )


def scale(
    label: str, values: Sequence[float], start: float, note: str = "", zero: str = "0"
) -> widgets.SelectionSlider:
    """A labelled slider over a few values that may be far apart; 0 may be one of them."""
    return widgets.SelectionSlider(
        options=[(f"{value:g}" if value else zero, value) for value in values],
        value=start,
        description=label,
        tooltip=note,
        continuous_update=True,
        style={"description_width": "140px"},
        layout=widgets.Layout(width="auto", margin="0 2px", height="27px"),
    )


def switch(label: str, value: bool, note: str) -> widgets.Checkbox:
    """Something that is simply on or off."""
    return widgets.Checkbox(
        value,
        description=label,
        tooltip=note,
        indent=False,
        layout=widgets.Layout(width="auto", margin="0 2px"),
    )


def choice(
    label: str, options: Mapping[str, Any], value: Any, note: str, wide: int = 140
) -> widgets.Dropdown:
    """One of a few things, each by its name."""
    return widgets.Dropdown(
        options=list(options.items()),
        value=value,
        description=label,
        tooltip=note,
        style={"description_width": f"{wide}px"},
        layout=widgets.Layout(width="auto", margin="0 2px"),
    )


def column() -> widgets.Layout:
    """The layout of the right column: what the controls leave, up to the width of a montage."""
    return widgets.Layout(flex="1 1 0", min_width="0", max_width="560px", margin="0 0 0 18px")


def button(text: str, note: str, icon: str = "", width: str = "auto") -> widgets.Button:
    """A button with words on it."""
    return widgets.Button(
        description=text, tooltip=note, icon=icon, layout=widgets.Layout(width=width)
    )


class Worker:
    """One slow piece of work at a time, in small steps between which the kernel can listen.

    A new piece replaces the one under way. Without a running event loop (a script, a test) it
    is done at once.
    """

    def __init__(self, pause: float = PAUSE) -> None:
        self._pause = pause
        self._task: asyncio.Task[None] | None = None

    def start(
        self,
        steps: Generator[float, None, T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
        progress: Callable[[float], None] = lambda share: None,
    ) -> None:
        """Begin with `steps` after a short pause; call `done` with what they return."""
        self.stop()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            for share in _results(steps, done, failed):
                progress(share)
            return
        self._task = loop.create_task(self._run(steps, done, failed, progress))

    def stop(self) -> None:
        """Give up what is under way."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(
        self,
        steps: Generator[float, None, T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
        progress: Callable[[float], None],
    ) -> None:
        await asyncio.sleep(self._pause)
        for share in _results(steps, done, failed):
            progress(share)
            await asyncio.sleep(0.005)


def _results(
    steps: Generator[float, None, T],
    done: Callable[[T], None],
    failed: Callable[[Exception], None],
) -> Iterator[float]:
    """The shares done; at the end the result goes to `done`, an exception to `failed`."""
    try:
        result = yield from steps
        done(result)
    except Exception as problem:  # shown in the widget: an event loop would print it to stderr
        failed(problem)


class Quiet:
    """Lets many controls change while their observers stay silent."""

    def __init__(self) -> None:
        self.active = False

    @contextmanager
    def __call__(self) -> Iterator[None]:
        before, self.active = self.active, True
        try:
            yield
        finally:
            self.active = before
