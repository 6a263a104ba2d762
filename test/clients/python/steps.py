"""Performs the steps of the scenario, and prints a JSON line for each."""
import json
import os


def perform(version, call, retries=False):
    """
    `call` returns the answer of an action, or raises an error that has the code of the API in its `code`. `retries` says that
    the client repeats a call by itself.
    """
    with open(os.environ["CVM_SCENARIO"], encoding="utf-8") as file:
        scenario = json.load(file)
    print(json.dumps({"version": version}))
    saved = {}
    for step in scenario["steps"]:
        text = json.dumps(step["params"])
        for name, value in saved.items():
            text = text.replace(f'"${name}"', f'"{value}"')
        credential = scenario["credentials"][step.get("credential", "main")]
        codes = [] if retries else step.get("retryOn", [])
        line = outcome(codes, lambda: call(scenario["region"], credential, step["action"], json.loads(text)))
        for name, path in step.get("save", {}).items():
            value = line.get("answer")
            for member in path.split("."):
                value = value and value.get(member)
            saved[name] = value
        print(json.dumps({"step": step["name"], **line}), flush=True)


def outcome(codes, attempt):
    try:
        try:
            return {"code": "Success", "answer": attempt()}
        except Exception as error:
            if getattr(error, "code", None) not in codes:
                raise
            return {"code": "Success", "answer": attempt()}
    except Exception as error:
        return {"code": getattr(error, "code", None) or "ClientError", "message": str(error)}
