"""Every GraphQL text that is sent to Sonar, complete and as a constant.

A test checks each against a schema. No text selects a secret: no RADIUS password, and values of
equipment only from the model's fields that are named in `$fields`. Nested lists have a paginator
and tell their total, so that a cut list is noticed.
"""

from __future__ import annotations

# How many rows a nested list may have before more of it is read in requests of its own.
SERVICES, ADDRESSES, ITEMS, VALUES, MACS, CUSTOM = 25, 10, 25, 25, 25, 100

PING = "query Ping { me { id name } }"

_INFO = "page_info { page total_pages total_count }"
_BY_ID = 'sorter: [{attribute: "id", direction: ASC}]'

_SERVICE_FIELDS = """
fragment ServiceFields on AccountService {
  id updated_at account_id quantity name_override
  service { id name type data_service_detail {
    download_speed_kilobits_per_second upload_speed_kilobits_per_second
  } }
}"""
_ITEM_FIELDS = f"""
fragment ItemFields on InventoryItem {{
  id updated_at status account_service_id
  inventory_model {{ id name model_name manufacturer {{ name }} }}
  inventory_model_field_data(
    paginator: {{page: 1, records_per_page: {VALUES}}}, {_BY_ID},
    search: $fields
  ) {{ entities {{ id updated_at inventory_model_field_id value }} {_INFO} }}
}}"""
_ADDRESS_FIELDS = f"""
fragment AddressFields on Address {{
  id updated_at type line1 line2 city subdivision zip country latitude longitude
  inventory_items(
    paginator: {{page: 1, records_per_page: {ITEMS}}}, {_BY_ID}
  ) {{ entities {{ ...ItemFields }} {_INFO} }}
}}"""
_MAC_FIELDS = """
fragment MacFields on UninventoriedMacAddress { id updated_at mac_address }"""
_ACCOUNT_FIELDS = f"""
fragment AccountFields on Account {{
  id name updated_at is_delinquent parent_account_id activation_date
  account_status {{ id name activates_account }}
  account_type {{ name }}
  account_services(
    paginator: {{page: 1, records_per_page: {SERVICES}}}, {_BY_ID}
  ) {{ entities {{ ...ServiceFields }} {_INFO} }}
  addresses(
    serviceable: true, paginator: {{page: 1, records_per_page: {ADDRESSES}}},
    {_BY_ID}
  ) {{ entities {{ ...AddressFields }} {_INFO} }}
  uninventoried_mac_addresses(
    paginator: {{page: 1, records_per_page: {MACS}}}, {_BY_ID}
  ) {{ entities {{ ...MacFields }} {_INFO} }}
  custom_field_data(
    paginator: {{page: 1, records_per_page: {CUSTOM}}}, {_BY_ID}
  ) {{ entities {{ id custom_field_id value }} {_INFO} }}
}}"""
_ACCOUNT_PARTS = _ACCOUNT_FIELDS + _SERVICE_FIELDS + _ADDRESS_FIELDS + _ITEM_FIELDS + _MAC_FIELDS


def _rows(field: str, selection: str, arguments: str = "") -> str:
    """Return a list for `_query`: one page of it, in the order of ids."""
    return f"""
  {field}(
    {arguments}paginator: {{page: $page, records_per_page: $size}}, {_BY_ID}
  ) {{ entities {{ {selection} }} {_INFO} }}"""


def _query(name: str, *lists: str, variables: str = "") -> str:
    """Return the text that reads a page of each list."""
    return f"query {name}($page: Int!, $size: Int!{variables}) {{{''.join(lists)}\n}}"


def _list(
    name: str, field: str, selection: str, *, arguments: str = "", variables: str = ""
) -> str:
    """Return the text of a whole list, page by page in the order of ids."""
    return _query(name, _rows(field, selection, arguments), variables=variables)


