"""Define items: what is sold and kept, with its packs and barcodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from orderhouse.catalog import queries, rules
from orderhouse.catalog.words import words_of
from orderhouse.database import execute, fetch_all, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, NotFound, Refusal
from orderhouse.kernel.identifiers import new_ids, sku

BASE_UNITS = ("each", "gram", "millilitre")


@dataclass(frozen=True, slots=True)
class ItemDefinition:
    """An item of an owner (``owner`` is the code).

    Weight in grams and edges in millimeters of one base unit, 0 where unknown. ``minimum_life_days``: days an expiring lot
    must have left at the pick. ``price`` per base unit in ``currency``. ``barcodes``: printed text to the base units one
    scan stands for. ``packs``: pack code to base units (more than 1).
    """

    owner: str
    sku: str
    name: str
    base_unit: str = "each"
    weight_grams: int = 0
    length_mm: int = 0
    width_mm: int = 0
    height_mm: int = 0
    tracks_lots: bool = False
    tracks_serials: bool = False
    minimum_life_days: int = 0
    hazmat: bool = False
    price: Decimal | None = None
    currency: str | None = None
    active: bool = True
    barcodes: Mapping[str, int] = field(default_factory=dict)
    packs: Mapping[str, int] = field(default_factory=dict)


class BarcodeTaken(Refusal):
    """A barcode means one item for every scan; it cannot be given to a second."""

    sentence = "Barcode {barcode} already stands for {sku}."
    remedy = "Take the barcode from {sku} first, or print another."


class BaseUnitFixed(Refusal):
    """Quantities already booked count in the item's base unit."""

    sentence = "{sku} is counted in {unit} and cannot change to {wanted}."
    remedy = "Define a new SKU for the other unit."


def define_items(*, by: By, items: Sequence[ItemDefinition]) -> dict[str, int]:
    """Make or correct items by (owner, SKU); answers their ids by SKU, so one batch names each SKU once.

    Packs and barcodes are added or corrected; those not named stay. At most five statements, whatever the size.
    Raises InvalidInput, NotFound for an unknown owner, :class:`BarcodeTaken`, :class:`BaseUnitFixed`; then nothing changes.
    """
    if not items:
        return {}
    rules.none_twice((item.sku for item in items), field="sku")
    for item in items:
        _check(item)
    with unit_of_work(by.tenant_id):
        owners = {owner.code: owner.id for owner in queries.owners(by.tenant_id).values()}
        for item in items:
            if item.owner not in owners:
                raise NotFound(kind="owner", code=item.owner, field="owner")
        ids = _define(by, sorted(items, key=lambda i: (owners[i.owner], i.sku)), owners)
        _define_packs(by, items, ids)
        _define_barcodes(by, items, ids)
        _define_words(by, items, ids)
    return ids


def _define(by: By, items: Sequence[ItemDefinition], owners: Mapping[str, int]) -> dict[str, int]:
    rows = fetch_all(
        sql.load(__file__, "define_items"),
        {
            "tenant": by.tenant_id,
            "at": by.at,
            "ids": new_ids(len(items)),
            "owners": [owners[i.owner] for i in items],
            "skus": [i.sku for i in items],
            "names": [i.name for i in items],
            "units": [i.base_unit for i in items],
            "weights": [i.weight_grams for i in items],
            "lengths": [i.length_mm for i in items],
            "widths": [i.width_mm for i in items],
            "heights": [i.height_mm for i in items],
            "lots": [i.tracks_lots for i in items],
            "serials": [i.tracks_serials for i in items],
            "lives": [i.minimum_life_days for i in items],
            "hazmats": [i.hazmat for i in items],
            "prices": [i.price for i in items],
            "currencies": [i.currency for i in items],
            "actives": [i.active for i in items],
        },
    )
    wanted = {item.sku: item.base_unit for item in items}
    for code, _, unit in rows:
        if unit != wanted[code]:
            raise BaseUnitFixed(sku=code, unit=unit, wanted=wanted[code], field="base_unit")
    return {code: item_id for code, item_id, _ in rows}


def _define_packs(by: By, items: Sequence[ItemDefinition], ids: Mapping[str, int]) -> None:
    packs = sorted((ids[i.sku], code, quantity) for i in items for code, quantity in i.packs.items())
    if packs:
        item_ids, codes, quantities = (list(column) for column in zip(*packs, strict=True))
        columns = {"items": item_ids, "codes": codes, "quantities": quantities}
        execute(sql.load(__file__, "define_packs"), {"tenant": by.tenant_id, "ids": new_ids(len(packs)), **columns})


def _define_barcodes(by: By, items: Sequence[ItemDefinition], ids: Mapping[str, int]) -> None:
    barcodes: dict[str, tuple[ItemDefinition, int]] = {}
    for item in items:
        for text, quantity in item.barcodes.items():
            kept = rules.barcode(text)
            if kept in barcodes and barcodes[kept][0].sku != item.sku:
                raise BarcodeTaken(barcode=text, sku=barcodes[kept][0].sku, field="barcodes")
            barcodes[kept] = (item, quantity)
    if not barcodes:
        return
    rows = fetch_all(
        sql.load(__file__, "define_barcodes"),
        {
            "tenant": by.tenant_id,
            "texts": sorted(barcodes),
            "items": [ids[barcodes[text][0].sku] for text in sorted(barcodes)],
            "quantities": [barcodes[text][1] for text in sorted(barcodes)],
        },
    )
    missing = sorted(set(barcodes) - {text for (text,) in rows})
    if missing:
        holder = queries.items_by_barcode(by.tenant_id, missing[:1])
        named = queries.items(by.tenant_id, [item_id for item_id, _ in holder.values()])
        raise BarcodeTaken(barcode=missing[0], sku=next(iter(named.values())).sku if named else "another item", field="barcodes")


def _check(item: ItemDefinition) -> None:
    sku(item.sku)
    if not item.name.strip() or "\x00" in item.name:
        raise InvalidInput(field="name", reason=f"{item.sku} has no name", remedy="Name the item as the picker should read it.")
    if item.base_unit not in BASE_UNITS:
        raise InvalidInput(
            field="base_unit", reason=f"{item.base_unit!r} is no base unit", remedy=f"Use one of {', '.join(BASE_UNITS)}."
        )
    for name in ("weight_grams", "length_mm", "width_mm", "height_mm", "minimum_life_days"):
        if getattr(item, name) < 0:
            raise InvalidInput(field=name, reason=f"{getattr(item, name)} of {item.sku} is negative")
    if item.price is not None and item.price < 0:
        raise InvalidInput(field="price", reason=f"{item.price} of {item.sku} is negative")
    if item.currency is not None:
        rules.currency(item.currency, field="currency")
    for code, quantity in item.packs.items():
        rules.code(code, field="packs")
        if quantity < 2:
            raise InvalidInput(
                field="packs", reason=f"a {code} of {item.sku} holds {quantity}", remedy="A pack holds 2 base units or more."
            )
    for text, quantity in item.barcodes.items():
        if quantity < 1:
            raise InvalidInput(field="barcodes", reason=f"barcode {text} of {item.sku} stands for {quantity} units")


def _define_words(by: By, items: Sequence[ItemDefinition], ids: Mapping[str, int]) -> None:
    pairs = sorted({(ids[item.sku], word) for item in items for word in words_of(item.name)})
    execute(
        sql.load(__file__, "define_words"),
        {
            "tenant": by.tenant_id,
            "items": sorted(ids.values()),
            "of": [id_ for id_, _ in pairs],
            "words": [word for _, word in pairs],
        },
    )
