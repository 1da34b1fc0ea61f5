"""Shapes of requests and answers. Ids are text: a 63-bit number would not survive JavaScript."""

from __future__ import annotations

from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

T = TypeVar("T")


class Shape(BaseModel):
    """An answer: fields are read off whatever the room answers, by name."""

    model_config = ConfigDict(from_attributes=True, populate_by_name=True)


class Form(BaseModel):
    """A request: an unknown field is refused, for a misspelled one must not be lost without a word."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)


def _id(value: Any) -> Any:
    return str(value) if isinstance(value, int) else value


def _row_id(value: Any) -> Any:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        return int(value)
    return value


_ID_SCHEMA = {"type": "string", "pattern": "^[0-9]{1,19}$", "examples": ["248371904433721344"]}
Id = Annotated[str, BeforeValidator(_id), WithJsonSchema(_ID_SCHEMA)]
"""A row id in an answer."""
RowId = Annotated[int, BeforeValidator(_row_id), Field(gt=0, lt=2**63), WithJsonSchema(_ID_SCHEMA)]
"""A row id in a request: the text an answer gave, or the number."""

Code = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Text = Annotated[str, StringConstraints(max_length=500)]
Units = Annotated[int, Field(ge=1, le=999_999_999, strict=True)]
"""A quantity of base units."""
Count = Annotated[int, Field(ge=0, le=999_999_999, strict=True)]
Limit = Annotated[int, Field(ge=1, le=500)]


class Page(Shape, Generic[T]):
    """A page of a list; ``next_cursor`` asks for the page after, null on the last."""

    data: list[T]
    next_cursor: str | None = None


class Listing(Shape, Generic[T]):
    """A list that is always whole."""

    data: list[T]


class Done(Shape):
    """How many rows a command concerned."""

    count: int
