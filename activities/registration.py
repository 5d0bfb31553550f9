"""Make Temporal know the search attributes: without them no workflow could be started or shown."""

import asyncio
import logging
from collections.abc import Collection

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from models.names import SEARCH_ATTRIBUTES
from rules.errors import Unreachable, UserMistake

_AWAY = (RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED)
_PATIENCE = 40  # looks, half a second apart: a cluster's nodes learn of it within seconds
_PAUSE = 0.5

log = logging.getLogger("duely")
Types = dict[str, "IndexedValueType.ValueType"]
WANTED: Types = {
    key.name: IndexedValueType.ValueType(int(key.indexed_value_type)) for key in SEARCH_ATTRIBUTES
}


class NotKnownYet(Unreachable):
    """The server does not know the namespace, or its parts have not all heard of an attribute."""


async def register(client: Client) -> None:
    """Register what the client's namespace lacks of `models.names.SEARCH_ATTRIBUTES`, and wait until
    it is known.

    Safe to repeat, and to run twice at once. Raises UserMistake where the server does not let us or
    has one of another type, Unreachable where it does not answer or does not know the namespace.
    """
    missing = await _missing(client)
    if not missing:
        return
    try:
        await add(client, missing)
        log.info("search attributes added: %s", ", ".join(sorted(missing)))
    except RPCError as error:
        if missing := await _missing(client):
            raise UserMistake(_refused(client, missing, error.message)) from error
    for _ in range(_PATIENCE):
        if not await _missing(client):
            return
        await asyncio.sleep(_PAUSE)
    raise NotKnownYet(_refused(client, missing, "they were added and are not known yet"))


def _refused(client: Client, missing: Collection[str], why: str) -> str:
    return (
        f"the Temporal namespace {client.namespace} lacks the search attributes "
        f"{', '.join(sorted(missing))} and they cannot be registered: {why}"
    )


async def _missing(client: Client) -> Types:
    """Those not registered yet. Raises UserMistake for one of another type."""
    try:
        listed = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace=client.namespace)
        )
    except RPCError as error:
        if error.status in _AWAY:
            raise Unreachable(f"Temporal does not answer: {error.message}") from error
        if error.status is RPCStatusCode.NOT_FOUND:
            raise NotKnownYet(
                f"Temporal knows no namespace {client.namespace} (TEMPORAL_NAMESPACE)"
            ) from error
        raise UserMistake(
            f"the search attributes of the Temporal namespace {client.namespace} cannot be read: "
            f"{error.message}"
        ) from error
    known = listed.custom_attributes
    for name, kind in WANTED.items():
        if known.get(name, kind) != kind:
            raise UserMistake(
                f"the Temporal namespace {client.namespace} has the search attribute {name} as "
                f"{_word(known[name])}, expected {_word(kind)}"
            )
    return {name: kind for name, kind in WANTED.items() if name not in known}


async def add(client: Client, attributes: Types = WANTED) -> None:
    """Register them, whatever is registered already: all that the server that skips time can do, as
    it cannot tell what it has. Raises RPCError."""
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(namespace=client.namespace, search_attributes=attributes)
    )


def _word(kind: "IndexedValueType.ValueType") -> str:
    return IndexedValueType.Name(kind).removeprefix("INDEXED_VALUE_TYPE_").lower()
