"""Messages keep their shape: those in histories and on their way are older than the code.

`messages.json` beside this file is what is out there. A field may be added with a default; none may
go, change its type, or begin to be required. Once a change is meant and safe, write the file anew:
`python -m tests.house.test_messages`.
"""

import inspect
import json
from pathlib import Path
from typing import Any

from models import messages, names
from models.messages import Message

RECORDED = Path(__file__).with_name("messages.json")


def shapes() -> dict[str, Any]:
    """Every message by name: its fields, their types, and which must be given."""
    found = {}
    for name, model in sorted(vars(messages).items()):
        if inspect.isclass(model) and issubclass(model, Message) and model is not Message:
            schema = model.model_json_schema(mode="serialization")
            fields = {k: _shape(v) for k, v in schema["properties"].items()}
            needed = [k for k, field in model.model_fields.items() if field.is_required()]
            found[name] = {"fields": fields, "needed": sorted(needed)}
    return found


def _shape(schema: dict[str, Any]) -> dict[str, Any]:
    words = ("title", "description", "default")
    return {key: value for key, value in schema.items() if key not in words}


def read() -> dict[str, Any]:
    recorded: dict[str, Any] = json.loads(RECORDED.read_text("utf-8"))
    return recorded


def test_recorded_message_keeps_every_field_and_type() -> None:
    now = shapes()
    for name, was in read()["messages"].items():
        assert name in now, f"{name} is gone, and histories still hold it"
        for field, shape in was["fields"].items():
            assert now[name]["fields"].get(field) == shape, f"{name}.{field} changed its shape"


def test_recorded_message_needs_no_more_than_it_did() -> None:
    now = shapes()
    for name, was in read()["messages"].items():
        assert set(now[name]["needed"]) <= set(was["needed"]), f"{name} needs a field it did not"


def test_names_of_workflows_and_signals_are_the_recorded_ones() -> None:
    assert read()["names"] == constants()


def constants() -> dict[str, str]:
    return {k: v for k, v in sorted(vars(names).items()) if k.isupper() and isinstance(v, str)}


if __name__ == "__main__":
    content = json.dumps({"messages": shapes(), "names": constants()}, indent=1, sort_keys=True)
    RECORDED.write_text(content + "\n", "utf-8")
