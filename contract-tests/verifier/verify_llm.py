"""Holds what was sent to language models, and what a scripted one answered, against the types that the providers' own
packages publish, strictly: no unknown member, no text where a number belongs.

Usage: PYTHONPATH=… python3 verify_llm.py FILE
FILE holds {"anthropic" | "openai": {"requests": […], "responses": […]}}. It prints one line for each value that does not
fit and exits with 1, prints how many fit and exits with 0, or exits with 3 where the packages are missing.
"""

import collections.abc
import importlib
import json
import pkgutil
import sys

try:
    import anthropic.types
    import openai.types.chat
    import openai.types.shared_params
    import pydantic
    from typing_extensions import is_typeddict
except ImportError as missing:
    print(f"missing: {missing}")
    sys.exit(3)


def make_strict(package):
    """The packages' dictionaries accept anything unless they are told otherwise."""
    for info in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        if info.ispkg:
            continue
        for value in vars(importlib.import_module(info.name)).values():
            if is_typeddict(value):
                value.__pydantic_config__ = pydantic.ConfigDict(
                    extra="forbid", strict=True, arbitrary_types_allowed=True
                )


def exhaust(value, place):
    """Looks at everything: lists of requests are checked only as they are read, and an answer's types, which requests may
    hold, too, let unknown members pass."""
    if isinstance(value, pydantic.BaseModel):
        for name in value.model_extra or {}:
            raise ValueError(f"{place}: unknown member `{name}`")
        for name in value.model_fields_set:
            exhaust(getattr(value, name), f"{place}.{name}")
    elif isinstance(value, dict):
        for name, member in value.items():
            exhaust(member, f"{place}.{name}")
    elif isinstance(value, collections.abc.Iterable) and not isinstance(value, (str, bytes)):
        for index, item in enumerate(value):
            exhaust(item, f"{place}[{index}]")


for package in (anthropic.types, openai.types.chat, openai.types.shared_params):
    make_strict(package)

TYPES = {
    ("anthropic", "requests"): anthropic.types.message_create_params.MessageCreateParamsNonStreaming,
    ("anthropic", "responses"): anthropic.types.Message,
    ("openai", "requests"): openai.types.chat.completion_create_params.CompletionCreateParamsNonStreaming,
    ("openai", "responses"): openai.types.chat.ChatCompletion,
}


def main(path):
    with open(path, encoding="utf-8") as file:
        written = json.load(file)
    good = bad = 0
    for (dialect, side), wanted in TYPES.items():
        adapter = pydantic.TypeAdapter(wanted)
        for index, value in enumerate(written.get(dialect, {}).get(side, [])):
            place = f"{dialect}.{side}[{index}]"
            try:
                exhaust(adapter.validate_python(value, strict=True), place)
                good += 1
            except ValueError as error:
                bad += 1
                print(f"{place}: {' '.join(str(error).split())}")
    print(f"{good} fit, {bad} do not")
    return 1 if bad else 0


sys.exit(main(sys.argv[1]))
