import json
import unittest
from urllib import parse, request

from cvm_emulator import Emulator

emulator = Emulator()


# In place of this function, call the code that you test
def create(name):
    params = {"Action": "CreateKeyPair", "Version": "2017-03-12", "SecretId": "AKIDteam", "ProjectId": 0, "KeyName": name}
    answer = json.load(request.urlopen(f"{emulator.url}/v2/index.php?{parse.urlencode(params)}"))
    return answer["Response"].get("Error", {}).get("Code", "Success")


class KeyPairs(unittest.TestCase):
    def setUp(self):
        emulator.reset()
        emulator.import_state({"accounts": {"AKIDteam": {"keyPairs": [{"keyName": "web", "seed": "any text"}]}}})

    def test_a_prepared_name_is_taken_the_second_create_fails_and_a_retry_succeeds(self):
        emulator.add_fault(action="CreateKeyPair", after=1, next=1, delay=200, error="InternalServerError")
        codes = [create(name) for name in ("web", "one", "one")]
        self.assertEqual(codes, ["InvalidKeyPairName.Duplicate", "InternalServerError", "Success"])
        (failed,) = emulator.journal(code="InternalServerError")
        self.assertEqual(failed["parameters"]["KeyName"], "one")
        self.assertGreaterEqual(failed["durationMs"], 200)
