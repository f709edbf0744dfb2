"""The build of each genus: how a few botanical numbers become whorls and a centre."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from helpers.data.flora.botany import Centre, Stops, Whorl
from helpers.data.flora.raster import TAU, Array, Colour, hsv

UP = -TAU / 4
_INK = np.array([0.10, 0.07, 0.08])


class Form(Protocol):
    """The build of a genus."""

    @property
    def cone(self) -> float:
        """How steeply the petals rise, 0 for a flat flower."""

    def grow(self, rng: np.random.Generator, hue: float) -> tuple[list[Whorl], Centre]:
        """Return the whorls, lowest first, and the centre of one flower.

        Args:
            rng: for what differs between two flowers of a species.
            hue: standard normal, this flower's deviation from the hue of its species.
        """


def _stops(*stops: tuple[float, Array]) -> Stops:
    return stops


@dataclass(frozen=True)
class Daisy:
    """White rays around a yellow disk."""

    rays: int
    tip: Colour | None = None
    cone: float = 0.12

    def grow(self, rng: np.random.Generator, hue: float) -> tuple[list[Whorl], Centre]:
        ray = hsv(60 + 3 * hue, 0.06, 0.98)
        base = ray * 0.86
        tip = ray if self.tip is None else hsv(*self.tip)
        colours = _stops((0, base * 0.8), (0.35, base), (0.6, ray), (1, tip))
        whorl = Whorl(
            self.rays, colours, width=2.3 / self.rays, fall=0.45, phase=rng.uniform(0, TAU)
        )
        disk = _stops((0, hsv(46, 0.9, 0.95)), (1, hsv(40, 0.95, 0.8)))
        return [whorl], Centre(0.27, disk, florets=True)


@dataclass(frozen=True)
class Cinquefoil:
    """Five or six broad petals around an eye."""

    petals: int
    hue: float
    saturation: float
    value: float
    eye: Colour
    eye_radius: float = 0.26
    width: float = 0.5
    fall: float = 0.35
    notch: float = 0.0
    pale: float = 0.2
    cone: float = 0.2

    def grow(self, rng: np.random.Generator, hue: float) -> tuple[list[Whorl], Centre]:
        petal, eye = hsv(self.hue + 4 * hue, self.saturation, self.value), hsv(*self.eye)
        colours = _stops(
            (0, eye),
            (self.eye_radius * 0.75, eye),
            (self.eye_radius * 1.25, petal * (1 - self.pale) + self.pale),
            (0.6, petal),
            (1, petal * 0.93),
        )
        whorl = Whorl(
            self.petals,
            colours,
            width=self.width * 5 / self.petals,
            rise=0.75,
            fall=self.fall,
            notch=self.notch,
            phase=UP,
            veins=0.10,
        )
        throat = _stops((0, hsv(80, 0.6, 0.6)), (1, hsv(60, 0.7, 0.8)))
        return [whorl], Centre(0.15, throat, dome=0.5, height=0.04)


@dataclass(frozen=True)
class Poppy:
    """Broad crumpled petals around a crown of stamens; even ones lie in two pairs."""

    petals: int
    hue: float
    blotch: float = 0.0
    dark_anthers: bool = True
    cone: float = 0.3

    def grow(self, rng: np.random.Generator, hue: float) -> tuple[list[Whorl], Centre]:
        petal = hsv(self.hue + 3 * hue, 0.88, 0.9)
        phase = rng.uniform(0, TAU)
        if self.petals % 2:
            whorls = [self._whorl(self.petals, petal, 1.2, phase, 1.0)]
        else:
            half, turn = self.petals // 2, TAU / self.petals
            whorls = [
                self._whorl(half, petal, 1.25, phase, 0.84),
                self._whorl(half, petal, 1.25, phase + turn, 1.0),
            ]
        return whorls, self._centre()

    def _whorl(
        self, count: int, petal: Array, spread: float, phase: float, brightness: float
    ) -> Whorl:
        if self.blotch:
            colours = _stops(
                (0, _INK),
                (self.blotch, _INK),
                (self.blotch + 0.1, petal * 0.8),
                (0.7, petal),
                (1, petal),
            )
        else:
            throat, rim = hsv(70, 0.5, 0.8), hsv(70, 0.4, 0.85)
            colours = _stops(
                (0, throat), (0.16, rim), (0.34, petal * 0.9), (0.7, petal), (1, petal)
            )
        return Whorl(
            count,
            colours,
            width=0.62 * 4 / self.petals * spread,
            fall=0.36,
            teeth=0.035,
            phase=phase,
            veins=0.16,
            cup=0.7,
            silk=0.05,
            brightness=brightness,
        )

    def _centre(self) -> Centre:
        pod = _stops((0, hsv(85, 0.35, 0.75)), (0.6, hsv(90, 0.5, 0.5)), (1, hsv(90, 0.5, 0.4)))
        return Centre(
            0.2,
            pod,
            dome=0.6,
            stamens=22,
            anther=hsv(270, 0.3, 0.16) if self.dark_anthers else hsv(48, 0.85, 0.95),
            filament=hsv(300, 0.3, 0.3) if self.dark_anthers else hsv(60, 0.3, 0.9),
            anther_size=0.04,
        )


@dataclass(frozen=True)
class Lily:
    """Two whorls of three slender petals and six long stamens."""

    hue: float
    spots: Colour | None = None
    stripe: Colour | None = None
    cone: float = 0.25

    def grow(self, rng: np.random.Generator, hue: float) -> tuple[list[Whorl], Centre]:
        outer = self._whorl(hue, width=0.2125, length=1.0, phase=UP + TAU / 6, brightness=0.85)
        inner = self._whorl(hue, width=0.25, length=0.98, phase=UP, brightness=1.0)
        throat = _stops((0, hsv(80, 0.5, 0.7)), (1, hsv(80, 0.5, 0.5)))
        centre = Centre(
            0.3,
            throat,
            dome=0.2,
            height=0.1,
            stamens=6,
            anther=hsv(18, 0.8, 0.45),
            filament=hsv(70, 0.35, 0.85),
            anther_size=0.055,
        )
        return [outer, inner], centre

    def _whorl(
        self, hue: float, width: float, length: float, phase: float, brightness: float
    ) -> Whorl:
        petal, base = hsv(self.hue + 4 * hue, 0.8, 0.95), hsv(60, 0.5, 0.95)
        return Whorl(
            3,
            _stops((0, base * 0.75), (0.22, base), (0.5, petal), (1, petal * 0.95)),
            length=length,
            width=width,
            fall=0.8,
            phase=phase,
            stripe=None if self.stripe is None else hsv(*self.stripe),
            stripe_width=0.035,
            spots=None if self.spots is None else hsv(*self.spots),
            cup=0.7,
            brightness=brightness,
        )


@dataclass(frozen=True)
class Pansy:
    """Two petals up, two aside, one lip: the only flower here with a left and a right."""

    upper: Colour
    side: Colour
    lip: Colour
    cone: float = 0.1

    def grow(self, rng: np.random.Generator, hue: float) -> tuple[list[Whorl], Centre]:
        eye = hsv(48, 0.9, 1.0)
        upper, side, lip = (hsv(h + 4 * hue, s, v) for h, s, v in (self.upper, self.side, self.lip))
        whorls = [
            self._petal(angle, 1.0, 0.44, eye, upper, upper, brightness=0.88)
            for angle in (-0.62, 0.62)
        ]
        whorls += [
            self._petal(angle, 0.85, 0.38, eye, eye, side, whiskers=(-0.16, 0.0, 0.16))
            for angle in (-1.75, 1.75)
        ]
        whiskers = (-0.36, -0.18, 0.0, 0.18, 0.36)
        whorls.append(
            self._petal(math.pi, 0.98, 0.52, eye, eye, lip, notch=0.12, whiskers=whiskers)
        )
        throat = _stops((0, hsv(40, 0.95, 0.95)), (1, hsv(45, 0.9, 0.8)))
        return whorls, Centre(0.1, throat, dome=0.7, height=0.03)

    def _petal(
        self,
        angle: float,
        length: float,
        width: float,
        eye: Array,
        ring: Array,
        petal: Array,
        brightness: float = 1.0,
        notch: float = 0.0,
        whiskers: Sequence[float] = (),
    ) -> Whorl:
        return Whorl(
            1,
            _stops((0, eye), (0.16, ring), (0.3, petal), (1, petal)),
            length=length,
            width=width,
            rise=0.75,
            fall=0.32,
            notch=notch,
            phase=angle + UP,
            stripe=_INK * 2 if whiskers else None,
            stripe_width=0.028 if len(whiskers) == 1 else 0.017,
            stripes=tuple(whiskers),
            veins=0.05,
            brightness=brightness,
            alone=True,
        )
