"""A door: the router of one part of the API. Reads and commands each name the scope a key must have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Router
from ninja.operation import Operation, PathView
from ninja.utils import contribute_operation_callback
from pydantic import TypeAdapter

from orderhouse.http.attend import Manner, attend
from orderhouse.http.bodies import JSON
from orderhouse.http.policy import ApiKey, RouteWithoutPolicy
from orderhouse.http.problems import MethodNotAllowed, problem

Handler = TypeVar("Handler", bound=Callable[..., Any])

PROBLEMS = {
    status: {"description": said, "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    for status, said in {
        "401": "The key is not accepted",
        "403": "The key lacks the scope",
        "404": "It is not there",
        "409": "The rules refuse it as things stand",
        "422": "The request can never be right as it is; `problems` names every field",
        "503": "Not now; repeat after `Retry-After`",
    }.items()
}
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "Names this command: a repeat under the same key answers what the first answered and does nothing again.",
    "example": "5f0f6f6e-8c0e-4c7e-9b5d-2a1f6a5f3d11",
}


class Door(Router):
    """The operations of one part of the API. Each is refused to keys without its scope, by default to all."""

    def read(self, path: str, *, scope: str, answers: Any, **rest: Any) -> Callable[[Handler], Handler]:
        """A GET. ``answers`` is the shape of its 200; the handler's result is shaped by it, attribute by attribute. ``asks``: the statement it
        can tell beforehand (:class:`attend.Manner`)."""
        return self._operation("GET", path, scope, {200: answers}, rest)

    def command(
        self, path: str, *, scope: str, answers: Any, method: str = "POST", status: int = 200, **rest: Any
    ) -> Callable[[Handler], Handler]:
        """An operation that changes something. ``answers`` is the shape of its ``status`` (None: no content); a handler that
        answers in several ways returns an ``HttpResponse`` made by :func:`render`."""
        return self._operation(method, path, scope, {status: answers}, rest, command=True)

    def _operation(
        self, method: str, path: str, scope: str, answers: dict[int, Any], rest: dict[str, Any], command: bool = False
    ) -> Callable[[Handler], Handler]:
        also: dict[int, Any] = rest.pop("also", {})
        extra: dict[str, Any] = dict(rest.pop("openapi_extra", {}))
        manner = Manner(
            scope,
            command=command,
            own_work=rest.pop("own_work", False),
            shares=rest.pop("shares", False),
            accepts=rest.pop("accepts", (JSON,)),
            parses=rest.pop("parses", True),
            streams=rest.pop("streams", ""),
            asks=rest.pop("asks", None),
        )
        (status,), (shape,) = answers, answers.values()
        extra["responses"] = PROBLEMS | dict(extra.get("responses", {}))
        extra["x-scope"] = scope
        if command:
            extra["parameters"] = [*extra.get("parameters", ()), IDEMPOTENCY_KEY]
        allowed = ApiKey(scope)

        def register(handler: Handler) -> Handler:
            contribute_operation_callback(handler, partial(_guard, manner, status, shape))
            contribute_operation_callback(handler, partial(_tell_scope, scope))
            self.add_api_operation(
                path,
                [method],
                handler,
                auth=allowed,
                response=answers | also,
                openapi_extra=extra,
                **(_named(handler, rest) | rest),
            )
            return handler

        return register

    def add_api_operation(self, path: str, methods: list[str], view_func: Callable[..., Any], **rest: Any) -> None:
        if not isinstance(rest.get("auth"), ApiKey):
            raise RouteWithoutPolicy(f"{' '.join(methods)} {path} names no scope: open it with Door.read or Door.command")
        self.path_operations.setdefault(path, _Address())
        super().add_api_operation(path, methods, view_func, **rest)


def render(shape: Any, value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """``value`` in the shape's fields, as JSON."""
    adapter = _adapter(shape)
    body = adapter.dump_json(adapter.validate_python(value, from_attributes=True), by_alias=True)
    return HttpResponse(body, status=status, content_type=JSON, headers=headers)


_adapters: dict[Any, TypeAdapter[Any]] = {}


def _adapter(shape: Any) -> TypeAdapter[Any]:
    key = shape if isinstance(shape, type) else repr(shape)
    if key not in _adapters:
        _adapters[key] = TypeAdapter(shape)
    return _adapters[key]


def _guard(manner: Manner, status: int, shape: Any, operation: Operation) -> None:
    """Attend to the operation's requests, and shape what its handler answers."""
    handler = operation.view_func

    def shaped(request: HttpRequest, **values: Any) -> HttpResponseBase:
        value = handler(request, **values)
        if isinstance(value, HttpResponseBase):
            return value
        if shape is None:
            return HttpResponse(status=204 if status == 200 else status)
        return render(shape, value, status=status)

    def attended(run: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        def answer(request: HttpRequest, **path: Any) -> HttpResponseBase:
            return attend(request, manner, lambda request: run(request, **path))

        return answer

    operation.view_func = shaped
    operation.run = attended(operation.run)  # type: ignore[method-assign]
    operation._run_decorators = [attended]  # type: ignore[attr-defined]


def _tell_scope(scope: str, operation: Operation) -> None:
    operation.description = f"{operation.description}\n\nNeeds the scope `{scope}`.".strip()


def _named(handler: Callable[..., Any], said: Mapping[str, Any]) -> dict[str, str]:
    name = said.get("operation_id", handler.__name__)
    return {"summary": name[:1].upper() + name[1:].replace("_", " "), "operation_id": name}


class _Address(PathView):
    """One path with its operations; another method is a problem, and its policies can be read off the view."""

    def get_view(self) -> Callable[..., Any]:
        view = super().get_view()
        policies = {method: callback for op in self.operations for method in op.methods for callback in op.auth_callbacks}
        if all(isinstance(said, ApiKey) for said in policies.values()) and len(policies) == len(self.operations):
            view.policy = policies  # type: ignore[attr-defined]
        return view

    def clone(self) -> PathView:
        cloned = _Address()
        cloned.is_async, cloned.url_name = self.is_async, self.url_name
        cloned.operations = [operation.clone() for operation in self.operations]
        return cloned

    def _not_allowed(self) -> HttpResponse:
        allowed = sorted({method for operation in self.operations for method in operation.methods})
        return problem(MethodNotAllowed(allowed=", ".join(allowed)))
