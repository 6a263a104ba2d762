"""A client of cvm-emulator's control routes: one file, which needs Python 3.9 or newer and no other package.

Copy it beside your tests. ``Emulator()`` finds the emulator at the environment variable ``CVM_EMULATOR_URL``.
"""

from __future__ import annotations

import json
import os
from typing import Any, Mapping
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import ProxyHandler, Request, build_opener

# The emulator is on this machine or in this network, whatever proxy the environment names
_opener = build_opener(ProxyHandler({}))


class EmulatorError(Exception):
    """A control route has refused a request, or no emulator answers. The text says why."""


class Emulator:
    """A running emulator. The methods raise EmulatorError when it refuses what they ask for, or does not answer."""

    def __init__(self, url: str | None = None, token: str | None = None) -> None:
        """Takes the URL from CVM_EMULATOR_URL by default, and the token from CVM_EMULATOR_CONTROL_TOKEN."""
        self.url = (url or os.environ.get("CVM_EMULATOR_URL") or "http://127.0.0.1:8213").rstrip("/")
        self._token = token or os.environ.get("CVM_EMULATOR_CONTROL_TOKEN")

    def reset(self, account: str | None = None, fixtures: bool = True) -> bool:
        """Returns everything, or one account, to the starting state; fixtures=False leaves out that of --fixtures.

        The result is False when nothing was reset, because there is no such account.
        """
        body = {"fixtures": fixtures} if account is None else {"account": account, "fixtures": fixtures}
        return self._call("POST", "/reset", body)["reset"]

    def export_state(self) -> dict[str, Any]:
        """Returns everything as one document."""
        return self._call("GET", "/state")

    def import_state(self, document: Mapping[str, Any]) -> None:
        """Replaces everything with a starting state or with an exported document."""
        self._call("PUT", "/state", document)

    def faults(self) -> list[dict[str, Any]]:
        """Returns the fault rules, with the number of requests that each one matched and hit."""
        return self._call("GET", "/faults")["faults"]

    def add_fault(self, **rule: Any) -> dict[str, Any]:
        """Adds a fault rule: ``add_fault(action="CreateKeyPair", next=1, error="InternalServerError")``."""
        return self._call("POST", "/faults", rule)["fault"]

    def remove_fault(self, id: str | None = None) -> None:
        """Removes one fault rule, or all."""
        self._call("DELETE", "/faults" if id is None else f"/faults/{quote(id, safe='')}")

    def journal(self, **query: Any) -> list[dict[str, Any]]:
        """Returns requests, oldest first; filters: account, action, code, since, until, after, limit."""
        return self._call("GET", "/journal", query=query)["entries"]

    def wait_for(self, count: int = 1, timeout: float = 5, **query: Any) -> list[dict[str, Any]]:
        """Waits until `count` requests match the filters, and returns them. Raises TimeoutError after `timeout` seconds."""
        query |= {"count": count, "timeout": round(timeout * 1000)}
        answer = self._call("GET", "/journal/wait", query=query)
        if not answer["reached"]:
            raise TimeoutError(f"{len(answer['entries'])} of {count} requests matched within {timeout} s")
        return answer["entries"]

    def key_pair_limit(self, account: str | None = None) -> int:
        """Returns the maximum number of key pairs: the general one, or that of one account."""
        return self._call("GET", "/limits", query={"account": account} if account else None)["keyPairs"]

    def set_key_pair_limit(self, limit: int | None, account: str | None = None) -> None:
        """Sets the maximum number of key pairs, for all accounts or for one; None restores the starting value."""
        self._call("POST", "/limits", {"keyPairs": limit} if account is None else {"keyPairs": limit, "account": account})

    def instances(self, account: str = "default") -> list[dict[str, Any]]:
        """Returns the instances of an account."""
        return self._call("GET", "/instances", query={"account": account})["instances"]

    def add_instance(self, instanceId: str, account: str = "default", **fields: Any) -> None:
        """Adds or replaces an instance; the fields are those of a starting state."""
        self._call("POST", "/instances", {"instanceId": instanceId, "account": account, **fields})

    def remove_instance(self, instanceId: str, account: str = "default") -> None:
        """Removes an instance and its bindings."""
        self._call("DELETE", f"/instances/{quote(instanceId, safe='')}", query={"account": account})

    def _call(self, method: str, route: str, body: Any = None, query: Mapping[str, Any] | None = None) -> Any:
        url = f"{self.url}/_emulator{route}" + (f"?{urlencode(query)}" if query else "")
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        data = None if body is None else json.dumps(body).encode()
        try:
            with _opener.open(Request(url, data, headers, method=method), timeout=700) as answer:
                return json.load(answer)
        except HTTPError as refused:
            with refused:
                text = refused.read().decode(errors="replace")
            raise EmulatorError(_message_in(text) or f"{url} answered {refused.code}: {text[:200]}") from None
        except (URLError, ValueError) as error:
            raise EmulatorError(f"{self.url} does not answer as a cvm-emulator: {error}") from None


def _message_in(text: str) -> str | None:
    try:
        return json.loads(text)["error"]["message"]
    except (ValueError, LookupError, TypeError):
        return None