# Of the whole list, by ids: pages by number slide when a row goes while they are read.
ACCOUNT_IDS = f"""
query AccountIds($size: Int!, $search: [Search]) {{
  accounts(
    paginator: {{page: 1, records_per_page: $size}}, {_BY_ID},
    search: $search
  ) {{ entities {{ id }} {_INFO} }}
}}"""
ACCOUNTS = (
    f"""
query Accounts($size: Int!, $search: [Search], $fields: [Search]) {{
  accounts(
    paginator: {{page: 1, records_per_page: $size}}, {_BY_ID},
    search: $search
  ) {{ entities {{ ...AccountFields }} {_INFO} }}
}}"""
    + _ACCOUNT_PARTS
)
ACCOUNT = (
    f"""
query Account($id: Int64Bit!, $fields: [Search]) {{
  accounts(id: $id, paginator: {{page: 1, records_per_page: 1}}) {{
    entities {{ ...AccountFields }} {_INFO}
  }}
}}"""
    + _ACCOUNT_PARTS
)
NEWEST_ACCOUNT = """
query NewestAccount {
  accounts(
    include_archived: true, paginator: {page: 1, records_per_page: 1},
    sorter: [{attribute: "updated_at", direction: DESC}]
  ) { entities { id updated_at } }
}"""

# The rest of nested lists that have more rows than fit.
MORE_SERVICES = (
    _list(
        "MoreServices",
        "account_services",
        "...ServiceFields",
        arguments="account_id: $id, ",
        variables=", $id: Int64Bit!",
    )
    + _SERVICE_FIELDS
)
MORE_ADDRESSES = (
    _list(
        "MoreAddresses",
        "addresses",
        "...AddressFields",
        arguments="addressable_type: Account, addressable_id: $id, serviceable: true, ",
        variables=", $id: Int64Bit!, $fields: [Search]",
    )
    + _ADDRESS_FIELDS
    + _ITEM_FIELDS
)
MORE_ITEMS = (
    _list(
        "MoreItems",
        "inventory_items",
        "...ItemFields",
        arguments="inventoryitemable_type: Address, inventoryitemable_id: $id, ",
        variables=", $id: Int64Bit!, $fields: [Search]",
    )
    + _ITEM_FIELDS
)
MORE_MACS = (
    _list(
        "MoreMacs",
        "uninventoried_mac_addresses",
        "...MacFields",
        arguments="account_id: $id, ",
        variables=", $id: Int64Bit!",
    )
    + _MAC_FIELDS
)

COUNT_SERVICES = """
query CountServices {
  account_services(paginator: {page: 1, records_per_page: 1}) { page_info { total_count } }
}"""

# What there is to choose from. Short lists come together, the rest of a long one by itself.
_STATUSES = _rows("account_statuses", "id name activates_account")
_CUSTOM_FIELDS = _rows("custom_fields", "id name type entity_type required")
_MODEL_FIELDS = _rows("inventory_model_fields", "id inventory_model_id name type primary")
CATALOGUE = _query("Catalogue", _STATUSES, _CUSTOM_FIELDS, _MODEL_FIELDS)
STATUSES = _query("Statuses", _STATUSES)
CUSTOM_FIELDS = _query("CustomFields", _CUSTOM_FIELDS)
MODEL_FIELDS = _query("ModelFields", _MODEL_FIELDS)
SOLD_SERVICES = _list(
    "Services",
    "services",
    "id name type data_service_detail { download_speed_kilobits_per_second "
    "upload_speed_kilobits_per_second }",
)
WEBHOOKS = _list("Webhooks", "webhook_endpoints", "id endpoint enabled")


# What changed since a moment: all tables together, the rest of a long one by itself.
def _since(field: str, selection: str, column: str = "updated_at") -> str:
    condition = f'{{attribute: "{column}", search_value: $since, operator: GTE}}'
    archived = "include_archived: true, " if field == "accounts" else ""
    return _rows(field, selection, f"{archived}search: [{{datetime_fields: [{condition}]}}], ")


