"""Base of optimizers that update all variables in one op."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from nnfit.optimizers.optimizer import Optimizer, assign_all
from nnfit.variable import Variable


class UpdateRule(NamedTuple):
    """How an op is to be called.

    Attributes:
        op: The op.
        slots: Families of slots, each with one for each variable; an empty family is left out.
        attributes: Arguments of the op that are not tensors.
        scalars: Scalars that it takes after the learning rate.
    """

    op: Callable[..., Any]
    slots: Sequence[list[Variable]]
    attributes: dict[str, Any]
    scalars: Sequence[Any] = ()


class MultiTensorOptimizer(Optimizer):
    """An optimizer whose rule is one op: it decays, clips and updates all variables in one pass over memory.

    Subclasses define `_update_rule`. A subclass of one of them that overrides `update_step` is asked for each variable
    in turn, as any optimizer is.
    """

    def _update_rule(self) -> UpdateRule:
        """Returns the op, and what it needs at this step."""
        raise NotImplementedError(f"[{self.name}] a MultiTensorOptimizer needs `_update_rule()`.")

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        self._apply_rule([gradient], [variable], learning_rate)

    def _update(self, gradients: list[Any], variables: list[Any], scale: float, due: Any = None) -> None:
        if type(self).update_step is not MultiTensorOptimizer.update_step:
            super()._update(gradients, variables, scale, due)
            return
        self._advance(due)
        self._apply_rule(
            gradients,
            variables,
            self.learning_rate,
            self._norm_factors(gradients, scale),
            due,
            gradient_scale=scale,
            clipvalue=self.clipvalue,
            weight_decay=self.weight_decay or 0.0,
            undecayed=[i for i, variable in enumerate(variables) if not self._use_weight_decay(variable)],
        )

    def _apply_rule(
        self,
        gradients: list[Any],
        variables: list[Any],
        learning_rate: Any,
        factors: Any = None,
        due: Any = None,
        **prologue: Any,
    ) -> None:
        rule = self._update_rule()
        indices = [self._get_variable_index(variable) for variable in variables]
        slots = [family[i] for family in rule.slots if family for i in indices]
        updated = rule.op(
            learning_rate,
            *rule.scalars,
            *(extra for extra in (factors, due) if extra is not None),
            *variables,
            *gradients,
            *slots,
            scaled=factors is not None,
            conditional=due is not None,
            **prologue,
            **rule.attributes,
        )
        assign_all((*variables, *slots), updated)
