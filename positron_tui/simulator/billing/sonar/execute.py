"""GraphQL over the tables: the schema with its resolvers, and known texts kept parsed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    build_ast_schema,
    parse,
    validate,
)
from graphql.execution import execute_sync

from positron_tui.domain.errors import UsageError
from positron_tui.domain.mac import parse_mac
from positron_tui.simulator.billing.book import Action, BookEvent, What
from positron_tui.simulator.billing.sonar.listing import connection
from positron_tui.simulator.billing.sonar.quirks import Quirks
from positron_tui.simulator.billing.sonar.rows import Row
from positron_tui.simulator.billing.sonar.tables import Tables
from positron_tui.simulator.billing.sonar.webhooks import MODEL_EVENTS, Webhooks
from positron_tui.simulator.billing.sonar.writes import Writes, note_row

KEPT_TEXTS = 500
USER = {"id": 7, "name": "Console integration"}
_FIRST_EVENT = 3_000_000
_NESTED = {
    "Account": (
        "account_services",
        "addresses",
        "uninventoried_mac_addresses",
        "custom_field_data",
    ),
    "Address": ("inventory_items",),
    "InventoryItem": ("inventory_model_field_data",),
    "WebhookEndpoint": ("webhook_endpoint_events",),
}


@dataclass(frozen=True, slots=True)
class _Text:
    """A GraphQL text; `document` is None where it is none."""

    document: DocumentNode | None
    errors: tuple[GraphQLError, ...]
    writes: bool = False


def writes(text: str) -> bool:
    """Return whether a GraphQL text has a mutation."""
    return _known(text).writes


@lru_cache(KEPT_TEXTS)
def _known(text: str) -> _Text:
    """Parse and check a text once, for all stand-ins: they have one and the same schema."""
    try:
        document = parse(text, no_location=True)
    except GraphQLError as error:
        return _Text(None, (error,))
    mutates = any(
        isinstance(one, OperationDefinitionNode) and one.operation is OperationType.MUTATION
        for one in document.definitions
    )
    return _Text(document, tuple(validate(_unbound_schema(), document)), mutates)


@cache
def _unbound_schema() -> GraphQLSchema:
    return _schema()


class Executor:
    """Runs GraphQL texts against the tables; `run` returns the whole response object."""

    def __init__(self, tables: Tables, webhooks: Webhooks, quirks: Quirks) -> None:
        self._quirks = quirks
        self.schema = _schema()
        self._tables = tables
        self._webhooks = webhooks
        self._bind()

    def run(self, text: str, variables: dict[str, Any] | None) -> Row:
        """Execute one text; what is wrong with it is told under `errors`, as HTTP 200 does."""
        known = _known(text)
        if known.document is None or known.errors:
            return {"errors": [error.formatted for error in known.errors], "data": None}
        result = execute_sync(
            self.schema,
            known.document,
            root_value={},
            variable_values=variables,
            field_resolver=_column,
        )
        answer: Row = {"data": result.data}
        if result.errors:
            answer["errors"] = [error.formatted for error in result.errors]
        return answer

    def _bind(self) -> None:
        tables = self._tables
        roots: dict[str, Callable[[], Iterable[Row]]] = {
            name: tables.table(name).values  # one dict for good, filled and emptied in place
            for name in (
                "account_statuses",
                "services",
                "custom_fields",
                "inventory_model_fields",
                *tables.of_account,
            )
        }
        roots["notes"] = self._notes
        roots["account_events"] = self._account_events
        roots["webhook_endpoints"] = self._webhooks.endpoints.values
        roots["webhook_endpoint_event_dispatches"] = self._webhooks.dispatches
        query = self._type("Query")
        for name, rows in roots.items():
            query.fields[name].resolve = self._root(rows)
        query.fields["accounts"].resolve = self._accounts
        query.fields["me"].resolve = lambda _source, _info: USER
        query.fields["webhook_model_events"].resolve = lambda _source, _info: {
            "entities": [{"model": name, "events": list(of)} for name, of in MODEL_EVENTS.items()]
        }
        for type_name, nested in _NESTED.items():
            for name in nested:
                self._type(type_name).fields[name].resolve = _nested(f"_{name}")
        account = self._type("Account").fields
        account["notes"].resolve = self._of_account(self._notes, "noteable_id")
        account["account_events"].resolve = self._of_account(self._account_events, "account_id")
        for name, write in Writes(tables, self._webhooks).by_name().items():
            self._type("Mutation").fields[name].resolve = _mutation(write)

    def _type(self, name: str) -> GraphQLObjectType:
        found = self.schema.type_map[name]
        assert isinstance(found, GraphQLObjectType)  # noqa: S101 - the schema is our own
        return found

    def _root(self, rows: Callable[[], Iterable[Row]]) -> Callable[..., Row]:
        def resolve(_source: Row, _info: Any, **arguments: Any) -> Row:
            return connection(rows(), arguments, self._quirks.total_pages_drift)

        return resolve

    def _accounts(self, _source: Row, info: Any, **arguments: Any) -> Row:
        archived = arguments.pop("include_archived", None)
        wanted = arguments.get("id")
        found: Iterable[Row] = self._tables.accounts.values()
        if wanted is not None:
            row = self._tables.accounts.get(wanted)
            found = [row] if row is not None else []
        if not archived:
            found = [row for row in found if row["archived_at"] is None]
        answer = connection(found, arguments, self._quirks.total_pages_drift)
        if self._quirks.partial_data and answer["entities"]:
            answer["entities"] = [*answer["entities"][:-1], _Broken(answer["entities"][-1])]
        return answer

    def _of_account(self, rows: Callable[[], Iterable[Row]], column: str) -> Callable[..., Row]:
        def resolve(source: Row, _info: Any, **arguments: Any) -> Row:
            return connection([row for row in rows() if row[column] == source["id"]], arguments)

        return resolve

    def _notes(self) -> Iterable[Row]:
        for note in self._tables.book.notes.values():
            yield note_row(note.note_id, note.account_id, note.text, note.at)

    def _account_events(self) -> Iterable[Row]:
        for event in self._tables.book.events:
            kind = _event_kind(event)
            if kind is not None:
                yield {
                    "id": _FIRST_EVENT + event.number,
                    "created_at": event.at,
                    "account_id": event.account_id,
                    "event": kind,
                    "previous": None,
                    "current": None,
                    "event_datetime": event.at,
                }


class _Broken(dict[str, Any]):
    """A row of which nothing can be told."""

    def __getitem__(self, key: str) -> Any:
        raise GraphQLError("Internal server error")


def _event_kind(event: BookEvent) -> str | None:
    if event.what is What.SERVICE:
        if event.action is Action.EDIT:
            return "SERVICES_UPDATED" if "plan_id" in event.after else None
        return "SERVICES_ADDED" if event.action is Action.CREATE else "SERVICES_REMOVED"
    if event.what is What.ACCOUNT:
        if event.action is Action.DELETE:
            return "ARCHIVED"
        if event.action is Action.EDIT and "status" in event.after:
            return "STATUS_UPDATED"
    return None


def _column(source: Row, info: Any, **_arguments: Any) -> Any:
    return source[info.field_name]


def _nested(key: str) -> Callable[..., Row]:
    def resolve(source: Row, _info: Any, **arguments: Any) -> Row:
        return connection(source[key], arguments)

    return resolve


def _mutation(write: Callable[..., Any]) -> Callable[..., Any]:
    def resolve(_source: Row, _info: Any, **arguments: Any) -> Any:
        return write(**arguments)

    return resolve


@cache
def _sdl() -> DocumentNode:
    return parse((files(__package__) / "schema.graphql").read_text("utf-8"), no_location=True)


def _schema() -> GraphQLSchema:
    schema = build_ast_schema(_sdl(), assume_valid_sdl=True)
    _scalar(schema, "Int64Bit", str, int)
    _scalar(schema, "Datetime", lambda value: value.isoformat(), _moment)
    _scalar(schema, "Date", str, lambda value: date.fromisoformat(value).isoformat())
    _scalar(schema, "MacAddress", str, _mac)
    return schema


def _scalar(
    schema: GraphQLSchema,
    name: str,
    serialize: Callable[[Any], Any],
    parse_value: Callable[[Any], Any],
) -> None:
    kind = schema.type_map[name]
    assert isinstance(kind, GraphQLScalarType)  # noqa: S101 - the schema is our own
    # The older names and, where the library has them, the newer ones beside.
    for attribute in ("serialize", "coerce_output_value"):
        if hasattr(kind, attribute):
            setattr(kind, attribute, serialize)
    for attribute in ("parse_value", "coerce_input_value"):
        if hasattr(kind, attribute):
            setattr(kind, attribute, parse_value)


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _mac(value: str) -> str:
    try:
        return parse_mac(value)
    except UsageError:
        raise GraphQLError("The MAC address is invalid.") from None