_ITEM_OWNER = "inventoryitemable_type inventoryitemable_id"
_ACCOUNTS_SINCE = _since("accounts", "id updated_at _version")
_EVENTS_SINCE = _since("account_events", "id account_id event_datetime", "event_datetime")
_SERVICES_SINCE = _since("account_services", "id updated_at _version account_id")
_ADDRESSES_SINCE = _since("addresses", "id updated_at _version addressable_type addressable_id")
_ITEMS_SINCE = _since("inventory_items", f"id updated_at _version {_ITEM_OWNER}")
_VALUES_SINCE = _since(
    "inventory_model_field_data",
    f"id updated_at _version inventory_item {{ id {_ITEM_OWNER} }}",
)
_MACS_SINCE = _since("uninventoried_mac_addresses", "id updated_at _version account_id")
_MOMENT = ", $since: Datetime!"
CHANGES = _query(
    "Changes",
    _ACCOUNTS_SINCE,
    _EVENTS_SINCE,
    _SERVICES_SINCE,
    _ADDRESSES_SINCE,
    _ITEMS_SINCE,
    _VALUES_SINCE,
    _MACS_SINCE,
    variables=_MOMENT,
)
CHANGED_ACCOUNTS = _query("ChangedAccounts", _ACCOUNTS_SINCE, variables=_MOMENT)
ACCOUNT_EVENTS = _query("Events", _EVENTS_SINCE, variables=_MOMENT)
CHANGED_SERVICES = _query("ChangedServices", _SERVICES_SINCE, variables=_MOMENT)
CHANGED_ADDRESSES = _query("ChangedAddresses", _ADDRESSES_SINCE, variables=_MOMENT)
CHANGED_ITEMS = _query("ChangedItems", _ITEMS_SINCE, variables=_MOMENT)
CHANGED_VALUES = _query("ChangedValues", _VALUES_SINCE, variables=_MOMENT)
CHANGED_MACS = _query("ChangedMacs", _MACS_SINCE, variables=_MOMENT)
OWNERS_OF_ADDRESSES = _list(
    "Owners",
    "addresses",
    "id addressable_type addressable_id",
    arguments="search: $search, ",
    variables=", $search: [Search]",
)

# Stored deliveries of webhooks.
NEWEST_DELIVERY = """
query NewestDelivery {
  webhook_endpoint_event_dispatches(
    paginator: {page: 1, records_per_page: 1}, sorter: [{attribute: "id", direction: DESC}]
  ) { entities { id } }
}"""
DELIVERIES = """
query Deliveries($size: Int!, $search: [Search]) {
  webhook_endpoint_event_dispatches(
    paginator: {page: 1, records_per_page: $size}, sorter: [{attribute: "id", direction: ASC}],
    search: $search
  ) { entities { id payload last_status test } }
}"""

NOTES = """
query Notes($id: Int64Bit!, $search: [Search]) {
  accounts(id: $id, include_archived: true, paginator: {page: 1, records_per_page: 1}) {
    entities { id notes(paginator: {page: 1, records_per_page: 1}, search: $search) {
      entities { id }
    } }
  }
}"""

# Writing: one mutation to a request.
SET_STATUS = """
mutation SetStatus($id: Int64Bit!, $input: UpdateAccountMutationInput) {
  updateAccount(id: $id, input: $input) { id account_status_id }
}"""
SET_CUSTOM = """
mutation SetCustom($id: Int64Bit!, $input: UpdateEntityCustomFieldsMutationInput) {
  updateEntityCustomFields(
    customfielddataable_type: Account, customfielddataable_id: $id, input: $input
  ) { id }
}"""
SET_ITEM_FIELDS = """
mutation SetItemFields($id: Int64Bit!, $input: UpdateInventoryItemFieldsMutationInput) {
  updateInventoryItemFields(id: $id, input: $input) { id }
}"""
ADD_MAC = """
mutation AddMac($input: CreateUninventoriedMacAddressMutationInput) {
  createUninventoriedMacAddress(input: $input) { id }
}"""
SET_MAC = """
mutation SetMac($id: Int64Bit!, $input: UpdateUninventoriedMacAddressMutationInput) {
  updateUninventoriedMacAddress(id: $id, input: $input) { id }
}"""
DELETE_MAC = """
mutation DeleteMac($id: Int64Bit!) {
  deleteUninventoriedMacAddress(id: $id) { success message }
}"""
ADD_NOTE = """
mutation AddNote($input: CreateNoteMutationInput) {
  createNote(input: $input) { id }
}"""
