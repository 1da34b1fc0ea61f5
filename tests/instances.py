"""Reads the academic picking instances under ``../shared/data`` (the text format of Hessler and Irnich)."""

from __future__ import annotations

import csv
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from orderhouse.wms.picking.strategies import CartLimits, PickOrder
from orderhouse.wms.picking.strategies.walks import Walks
from orderhouse.wms.routing import Geometry

SHARED = Path(__file__).resolve().parents[2] / "shared"


@dataclass(frozen=True, slots=True)
class Instance:
    """``capacity``: load one tour carries; None where the file states none (a single tour)."""

    name: str
    geometry: Geometry
    orders: tuple[PickOrder, ...]
    capacity: int | None


@dataclass(frozen=True, slots=True)
class Published:
    """One published result, lengths in the instance's meters: best known, lower bound, and whether they were proven equal."""

    name: str
    best: float
    lower_bound: float
    proven: bool


def shared_data(folder: str) -> Path:
    """The folder of one data set; skips the test where no shared data stand beside the repository at all."""
    if not SHARED.exists():
        pytest.skip("the academic instances are not vendored: no ../shared beside the repository")
    return SHARED / "data" / folder


@lru_cache(maxsize=4)
def read_set(folder: str) -> dict[str, Instance]:
    """All instances of a ``jobprp_*`` set by file name, a folder within the archive before it (``uniform_S-Shape/...``)."""
    with tarfile.open(shared_data(folder) / "instances.tar.xz") as archive:
        texts = {
            member.name.removeprefix("./"): file.read().decode("latin-1")
            for member in archive
            if member.isfile() and (file := archive.extractfile(member))
        }
    return {name: read_instance(name, text) for name, text in sorted(texts.items())}


def published(folder: str) -> dict[str, Published]:
    """The published results of a ``jobprp_*`` set, by the same names as :func:`read_set`; of doubled rows the better one."""
    results: dict[str, Published] = {}
    with (shared_data(folder) / "published_results.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            name = f"uniform_{row['set']}/{row['instance']}" if "set" in row else row["instance"]
            found = Published(name, float(row["UB"]), float(row["LB"]), row["proven_optimal"] == "True")
            if name not in results or (found.best, -found.lower_bound) < (results[name].best, -results[name].lower_bound):
                results[name] = found
    return results


def read_instance(name: str, text: str) -> Instance:
    """One instance. Cell 0 lies next to the top cross aisle; the depot at the bottom (or top) end of its aisle."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("EOF")]
    header = {key.strip(): value.strip() for key, _, value in (line.partition(" : ") for line in lines)}
    step, cells = float(header["DISTANCE_CELL_TO_CELL"]), int(header["NUM_CELLS"])
    bottom, top = float(header["DISTANCE_BOTTOM_TO_CELL"]), float(header["DISTANCE_TOP_TO_CELL"])
    if header["LAYOUT"] != "single-block" or float(header["DISTANCE_TOP_OR_BOTTOM_TO_DEPOT"]) != 0:
        raise ValueError(f"{name}: this reader knows single blocks with the depot on a cross aisle")
    geometry = Geometry(
        aisles=tuple(aisle * float(header["DISTANCE_AISLE_TO_AISLE"]) for aisle in range(int(header["NUM_AISLES"]))),
        cross_aisles=(0.0, bottom + (cells - 1) * step + top),
        depot_aisle=int(header["DEPOT_AISLE"]),
        depot_cross_aisle={"bottom": 0, "top": 1}[header["DEPOT_LOCATION"]],
    )
    articles, skus, rest = (lines.index(section) for section in ("ARTICLE_SECTION", "SKU_SECTION", "ORDER_SECTION"))
    weights = {words[1]: int(words[3]) if len(words) > 3 else 1 for words in _rows(lines[articles:skus])}
    places = {words[1]: (int(words[3]), bottom + (cells - 1 - int(words[5])) * step) for words in _rows(lines[skus:rest])}
    orders: list[list[list[str]]] = []
    for line in lines[rest:]:
        if line.startswith("NUM_ARTICLES"):
            orders.append([])
        elif line.startswith("ID "):
            orders[-1].append(line.split())
    capacity = header.get("PICKER_CAPACITY")
    return Instance(
        name,
        geometry,
        tuple(
            PickOrder(
                key=str(number),
                stops=tuple(places[words[1]] for words in order),
                load=sum(int(words[3]) * weights[words[1]] for words in order),
            )
            for number, order in enumerate(orders)
        ),
        int(capacity) if capacity else None,
    )


def optimal_batching_length(instance: Instance) -> float:
    """The shortest total length of all ways to batch an instance of up to about 14 orders, found by trying every batch.

    Every batch within the capacity is measured exactly; then for each set of orders, the batch that holds its first
    order is chosen best.
    """
    walks = Walks(instance.orders, instance.geometry)
    limits = CartLimits(load=instance.capacity)
    batches = list(walks.singles)
    for batch in batches:  # grows while it is read: every batch once, its orders ascending
        for single in walks.singles[batch.members.bit_length() :]:
            if limits.allow(batch.load + single.load, batch.size + 1):
                batches.append(walks.merge((batch, single)))
    members = np.array([batch.members for batch in batches])
    lengths = np.array(walks.measure(batches))
    with_first = [members & -members == 1 << order for order in range(len(walks.singles))]
    choices = [(members[chosen], lengths[chosen]) for chosen in with_first]
    best = np.zeros(1 << len(walks.singles))
    for orders in range(1, len(best)):
        batch, length = choices[(orders & -orders).bit_length() - 1]
        within = batch & ~orders == 0
        best[orders] = (length[within] + best[orders ^ batch[within]]).min()
    return float(best[-1])


def _rows(lines: list[str]) -> Iterator[list[str]]:
    return (line.split() for line in lines if line.startswith("ID "))
