"""Configurable: an object whose constructor arguments can be written down and used again."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from nnfit.registry import deserialize_object, serialize_object

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Configurable"]

_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class Configurable:
    """Base of `Layer` that remembers how it was constructed, so that a subclass needs no `get_config`."""

    # Arguments of every constructor in the family: a subclass's own may lack them.
    _base_arguments: tuple[str, ...] = ()
    _init_arguments: tuple[tuple[Any, ...], dict[str, Any]]

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        self = super().__new__(cls, *args, **kwargs)
        self.__dict__["_init_arguments"] = (args, kwargs)
        return self

    def _constructor_config(self) -> dict[str, Any]:
        """Returns the arguments that the constructor was given, and its defaults for the others.

        Raises:
            NotImplementedError: If one of them cannot be described.
        """
        args, kwargs = self._init_arguments
        signature = inspect.signature(type(self).__init__)
        bound = signature.bind(self, *args, **kwargs)
        bound.apply_defaults()
        config: dict[str, Any] = {}
        for parameter in list(signature.parameters.values())[1:]:
            value = bound.arguments[parameter.name]
            if parameter.kind is inspect.Parameter.VAR_KEYWORD:
                config.update(value)
            elif parameter.kind not in _VARIADIC:
                config[parameter.name] = value
        for name, value in config.items():
            try:
                config[name] = serialize_object(value)
            except (TypeError, ValueError) as error:
                raise NotImplementedError(
                    f"[{type(self).__name__}] cannot describe its argument '{name}': {error} Define `get_config` (and "
                    "`from_config`, if the arguments need to be rebuilt)."
                ) from error
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Makes an object from what `get_config` returned.

        Args:
            config: The arguments of the constructor; descriptions of objects among them are rebuilt.

        Returns:
            A new object, with new weights.

        Raises:
            TypeError: If the constructor does not take them.
        """
        parameters = inspect.signature(cls.__init__).parameters.values()
        accepted = {p.name for p in parameters}
        takes_any = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters)
        given = {k: v for k, v in config.items() if takes_any or k in accepted or k not in cls._base_arguments}
        try:
            made = cls(**{name: deserialize_object(value) for name, value in given.items()})
        except TypeError as error:
            raise TypeError(
                f"[{cls.__name__}] could not be made from its configuration {config}: {error}. `get_config` must "
                "return what `__init__` takes, or `from_config` must be defined too."
            ) from error
        made._apply_base_arguments({k: v for k, v in config.items() if k not in given})
        return made

    def _apply_base_arguments(self, arguments: dict[str, Any]) -> None:
        """Sets what `from_config` could not pass to the constructor."""
