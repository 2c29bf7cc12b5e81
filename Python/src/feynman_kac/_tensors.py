"""Batches of the engine as PyTorch tensors, and answers back."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ._memory import view

try:
    import torch
except ModuleNotFoundError as error:
    if error.name != "torch":
        raise
    raise ImportError("this part of feynman_kac needs PyTorch: pip install 'feynman-kac[torch]'") from error

Device: TypeAlias = "str | torch.device | None"
"""Where a module is evaluated; None for where its parameters are."""


class Evaluator:
    """A module, or a function of tensors, and where it is evaluated.

    Args:
        module: A module is put into evaluation mode, with a warning where it was in training mode, and moved to `device`.
        device: Where it is evaluated; None for where the module's parameters are.
        dtype: Of the states that it gets; None for that of the module's parameters. Parameters are not converted.
        compile: Whether it goes through torch.compile, or the arguments of that.
        gradients: Whether the module differentiates inside; otherwise nothing is recorded for it.
        copy: Whether it gets a copy of the states, which it may keep or write into.
    """

    def __init__(
        self,
        module: Callable[..., Any],
        *,
        device: Device = None,
        dtype: torch.dtype | None = None,
        compile: bool | Mapping[str, Any] = False,
        gradients: bool = False,
        copy: bool = False,
    ) -> None:
        if not callable(module):
            raise TypeError(f"a model is a torch.nn.Module or a function of tensors; found {module!r}")
        self.module = module
        self.gradients = gradients
        self.copy = copy
        first: torch.Tensor | None = None
        if isinstance(module, torch.nn.Module):
            if module.training:
                warnings.warn(f"{type(module).__name__} was in training mode: it is put into evaluation mode, by module.eval()", stacklevel=3)
                module.eval()
            if device is not None:
                module.to(device)
            first = next((tensor for tensor in module.parameters() if tensor.is_floating_point()), None)
        self.device = torch.device(device) if device is not None else first.device if first is not None else torch.device("cpu")
        self.dtype = dtype or (first.dtype if first is not None else torch.float32)
        self.call: Callable[..., Any] = module
        if compile:
            self.call = torch.compile(module, **(compile if isinstance(compile, Mapping) else {}))

    def tensor(self, array: npt.NDArray[Any], dtype: torch.dtype | None = None) -> torch.Tensor:
        """An array on the device: the same memory on a CPU where the type is the same, else a copy.

        Args:
            array: Any array; one that is the engine's memory must not be used after the call that it came with.
            dtype: None for that of states.
        """
        shared = torch.from_numpy(_writeable(array))
        return shared.to(self.device, dtype or self.dtype, copy=self.copy)

    def answer(self, x: npt.NDArray[Any], function: Callable[[torch.Tensor], torch.Tensor], parts: int | None, most: int | None) -> npt.NDArray[Any]:
        """What a function of the states answers, as float32 on the CPU.

        Args:
            x: The states [n, ...], float32.
            function: Calls the module for states on the device: [n, ...] in, [n, ...] out, or [m n, ...] for m parts.
            parts: m; None for an answer [n, ...] without an axis of parts.
            most: The most states of a call, which is kept to here besides: fits and pilots of a run have batches of their own.

        Raises:
            TypeError: The answer is no tensor.
            ValueError: It has another shape.
            RuntimeError: The module is in training mode, or wrote into the states.
        """
        if isinstance(self.module, torch.nn.Module) and self.module.training:
            raise RuntimeError("the module has been put into training mode; call module.eval() before sampling")
        if most is None or len(x) <= most:
            return self._answer(x, function, parts)
        answers = [self._answer(x[start : start + most], function, parts) for start in range(0, len(x), most)]
        return np.concatenate(answers, axis=0 if parts is None else 1)

    def _answer(self, x: npt.NDArray[Any], function: Callable[[torch.Tensor], torch.Tensor], parts: int | None) -> npt.NDArray[Any]:
        # Made outside of inference mode, where tensors would not count what is written into them.
        states = self.tensor(x)
        before = states._version
        with self.mode():
            output = function(states)
            expected = (len(x) * (parts or 1), *x.shape[1:])
            if not isinstance(output, torch.Tensor):
                raise TypeError(f"the module answered {type(output).__name__}, not a tensor")
            if tuple(output.shape) != expected:
                raise ValueError(f"the module answered shape {list(output.shape)} for states of shape {list(expected)}")
            output = output.detach().to(torch.float32)
        if states._version != before and states.data_ptr() == x.__array_interface__["data"][0]:
            raise RuntimeError("the module writes into its input, which is the sampler's memory: give copy=True")
        result: npt.NDArray[Any] = output.cpu().numpy()
        return result if parts is None else result.reshape(parts, *x.shape)

    def mode(self) -> contextlib.AbstractContextManager[Any]:
        """Whether operations are recorded for gradients: not at all, or as the module asks."""
        mode: contextlib.AbstractContextManager[Any] = torch.enable_grad() if self.gradients else torch.inference_mode()
        return mode


def rows(tensor: torch.Tensor, parts: int) -> torch.Tensor:
    """States [n, ...] for each of m parts, one part below the other: [m n, ...].

    Args:
        tensor: The states.
        parts: m.
    """
    return tensor if parts == 1 else tensor.expand(parts, *tensor.shape).reshape(-1, *tensor.shape[1:])


def _writeable(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same memory without the mark that it is read-only, of which PyTorch knows nothing and warns."""
    contiguous: npt.NDArray[Any] = np.ascontiguousarray(array)
    if contiguous.flags.writeable:
        return contiguous
    address: int = contiguous.__array_interface__["data"][0]
    return view(address, contiguous.shape, contiguous.dtype, contiguous.size, writeable=True)
