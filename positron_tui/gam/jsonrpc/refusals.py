"""The refusals of the G.hn module (id 143): what each code asks a person to do, and retrying.

Codes and their retry classes follow the vendor's JSON-RPC document (January 2021).
"""

from __future__ import annotations

from positron_tui.domain.errors import GhnRefusal, Retry

GHN_MODULE = 143

_RETRY_LATER = frozenset({-1, -2, -52, -53, -54})

ADVICE: dict[int, str] = {
    -1: "Try again in a minute; if it stays, look at the unit's alarms.",
    -2: "Try again in a minute; if it stays, the unit may need a restart.",
    -3: "This firmware does not have the function; upgrade the unit or do without it.",
    -4: "Check that the port exists on this model and that the endpoint is configured.",
    -5: "Give a G.hn port that this model has, in the form G.hn 1/4.",
    -6: "Check the subscriber's id, description and binding against the unit's subscriber model.",
    -7: "Read the device again: somebody may have removed or renamed the subscriber.",
    -8: "Check the endpoint's id (1 to 384) and its description.",
    -9: "Configure the endpoint first, or read the device again if somebody removed it.",
    -10: "Put a subscriber on the endpoint first.",
    -11: "Check where the endpoint is plugged in, or bind it to the port where it is seen.",
    -12: "Check the endpoint's power and cable; no port of the unit sees it.",
    -13: "Remove the endpoint's present subscriber first, or choose another endpoint.",
    -14: "Remove the port's present subscriber first, or choose another port.",
    -15: "Give the subscriber a name of 1 to 31 plain letters, digits and blanks.",
    -16: "Choose another name; this unit already has a subscriber with it.",
    -17: "Choose another name; this unit already has an endpoint with it.",
    -18: "Choose another name; this unit already has a profile with it.",
    -19: "Choose another name; another port of this unit already has it.",
    -20: "Use a profile from 1 to 15 that no subscriber needs; the default one cannot be removed.",
    -21: "Push the plan to this unit first, or choose a profile that it has.",
    -22: "Give the profile a name of 1 to 31 plain letters, digits and blanks.",
    -23: "Set the downstream rate to what the line can limit: 10 to 800 Mbit/s on coax, 10 to "
    "1000 on copper; above that use unthrottled.",
    -24: "Set the upstream rate to what the line can limit: 10 to 800 Mbit/s on coax, 10 to "
    "1000 on copper; above that use unthrottled.",
    -25: "Choose a VLAN from 3 to 4092 outside 3840-3842, which the unit reserves.",
    -26: "Choose a remapped VLAN from 3 to 4092 outside 3840-3842, or none.",
    -27: "Choose a VLAN for port 2 from 3 to 4092 outside 3840-3842, or none.",
    -28: "Give port 2 another VLAN than the service itself.",
    -29: "Allow fewer tagged VLANs (12 are safe), or use trunk mode.",
    -30: "Give the endpoint a name of 1 to 31 plain letters, digits and blanks.",
    -31: "Check the MAC address on the endpoint's label.",
    -32: "Read the device again: this MAC address is already configured under another name.",
    -33: "Remove endpoints that are gone; the unit holds 384 at most.",
    -34: "Remove a profile that nobody uses; the unit holds 15 at most.",
    -35: "Remove subscribers that are gone; the unit holds 384 at most.",
    -36: "Use another port: coax takes 16 endpoints per port, copper one.",
    -37: "Choose a mode of this line: coax units have coax only, copper units mimo or siso.",
    -38: "Leave the port in the role of domain master unless a GAM hangs behind it.",
    -39: "Choose an isolation mode that this port has: isolated or community.",
    -40: "Give a community number from 1 to 99 and set the port to community mode.",
    -41: "Choose an uplink that this model has.",
    -42: "Give an outer VLAN from 1 to 4094; double tagging needs one.",
    -43: "Choose an uplink port (10G); other ports cannot carry services upwards.",
    -44: "Use unthrottled; this model cannot limit rates.",
    -45: "Read the device again: this endpoint id is taken.",
    -46: "Read the device again: this profile id is taken.",
    -47: "Read the device again: this subscriber id is taken.",
    -48: "Correct the VectorBoost setting; it exists on copper units only.",
    -49: "Use a notch number from 1 to 10.",
    -50: "Correct the notch: start below stop, inside the line's band, depth in steps of 0.5 dB.",
    -51: "Correct the averaging of the measurement; 4 is usual.",
    -52: "Check that the endpoint is powered and seen, then try again.",
    -53: "The endpoint is missing or busy; wait until it is seen as ok, then try again.",
    -54: "Wait until the endpoint has finished what it is doing, or check that it can do this.",
    -55: "Upgrade this endpoint by hand, in the steps of the vendor's guide.",
    -56: "Release the endpoint's subscriber from its other port first.",
    -57: "Port-aware services exist on copper units only; keep this unit endpoint-aware.",
}


def retry_class(module_code: int) -> Retry:
    """Return whether a refusal may pass by itself; a code that is not known does not."""
    return Retry.RETRY_LATER if module_code in _RETRY_LATER else Retry.DO_NOT_RETRY


def ghn_refusal(label: str, method: str, said: str, module_code: int) -> GhnRefusal:
    """Return the error for a refusal of device `label` that worded it as `said`."""
    advice = ADVICE.get(module_code, "Read the device again and check what was asked for.")
    sentence = f"{label} refused {method}: {said or 'no reason given'} ({module_code}). {advice}"
    return GhnRefusal(method, said, sentence, module_code, retry_class(module_code))
