"""The events that a service's contracts define, to hold a subscription against."""

from types import ModuleType

from servicekit.eventing.outbox import type_on


def types_of(topic: str, *contracts: ModuleType) -> set[str]:
    """The types, on their topic, of all messages in the generated modules of events."""
    return {
        type_on(topic, getattr(module, name))
        for module in contracts
        for name in module.DESCRIPTOR.message_types_by_name
    }
