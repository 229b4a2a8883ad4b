"""The schema of the model file, for everyone who writes one without this library.

`model.schema.json` beside this module is what `model_schema` returns, and a test holds the two together. To
renew it:

python -m oab_funding.indicator.model_schema > src/oab_funding/indicator/model.schema.json
"""

from __future__ import annotations

import json
from typing import Any

from oab_funding.indicator.model import Model
from oab_funding.indicator.specification_file import SHIPPED


def model_schema() -> dict[str, Any]:
    """Describe the model file as a JSON schema (draft 2020-12).

    Returns
    -------
    dict
        In place of a whole specification the name of a shipped one may stand; its hash may then be left out.

    Examples
    --------
    >>> model_schema()["properties"]["specification"]["anyOf"][1]["enum"]
    ['cbs-2019', 'cbs-2019-before-correction']
    """
    schema = Model.model_json_schema()
    whole = schema["properties"]["specification"]
    schema["properties"]["specification"] = {"anyOf": [whole, {"type": "string", "enum": list(SHIPPED)}]}
    schema["required"].remove("specification_sha256")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


if __name__ == "__main__":
    print(json.dumps(model_schema(), indent=1, ensure_ascii=False))
