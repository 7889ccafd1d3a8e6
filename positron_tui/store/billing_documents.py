"""Services of billing as JSON documents."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from positron_tui.domain.billing import BillingPlan, BillingService
from positron_tui.domain.errors import StoreError
from positron_tui.store.codec import encode_json, encode_time


def encode_service(service: BillingService) -> str:
    """Return a service as a document."""
    tree: dict[str, Any] = {
        "service_id": service.service_id,
        "account_id": service.account_id,
        "account_name": service.account_name,
        "account_status": service.account_status,
        "service_status": service.service_status,
        "activates": service.activates,
        "fields": dict(service.fields),
    }
    if service.plan is not None:
        plan = service.plan
        tree["plan"] = [plan.plan_id, plan.name, plan.down_kbps, plan.up_kbps]
    if service.updated_at is not None:
        tree["updated_at"] = encode_time(service.updated_at)
    return encode_json(tree)


def decode_service(text: str) -> BillingService:
    """Read a service back from its document; StoreError when it is none."""
    try:
        tree = json.loads(text)
        plan, updated_at = tree.pop("plan", None), tree.pop("updated_at", None)
        return BillingService(
            **tree,
            plan=BillingPlan(*plan) if plan else None,
            updated_at=datetime.fromisoformat(updated_at) if updated_at else None,
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise StoreError(
            f"The database holds a service of billing that cannot be read ({error})."
        ) from error
