"""Every GraphQL text against the schema, and against what must never be in one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

import pytest
from graphql import (
    FieldNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    build_schema,
    parse,
    validate,
)

from positron_tui.billing.sonar import texts

TEXTS = {
    name: value
    for name, value in vars(texts).items()
    if name.isupper() and isinstance(value, str) and not name.startswith("_")
}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    sdl = files("positron_tui.simulator.billing.sonar") / "schema.graphql"
    return build_schema(sdl.read_text("utf-8"))


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_fits_the_schema(name: str, schema: GraphQLSchema) -> None:
    assert validate(schema, parse(TEXTS[name])) == []


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_has_one_operation_and_a_mutation_stands_alone(name: str) -> None:
    operations = list(_operations(TEXTS[name]))
    assert len(operations) == 1
    if operations[0].operation is OperationType.MUTATION:
        assert len(operations[0].selection_set.selections) == 1


def test_operations_have_names_of_their_own() -> None:
    names = [one.name.value for text in TEXTS.values() for one in _operations(text) if one.name]
    assert len(names) == len(TEXTS) == len(set(names))


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_selects_a_secret(name: str) -> None:
    assert not re.search(r"password|token|credential|secret", TEXTS[name])
    if "inventory_model_field_data(" in TEXTS[name] and re.search(r"\bvalue\b", TEXTS[name]):
        assert "search: $fields" in TEXTS[name]


def test_the_schema_refuses_a_list_without_a_paginator(schema: GraphQLSchema) -> None:
    text = "query Bad { accounts { entities { id } } }"
    assert "paginator" in str(validate(schema, parse(text))[0])


def _operations(text: str) -> Iterator[OperationDefinitionNode]:
    for one in parse(text).definitions:
        if isinstance(one, OperationDefinitionNode):
            assert all(isinstance(part, FieldNode) for part in one.selection_set.selections)
            yield one
