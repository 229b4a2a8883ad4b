"""A calculation the law gives no answer to is refused, with the reason and the facts."""


class RefusedError(Exception):
    """No outcome exists; `reason` is a short fixed word to compare on, `facts` says with which numbers."""

    def __init__(self, reason: str, **facts: object) -> None:
        self.reason = reason
        self.facts = facts
        super().__init__(f"{reason}: {facts}")
