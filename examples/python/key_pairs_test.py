"""The same for pytest, and the other functions of the client."""

import json
import threading
from urllib import parse, request

import pytest

from cvm_emulator import Emulator, EmulatorError


@pytest.fixture
def emulator():
    emulator = Emulator()
    emulator.reset()
    yield emulator
    emulator.reset()


def call(emulator, action, **params):
    query = parse.urlencode({"Action": action, "Version": "2017-03-12", **params})
    return json.load(request.urlopen(f"{emulator.url}/v2/index.php?{query}"))["Response"]


def create(emulator, name, **params):
    answer = call(emulator, "CreateKeyPair", KeyName=name, ProjectId=0, **params)
    return answer.get("Error", {}).get("Code", "Success")


def test_a_prepared_account_has_a_key_pair(emulator):
    emulator.import_state({"accounts": {"AKIDteam": {"keyPairs": [{"keyName": "web", "seed": "any text"}]}}})
    assert create(emulator, "web", SecretId="AKIDteam") == "InvalidKeyPairName.Duplicate"
    assert create(emulator, "web", SecretId="AKIDother") == "Success"


def test_the_second_create_fails_after_a_delay(emulator):
    rule = emulator.add_fault(action="CreateKeyPair", after=1, next=1, delay=200, error="InternalServerError")
    assert [create(emulator, name) for name in ("one", "two", "two")] == ["Success", "InternalServerError", "Success"]
    assert emulator.faults()[0]["hits"] == 1
    assert emulator.journal(code="InternalServerError", limit=1)[0]["durationMs"] >= 200
    emulator.remove_fault(rule["id"])
    assert emulator.faults() == []


def test_a_test_can_wait_for_a_request_of_another_thread(emulator):
    thread = threading.Thread(target=create, args=(emulator, "web"))
    thread.start()
    (entry,) = emulator.wait_for(action="CreateKeyPair", timeout=30)
    assert entry["parameters"]["KeyName"] == "web"
    thread.join()
    with pytest.raises(TimeoutError):
        emulator.wait_for(count=2, action="CreateKeyPair", timeout=0.01)


def test_the_limit_is_lowered_for_one_account(emulator):
    emulator.set_key_pair_limit(1, account="AKIDsmall")
    assert emulator.key_pair_limit("AKIDsmall") == 1
    assert create(emulator, "one", SecretId="AKIDsmall") == "Success"
    assert create(emulator, "two", SecretId="AKIDsmall") == "InvalidKeyPair.LimitExceeded"
    assert emulator.reset("AKIDsmall")
    assert not emulator.reset("AKIDunused")
    with pytest.raises(EmulatorError, match="keyPairs is -1; it must be an integer from 0 to 1000000 or null"):
        emulator.set_key_pair_limit(-1)


def test_a_key_pair_is_bound_to_an_instance(emulator):
    emulator.add_instance("ins-1e4r6y8i")
    key_id = call(emulator, "CreateKeyPair", KeyName="web", ProjectId=0)["KeyPair"]["KeyId"]
    call(emulator, "AssociateInstancesKeyPairs", **{"KeyIds.0": key_id, "InstanceIds.0": "ins-1e4r6y8i"})
    assert emulator.instances()[0]["keyIds"] == [key_id]
    emulator.remove_instance("ins-1e4r6y8i")
    assert emulator.instances() == []


def test_a_saved_state_is_restored(emulator):
    create(emulator, "web")
    saved = emulator.export_state()
    emulator.reset()
    emulator.import_state(saved)
    assert create(emulator, "web") == "InvalidKeyPairName.Duplicate"


def test_what_is_no_emulator_says_so(emulator):
    with pytest.raises(EmulatorError, match="does not answer as a cvm-emulator"):
        Emulator("http://127.0.0.1:1").reset()
    with pytest.raises(EmulatorError, match="No route for POST /nothing/_emulator/reset"):
        Emulator(f"{emulator.url}/nothing").reset()
